"""Set C: what the indication is treated with today, combinations included."""

from collections.abc import Mapping, Sequence

from screen.organoid import reasons
from screen.organoid.candidates import Candidate
from screen.organoid.curated import regimens
from screen.organoid.treatment import Treatment
from screen.records import drug_key
from screen.store import Store


def comparator_set(
    store: Store, code: str, drugs: Sequence[Candidate], count: int, following: int
) -> tuple[list[Treatment], list[Treatment]]:
    """The first ``count`` regimens whose drugs the store knows, then other drugs approved here, best ranked first.

    Returns
    -------
    The set, and up to ``following`` runners-up.
    """
    facts = store.sql(
        "SELECT drug_id, name, coalesce(mechanism, pathway, 'not recorded') AS mechanism FROM drugs "
        "WHERE smiles IS NOT NULL"
    )
    names, mechanisms = (dict(facts.select("drug_id", column).iter_rows()) for column in ("name", "mechanism"))
    ranked = {d.drug_id: d for d in drugs}
    found = _known_regimens(store, code, names, ranked)
    used = {drug for ids in found for drug in ids}
    rest = [d for d in drugs if d.approved_here and d.drug_id not in used and not d.idle]
    found |= {(d.drug_id,): reasons.labelled(d, code) for d in rest}
    made = []
    for i, (ids, why) in enumerate(found.items(), start=1):
        alone = ranked.get(ids[0]) if len(ids) == 1 else None
        place, score = (alone.place, alone.score) if alone else (None, None)
        made.append(
            Treatment(
                code=f"C{i}" if i <= count else f"C-next{i - count}",
                set_name="C",
                drug_ids=ids,
                names=tuple(names[d] for d in ids),
                mechanism=" + ".join(mechanisms[d] for d in ids),
                place=place,
                score=score,
                reason=why,
            )
        )
    return made[:count], made[count : count + following]


def _known_regimens(
    store: Store, code: str, names: Mapping[str, str], ranked: Mapping[str, Candidate]
) -> dict[tuple[str, ...], str]:
    """Drug ids of each regimen -> reason."""
    keys = dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").iter_rows())
    found = {}
    for regimen in regimens(code):
        ids = tuple(keys.get(drug_key(name), "") for name in regimen.drugs)
        if all(drug_id in names for drug_id in ids):
            found[ids] = reasons.standard(regimen, [ranked.get(drug_id) for drug_id in ids])
    return found
