"""What came back from laboratories, as a stored model takes it: one patient's plates, and the others' as history."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.models.conditioning.lab_history import NO_HISTORY, History
from screen.models.conditioning.residual_covariance import Doubles
from screen.models.conditioning.response_scale import response_scale
from screen.models.conditioning.stored_covariance import StoredCovariance
from screen.store import Store, lab_results, stored_models


@dataclass(frozen=True)
class PatientPlates:
    """One patient's fitted responses: those that may be learned from, and those left out with the reason."""

    patient_id: str
    usable: pl.DataFrame
    """Rows of :func:`screen.store.lab_results.fitted_responses`, with ``place``: plates in order, most drugs first."""
    left_out: pl.DataFrame
    """The same, without ``place``; ``why_not`` says why."""

    @property
    def lab(self) -> tuple[str, str]:
        """Laboratory and assay of the first plate, whose further measurements are predicted."""
        return str(self.usable["lab"][0]), str(self.usable["assay"][0])


def patients_with_results(store: Store, patient_ids: Sequence[str]) -> list[str]:
    """Those of the patients that have a plate in the store."""
    there = lab_results.fitted_responses(store)["patient_id"].unique()
    return [patient for patient in patient_ids if patient in set(there)]


def plates_of(fitted: pl.DataFrame, patient_id: str, code: str) -> PatientPlates:
    """The patient's part of all fitted responses.

    Raises
    ------
    InputError
        There is none, or none that may be learned from.
    """
    mine = fitted.filter(pl.col("patient_id") == patient_id)
    if mine.is_empty():
        raise InputError(
            f"no results of patient {patient_id!r}",
            where=f"rank {code} --with-results",
            remedy=f"add them: crescreen results add FILES --organoid ID={patient_id}",
        )
    usable, left = mine.filter("usable"), mine.filter(~pl.col("usable"))
    if usable.is_empty():
        reasons = left["why_not"].unique(maintain_order=True).to_list()
        raise InputError(
            f"{left.height} measured drugs of patient {patient_id!r}, none to learn from: {'; '.join(reasons)}",
            where=f"rank {code} --with-results",
            remedy="see the plates with: crescreen results list",
        )
    plates = usable.group_by("lab", "assay", "batch", "organoid_id").agg(drugs=pl.col("drug_id").n_unique())
    ordered = plates.sort("drugs", "lab", "assay", "batch", "organoid_id", descending=[True, *(False,) * 4])
    placed = ordered.with_row_index("place").drop("drugs")
    usable = usable.join(placed, on=("lab", "assay", "batch", "organoid_id")).sort("place", "drug_id", "plate")
    return PatientPlates(patient_id, usable, left)


def history_of(
    store: Store, fitted: pl.DataFrame, mine: PatientPlates, drug_ids: Sequence[str], known: StoredCovariance
) -> History:
    """Other patients of the same laboratory and assay, in standard deviations of the D drugs; a row a patient.

    A patient that no stored ranking scored is predicted by each drug's mean.

    Parameters
    ----------
    drug_ids : the D drugs of ``known``
    """
    lab, assay = mine.lab
    others = fitted.filter(
        pl.col("usable")
        & (pl.col("lab") == lab)
        & (pl.col("assay") == assay)
        & (pl.col("patient_id") != mine.patient_id)
    )
    places = pl.DataFrame({"drug_id": list(drug_ids), "column": range(len(drug_ids))})
    rows = others.join(places, on="drug_id").group_by("patient_id", "column").agg(pl.col("auc").mean())
    patients = rows["patient_id"].unique().sort()
    if patients.is_empty():
        return NO_HISTORY
    predicted = _predicted(store, patients, drug_ids)
    measured = _table(rows, patients, len(drug_ids), "auc")
    standard = [(table - known.means) / known.sds for table in (measured, predicted)]
    return History(measured=standard[0], predicted=np.where(np.isfinite(standard[1]), standard[1], 0.0))


def _predicted(store: Store, patients: pl.Series, drug_ids: Sequence[str]) -> Doubles:
    """n x D responses as the current rankings without results predict them; NaN where there is none."""
    scores = store.sql(
        """SELECT s.patient_id, s.drug_id, r.model_id, s.score FROM scores s JOIN current_runs r USING (run_id)
           WHERE list_contains($patients, s.patient_id) AND list_contains($drugs, s.drug_id)
           QUALIFY row_number() OVER (PARTITION BY s.patient_id, s.drug_id ORDER BY r.ranked DESC) = 1""",
        patients=patients.to_list(),
        drugs=list(drug_ids),
    )
    parts = [_responses(store, str(model), rows) for (model,), rows in scores.group_by("model_id")]
    places = pl.DataFrame({"drug_id": list(drug_ids), "column": range(len(drug_ids))})
    if not parts:
        return np.full((len(patients), len(drug_ids)), np.nan)
    return _table(pl.concat(parts).join(places, on="drug_id"), patients, len(drug_ids), "response")


def _responses(store: Store, model_id: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The response that a score stands for: by the mean of the members' calibrations."""
    bundle = Bundle.from_bytes(*stored_models.stored_model(store, model_id))
    if bundle.manifest.get("conformal") is None:
        return rows.clear().with_columns(response=pl.lit(None, pl.Float64))
    scale = response_scale(bundle)
    scores = np.broadcast_to(rows["score"].to_numpy(), (len(scale.slopes), rows.height))
    return rows.with_columns(response=pl.Series(scale.responses(scores).mean(axis=0)))


def _table(rows: pl.DataFrame, patients: pl.Series, width: int, value: str) -> Doubles:
    place = {patient: row for row, patient in enumerate(patients)}
    table = np.full((len(patients), width), np.nan)
    table[[place[one] for one in rows["patient_id"]], rows["column"].to_numpy()] = rows[value].to_numpy()
    return table
