"""The next plate: wells by what they would add to the predictions, and by what they would find."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from screen.errors import InputError
from screen.organoid.candidates import Candidate
from screen.organoid.chosen import Shelf
from screen.organoid.sets import TestSets
from screen.organoid.treatment import Treatment
from screen.ranking.well_choice import AIMS, Aim, WellChooser, require_patient, well_chooser
from screen.settings.field_checks import STRICT, explained
from screen.store import Store

FOUND, TELLS = "P", "I"
"""Sets of the wells that are put first by the ranking, and of those that tell most of the other drugs."""
_AIM_SAYS = {
    "best": "the drugs that work best",
    "personal": "the drugs that work better in this patient than in others",
    "profile": "predictions for all other drugs",
}


def _option(field: str) -> str:
    return f"--{field}"


@explained("organoid plan", _option)
@checked(frozen=True, config=STRICT)
class NextPlate:
    """How the wells of the next plate are chosen."""

    aim: Annotated[Aim, Field()] = "best"
    """What the plate is for."""
    choose: Literal["informative", "predicted"] = "informative"
    """Informative: half of the wells tell most of the others (all, for a profile); predicted: all by the ranking."""


@dataclass(frozen=True)
class Wells:
    """The drugs of one plate."""

    wished: tuple[str, ...]
    """Of the lab."""
    found: tuple[str, ...]
    tells: tuple[str, ...]

    @property
    def drugs(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.wished, *self.found, *self.tells)


def next_sets(
    store: Store, code: str, run_id: str, may: Shelf, count: int, wanted: NextPlate, patient_id: str | None
) -> TestSets:
    """The treatments of the next plate, and what its aim gives up.

    Parameters
    ----------
    may : what the lab wishes, and the candidates that may be tested

    Raises
    ------
    InputError
        The aim needs a patient, the model keeps no covariance of its errors, or nothing is left to test.
    """
    require_patient(wanted.aim, patient_id, code)
    drugs = {one.drug_id: one for one in may.left if not one.idle}
    chooser = well_chooser(store, code, run_id, patient_id, list(drugs))
    wells = _wells(chooser, wanted, count, may)
    chosen = [
        *may.wished,
        *_treatments(FOUND, wells.found, drugs, wanted.aim),
        *_treatments(TELLS, wells.tells, drugs, wanted.aim),
    ]
    if not chosen:
        raise InputError(
            f"no drug is left to test: {len(chooser.measured)} were measured before",
            where="organoid plan --next",
            remedy="name others with --drugs-file, or take in what was never given to people with --compounds all",
        )
    return TestSets(tuple(chosen), (), (*may.notes, *_notes(store, chooser, wanted, wells, count, patient_id, may)))


def _wells(chooser: WellChooser, wanted: NextPlate, count: int, may: Shelf) -> Wells:
    wished = tuple(drug for one in may.wished for drug in one.drug_ids)
    left = max(0, count - len(may.wished))
    order = chooser.order["selective" if wanted.aim == "personal" else "score"]
    if wanted.choose == "predicted":
        return Wells(wished, tuple(order[:left]), ())
    found = () if wanted.aim == "profile" else tuple(order[: left - left // 2])
    return Wells(wished, found, tuple(chooser.informative(left - len(found), (*wished, *found))))


def _treatments(name: str, drugs: Sequence[str], candidates: dict[str, Candidate], aim: Aim) -> Iterator[Treatment]:
    why = {
        FOUND: "ranked first for this patient against others" if aim == "personal" else "ranked first",
        TELLS: "its measurement tells most of the drugs not on the plate, after those before it",
    }[name]
    for number, drug in enumerate(drugs, start=1):
        one = candidates[drug]
        yield Treatment(
            code=f"{name}{number}",
            set_name=name,
            drug_ids=(drug,),
            names=(one.name,),
            mechanism=one.mechanism,
            place=one.place,
            score=one.score,
            reason=f"{why}; place {one.place} of {one.of} without results",
        )


def _notes(
    store: Store, chooser: WellChooser, wanted: NextPlate, wells: Wells, count: int, patient_id: str | None, may: Shelf
) -> Iterator[str]:
    """What was known before, and what each aim gives up: ``topic: text``."""
    tested = len(chooser.measured)
    known = f"{tested} drugs measured before are left out" if tested else "nothing was measured before"
    how = "ranked with results" if chooser.learned else "ranked without results"
    yield f"Next plate: {known}; {how}; for {_AIM_SAYS[wanted.aim]}, chosen {wanted.choose}"
    if tested and not chooser.learned:
        yield "Next plate: the ranking has not learned from these plates yet; rank --with-results does that"
    if len(wells.drugs) < count:
        yield f"Next plate: {count - len(wells.drugs)} fewer drugs than requested: the ranking holds no more that fit"
    yield (
        "What each aim gives up: share of the uncertainty about the drugs not on the plate that it removes, and how "
        f"many of the drugs ranked first it holds: {'; '.join(_shares(chooser, count, patient_id, may))}"
    )
    yield _replayed(store, count)


def _shares(chooser: WellChooser, count: int, patient_id: str | None, may: Shelf) -> Iterator[str]:
    """Each aim by each choice, where they differ: what its plate would take of the uncertainty."""
    for aim in AIMS if patient_id else ("best", "profile"):
        for choose in ("informative",) if aim == "profile" else ("informative", "predicted"):
            plate = _wells(chooser, NextPlate(aim=aim, choose=choose), count, may).drugs  # type: ignore[arg-type]
            among = len(set(plate) & set(chooser.order["score"][:count]))
            yield f"{aim}, {choose}: {chooser.removed(plate):.0%}, {among} of the {count} ranked first"


def _replayed(store: Store, count: int) -> str:
    """What the same choices found on unseen cell lines, from the newest replay in the store."""
    rows: list[dict[str, Any]] = store.sql(
        """SELECT stratum_name, metric, value FROM evaluations e JOIN evaluation_manifests m USING (evaluation_id)
           WHERE e.protocol = 'loop-same' AND stratum_kind = 'plate' AND baseline IS NULL
             AND metric IN ('r_double', 'found_top5', 'selective_found_top5')
           QUALIFY row_number() OVER (PARTITION BY stratum_name, metric ORDER BY m.measured DESC) = 1
           ORDER BY stratum_name, metric"""
    ).to_dicts()
    near = min((8, 16, 24), key=lambda wells: abs(wells - count))
    parts = []
    for choice in ("informative", "predicted", "random"):
        found = {row["metric"]: row["value"] for row in rows if row["stratum_name"] == f"{near} {choice}"}
        if len(found) == 3 and None not in found.values():
            parts.append(
                f"{choice} {found['r_double']:.2f}, {found['found_top5']:.2f}, {found['selective_found_top5']:.2f}"
            )
    if not parts:
        return "What each aim gives up: on cell lines not measured in this store, see: crescreen evaluate loop"
    return (
        f"What each aim gives up: on unseen cell lines {near} wells gave, for the order of the other drugs (r_double), "
        f"the share of the best 5% found in two rounds, and of the personal best: {'; '.join(parts)}"
    )


def next_method(wanted: NextPlate) -> list[str]:
    """How it was chosen, in the plan's words."""
    return [
        "Set P: put first by the ranking, with results where there are any: by score, or, for what is personal, by "
        "the place among the reference patients",
        "Set I: chosen one after another, each the drug whose measurement takes most variance from all others that "
        "may be tested, given those measured before and those already on the plate; similar drugs come late by "
        "themselves",
        "Set R: requested by the lab, before all others",
        f"Next plate: aim {wanted.aim}, chosen {wanted.choose}. Drugs measured before, idle in culture, "
        "and the positive control are left out",
    ]
