"""Sets A to D: favoured and new, favoured and little tested here, standard of care, much tested and ranked low."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from screen.organoid import reasons
from screen.organoid.candidates import Candidate
from screen.organoid.comparators import comparator_set
from screen.organoid.diversity import Pick, Similarity, pick
from screen.organoid.request import set_sizes
from screen.organoid.treatment import Treatment
from screen.store import Store

FAVOURED = (1 / 4, 1 / 2)
"""Share of the ranked drugs that counts as favoured; the second where the first holds too few."""
LITTLE = 2
"""Trials for the indication, none of phase 3 or 4, that still are little evidence."""
MUCH = 3
"""Trials for the indication from which on a drug is much tested; an approval weighs as many."""
NEXT = 3
"""Runners-up named a set."""


@dataclass(frozen=True)
class TestSets:
    """The sets, their runners-up, and where they fell short."""

    treatments: tuple[Treatment, ...]
    next_best: tuple[Treatment, ...]
    cautions: tuple[str, ...]


def choose(store: Store, code: str, drugs: Sequence[Candidate], count: int, standing: Collection[str] = ()) -> TestSets:
    """Fill the sets from a ranking (best first): C, then D, then A and B, who also take the places others leave.

    Parameters
    ----------
    standing : drugs that stand out for the patient: favoured wherever they rank by score
    """
    sizes, similarity = set_sizes(count), Similarity(drugs)
    standard, next_standard = comparator_set(store, code, drugs, sizes["C"], NEXT)
    left = _without(drugs, {drug for t in standard for drug in t.drug_ids})
    low = pick(_tested(left, sizes["D"] + NEXT), sizes["D"] + NEXT, [], similarity)
    missing = {"C": sizes["C"] - len(standard), "D": max(0, sizes["D"] - len(low))}
    wanted = {"A": sizes["A"] + sum(missing.values()), "B": sizes["B"]}
    new, early = _favoured(left, sum(wanted.values()), standing)
    places = _places(wanted, len(new), len(early))
    best = pick(new, places["A"], [], similarity)
    known = pick(early, places["B"], [p.drug for p in best], similarity)
    both = [p.drug for p in (*best, *known)]
    taken = {d.drug_id for d in both}
    cut = sizes["D"]
    return TestSets(
        (
            *_named("A", best, reasons.favoured, code),
            *_named("B", known, reasons.favoured, code),
            *standard,
            *_named("D", low[:cut], reasons.tested, code),
        ),
        (
            *_named("A-next", pick(_without(new, taken), NEXT, both, similarity), reasons.favoured, code),
            *_named("B-next", pick(_without(early, taken), NEXT, both, similarity), reasons.favoured, code),
            *next_standard,
            *_named("D-next", low[cut:], reasons.tested, code),
        ),
        (*_idle(drugs), *_shortfalls(missing, wanted, places)),
    )


def _without(drugs: Sequence[Candidate], gone: set[str]) -> list[Candidate]:
    return [d for d in drugs if d.drug_id not in gone]


def _favoured(
    drugs: Sequence[Candidate], wanted: int, standing: Collection[str]
) -> tuple[list[Candidate], list[Candidate]]:
    """Favoured drugs with little evidence: those new to the clinic, and those approved elsewhere or early here."""
    fit: list[Candidate] = []
    for share in FAVOURED:
        head = (d for d in drugs if d.place <= math.ceil(share * d.of) or d.drug_id in standing)
        fit = [d for d in head if not d.idle and not d.approved_here and d.trials_here <= LITTLE and not d.late_here]
        if len(fit) >= wanted:
            break
    new = [d for d in fit if not d.approved and not d.records_here]
    return new, _without(fit, {d.drug_id for d in new})


def _tested(drugs: Sequence[Candidate], wanted: int) -> list[Candidate]:
    """Much tested drugs of the worse half, most tested first; by all tumour types where too few are by this one."""
    low = [d for d in drugs if d.place > d.of / 2 and not d.idle]
    here = [d for d in low if d.approved_here or d.trials_here >= MUCH]
    here.sort(key=lambda d: (-d.trials_here - MUCH * d.approved_here, -d.place))
    if len(here) >= wanted:
        return here
    away = [d for d in _without(low, {d.drug_id for d in here}) if d.approved or d.trials >= MUCH]
    return here + sorted(away, key=lambda d: (-d.trials - MUCH * d.approved, -d.place))


def _places(wanted: Mapping[str, int], new: int, early: int) -> dict[str, int]:
    """Places of A and B as far as there are drugs; what one lacks the other takes."""
    total = sum(wanted.values())
    a = min(new, max(wanted["A"], total - early))
    return {"A": a, "B": min(early, total - a)}


def _idle(drugs: Sequence[Candidate]) -> list[str]:
    left_out = [f"{d.name} ({d.idle})" for d in drugs if d.idle]
    return [f"Left out: {', '.join(left_out)}"] if left_out else []


def _shortfalls(missing: Mapping[str, int], wanted: Mapping[str, int], places: Mapping[str, int]) -> list[str]:
    cautions = [
        f"Sets: {count} fewer in set {name} than wanted, for want of drugs that fit; sets A and B took the places"
        for name, count in missing.items()
        if count
    ]
    fewer = sum(wanted.values()) - sum(places.values())
    if fewer:
        cautions.append(f"Sets: {fewer} fewer treatments than requested: the ranking holds no more that fit any set")
    if dict(places) != dict(wanted):
        cautions.append(
            f"Sets: A holds {places['A']} and B {places['B']} drugs where {wanted['A']} and {wanted['B']} were "
            "wanted: among the favoured drugs no more fit"
        )
    return cautions


def _named(prefix: str, picks: Sequence[Pick], why: Callable[[Pick, str], str], code: str) -> list[Treatment]:
    return [
        Treatment(
            code=f"{prefix}{i}",
            set_name=prefix[0],
            drug_ids=(p.drug.drug_id,),
            names=(p.drug.name,),
            mechanism=p.drug.mechanism,
            place=p.drug.place,
            score=p.drug.score,
            reason=why(p, code),
        )
        for i, p in enumerate(picks, start=1)
    ]
