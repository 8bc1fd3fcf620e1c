"""Which alterations of a patient the model heard, and what they changed of its scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screen.report.content import glossary
from screen.report.content.patient_ranking import RankedDrug
from screen.report.content.provenance import CurrentRun
from screen.store import Store
from screen.store.stored_models import ALTERATIONS

_HEARD = """
SELECT drug_id, alteration, altered, score_without FROM heard_alterations
WHERE run_id = $run AND patient_id = $id ORDER BY ALL
"""


@dataclass(frozen=True, kw_only=True)
class HeardAlteration:
    """A known alteration that a scored drug's responses in cell lines hang on."""

    drug: str
    rank: int
    alteration: str
    """As the model names it: ``BRAF mutation``."""
    altered: bool
    """Else looked at and not altered."""
    score: float
    in_lines: str
    """What the effect is, and what hearing it was worth on unseen cell lines."""
    score_without: float
    """Of the model that hears no alteration."""


@dataclass(frozen=True, kw_only=True)
class HeardByModel:
    """What the scores know of the tumour's alterations."""

    says: str
    drugs: tuple[HeardAlteration, ...]
    """By rank."""


def heard_by_model(store: Store, run: CurrentRun, patient_id: str, drugs: Sequence[RankedDrug]) -> HeardByModel:
    """What the model of the run heard of a patient.

    Parameters
    ----------
    drugs : every scored drug
    """
    known = run.manifest.get(ALTERATIONS)
    if known is None:
        return HeardByModel(says="The model was trained without alterations: they changed no score.", drugs=())
    lines = _in_lines(known)
    scored = {drug.note.drug_id: drug for drug in drugs}
    rows = [
        HeardAlteration(
            drug=scored[drug].note.name,
            rank=scored[drug].rank,
            alteration=alteration,
            altered=altered,
            score=scored[drug].score,
            in_lines=lines.get((drug, alteration), ""),
            score_without=without,
        )
        for drug, alteration, altered, without in store.sql(_HEARD, run=run.run_id, id=patient_id).iter_rows()
        if drug in scored
    ]
    return HeardByModel(says=_says(known, rows), drugs=tuple(sorted(rows, key=lambda row: (row.rank, row.alteration))))


def _says(known: Mapping[str, Any], rows: Sequence[HeardAlteration]) -> str:
    of = f"of the {glossary.count(len(known['events']), 'alteration')} that responses of cell lines hang on"
    if not rows:
        return f"Scores heard no alteration: {of}, none was looked at in this patient; intervals are the wider ones."
    names = sorted({row.alteration for row in rows})
    found = sorted({row.alteration for row in rows if row.altered})
    moved = glossary.count(len({row.drug for row in rows}), "drug")
    altered = f"altered: {glossary.listed(found)}" if found else "none of them altered"
    return f"Scores of {moved} heard {len(names)} {of}; {altered}."


def _in_lines(known: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """(drug, alteration) -> the effect in words."""
    found = {}
    for effect in known["effects"]:
        drug, name, size = effect["drug"], known["events"][effect["event"]]["name"], effect["size"]
        without, having = known["r_drug"][drug]
        how = f"{'more' if size < 0 else 'less'} sensitive by {glossary.number(abs(size))} SD"
        worth = f"; r on unseen lines {glossary.number(without)}, with it {glossary.number(having)}"
        found[drug, name] = how + (worth if None not in (without, having) else "")
    return found
