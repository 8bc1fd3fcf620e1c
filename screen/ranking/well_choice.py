"""Which drugs a plate should hold: those that tell most of the others, and those that a ranking puts first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.models.conditioning.lab_history import NO_HISTORY, lab_process
from screen.models.conditioning.plate_process import PlatePrior, condition, informative
from screen.models.conditioning.stored_covariance import covariance_of
from screen.ranking.lab_evidence import history_of, plates_of
from screen.ranking.library_process import of_drugs
from screen.store import Store, lab_results, stored_models
from screen.store.conditioned_runs import newest_update

Aim = Literal["best", "personal", "profile"]
AIMS: tuple[Aim, ...] = ("best", "personal", "profile")
Places = NDArray[np.intp]


@dataclass(frozen=True)
class WellChooser:
    """The drugs of a ranking that may go on the next plate, and what their measurement would tell."""

    drug_ids: tuple[str, ...]
    """That the process knows: in the ranking and in training."""
    prior: PlatePrior
    measured: Places
    """Places among ``drug_ids`` of those measured already."""
    order: dict[str, list[str]]
    """``score`` and ``selective``: the allowed drugs that were not measured, best first."""
    history: int
    """Tumours that the laboratory measured before."""
    learned: bool
    """Whether the order is that of a ranking with results."""

    def available(self) -> Places:
        """Places of the allowed drugs that were not measured."""
        there = set(self.order["score"])
        return np.array([i for i, drug in enumerate(self.drug_ids) if drug in there], np.intp)

    def informative(self, count: int, beside: Sequence[str] = ()) -> list[str]:
        """The drugs that tell most of the others, after those already measured and those beside them on the plate."""
        there = np.union1d(self.measured, self._places(beside))
        left = np.setdiff1d(self.available(), there)
        return [self.drug_ids[i] for i in informative(self.prior, left, count, there)]

    def removed(self, plate: Sequence[str]) -> float:
        """Share of the variance of all allowed drugs not on the plate that measuring it would take."""
        places = self._places(plate)
        left = np.setdiff1d(self.available(), places)
        before, after = (
            np.diag(condition(self.prior, there, self.prior.mean[there]).covariance)[left].sum()
            for there in (self.measured, np.union1d(self.measured, places))
        )
        return float(1 - after / before) if len(left) and before > 0 else 0.0

    def _places(self, drugs: Sequence[str]) -> Places:
        place = {drug: i for i, drug in enumerate(self.drug_ids)}
        return np.array(sorted(place[drug] for drug in drugs if drug in place), np.intp)


def model_of_run(store: Store, run_id: str) -> Bundle:
    """The model that a ranking was made with."""
    model = str(store.scalar("SELECT model_id FROM runs WHERE run_id = $run", run=run_id))
    return Bundle.from_bytes(*stored_models.stored_model(store, model))


def well_chooser(
    store: Store, code: str, run_id: str, patient_id: str | None, allowed: Sequence[str], bundle: Bundle | None = None
) -> WellChooser:
    """What is known before the next plate.

    Parameters
    ----------
    run_id : the ranking without results
    allowed : drugs that may go on a plate, best first
    bundle : the ranking's model, where it is at hand

    Raises
    ------
    InputError
        The model keeps no covariance of its errors.
    """
    bundle = bundle or model_of_run(store, run_id)
    scored = set(store.sql("SELECT DISTINCT drug_id FROM scores WHERE run_id = $run", run=run_id)["drug_id"])
    trained = bundle.manifest["drugs"]
    rows = np.array([row for row, drug in enumerate(trained) if drug in scored], np.intp)
    ids, known = tuple(trained[row] for row in rows), of_drugs(covariance_of(bundle), rows)
    fitted = lab_results.fitted_responses(store)
    mine = fitted.filter("usable", pl.col("patient_id") == (patient_id or ""))
    history = NO_HISTORY
    if patient_id is not None and not mine.is_empty():
        history = history_of(store, fitted, plates_of(fitted, patient_id, code), ids, known)
    lab = lab_process(known.errors.among, history)
    tested = set(mine["drug_id"])
    update = None if patient_id is None else newest_update(store, code, patient_id)
    return WellChooser(
        ids,
        lab.prior(np.zeros(len(ids))),
        np.array([i for i, drug in enumerate(ids) if drug in tested], np.intp),
        _order(store, update or run_id, patient_id, [drug for drug in allowed if drug not in tested]),
        lab.tumours,
        update is not None,
    )


def _order(store: Store, run_id: str, patient_id: str | None, allowed: Sequence[str]) -> dict[str, list[str]]:
    """A patient's drugs by score and by place among the reference patients; a cohort's as they are ranked."""
    if patient_id is None:
        return {"score": list(allowed), "selective": []}
    rows = store.sql(
        """SELECT drug_id, rank, selective FROM scores
           WHERE run_id = $run AND patient_id = $patient AND list_contains($drugs, drug_id) ORDER BY rank""",
        run=run_id,
        patient=patient_id,
        drugs=list(allowed),
    )
    selective = rows.filter(pl.col("selective").is_not_null())
    return {
        "score": rows["drug_id"].to_list(),
        "selective": selective.sort("selective", "rank", descending=[True, False])["drug_id"].to_list(),
    }


def require_patient(aim: Aim, patient_id: str | None, code: str) -> None:
    """A cohort has nothing personal.

    Raises
    ------
    InputError
        The aim is personal, and no patient is named.
    """
    if aim == "personal" and patient_id is None:
        raise InputError(
            "what is personal needs a patient",
            where="organoid plan --aim personal",
            remedy=f"name one: crescreen organoid plan {code} --patient ID --next --aim personal",
        )
