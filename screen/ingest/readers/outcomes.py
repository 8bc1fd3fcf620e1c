"""Clinical tables: TCGA-CDR outcomes, cBioPortal patients, any table of patients and their tumour type."""

import polars as pl

from screen.errors import InputError
from screen.ingest.clinical import Clinical, Endpoint, clinical_batch
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, find, read_table
from screen.records import Batch, ReadOptions

_PATIENT = (
    "patientid",
    "bcrpatientbarcode",
    "patient",
    "submitterid",
    "casesubmitterid",
    "casessubmitterid",
    "subjectid",
)
_INDICATION = (
    "indication",
    "cancertypeacronym",
    "type",
    "cancertype",
    "tumortype",
    "tumourtype",
    "projectid",
    "projectprojectid",
    "casesprojectid",
    "cohort",
)
_AGE = (
    "ageatinitialpathologicdiagnosis",
    "ageatindex",
    "demographicageatindex",
    "age",
    "ageyears",
    "ageatdiagnosisyears",
    "ageatdiagnosis",
    "diagnosesageatdiagnosis",
    "daystobirth",
    "demographicdaystobirth",
)
"""The GDC's age_at_index is in years; its age_at_diagnosis, and days_to_birth, in days."""
_SEX = ("sex", "gender", "demographicgender", "demographicsexatbirth")
_STAGE = ("ajccpathologictumorstage", "ajccpathologicstage", "diagnosesajccpathologicstage", "tumorstage", "stage")
_ENDPOINTS = {"OS": "os", "DSS": "dss", "DFI": "dfi", "PFI": "pfi"}
_CBIOPORTAL = {"OS": "os", "DSS": "dss", "DFI": "dfs", "PFI": "pfs"}
_OTHER = ("race", "ethnicity", "grade", "sampleid", "bmi", "histology", "subtype", "vitalstatus", "year")
_DAYS_A_MONTH = 365.25 / 12


def _is_cdr(head: Head) -> bool:
    return head.has("bcr_patient_barcode", "type", "OS", "OS.time")


def _read_cdr(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    return clinical_batch("tcga-cdr", head, table, _columns(table, head, _ENDPOINTS), options, notes)


def _is_cbioportal(head: Head) -> bool:
    return head.text.startswith("#") and head.header[:1] == ("PATIENT_ID",) and "SAMPLE_ID" not in head.header


def _read_cbioportal(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    columns = _columns(table, head, {})
    endpoints = [
        Endpoint(name, status, months, _DAYS_A_MONTH)
        for name, stem in _CBIOPORTAL.items()
        if (status := find(table.columns, f"{stem}status")) and (months := find(table.columns, f"{stem}months"))
    ]
    columns = Clinical(columns.patient, columns.indication, columns.age, columns.sex, columns.stage, tuple(endpoints))
    return clinical_batch("cbioportal-patients", head, table, columns, options, notes)


def _is_clinical(head: Head) -> bool:
    """Patients and their tumour type beside nothing but clinical columns; genes beside them make a matrix."""
    names = head.header
    if find(names, *_PATIENT) is None or find(names, *_INDICATION) is None or find(names, "drugname", "drug"):
        return False
    known = [
        find([name], *_PATIENT, *_INDICATION, *_AGE, *_SEX, *_STAGE, *_OTHER) is not None or _is_endpoint(name)
        for name in names
    ]
    genes = [name for name, clinical in zip(names, known, strict=True) if not clinical and name.isupper()]
    return len(genes) <= 0.5 * (len(names) - sum(known))


def _is_endpoint(name: str) -> bool:
    spellings = [stem + end for stem in _ENDPOINTS.values() for end in ("", "time", "days", "event")]
    return find([name], *spellings) is not None


def _read_clinical(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    return clinical_batch("clinical-table", head, table, _columns(table, head, _ENDPOINTS), options, notes)


def _columns(table: pl.DataFrame, head: Head, stems: dict[str, str]) -> Clinical:
    names = [name for name in table.columns if name != LINE]
    patient = find(names, *_PATIENT)
    if patient is None:
        raise InputError("no column of patient ids", where=str(head.path), remedy="name it patient_id")
    endpoints = [
        Endpoint(name, event, time)
        for name, stem in stems.items()
        if (event := find(names, f"{stem}event", stem)) and (time := find(names, f"{stem}time", f"{stem}days"))
    ]
    return Clinical(
        patient,
        find(names, *_INDICATION),
        find(names, *_AGE),
        find(names, *_SEX),
        find(names, *_STAGE),
        tuple(endpoints),
    )


KINDS = (
    Kind("tcga-cdr", "TCGA clinical outcomes (TCGA-CDR)", _is_cdr, _read_cdr),
    Kind("cbioportal-patients", "cBioPortal clinical patients", _is_cbioportal, _read_cbioportal),
    Kind("clinical-table", "table of patients and their tumour type", _is_clinical, _read_clinical),
)
