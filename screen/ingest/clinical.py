"""Rows of a clinical table checked: patients with tumour type, age, sex, stage, and their outcomes."""

from dataclasses import dataclass

import polars as pl

from screen.errors import InputError
from screen.indications import require
from screen.ingest.file_head import Head
from screen.ingest.patient_groups import patient_groups
from screen.ingest.profiles.identifiers import check_patient_id, refuse_direct
from screen.ingest.profiles.patient_ids import PATIENT_RECORDS, codes, listed
from screen.ingest.text.delimited import LINE, refuse_values_as_ids
from screen.patient_identity import canonical_patient_id
from screen.records import Batch, ReadOptions

_UNKNOWN = (
    r"(?i)^(?:\[.*\]|'?--+|not (?:reported|available|applicable|evaluated|specified|provided|allowed to collect)"
    r"|unknown|unspecified|none reported|n\.?d\.?|nan|null|\?)$"
)
"""TCGA writes ``[Not Available]`` and the like, the GDC's portal ``'--`` and ``Not Reported``."""
_OLDEST = 130
"""Years no human has reached: an age above is in days."""
_DAYS_A_YEAR = 365.25
_CODED = ("indication", "type", "cancer_type_acronym")
"""Columns that hold indication codes and nothing else."""
_EVENT = {
    "1": True,
    "1.0": True,
    "true": True,
    "yes": True,
    "0": False,
    "0.0": False,
    "false": False,
    "no": False,
    "deceased": True,
    "dead": True,
    "recurred/progressed": True,
    "progressed": True,
    "living": False,
    "alive": False,
    "diseasefree": False,
    "disease free": False,
    "censored": False,
}


@dataclass(frozen=True)
class Endpoint:
    """Where one outcome lies."""

    name: str
    """OS, DSS, DFI or PFI."""
    event: str
    time: str
    days: float = 1.0
    """Days in a unit of the column ``time``."""


@dataclass(frozen=True)
class Clinical:
    """Where the columns of a clinical table lie; ``None`` where there is none."""

    patient: str
    indication: str | None
    age: str | None
    sex: str | None
    stage: str | None
    endpoints: tuple[Endpoint, ...]


def clinical_batch(
    kind: str, head: Head, table: pl.DataFrame, columns: Clinical, options: ReadOptions, notes: tuple[str, ...]
) -> Batch:
    """Rows of ``patient_records`` (authority 0) and ``outcomes``.

    Raises
    ------
    InputError
        Direct identifiers, an id that cannot be one or is there twice, an unknown indication; each with its line.
    """
    refuse_direct((name for name in table.columns if name != columns.patient), str(head.path))
    cells = pl.exclude(LINE)
    table = table.with_columns(pl.when(cells.str.contains(_UNKNOWN)).then(None).otherwise(cells).name.keep())
    table = table.with_columns(pl.col(columns.patient).map_elements(canonical_patient_id, pl.String))
    table, merged = _one_row_each(table, columns, head)
    _check_patients(table, columns.patient, head)
    ages, age_notes = _ages(table, columns.age, head)
    indications, unknown = _indications(table, columns, options, head)
    patients = table.select(
        patient_id=columns.patient,
        indication=indications,
        authority=pl.lit(0, pl.Int32),
        age=ages,
        sex=_text(columns.sex).str.to_lowercase(),
        stage=_text(columns.stage),
    ).cast(PATIENT_RECORDS)
    outcomes = [_outcome(table, columns.patient, endpoint) for endpoint in columns.endpoints]
    remarks = [
        f"{patients.height} patients",
        *notes,
        *unknown,
        *merged,
        *age_notes,
        *(note for _, more in outcomes for note in more),
    ]
    tables = {"patient_records": patients}
    groups = patient_groups(table, columns.patient, {LINE, columns.patient, *_read(columns)})
    if groups.height:
        tables["patient_groups"] = groups
        names = groups["name"].unique(maintain_order=True).to_list()
        remarks.append(f"may part a cohort in reports (setting strata): {listed(names)}")
    if outcomes:
        tables["outcomes"] = pl.concat([rows for rows, _ in outcomes])
    return Batch(kind, tables, tuple(remarks))


def _text(column: str | None) -> pl.Expr:
    return pl.col(column) if column else pl.lit(None, pl.String)


def _check_patients(table: pl.DataFrame, column: str, head: Head) -> None:
    for patient, line in table.select(column, LINE).iter_rows():
        check_patient_id(patient or "", f"{head.path}: line {line}, column {column}")
    refuse_values_as_ids(table[column], table[LINE], head.path)


def _one_row_each(table: pl.DataFrame, columns: Clinical, head: Head) -> tuple[pl.DataFrame, list[str]]:
    """A patient on several rows (one a treatment, one a diagnosis) is one where the rows agree on what is read.

    Raises
    ------
    InputError
        They do not agree; with the line.
    """
    read = _read(columns)
    if not table[columns.patient].is_duplicated().any() or table[columns.patient].null_count():
        return table, []
    by_patient = table.group_by(columns.patient, maintain_order=True)
    values = by_patient.agg(pl.col(read).drop_nulls().n_unique())
    for name in read:
        several = values.filter(pl.col(name) > 1)
        if several.height:
            patient = several[columns.patient][0]
            line = table.filter(pl.col(columns.patient) == patient)[LINE][1]
            raise InputError(
                f"line {line}: patient {patient!r} is there twice, with another {name}",
                where=str(head.path),
                remedy="each patient once, or the same values in all rows of a patient",
            )
    one = by_patient.agg(pl.col(LINE).first(), pl.col(read).drop_nulls().first())
    return one, [f"{table.height - one.height} further rows of the same patients agree and are read as one"]


def _read(columns: Clinical) -> list[str]:
    """Columns read beside the patient's id."""
    named = [columns.indication, columns.age, columns.sex, columns.stage]
    outcomes = [name for endpoint in columns.endpoints for name in (endpoint.event, endpoint.time)]
    return [*dict.fromkeys(name for name in named if name), *outcomes]


def _indications(
    table: pl.DataFrame, columns: Clinical, options: ReadOptions, head: Head
) -> tuple[pl.Series, list[str]]:
    declared = require(options.indication, "--indication") if options.indication else None
    if columns.indication is None:
        return pl.Series([declared] * table.height, dtype=pl.String), []
    found, notes = codes(
        table[columns.indication].to_list(),
        [f"line {line}" for line in table[LINE]],
        columns.indication,
        head.path,
        strict=columns.indication.lower() in _CODED,
    )
    return pl.Series([code or declared for code in found], dtype=pl.String), notes


def _ages(table: pl.DataFrame, column: str | None, head: Head) -> tuple[pl.Series, list[str]]:
    """Years, from a column of years or of days (negative where they lead back to the birth), and notes.

    Raises
    ------
    InputError
        An age that no human reaches among others in years; with the line.
    """
    if column is None:
        return pl.Series([None] * table.height, dtype=pl.Float64), []
    remarks = table[column]
    ages = remarks.cast(pl.Float64, strict=False)
    odd = remarks.filter(remarks.is_not_null() & ages.is_null())
    notes = [f"{odd.len()} ages are no numbers, left empty: {listed(odd.to_list())}"] if odd.len() else []
    if (ages <= 0).fill_null(True).all() and (ages < -_OLDEST).any():
        ages = -ages
    typical = ages.median()
    if isinstance(typical, float) and typical > _OLDEST:
        ages = ages / _DAYS_A_YEAR
        notes.append(f"column {column} is in days: divided by {_DAYS_A_YEAR}")
    wrong = table.filter((ages > _OLDEST) | (ages < 0))
    if wrong.height:
        raise InputError(
            f"line {wrong[LINE][0]}, column {column}: {wrong[column][0]} is no human age",
            where=str(head.path),
            remedy="give ages in years, or all of them in days",
        )
    return ages, notes


def _outcome(table: pl.DataFrame, patient: str, endpoint: Endpoint) -> tuple[pl.DataFrame, list[str]]:
    """Rows with an event and a time of zero days or more; the others are counted in the notes."""
    status = pl.col(endpoint.event).str.to_lowercase().str.replace(r"^([01]):.*$", "$1")
    rows = table.select(
        patient_id=patient,
        endpoint=pl.lit(endpoint.name),
        event=status.replace_strict(_EVENT, default=None, return_dtype=pl.Boolean),
        days=pl.col(endpoint.time).cast(pl.Float64, strict=False) * endpoint.days,
        given=pl.col(endpoint.event).is_not_null() & pl.col(endpoint.time).is_not_null(),
    )
    whole = rows.filter(pl.col("event").is_not_null() & (pl.col("days") >= 0) & pl.col("days").is_finite())
    absent = rows.filter(~pl.col("given")).height
    odd = rows.height - whole.height - absent
    notes = [f"{endpoint.name}: {whole.height} patients, {absent} without"]
    if odd:
        notes.append(f"{endpoint.name}: {odd} left out, neither an event (0, 1) nor a time of zero days or more")
    return whole.drop("given"), notes
