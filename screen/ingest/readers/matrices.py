"""Expression matrices: DepMap, UCSC Xena, cBioPortal, AnnData, and samples by genes in any other table."""

import re
from dataclasses import replace

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.headerless import refuse_headerless
from screen.ingest.profiles.orientation import GENE_WITH_ID, by_genes, by_samples, orient
from screen.ingest.profiles.patient_ids import listed
from screen.ingest.profiles.profile_rows import batch
from screen.ingest.readers.h5ad import read_h5ad
from screen.ingest.text.delimited import find
from screen.ingest.text.grid import GENE_COLUMNS, INDICATION_COLUMNS, MISSING, SAMPLE_COLUMNS, Grid, read_grid
from screen.records import Batch, ReadOptions

_DEFAULT_ENTRY = "IsDefaultEntryForModel"
_USED = frozenset((*SAMPLE_COLUMNS, *GENE_COLUMNS, *INDICATION_COLUMNS))
_TIMES = re.compile(r"[_.-]x(10+)(?=[_.-]|$)", re.IGNORECASE)
_TRUE = ("yes", "true", "1", "1.0")


def _is_depmap(head: Head) -> bool:
    genes = sum(bool(GENE_WITH_ID.match(name)) for name in head.header)
    return genes > 0 and genes >= 0.5 * (len(head.header) - 7) and ("ModelID" in head.header or head.header[0] == "")


def _read_depmap(head: Head, options: ReadOptions) -> Batch:
    grid = _text_grid(head)
    column = "ModelID" if "ModelID" in grid.labels.columns else grid.labels.columns[0]
    grid, notes = _default_entries(grid)
    beside = grid.labels.select(column)  # the others number DepMap's own experiments
    result = batch(
        "depmap-expression",
        by_samples(Grid(grid.path, beside, grid.columns, grid.levels, grid.first_line), column),
        options,
        usual="log2tpm1",
    )
    return Batch(result.kind, result.tables, (*result.notes, *notes))


def _default_entries(grid: Grid) -> tuple[Grid, list[str]]:
    """Of several sequencings of one model the one DepMap marks as its default."""
    if _DEFAULT_ENTRY not in grid.labels.columns:
        return grid, []
    default = grid.labels[_DEFAULT_ENTRY].str.to_lowercase().is_in(_TRUE).fill_null(False)
    if not default.any():
        raise InputError(f"column {_DEFAULT_ENTRY}: no row is Yes, True or 1", where=str(grid.path))
    others = int((~default).sum())
    defaults = Grid(grid.path, grid.labels.filter(default), grid.columns, grid.levels[default.to_numpy()], None)
    return defaults, [f"{others} rows left out: not the default entry of their model"] if others else []


def _is_xena(head: Head) -> bool:
    return head.header[:1] == ("sample",) and _first_cell(head).startswith("ENSG")


def _read_xena(head: Head, options: ReadOptions) -> Batch:
    head.require("sample")
    return batch("xena-expression", by_genes(_text_grid(head), "sample"), options)


def _is_cbioportal(head: Head) -> bool:
    return "Hugo_Symbol" in head.header[:2] and len(head.header) > 2 and _numbers_follow(head)


def _read_cbioportal(head: Head, options: ReadOptions) -> Batch:
    head.require("Hugo_Symbol")
    grid = _text_grid(head)
    name = pl.col("Hugo_Symbol")
    if "Entrez_Gene_Id" in grid.labels.columns:
        name = pl.when(name.fill_null("") == "").then(pl.col("Entrez_Gene_Id")).otherwise(name)
    labels = grid.labels.select(Hugo_Symbol=name)
    matrix = by_genes(Grid(grid.path, labels, grid.columns, grid.levels, grid.first_line), "Hugo_Symbol")
    return batch("cbioportal-expression", matrix, options, usual="rsem")


def _is_h5ad(head: Head) -> bool:
    return head.magic == "hdf5"


def _is_matrix(head: Head) -> bool:
    return head.magic == "parquet" or (len(head.header) > 1 and _numbers_follow(head))


def _refuse_drugs(head: Head) -> None:
    """A row for each drug and cell line is a table of responses, whatever its columns of numbers are called."""
    name = find(head.header[:2], "drugname", "drug", "compound", "compoundname", "pertname", "drugid")
    if head.magic == "text" and name is not None:
        raise InputError(
            f"column {name}: a row stands for a drug, so this is no expression",
            where=str(head.path),
            remedy="for responses name the columns drug_name, cell_line_name and AUC or LN_IC50; one file a screen",
        )


def _read_matrix(head: Head, options: ReadOptions) -> Batch:
    _refuse_drugs(head)
    grid, scaled = _divided(read_grid(head) if head.magic == "parquet" else _text_grid(head))
    result = batch("expression-matrix", orient(grid), options)
    aside = [name for name in grid.labels.columns[1:] if name.lower() not in _USED]
    note = (f"columns left aside, no expression: {listed(aside)}",) if aside else ()
    return Batch(result.kind, result.tables, (*result.notes, *scaled, *note))


def _divided(grid: Grid) -> tuple[Grid, list[str]]:
    """Values that were multiplied to be stored as whole numbers, as a name such as ``matrix_x1000.parquet`` says."""
    named = _TIMES.search(grid.path.name)
    known = grid.levels[np.isfinite(grid.levels)]
    if not named or not bool((known == np.round(known)).all()):
        return grid, []
    factor = np.float32(named[1])
    return replace(grid, levels=grid.levels / factor), [f"values divided by {named[1]}, as the file's name says"]


def _text_grid(head: Head) -> Grid:
    if head.magic not in ("text", "workbook"):
        raise InputError(f"text was expected, this is {head.magic}", where=str(head.path), remedy="save it as csv")
    refuse_headerless(head)
    return read_grid(head)


def _first_cell(head: Head) -> str:
    rows = _data_rows(head)
    return rows[0][0].strip('"') if rows else ""


def _numbers_follow(head: Head) -> bool:
    """Whether the cells of the first data rows are mostly numbers or missing."""
    cells = [cell.strip().strip('"') for row in _data_rows(head) for cell in row[1:]]
    numbers = sum(cell in MISSING or cell.lstrip("-+").replace(".", "", 1)[:1].isdigit() for cell in cells)
    return bool(cells) and numbers >= 0.5 * len(cells)


def _data_rows(head: Head) -> list[list[str]]:
    lines = [line for line in head.lines if line.strip() and line[0] not in "#!"]
    return [line.split(head.delimiter) for line in lines[1:4]]


KINDS = (
    Kind(
        "depmap-expression",
        "DepMap expression matrix, genes as GENE (ENTREZ)",
        _is_depmap,
        _read_depmap,
        last_filled=True,
    ),
    Kind(
        "xena-expression", "UCSC Xena expression matrix, Ensembl genes as rows", _is_xena, _read_xena, last_filled=True
    ),
    Kind("cbioportal-expression", "cBioPortal expression matrix", _is_cbioportal, _read_cbioportal, last_filled=True),
    Kind("h5ad-expression", "AnnData expression (h5ad)", _is_h5ad, read_h5ad),
    Kind("expression-matrix", "expression matrix", _is_matrix, _read_matrix, last_filled=True),
)
