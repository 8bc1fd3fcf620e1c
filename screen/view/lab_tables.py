"""What came back from a lab: plates with their quality, and curves."""

from collections.abc import Mapping

import polars as pl

from screen.view.reading import Reading
from screen.view.tables import Column, TableKind


def _plates(reading: Reading, _fields: Mapping[str, str]) -> pl.DataFrame:
    return reading.store.query("plates")


def _curves(reading: Reading, _fields: Mapping[str, str]) -> pl.DataFrame:
    rows = reading.store.query("curves")
    one = pl.col("drug_id").str.contains("+", literal=True)
    return rows.with_columns(drug_id=pl.when(one).then(None).otherwise("drug_id"))


LAB_TABLES = (
    TableKind(
        name="results",
        title="Plates that came back",
        says="Each plate as it was added, with the verdict on its quality. Z': robust; CV: of replicates. An organoid, "
        "a patient or a plan leads to its lab report.",
        rows=_plates,
        columns=(
            Column("plate", "Plate"),
            Column("verdict", "Verdict"),
            Column("reason", "Why"),
            Column("z_prime", "Z'", "number"),
            Column("replicate_cv", "CV", "percent"),
            Column("organoid_id", "Organoid", "lab"),
            Column("patient_id", "Patient", "lab"),
            Column("plan", "Plan", "lab"),
            Column("lab", "Lab", "lab"),
            Column("file_name", "File"),
        ),
    ),
    TableKind(
        name="curves",
        title="Curves",
        says="The fitted curve of each organoid and treatment. Area: above the curve, with its 95% interval; higher: "
        "more sensitive. The curves drawn, and predicted beside measured, are in the lab report of the organoid.",
        rows=_curves,
        sort="-aac",
        columns=(
            Column("drug_name", "Treatment", "drug", "drug_id"),
            Column("organoid_id", "Organoid", "lab"),
            Column("aac", "Area", "number"),
            Column("low", "95% from", "number"),
            Column("high", "to", "number"),
            Column("ic50_uM", "IC50, µM", "number"),
            Column("ic50_censored", "Bound"),
            Column("emax", "At the highest dose", "percent"),
            Column("model_code", "Model"),
            Column("mechanism", "Mechanism"),
            Column("verdict", "Plates"),
        ),
    ),
)
