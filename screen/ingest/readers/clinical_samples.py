"""cBioPortal's ``data_clinical_sample.txt``: the tumour type of each sample's patient, and its microsatellites."""

import polars as pl

from screen.alterations.kinds import MSI
from screen.errors import InputError
from screen.indications import known, require
from screen.indications.conditions import map_condition
from screen.indications.tree import from_oncotree
from screen.ingest.alterations.call_rows import call_table
from screen.ingest.alterations.subjects import Subjects, subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.identifiers import refuse_direct
from screen.ingest.profiles.patient_ids import PATIENT_RECORDS, listed
from screen.ingest.profiles.profile_rows import dataset_name
from screen.ingest.text.delimited import LINE, find, read_table
from screen.patient_identity import canonical_patient_id
from screen.records import Batch, ReadOptions

_TYPES = ("CANCER_TYPE_ACRONYM", "ONCOTREE_CODE", "CANCER_TYPE_DETAILED", "CANCER_TYPE")
"""Believed in this order; a cell of several tumour types (non-small cell lung cancer) says none."""
_MSI = {"msi-h": 1.0, "instable": 1.0, "msi": 1.0, "msi-l": 0.5, "mss": 0.0, "stable": 0.0, "msi-s": 0.0}
_WRITTEN = {1.0: "MSI-H", 0.5: "MSI-L", 0.0: "MSS"}
_BURDEN = ("tmbnonsynonymous", "msiscore", "msiscoremantis", "msisensorscore")


def _recognises(head: Head) -> bool:
    types = any(name in head.header for name in _TYPES)
    return head.has("PATIENT_ID", "SAMPLE_ID") and types and find(head.header, "hugosymbol", "gene") is None


def _read(head: Head, options: ReadOptions) -> Batch:
    head.require("PATIENT_ID", "SAMPLE_ID")
    table, notes = read_table(head)
    refuse_direct((name for name in table.columns if name not in ("PATIENT_ID", "SAMPLE_ID")), str(head.path))
    gap = table.filter(pl.col("PATIENT_ID").is_null() | pl.col("SAMPLE_ID").is_null())
    if gap.height or table.is_empty():
        raise InputError(
            f"line {gap[LINE][0]}: no id" if gap.height else "a header and no rows",
            where=str(head.path),
            remedy="is the file whole? fetch it again",
        )
    people = subjects_of(table["PATIENT_ID"].to_list(), head.path, "PATIENT_ID", "patient", table[LINE])
    ids = [canonical_patient_id(one) for one in table["PATIENT_ID"]]
    table = table.with_columns(patient_id=pl.Series(ids, dtype=pl.String), code=_codes(table))
    records, unsettled = _records(table, options)
    tables = {"patient_records": records}
    states, remarks = _microsatellites(table, head, options)
    if states is not None:
        tables["alterations"] = states
    typed = records["indication"].drop_nulls().len()
    aside = [name for name in table.columns if find([name], *_BURDEN)]
    left = (f"columns left aside, nothing reads them yet: {listed(aside)}",) if aside else ()
    counted = f"{people.counted}, {table.height} samples; tumour type of {typed} patients"
    return Batch("cbioportal-samples", tables, (counted, *unsettled, *remarks, *left, *notes))


def _codes(table: pl.DataFrame) -> pl.Series:
    """Indication code of each row; null where none of its cells stands for one alone."""
    named = [name for name in _TYPES if name in table.columns]
    found: dict[tuple[str | None, ...], str | None] = {}
    for cells in table.select(named).unique().iter_rows():
        found[cells] = next((code for cell in cells if cell and (code := _code(cell))), None)
    return pl.Series([found[cells] for cells in table.select(named).iter_rows()], dtype=pl.String)


def _code(cell: str) -> str | None:
    if known(cell):
        return cell
    codes = from_oncotree(cell, None) or map_condition(cell, None).codes
    return codes[0] if len(codes) == 1 else None


def _records(table: pl.DataFrame, options: ReadOptions) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """One row a patient; two tumours of different types say nothing of the patient's."""
    declared = require(options.indication, "--indication") if options.indication else None
    by_patient = table.group_by("patient_id", maintain_order=True).agg(pl.col("code").drop_nulls().unique().sort())
    several = by_patient.filter(pl.col("code").list.len() > 1)["patient_id"].to_list()
    one = pl.when(pl.col("code").list.len() == 1).then(pl.col("code").list.first())
    nothing = pl.lit(None)
    records = by_patient.select(
        "patient_id",
        indication=pl.lit(declared) if declared else one,
        authority=pl.lit(0),
        age=nothing,
        sex=nothing,
        stage=nothing,
    ).cast(PATIENT_RECORDS)
    notes = []
    if several and not declared:
        notes.append(
            f"{len(several)} patients have tumours of several types, their type is left open: {listed(several)}"
        )
    if (open_type := records["indication"].null_count() - (0 if declared else len(several))) > 0:
        notes.append(f"{open_type} patients whose type stands for no indication; one type for all: --indication CODE")
    return records, tuple(notes)


def _microsatellites(
    table: pl.DataFrame, head: Head, options: ReadOptions
) -> tuple[pl.DataFrame | None, tuple[str, ...]]:
    """Rows of ``alterations`` from a column of states; scores without a threshold in the file say none."""
    column = find(table.columns, "msistatus", "msitype")
    if column is None:
        return None, ()
    level = table[column].str.to_lowercase().replace_strict(_MSI, default=None, return_dtype=pl.Float64)
    rows = table.select("patient_id", sample_id="SAMPLE_ID", level=level).drop_nulls("level")
    unsure = table.height - rows.height
    if rows.is_empty():
        return None, (f"column {column}: no state that is known",)
    subjects = Subjects("patient", rows.select("sample_id", subject_id="patient_id").unique(maintain_order=True))
    detail = rows["level"].replace_strict(_WRITTEN, return_dtype=pl.String)
    calls = rows.select("sample_id", "level", gene=pl.lit(MSI), detail=detail)
    high = int((rows["level"] == 1.0).sum())
    left = (f"{unsure} samples without a microsatellite state: unknown",) if unsure else ()
    made = call_table(calls, subjects, "msi", "msi", dataset_name(head.path, options))
    return made, (f"microsatellites: {high} of {rows.height} samples MSI-H", *left)


KINDS = (Kind("cbioportal-samples", "cBioPortal clinical samples", _recognises, _read),)
