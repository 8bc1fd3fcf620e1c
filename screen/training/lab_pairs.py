"""What laboratories measured on patients of an indication, as training takes it: a source of its own, never GDSC's."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from screen.errors import InputError, StoreError
from screen.models.conditioning.lab_history import FEWEST_TUMOURS
from screen.models.contract import ModelFamily
from screen.records import Floats, LabPairs, TrainingData
from screen.store import Store, lab_results

FEWEST_DRUGS = 3
"""Of a tumour: with fewer its level is all that they say."""


def require_lab(family: ModelFamily, model: str, where: str, *, with_lab: bool) -> None:
    """Refuse what a family knows nothing of.

    Raises
    ------
    InputError
        The model takes no laboratory's pairs.
    """
    if with_lab and not getattr(family, "TAKES_LABS", False):
        raise InputError(
            f"model {model!r} cannot take a laboratory's pairs as a source of their own",
            where=where,
            remedy="leave --with-lab out, or train with: --model pair-gp",
        )


def with_labs(store: Store, data: TrainingData) -> TrainingData:
    """The same with each laboratory's measured pairs beside the responses of cell lines.

    Raises
    ------
    StoreError
        No laboratory has measured enough tumours whose expression the model is aligned with, or the model is to be
        trained on something else than areas.
    """
    where = f"train {data.indication} --with-lab"
    if not store.scalar("SELECT count(*) FROM responses WHERE dataset = $d AND metric = 'AUC'", d=data.dataset):
        raise StoreError(
            f"{data.dataset} gives no area under the curve, which is what plates give",
            where=where,
            remedy="train on a screen that does, as GDSC2, or without --with-lab",
        )
    pairs = _usable(store, data)
    found, few = [], []
    for (lab, assay), rows in sorted(pairs.group_by("lab", "assay"), key=lambda group: group[0]):
        tumours = rows["row"].n_unique()
        if tumours >= FEWEST_TUMOURS:
            found.append(_pairs(str(lab), str(assay), rows, len(data.library)))
        else:
            few.append(f"{lab} ({assay}) has {tumours}")
    if not found:
        raise StoreError(
            f"at least {FEWEST_TUMOURS} tumours of {data.indication} with expression and {FEWEST_DRUGS} measured drugs "
            f"of training are needed of one laboratory: {'; '.join(few) or 'there is none'}",
            where=where,
            remedy="see the plates with: crescreen results list",
        )
    notes = (f"plates of {', '.join(few)} tumours, fewer than {FEWEST_TUMOURS}: left out",) if few else ()
    return replace(data, labs=tuple(found), notes=(*data.notes, *notes))


def _usable(store: Store, data: TrainingData) -> pl.DataFrame:
    """lab, assay, row, column, auc: a patient's drug once, of patients with enough drugs."""
    patients = _places("patient_id", data.patients.subject_ids, "row")
    drugs = _places("drug_id", data.library.drug_ids, "column")
    fitted = lab_results.fitted_responses(store).filter("usable", pl.col("auc").is_finite())
    rows = fitted.join(patients, on="patient_id").join(drugs, on="drug_id")
    once = rows.group_by("lab", "assay", "row", "column").agg(pl.col("auc").mean())
    return once.filter(pl.len().over("lab", "assay", "row") >= FEWEST_DRUGS).sort("lab", "assay", "row", "column")


def _places(name: str, ids: Sequence[str], place: str) -> pl.DataFrame:
    return pl.DataFrame({name: list(ids), place: range(len(ids))}, schema_overrides={name: pl.String})


def _pairs(lab: str, assay: str, rows: pl.DataFrame, drugs: int) -> LabPairs:
    places = rows["row"].unique().sort().to_list()
    at = {place: number for number, place in enumerate(places)}
    response: Floats = np.full((len(places), drugs), np.nan, np.float32)
    response[[at[row] for row in rows["row"]], rows["column"].to_numpy()] = rows["auc"].to_numpy()
    return LabPairs(lab, assay, tuple(places), response)
