"""Which treatments a plan has: the sets of the ranking, with what the lab wishes, under codes that are no wells."""

from collections.abc import Sequence
from dataclasses import replace

from screen.errors import InputError
from screen.organoid.candidates import Candidate
from screen.organoid.request import Request
from screen.organoid.sets import TestSets, choose
from screen.organoid.wishes import ids_of, requested
from screen.ranking import selective_drugs
from screen.store import Store


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
    out = ids_of(store, request.exclude, "--exclude")
    wished = requested(store, ids_of(store, request.include, "--include"), ranked)
    taken = {drug for t in wished for drug in t.drug_ids}
    never = _never_in_people(store, run_id) if request.compounds == "clinical" else set()
    left = [d for d in ranked if d.drug_id not in out and d.drug_id not in taken and d.drug_id not in never]
    first = {drug: place for place, drug in enumerate(standing)}
    left.sort(key=lambda d: (first.get(d.drug_id, len(first)), d.place))
    sets = choose(store, code, left, max(0, request.drugs - len(wished)), first)
    remaining = tuple(t for t in sets.treatments if not out.keys() & set(t.drug_ids))
    if not wished and not remaining:
        raise InputError(
            f"no drug of the ranking of {code} fits any set",
            where="organoid plan",
            remedy="ingest evidence, rank more drugs, or take in what was never given to people with --compounds all",
        )
    passed = len(never & {d.drug_id for d in ranked})
    note = (
        f"Compounds: {passed} ranked compounds that by no source read were given to people are passed over; "
        "--compounds all takes them in",
    ) * bool(passed)
    return coded(TestSets((*wished, *remaining), sets.next_best, (*note, *sets.cautions)))


def _never_in_people(store: Store, run_id: str) -> set[str]:
    known = selective_drugs.clinical(store, [run_id])
    return {drug for drug, clinical in known.select("drug_id", "clinical").iter_rows() if clinical is False}


def coded(sets: TestSets) -> TestSets:
    """The treatments under codes that no well has."""
    named = tuple(replace(t, code=f"T{number:02d}") for number, t in enumerate(sets.treatments, start=1))
    return replace(sets, treatments=named)
