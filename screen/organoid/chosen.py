"""Which treatments a plan has: the sets of the ranking, with what the lab wishes, under codes that are no wells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from screen.errors import InputError
from screen.organoid.candidates import Candidate
from screen.organoid.request import Request
from screen.organoid.sets import TestSets, choose
from screen.organoid.treatment import Treatment
from screen.organoid.wishes import ids_of, requested
from screen.ranking import selective_drugs
from screen.store import Store


@dataclass(frozen=True)
class Shelf:
    """What a plan may hold, by the wishes of the lab."""

    wished: tuple[Treatment, ...]
    """Taken in whatever the ranking says."""
    left: tuple[Candidate, ...]
    """Ranked drugs that may be chosen, best first; none of those taken in."""
    excluded: frozenset[str]
    notes: tuple[str, ...]


def shelf(store: Store, run_id: str, ranked: Sequence[Candidate], request: Request) -> Shelf:
    """The ranked drugs without those left out and, by default, without what was never given to people.

    Where the lab names the drugs it has (``only``), those alone.

    Raises
    ------
    InputError
        A wish names a drug that the store does not know.
    """
    out = ids_of(store, request.exclude, "--exclude")
    wished = requested(store, ids_of(store, request.include, "--include"), ranked)
    taken = {drug for t in wished for drug in t.drug_ids}
    left = [d for d in ranked if d.drug_id not in out and d.drug_id not in taken]
    if request.only:
        mine = ids_of(store, request.only, "--drugs-file")
        unscored = sorted(name for drug, name in mine.items() if drug not in {d.drug_id for d in ranked})
        notes = (f"Drugs of the lab: {len(unscored)} are not scored: {', '.join(unscored[:8])}",) * bool(unscored)
        return Shelf(tuple(wished), tuple(d for d in left if d.drug_id in mine), frozenset(out), notes)
    never = _never_in_people(store, run_id) if request.compounds == "clinical" else set()
    passed = len(never & {d.drug_id for d in ranked})
    note = (
        f"Compounds: {passed} ranked compounds that by no source read were given to people are passed over; "
        "--compounds all takes them in",
    ) * bool(passed)
    return Shelf(tuple(wished), tuple(d for d in left if d.drug_id not in never), frozenset(out), note)


def chosen_treatments(
    store: Store, code: str, run_id: str, ranked: Sequence[Candidate], request: Request, standing: Sequence[str]
) -> TestSets:
    """The treatments, coded T01 on, and their runners-up.

    Parameters
    ----------
    standing : drugs that stand out for the patient, the most selective first

    Raises
    ------
    InputError
        A wish names a drug that the store does not know, or nothing is left to plan.
    """
    if request.only:
        listed = requested(store, ids_of(store, request.only, "--drugs-file"), ranked)
        return coded(TestSets(tuple(listed), (), ()))
    may = shelf(store, run_id, ranked, request)
    first = {drug: place for place, drug in enumerate(standing)}
    left = sorted(may.left, key=lambda d: (first.get(d.drug_id, len(first)), d.place))
    sets = choose(store, code, left, max(0, request.drugs - len(may.wished)), first)
    remaining = tuple(t for t in sets.treatments if not may.excluded & set(t.drug_ids))
    if not may.wished and not remaining:
        raise InputError(
            f"no drug of the ranking of {code} fits any set",
            where="organoid plan",
            remedy="ingest evidence, rank more drugs, or take in what was never given to people with --compounds all",
        )
    return coded(TestSets((*may.wished, *remaining), sets.next_best, (*may.notes, *sets.cautions)))


def _never_in_people(store: Store, run_id: str) -> set[str]:
    known = selective_drugs.clinical(store, [run_id])
    return {drug for drug, clinical in known.select("drug_id", "clinical").iter_rows() if clinical is False}


def coded(sets: TestSets) -> TestSets:
    """The treatments under codes that no well has."""
    named = tuple(replace(t, code=f"T{number:02d}") for number, t in enumerate(sets.treatments, start=1))
    return replace(sets, treatments=named)
