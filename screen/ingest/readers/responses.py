"""Measured responses of cell lines: GDSC's fitted dose response, and long tables of one value a line and drug.

The area under the curve of GDSC is a fraction of the measured range (0..1, low = sensitive). CTRP integrates over the
logarithm of its doses instead, which gives values far above 1: another scale, kept under another name. ``LN_IC50`` is
the natural logarithm of micromol/l.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from screen.errors import InputError
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.readers.drug_tables import drug_facts
from screen.ingest.text.delimited import (
    LINE,
    empty_rows,
    find,
    numbers,
    plain_id,
    read_table,
    refuse_no_sanger_ids,
    refuse_values_as_ids,
)
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
    "cclename",
)
_DRUGS = ("drugname", "drug", "compoundname", "compound", "pertiname", "treatment")
_METRICS = {"LN_IC50": ("lnic50", "logic50ln"), "AUC": ("auc", "aucctrp", "areaundercurve", "aac", "areaabovecurve")}
_ABOVE = ("aac", "areaabovecurve")
_POTENCY = ("lnic50", "logic50ln", "ic50", "logic50", "ec50", "logec50")
"""Columns that grow with resistance: an area that falls with them lies above the curve."""
_FEW, _MANY = 4, 30
_MOST_ABOVE_ONE = 2.0
"""Cells that grow better than the control: an area above this is on another scale."""
_STUDY = re.compile(r"(GDSC\d|CTRPv?\d|PRISM|gCSI|CCLE)(?![A-Za-z0-9])", re.IGNORECASE)


def _is_gdsc(head: Head) -> bool:
    names = set(head.header)
    return {"DRUG_ID", "DRUG_NAME", "LN_IC50", "AUC"} <= names and bool(names & {"CELL_LINE_NAME", "SANGER_MODEL_ID"})


def _is_long(head: Head) -> bool:
    names = head.header
    spellings = [s for metric in _METRICS.values() for s in metric]
    return all(find(names, *wanted) for wanted in (_LINE_IDS, spellings)) and _drug_column(names) is not None


def _drug_column(names: Sequence[str]) -> str | None:
    """PRISM calls it ``name``, beside the number or the structure of the compound."""
    return find(names, *_DRUGS) or (find(names, "name") if find(names, "broadid", "smiles") else None)


def _read_gdsc(head: Head, options: ReadOptions) -> Batch:
    frame, notes = _filled(head)
    batch = _read(head, options, frame, notes, "gdsc-dose-response")
    ranges = _ranges(frame, batch.tables["responses"])
    return replace(batch, tables={**batch.tables, "drug_facts": _facts(frame), "response_ranges": ranges})


def _ranges(frame: pl.DataFrame, responses: pl.DataFrame) -> pl.DataFrame:
    """Lowest and highest dose (uM) of each drug; a drug tested at several ranges has several rows."""
    named = responses.select("dataset", "drug_key").unique()
    if not {"MIN_CONC", "MAX_CONC"} <= set(frame.columns):
        return named.clear().with_columns(low_uM=pl.lit(0.0), high_uM=pl.lit(0.0))
    doses = frame.select(
        drug_key=drug_keys(frame["DRUG_NAME"]),
        low_uM=pl.col("MIN_CONC").cast(pl.Float64, strict=False),
        high_uM=pl.col("MAX_CONC").cast(pl.Float64, strict=False),
    )
    held = doses.filter((pl.col("low_uM") > 0) & (pl.col("high_uM") > pl.col("low_uM"))).unique()
    return named.join(held, on="drug_key").sort("dataset", "drug_key", "low_uM", "high_uM")


def _facts(frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.rename({"DRUG_NAME": "name"})
    lists = (("PUTATIVE_TARGET", "target", drug_rows.targets_of), ("PATHWAY_NAME", "pathway", drug_rows.whole))
    present = [drug_rows.listed(named, *one) for one in lists if one[0] in frame.columns]
    return drug_rows.facts(pl.concat([drug_rows.text_frame(("name", "field", "value"), ()), *present]))


def _read_long(head: Head, options: ReadOptions) -> Batch:
    frame, notes = _filled(head)
    batch = _read(head, options, frame, notes, "response-table")
    smiles = find(frame.columns, "smiles")
    return batch if smiles is None else _with_structures(head, batch, frame, smiles)


def _with_structures(head: Head, batch: Batch, frame: pl.DataFrame, smiles: str) -> Batch:
    """The drugs beside the responses, as a table of drugs has them."""
    drug = str(_drug_column(frame.columns))
    drugs = frame.select(name=drug, smiles=smiles).unique(maintain_order=True)
    structures = drug_rows.standardised(drugs, head.path)
    tables = {
        **batch.tables,
        "drug_names": drug_rows.names(drugs.select("name", drug_id=structures.drug_ids), drug_rows.DRUG_TABLE),
        "drug_structures": structures.table,
        "drug_problems": structures.problems,
        "drug_facts": drug_facts(frame.rename({drug: "name"})),
    }
    remarks = f"{structures.table.height:,} structures of {drugs['name'].n_unique():,} drugs"
    return replace(batch, tables=tables, notes=(*batch.notes, remarks, *structures.notes))


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
    scale: list[str] = []
    for metric, column in measured.items():
        values = keyed.with_columns(value=numbers(frame, column, head.path), metric=pl.lit(metric))
        if metric == "AUC":
            values, turned = _below(head, frame, values, column)
            values, clipped = _scaled(head, values, gdsc=kind == "gdsc-dose-response")
            scale += [*turned, *clipped]
        parts.append(values)
    rows = pl.concat(parts)
    blank = rows["value"].null_count()
    responses = _averaged(rows.drop_nulls("value"))
    if responses.is_empty():
        raise InputError("holds no response", where=str(head.path), remedy="is the file whole?")
    names = keyed.select(name="drug_name").unique().sort("name")
    return Batch(
        kind,
        {"responses": responses, "drug_names": drug_rows.names(names, drug_rows.DRUG_TABLE)},
        (*notes, origin, *scale, *_remarks(responses, blank)),
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
    drug = _drug_column(frame.columns)
    if not ids or drug is None or not any(find(frame.columns, *s) for s in _METRICS.values()):
        raise InputError(
            f"columns for cell line, drug and response are needed, found: {', '.join(frame.columns[1:9])}",
            where=str(head.path),
            remedy="name them cell_line_id, drug_name and AUC or LN_IC50",
        )
    if sanger := find(frame.columns, "sangermodelid"):
        refuse_no_sanger_ids(frame, sanger, head.path)
    keyed = frame.select(LINE, cell_line_ref=pl.coalesce(plain_id(name) for name in ids), drug_name=pl.col(drug))
    for column in ("cell_line_ref", "drug_name"):
        refuse_values_as_ids(keyed[column], keyed[LINE], head.path)
    for column, what in (("cell_line_ref", "cell line"), ("drug_name", "drug")):
        gap = keyed.filter(pl.col(column).is_null())
        if gap.height:
            raise InputError(f"line {gap[LINE][0]}: no {what}", where=str(head.path), remedy="is the file whole?")
    return keyed


def _below(head: Head, frame: pl.DataFrame, rows: pl.DataFrame, column: str) -> tuple[pl.DataFrame, list[str]]:
    """Areas under the curve, whichever side of it the file measures.

    An area under the viability curve grows with the concentration that is needed (rank correlation with IC50 above
    0); one that falls with it lies above the curve.

    Raises
    ------
    InputError
        Above the curve, on a scale other than 0..1.
    """
    named = find([column], *_ABOVE) is not None
    potency = find([name for name in frame.columns if name != column], *_POTENCY)
    if not named and (potency is None or not _falls(rows["value"], frame[potency])):
        return rows, []
    if rows.select(((pl.col("value") < 0) | (pl.col("value") > 1)).any()).item():
        raise InputError(
            f"column {column} is an area above the curve, not of the range 0..1",
            where=str(head.path),
            remedy="divide it by its largest possible value, or give the area under the curve",
        )
    why = "by its name" if named else f"it falls where {potency} grows"
    return rows.with_columns(value=1 - pl.col("value")), [
        f"column {column} is the area above the curve ({why}): 1 - it"
    ]


def _falls(areas: pl.Series, potency: pl.Series) -> bool:
    pairs = pl.DataFrame({"area": areas, "dose": potency.cast(pl.Float64, strict=False)}).drop_nulls()
    if pairs.height < _FEW:
        return False
    agreement = pairs.select(pl.corr("area", "dose", method="spearman")).item()
    return agreement is not None and agreement < (-0.2 if pairs.height >= _MANY else -0.5)


def _scaled(head: Head, rows: pl.DataFrame, *, gdsc: bool) -> tuple[pl.DataFrame, list[str]]:
    """Rows of an area under the curve with the metric that says its scale, and notes.

    Cells that outgrow the control lift the area a little above 1: it counts as 1.

    Raises
    ------
    InputError
        Below zero, or now and then above one where the scale is 0..1.
    """
    value = pl.col("value")
    above = rows.select((value > 1).sum() > value.count() / 2).item()
    ctrp = not gdsc and bool(above or rows["dataset"].str.starts_with("CTRP").all())
    most = 1.0 if gdsc else _MOST_ABOVE_ONE
    bad = rows.filter((value < 0) | (False if ctrp else value > most))
    if bad.height:
        raise InputError(
            f"line {bad[LINE][0]}: AUC {bad['value'][0]:g} lies outside 0..1",
            where=str(head.path),
            remedy="AUC is the fraction of the curve's range; give CTRP's own areas as a file of their own",
        )
    if ctrp:
        return rows.with_columns(metric=pl.lit("AUC_CTRP")), []
    beyond = rows.select((value > 1).sum()).item()
    notes = [f"{beyond:,} areas above 1 (growth beyond the control) taken as 1"] if beyond else []
    return rows.with_columns(value=value.clip(upper_bound=1.0)), notes


def _averaged(rows: pl.DataFrame) -> pl.DataFrame:
    keyed = rows.with_columns(drug_key=drug_keys(rows["drug_name"]))
    pair = keyed.group_by("dataset", "metric", "cell_line_ref", "drug_key", maintain_order=True)
    return pair.agg(pl.col("drug_name").first(), pl.col("value").mean(), pl.len().cast(pl.Int32).alias("repeats"))


def _remarks(responses: pl.DataFrame, blank: int) -> list[str]:
    repeated = responses.filter(pl.col("repeats") > 1)
    pairs = repeated.unique(["dataset", "cell_line_ref", "drug_key"]).height
    remarks = [f"metric {', '.join(sorted(responses['metric'].unique()))}"]
    if (responses["metric"] == "AUC_CTRP").any():
        remarks.append("AUC on CTRP's own scale, not GDSC's 0..1: kept apart as AUC_CTRP")
    if pairs:
        remarks.append(f"{pairs:,} pairs of cell line and drug were measured more than once: averaged")
    if blank:
        remarks.append(f"{blank:,} cells without a value left out")
    return remarks


KINDS = (
    Kind("gdsc-dose-response", "GDSC fitted dose response", _is_gdsc, _read_gdsc),
    Kind("response-table", "responses, one cell line and drug a row", _is_long, _read_long),
)
