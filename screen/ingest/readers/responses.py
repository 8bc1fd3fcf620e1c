"""Measured responses of cell lines: GDSC's fitted dose response, and long tables of one value a line and drug.

The area under the curve of GDSC is a fraction of the measured range (0..1, low = sensitive). CTRP integrates over the
logarithm of its doses instead, which gives values far above 1: another scale, kept under another name. ``LN_IC50`` is
the natural logarithm of micromol/l.
"""

import re
from dataclasses import replace

import polars as pl

from screen.errors import InputError
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, empty_rows, find, numbers, plain_id, read_table
from screen.records import Batch, ReadOptions, drug_keys

# The identifier that belongs to one line only before the name that may be shared.
_LINE_IDS = (
    "sangermodelid",
    "modelid",
    "depmapid",
    "depmapmodelid",
    "celllineid",
    "cosmicid",
    "celllinename",
    "cellline",
    "strippedcelllinename",
    "ccle",
)
_DRUGS = ("drugname", "drug", "compoundname", "compound", "pertiname", "treatment")
_METRICS = {"LN_IC50": ("lnic50", "logic50ln"), "AUC": ("auc", "aucctrp", "areaundercurve")}
_STUDY = re.compile(r"(GDSC\d|CTRPv?\d|PRISM|gCSI|CCLE)(?![A-Za-z0-9])", re.IGNORECASE)


def _is_gdsc(head: Head) -> bool:
    names = set(head.header)
    return {"DRUG_ID", "DRUG_NAME", "LN_IC50", "AUC"} <= names and bool(names & {"CELL_LINE_NAME", "SANGER_MODEL_ID"})


def _is_long(head: Head) -> bool:
    names = head.header
    spellings = [s for metric in _METRICS.values() for s in metric]
    return all(find(names, *wanted) for wanted in (_LINE_IDS, _DRUGS, spellings)) and not find(names, "smiles")


def _read_gdsc(head: Head, options: ReadOptions) -> Batch:
    frame, notes = _filled(head)
    batch = _read(head, options, frame, notes, "gdsc-dose-response")
    return replace(batch, tables={**batch.tables, "drug_facts": _facts(frame)})


def _facts(frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.rename({"DRUG_NAME": "name"})
    lists = (("PUTATIVE_TARGET", "target", drug_rows.TARGET_COMMA), ("PATHWAY_NAME", "pathway", drug_rows.WHOLE))
    present = [drug_rows.listed(named, *one) for one in lists if one[0] in frame.columns]
    return drug_rows.facts(pl.concat([drug_rows.text_frame(("name", "field", "value"), ()), *present]))


def _read_long(head: Head, options: ReadOptions) -> Batch:
    frame, notes = _filled(head)
    return _read(head, options, frame, notes, "response-table")


def _filled(head: Head) -> tuple[pl.DataFrame, tuple[str, ...]]:
    frame, notes = read_table(head)
    empty = empty_rows(frame)
    filled = frame.filter(~empty)
    left = frame.height - filled.height
    return filled, (*notes, f"{left:,} empty rows left out") if left else notes


def _read(head: Head, options: ReadOptions, frame: pl.DataFrame, notes: tuple[str, ...], kind: str) -> Batch:
    dataset, origin = _dataset(head, options, frame)
    keyed = _keyed(head, frame).with_columns(dataset=dataset)
    measured = {metric: column for metric, spellings in _METRICS.items() if (column := find(frame.columns, *spellings))}
    parts: list[pl.DataFrame] = []
    for metric, column in measured.items():
        values = keyed.with_columns(value=numbers(frame, column, head.path), metric=pl.lit(metric))
        parts.append(_scaled(head, values, gdsc=kind == "gdsc-dose-response") if metric == "AUC" else values)
    rows = pl.concat(parts)
    blank = rows["value"].null_count()
    responses = _averaged(rows.drop_nulls("value"))
    if responses.is_empty():
        raise InputError("holds no response", where=str(head.path), remedy="is the file whole?")
    names = keyed.select(name="drug_name").unique().sort("name")
    return Batch(
        kind,
        {"responses": responses, "drug_names": drug_rows.names(names, drug_rows.DRUG_TABLE)},
        (*notes, origin, *_told(responses, blank)),
    )


def _dataset(head: Head, options: ReadOptions, frame: pl.DataFrame) -> tuple[pl.Series, str]:
    column = find(frame.columns, "dataset")
    if options.dataset is None and column is not None and not frame[column].null_count():
        names = sorted(frame[column].unique())
        return frame[column], f"dataset {', '.join(names)}, from column {column}"
    stem = re.sub(r"(\.(csv|tsv|txt|gz|xlsx))+$", "", head.path.name, flags=re.IGNORECASE)
    study = _STUDY.match(stem)
    name = options.dataset or (study.group(1) if study else stem)
    origin = "as declared" if options.dataset else "from the file's name (--dataset says otherwise)"
    return pl.repeat(name, frame.height, dtype=pl.String, eager=True), f"dataset {name}, {origin}"


def _keyed(head: Head, frame: pl.DataFrame) -> pl.DataFrame:
    """line, cell_line_ref, drug_name of every row.

    Raises
    ------
    InputError
        A row without a cell line or a drug.
    """
    ids = [column for spelling in _LINE_IDS if (column := find(frame.columns, spelling))]
    drug = find(frame.columns, *_DRUGS)
    if not ids or drug is None or not any(find(frame.columns, *s) for s in _METRICS.values()):
        raise InputError(
            f"columns for cell line, drug and response are needed, found: {', '.join(frame.columns[1:9])}",
            where=str(head.path),
            remedy="name them cell_line_id, drug_name and AUC or LN_IC50",
        )
    keyed = frame.select(LINE, cell_line_ref=pl.coalesce(plain_id(name) for name in ids), drug_name=pl.col(drug))
    for column, what in (("cell_line_ref", "cell line"), ("drug_name", "drug")):
        gap = keyed.filter(pl.col(column).is_null())
        if gap.height:
            raise InputError(f"line {gap[LINE][0]}: no {what}", where=str(head.path), remedy="is the file whole?")
    return keyed


def _scaled(head: Head, rows: pl.DataFrame, *, gdsc: bool) -> pl.DataFrame:
    """Rows of an area under the curve with the metric that says its scale.

    Raises
    ------
    InputError
        Below zero, or now and then above one where the scale is 0..1.
    """
    value = pl.col("value")
    above = rows.select((value > 1).sum() > value.count() / 2).item()
    ctrp = not gdsc and bool(above or rows["dataset"].str.starts_with("CTRP").all())
    bad = rows.filter((value < 0) | (False if ctrp else value > 1))
    if bad.height:
        raise InputError(
            f"line {bad[LINE][0]}: AUC {bad['value'][0]:g} lies outside 0..1",
            where=str(head.path),
            remedy="AUC is the fraction of the curve's range; CTRP's own scale needs --dataset CTRPv2",
        )
    return rows.with_columns(metric=pl.lit("AUC_CTRP")) if ctrp else rows


def _averaged(rows: pl.DataFrame) -> pl.DataFrame:
    keyed = rows.with_columns(drug_key=drug_keys(rows["drug_name"]))
    pair = keyed.group_by("dataset", "metric", "cell_line_ref", "drug_key", maintain_order=True)
    return pair.agg(pl.col("drug_name").first(), pl.col("value").mean(), pl.len().cast(pl.Int32).alias("repeats"))


def _told(responses: pl.DataFrame, blank: int) -> list[str]:
    repeated = responses.filter(pl.col("repeats") > 1)
    pairs = repeated.unique(["dataset", "cell_line_ref", "drug_key"]).height
    told = [f"metric {', '.join(sorted(responses['metric'].unique()))}"]
    if (responses["metric"] == "AUC_CTRP").any():
        told.append("AUC on CTRP's own scale, not GDSC's 0..1: kept apart as AUC_CTRP")
    if pairs:
        told.append(f"{pairs:,} pairs of cell line and drug were measured more than once: averaged")
    if blank:
        told.append(f"{blank:,} cells without a value left out")
    return told


KINDS = (
    Kind("gdsc-dose-response", "GDSC fitted dose response", _is_gdsc, _read_gdsc),
    Kind("response-table", "responses, one cell line and drug a row", _is_long, _read_long),
)
