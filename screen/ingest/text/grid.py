"""A matrix file as it lies on disk: text columns beside number columns, every cell checked."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.text.decoding import printable
from screen.ingest.text.delimited import refuse_values_as_ids
from screen.ingest.text.sheet import Sheet, read_sheet
from screen.records import Floats

MISSING = ("", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "None", "-")
SAMPLE_COLUMNS = (
    "sample_id",
    "sample",
    "sampleid",
    "barcode",
    "modelid",
    "depmap_id",
    "cell_line_id",
    "cell_line",
    "model_id",
    "patient_id",
    "patient",
    "patientid",
    "subject_id",
    "bcr_patient_barcode",
    "submitter_id",
    "case_id",
    "case",
    "id",
)
GENE_COLUMNS = (
    "hugo_symbol",
    "symbol",
    "gene_symbol",
    "gene_name",
    "hgnc_symbol",
    "gene",
    "genes",
    "gene_id",
    "ensembl_id",
    "ensembl_gene_id",
    "entrez_gene_id",
    "entrez_id",
    "entrez",
    "geneid",
    "probe",
    "name",
)
INDICATION_COLUMNS = ("indication", "cohort", "cancer_type", "tumor_type", "tumour_type", "project_id", "type")
_INDEX = ("index", "unnamed: 0", "__index_level_0__")
FACTS_BESIDE = (
    "age",
    "sex",
    "gender",
    "stage",
    "grade",
    "tissue",
    "batch",
    "os",
    "os.time",
    "pfi",
    "pfi.time",
    "dss",
    "dss.time",
    "dfi",
    "dfi.time",
    "sequencingid",
    "profileid",
    "modelconditionid",
    "isdefaultentryformodel",
    "isdefaultentryformc",
    "description",
    "gene_type",
    "biotype",
    "chromosome",
    "length",
)
"""What is said of a sample or a gene: its column names neither, even where its cells look like numbers of genes."""
TEXT_COLUMNS = frozenset((*SAMPLE_COLUMNS, *GENE_COLUMNS, *INDICATION_COLUMNS, *_INDEX, *FACTS_BESIDE))
"""Lower-case names that never hold expression, even where their cells are numbers."""

_IDS = frozenset((*SAMPLE_COLUMNS, *GENE_COLUMNS))
_SAMPLED = 5
_MOST_VALUES = 1_000_000_000
"""Rows x columns of a parquet file: 4 GB as numbers."""


@dataclass(frozen=True)
class Grid:
    """Rows by columns, neither yet known to be genes or samples."""

    path: Path
    labels: pl.DataFrame
    """Text columns, a row for each row of ``levels``; null where empty."""
    columns: tuple[str, ...]
    levels: Floats
    """rows x columns, NaN where missing."""
    first_line: int | None
    """Line of the first row in the file, ``None`` for binary formats."""
    notes: tuple[str, ...] = ()
    """What a user must know of the encoding."""

    def line(self, row: int) -> str:
        """Where a row lies, for a message."""
        return f"row {row + 1}" if self.first_line is None else f"line {self.first_line + row}"


def read_grid(head: Head) -> Grid:
    """Read delimited text (plain or gzip), the first sheet of a workbook, or parquet.

    Raises
    ------
    InputError
        A row of another length than the header, two columns of one name, a cell that is neither a number nor
        missing (with line and column), names that are measured values, or a damaged file.
    """
    return _parquet(head.path) if head.magic == "parquet" else _text(head)


def _parquet(path: Path) -> Grid:
    try:
        _refuse_vast(path)
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as fault:
        raise InputError(
            f"not a whole parquet file: {str(fault).splitlines()[0]}", where=str(path), remedy="fetch it again"
        ) from None
    if frame.is_empty():
        raise InputError("no rows", where=str(path))
    text = [name for name, kind in frame.schema.items() if not kind.is_numeric() or name.lower() in TEXT_COLUMNS]
    numbers = frame.drop(text).cast(pl.Float32)
    labels = frame.select(text).cast(pl.String, strict=False)
    return Grid(path, labels, tuple(numbers.columns), _contiguous(numbers), None)


def _refuse_vast(path: Path) -> None:
    import pyarrow.parquet

    data = pyarrow.parquet.ParquetFile(path).metadata
    if data.num_rows * data.num_columns > _MOST_VALUES:
        raise InputError(
            f"{data.num_rows:,} rows x {data.num_columns:,} columns: more than {_MOST_VALUES:,} values",
            where=str(path),
            remedy="split it by samples",
        )


def _contiguous(numbers: pl.DataFrame) -> Floats:
    return np.ascontiguousarray(numbers.to_numpy(), dtype=np.float32)


def _text(head: Head) -> Grid:
    sheet = read_sheet(head, known_ids=TEXT_COLUMNS)
    if not len(sheet.rows):
        raise InputError("a header and no rows", where=str(head.path), remedy="is the file whole?")
    _refuse_gaps(sheet)
    is_text = _text_columns(sheet)
    try:
        frame = sheet.frame({f"c{i}": pl.String if text else pl.Float32 for i, text in enumerate(is_text)}, MISSING)
    except pl.exceptions.PolarsError as fault:
        raise _bad_cell(sheet, is_text) or InputError(
            f"not a matrix: {str(fault).splitlines()[0]}", where=str(head.path)
        ) from None
    named = list(zip(sheet.header, frame.get_columns(), is_text, strict=True))
    labels = pl.DataFrame({name: cells.str.strip_chars() for name, cells, text in named if text})
    numbers = pl.DataFrame([cells for _, cells, text in named if not text])
    columns = tuple(name for name, _, text in named if not text)
    _refuse_values(sheet, labels)
    return Grid(head.path, labels, columns, _contiguous(numbers), int(sheet.rows.lines[0]), sheet.notes)


def _refuse_gaps(sheet: Sheet) -> None:
    lines = sheet.rows.lines
    gaps = np.flatnonzero(np.diff(lines) != 1)
    if len(gaps):
        raise InputError(
            f"line {lines[gaps[0]] + 1}: 0 fields where the header has {len(sheet.header)}",
            where=str(sheet.path),
            remedy="remove the blank line; is the file whole?",
        )


def _refuse_values(sheet: Sheet, labels: pl.DataFrame) -> None:
    for name in labels.columns:
        if name == sheet.header[0] or name.lower() in _IDS:
            refuse_values_as_ids(labels[name], pl.Series(sheet.rows.lines), sheet.path)


def _text_columns(sheet: Sheet) -> list[bool]:
    """Columns with a name for text, or with text in every one of the first rows; without any, the first column."""
    rows = [sheet.rows.cells(row, sheet.delimiter) for row in range(min(_SAMPLED, len(sheet.rows)))]
    is_text = [
        name.lower() in TEXT_COLUMNS or all(not _is_number(cell) for cell in cells)
        for name, cells in zip(sheet.header, zip(*rows, strict=True), strict=False)
    ]
    is_text[0] = is_text[0] or sheet.header[0] == "" or not any(is_text)
    return is_text


def _is_number(cell: str) -> bool:
    if cell in MISSING:
        return True
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _bad_cell(sheet: Sheet, is_text: list[bool]) -> InputError | None:
    """Look again, slowly, for the first cell that is no number."""
    for row in range(len(sheet.rows)):
        cells = sheet.rows.cells(row, sheet.delimiter)
        for name, cell, text in zip(sheet.header, cells, is_text, strict=False):
            if not text and not _is_number(cell):
                return InputError(
                    f"line {sheet.rows.lines[row]}, column {name}: {printable(cell)!r} is not a number",
                    where=str(sheet.path),
                    remedy="decimal point, not comma; leave the cell empty where nothing was measured",
                )
    return None
