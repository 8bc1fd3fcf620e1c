"""Shares of patients with a drug on the shortlist, by what else is known of the patients."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from screen.report.content.edi import EdiRow, wilson
from screen.report.content.provenance import CurrentRun
from screen.store import Store

FEWEST = 5
"""Patients a stratum needs to be shown."""
UNKNOWN = "not known"
_CLINICAL = "clinical: "
"""Before the name of a column that a clinical table brought."""
FIELDS = (("sex", "Sex"), ("stage", "Stage"), ("batch", "Profiles from"), ("part", "Tumour type"), ("domain", "Domain"))

_PATIENTS = """
SELECT p.patient_id, c.sex, c.stage, e.dataset AS batch, c.indication AS part,
       CASE WHEN p.inside_domain THEN 'inside' WHEN NOT p.inside_domain THEN 'outside' END AS domain
FROM run_patients p
LEFT JOIN patients c USING (patient_id)
LEFT JOIN (SELECT DISTINCT source_id, dataset FROM expression WHERE domain = 'patient') e USING (source_id)
WHERE p.run_id = $run
ORDER BY p.patient_id
"""

_GROUPS = """
SELECT g.patient_id, g.name, first(g.value ORDER BY s.ingested DESC NULLS LAST, g.source_id) AS value
FROM patient_groups g
JOIN run_patients p ON p.patient_id = g.patient_id AND p.run_id = $run
LEFT JOIN source_files s ON s.source_id = g.source_id
GROUP BY g.patient_id, g.name
ORDER BY g.patient_id, g.name
"""


@dataclass(frozen=True)
class PatientGroup:
    """Patients with one value of a field."""

    name: str
    patients: int


@dataclass(frozen=True)
class Share:
    """A drug among the patients of a part."""

    efficient: int
    share: float
    differs: str
    """'higher' or 'lower' where its 95% interval lies off that of all other patients of the field, else empty."""


@dataclass(frozen=True)
class DrugShares:
    """One drug over the parts of a field."""

    drug: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Field:
    """One way to part the cohort."""

    name: str
    parts: tuple[PatientGroup, ...]
    left_out: int
    """Patients without the fact, or in parts with fewer than FEWEST."""
    lines: tuple[DrugShares, ...]


@dataclass(frozen=True)
class Strata:
    """The fields that part the cohort, and those that do not."""

    fields: tuple[Field, ...]
    missing: tuple[str, ...]
    """'field: why it cannot be shown'."""


def strata(
    store: Store, run: CurrentRun, edi: Sequence[EdiRow], edp: pl.DataFrame, columns: Sequence[str] = ()
) -> Strata:
    """The efficient drugs' shares by sex, stage, batch and domain, each where at least two parts are large enough.

    Parameters
    ----------
    edp : EDP of the indication
    columns : of clinical tables, by which patients are parted too
    """
    patients = store.sql(_PATIENTS, run=run.run_id).with_columns(
        pl.col("stage").map_elements(main_stage, return_dtype=pl.String)
    )
    further = _further(store, run)
    patients = patients.join(further, on="patient_id", how="left")
    shown = edp.join(patients, on="patient_id", how="left")
    there = [name.removeprefix(_CLINICAL) for name in further.columns[1:]]
    fields, missing = [], [f"{name}: no clinical table has it" for name in columns if name not in there]
    if unnamed := [name for name in there if name not in columns]:
        missing.append(f"columns of clinical tables that the setting strata does not name: {', '.join(unnamed)}")
    elif not columns:
        missing.append("subtype and the like: no clinical table that was read has a column of groups")
    named = [(f"{_CLINICAL}{name}", name) for name in columns if name in there]
    for column, name in (*FIELDS, *named):
        parts = _parts(patients[column].to_list())
        if len(parts) > 1:
            fields.append(_field(name, parts, patients.height, edi, _table(shown, column)))
        elif column != "part":
            missing.append(f"{name.lower()}: {_why(parts, patients.height)}")
    return Strata(tuple(fields), tuple(missing))


def _further(store: Store, run: CurrentRun) -> pl.DataFrame:
    """A row a patient of the run, a column a name; of several tables the value of the last one read."""
    rows = store.sql(_GROUPS, run=run.run_id)
    if rows.is_empty():
        return pl.DataFrame(schema={"patient_id": pl.String})
    wide = rows.pivot("name", index="patient_id", values="value", sort_columns=True)
    return wide.rename(lambda name: name if name == "patient_id" else f"{_CLINICAL}{name}")


def main_stage(text: str) -> str:
    """``Stage IIIA`` -> ``III``; other texts as they are."""
    found = re.fullmatch(r"(?:stage\s+)?(IV|I{1,3})[ABC]?\d?", text.strip(), re.IGNORECASE)
    return found.group(1).upper() if found else text


def _parts(values: Sequence[str | None]) -> list[PatientGroup]:
    counts = {name: values.count(name) for name in sorted({v for v in values if v is not None})}
    return [PatientGroup(name, n) for name, n in counts.items() if n >= FEWEST]


def _why(parts: Sequence[PatientGroup], patients: int) -> str:
    if not parts:
        return f"not known for {FEWEST} patients or more"
    return f"{parts[0].name} for {parts[0].patients} of {patients}, no second group of {FEWEST}"


def _table(shown: pl.DataFrame, column: str) -> dict[tuple[str, str], int]:
    counted = shown.filter(pl.col(column).is_not_null()).group_by("drug_id", column).len()
    return {(drug, part): n for drug, part, n in counted.iter_rows()}


def _field(
    name: str, parts: Sequence[PatientGroup], patients: int, edi: Sequence[EdiRow], table: Mapping[tuple[str, str], int]
) -> Field:
    lines = []
    for row in edi:
        counts = [table.get((row.note.drug_id, part.name), 0) for part in parts]
        lines.append(DrugShares(row.note.name, tuple(_share(i, counts, parts) for i in range(len(parts)))))
    return Field(name, tuple(parts), patients - sum(part.patients for part in parts), tuple(lines))


def _share(i: int, counts: Sequence[int], parts: Sequence[PatientGroup]) -> Share:
    k, n = counts[i], parts[i].patients
    others, rest = sum(counts) - k, sum(part.patients for part in parts) - n
    (low, high), (rest_low, rest_high) = wilson(k, n), wilson(others, rest)
    return Share(k, k / n, "higher" if low > rest_high else "lower" if high < rest_low else "")
