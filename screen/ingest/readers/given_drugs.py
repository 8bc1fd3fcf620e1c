"""Drugs that patients were given, with the response by RECIST class (Ding et al. 2016)."""

import polars as pl

from screen.errors import InputError
from screen.indications import require
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.identifiers import check_patient_id, refuse_direct
from screen.ingest.text.delimited import LINE, find, read_table
from screen.patient_identity import canonical_patient_id
from screen.records import Batch, ReadOptions, drug_keys

_PATIENT = ("patientarr", "patientid", "patient", "bcrpatientbarcode")
_DRUG = ("drugname", "drug")
_RESPONSE = ("response", "recist", "bestresponse", "measureofresponse")
_INDICATION = ("cancers", "indication", "cancertype", "type")
_START = ("starttime", "startday", "daystodrugtherapystart")
_RESPONDER = {
    "complete response": True,
    "cr": True,
    "partial response": True,
    "pr": True,
    "stable disease": False,
    "sd": False,
    "clinical progressive disease": False,
    "progressive disease": False,
    "pd": False,
}


def _recognises(head: Head) -> bool:
    return all(find(head.header, *spellings) for spellings in (_PATIENT, _DRUG, _RESPONSE))


def _read(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    refuse_direct([name for name in table.columns if name != find(table.columns, *_DRUG)], str(head.path))
    found = [find(table.columns, *spellings) for spellings in (_PATIENT, _DRUG, _RESPONSE)]
    if None in found:
        raise InputError(
            "needs columns of patients, drugs and responses",
            where=str(head.path),
            remedy="as in patient.arr, drug.name, response",
        )
    rows = _rows(table, options, *map(str, found))
    incomplete = table.height - rows.height
    for patient, line in rows.select("patient_id", LINE).unique("patient_id", keep="first").iter_rows():
        check_patient_id(patient, f"{head.path}: line {line}")
    _check_indications(rows, head)
    remarks = [
        f"{rows.height} given drugs of {rows['patient_id'].n_unique()} patients",
        *([f"{incomplete} rows without patient or drug left out"] if incomplete else []),
        *_remarks(rows),
        *notes,
    ]
    return Batch("given-drugs", {"given_drugs": rows.drop(LINE)}, tuple(remarks))


def _rows(table: pl.DataFrame, options: ReadOptions, patient: str, drug: str, response: str) -> pl.DataFrame:
    indication, start = find(table.columns, *_INDICATION), find(table.columns, *_START)
    whole = table.drop_nulls([patient, drug])
    response_text = pl.col(response).str.to_lowercase()
    return whole.select(
        LINE,
        patient_id=pl.col(patient).map_elements(canonical_patient_id, pl.String),
        indication=pl.col(indication) if indication else pl.lit(options.indication, pl.String),
        drug_key=drug_keys(whole[drug]),
        drug_name=pl.col(drug),
        response=pl.col(response),
        responder=response_text.replace_strict(_RESPONDER, default=None, return_dtype=pl.Boolean),
        start_day=pl.col(start).cast(pl.Float64, strict=False) if start else pl.lit(None, pl.Float64),
    )


def _check_indications(rows: pl.DataFrame, head: Head) -> None:
    for code, line in (
        rows.drop_nulls("indication")
        .select("indication", LINE)
        .unique("indication", keep="first", maintain_order=True)
        .iter_rows()
    ):
        require(code, f"{head.path}: line {line}")


def _remarks(rows: pl.DataFrame) -> list[str]:
    several = rows.group_by("patient_id").agg(pl.col("drug_key").n_unique()).filter(pl.col("drug_key") > 1).height
    unknown = sorted(set(rows.filter(pl.col("responder").is_null())["response"].drop_nulls()))
    notes = [f"{several} patients took several drugs: a response may belong to the regimen"] if several else []
    return notes + ([f"no RECIST class, taken as unknown: {', '.join(unknown[:5])}"] if unknown else [])


KINDS = (Kind("given-drugs", "drugs given to patients with RECIST response", _recognises, _read),)
