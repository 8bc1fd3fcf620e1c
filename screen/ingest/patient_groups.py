"""Further columns of a clinical table that put its patients into groups: subtype, grade, receptor state."""

import re
from collections.abc import Collection

import polars as pl

MOST_VALUES = 12
"""More make no groups but free text."""
_MOST_OF_NUMBERS = 4
"""A column of more different numbers is a measurement."""
_LONGEST = 60
_FEWEST_PATIENTS = 2
_OUTCOME = re.compile(
    r"^(?:os|dss|dfi|dfs|pfi|pfs)(?:$|[ ._])|status$|time$|days|months|death|relapse|recurr|progress|redact|version|"
    r"^(?:form|is)_|response|^new_tumor",
    re.IGNORECASE,
)
"""Outcomes part no cohort beforehand; the rest is of the table itself."""
PATIENT_GROUPS = pl.Schema({"patient_id": pl.String(), "name": pl.String(), "value": pl.String()})


def patient_groups(table: pl.DataFrame, patient: str, read: Collection[str]) -> pl.DataFrame:
    """Rows of ``patient_groups``: a row a patient and column.

    Parameters
    ----------
    table : cells as text, unknown ones null
    read : columns that are read as something else
    """
    names = [name for name in table.columns if name not in read and _parts_patients(name, table[name])]
    if not names:
        return pl.DataFrame(schema=PATIENT_GROUPS)
    long = table.select(pl.col(patient).alias("patient_id"), *names).unpivot(
        names, index="patient_id", variable_name="name"
    )
    return long.drop_nulls().unique(maintain_order=True).cast(PATIENT_GROUPS)


def _parts_patients(name: str, cells: pl.Series) -> bool:
    if _OUTCOME.search(name) or cells.dtype != pl.String:
        return False
    counts = cells.drop_nulls().value_counts()
    values = counts[cells.name]
    if not 2 <= counts.height <= MOST_VALUES or (values.str.len_chars() > _LONGEST).any():
        return False
    if (counts["count"] >= _FEWEST_PATIENTS).sum() < 2:
        return False
    numbers = values.cast(pl.Float64, strict=False).is_not_null().all()
    return counts.height <= _MOST_OF_NUMBERS or not numbers
