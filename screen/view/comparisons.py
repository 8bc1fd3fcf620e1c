"""Two patients, or two drugs, side by side."""

from collections.abc import Mapping

import polars as pl

from screen.errors import InputError
from screen.records import drug_key
from screen.report.content.patient_sample import indication_of
from screen.report.content.provenance import current_run
from screen.view.reading import Reading
from screen.view.tables import Column, TableKind

ONE, OTHER = "one", "other"
_OF_PATIENT = (
    "SELECT drug_id, score, selective AS place, rank FROM scores WHERE run_id = $run AND patient_id = $patient"
)
_OF_DRUG = """
SELECT s.patient_id, n.indication, s.score, s.selective AS place, s.rank
FROM scores s JOIN current_runs n USING (run_id) WHERE s.drug_id = $drug
"""
_NAMED = """
SELECT drug_id FROM drugs
WHERE drug_id = $name OR drug_id IN (SELECT drug_id FROM drug_keys WHERE drug_key = $key)
ORDER BY drug_id <> $name, NOT screened, drug_id LIMIT 1
"""


def two_patients(reading: Reading, fields: Mapping[str, str]) -> pl.DataFrame:
    """Every drug scored for either of two patients, with both scores and places.

    Raises
    ------
    ScreenError
        One is not given, not known or not ranked.
    """
    sides = []
    for name in (ONE, OTHER):
        patient = _given(fields, name, "patient's id")
        run = current_run(reading.store, indication_of(reading.store, patient))
        sides.append(reading.store.sql(_OF_PATIENT, run=run.run_id, patient=patient))
    facts = reading.store.sql(
        "SELECT drug_id, name AS drug_name, coalesce(nullif(mechanism, ''), pathway) AS mechanism FROM drugs"
    )
    rows = _beside(sides[0], sides[1], ["drug_id"]).join(facts, on="drug_id", how="left", maintain_order="left")
    return rows.with_columns(drug_name=pl.coalesce("drug_name", "drug_id"))


def two_drugs(reading: Reading, fields: Mapping[str, str]) -> pl.DataFrame:
    """Every patient for whom either of two drugs is scored, with both scores and places.

    Raises
    ------
    InputError
        One is not given, or no drug of the store.
    """
    sides = []
    for name in (ONE, OTHER):
        drug = _given(fields, name, "drug's name or id")
        found = reading.store.scalar(_NAMED, name=drug, key=drug_key(drug))
        if found is None:
            raise InputError(
                f"no drug {drug[:80]!r}",
                where=name,
                remedy="names are listed by: crescreen export drugs --out drugs.csv",
            )
        sides.append(reading.store.sql(_OF_DRUG, drug=found))
    return _beside(sides[0], sides[1], ["patient_id", "indication"])


def _given(fields: Mapping[str, str], name: str, what: str) -> str:
    value = fields.get(name, "").strip()
    if not value:
        raise InputError(f"the address lacks ?{name}=", where="view", remedy=f"give a {what}")
    return value


def _beside(one: pl.DataFrame, other: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Rows of both, the second's figures under ``..._other``; the largest difference of places first."""
    joined = one.join(other, on=on, how="full", coalesce=True, suffix="_other")
    rows = joined.with_columns(difference=pl.col("place") - pl.col("place_other"))
    return rows.sort(pl.col("difference").abs(), *on, descending=[True, *(False for _ in on)], nulls_last=True)


_FIGURES = (
    Column("score", "Score, first", "number"),
    Column("score_other", "second", "number"),
    Column("place", "Place, first", "percent"),
    Column("place_other", "second", "percent"),
    Column("difference", "Difference of places", "percent"),
    Column("rank", "Rank, first", "whole"),
    Column("rank_other", "second", "whole"),
)
_SAYS = (
    "Place: the share of the reference patients of the indication who score lower for the drug. Difference: the place "
    "of the first less that of the second, the largest first. A difference of a few percent is none."
)
COMPARISONS = (
    TableKind(
        name="compare_patients",
        title="Two patients compared",
        says=_SAYS,
        fields={ONE: "patient", OTHER: "patient"},
        rows=two_patients,
        columns=(Column("drug_name", "Drug", "drug", "drug_id"), Column("mechanism", "Mechanism"), *_FIGURES),
    ),
    TableKind(
        name="compare_drugs",
        title="Two drugs compared",
        says=_SAYS,
        fields={ONE: "drug", OTHER: "drug"},
        rows=two_drugs,
        columns=(Column("patient_id", "Patient", "patient"), Column("indication", "Indication", "code"), *_FIGURES),
    ),
)
