"""A matrix file as it lies on disk: text columns beside number columns, every cell checked."""

import csv
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head, read_bytes, read_text
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
_BESIDE = (
    "index",
    "unnamed: 0",
    "__index_level_0__",
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
TEXT_COLUMNS = frozenset((*SAMPLE_COLUMNS, *GENE_COLUMNS, *INDICATION_COLUMNS, *_BESIDE))
"""Lower-case names that never hold expression, even where their cells are numbers."""

_SAMPLED = 5


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

    def line(self, row: int) -> str:
        """Where a row lies, for a message."""
        return f"row {row + 1}" if self.first_line is None else f"line {self.first_line + row}"


def read_grid(head: Head) -> Grid:
    """Read delimited text (plain or gzip) or parquet.

    Raises
    ------
    InputError
        A row of another length than the header, two columns of one name, a cell that is neither a number nor
        missing (with line and column), or a damaged file.
    """
    return _parquet(head.path) if head.magic == "parquet" else _text(head)


def _parquet(path: Path) -> Grid:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError(
            f"not a whole parquet file: {str(fault).splitlines()[0]}", where=str(path), remedy="fetch it again"
        ) from None
    if frame.is_empty():
        raise InputError("no rows", where=str(path))
    text = [name for name, kind in frame.schema.items() if not kind.is_numeric() or name.lower() in TEXT_COLUMNS]
    numbers = frame.drop(text).cast(pl.Float32)
    labels = frame.select(text).cast(pl.String, strict=False)
    return Grid(path, labels, tuple(numbers.columns), _contiguous(numbers), None)


def _contiguous(numbers: pl.DataFrame) -> Floats:
    return np.ascontiguousarray(numbers.to_numpy(), dtype=np.float32)


@dataclass(frozen=True)
class _Sheet:
    """Delimited text, taken apart no further than its header."""

    path: Path
    raw: bytes
    """UTF-8, line ends LF, without blank lines at the end."""
    delimiter: str
    header: tuple[str, ...]
    body_line: int
    """Line of the first data row, counted from 1."""


def _text(head: Head) -> Grid:
    sheet = _sheet(head)
    _check_widths(sheet)
    is_text = _text_columns(sheet)
    names = [f"c{i}" for i in range(len(sheet.header))]
    schema = {name: pl.String if text else pl.Float32 for name, text in zip(names, is_text, strict=True)}
    try:
        frame = pl.read_csv(
            sheet.raw,
            separator=sheet.delimiter,
            has_header=False,
            skip_lines=sheet.body_line - 1,
            schema=schema,
            null_values=list(MISSING),
        )
    except pl.exceptions.PolarsError as fault:
        raise _bad_cell(sheet, is_text) or InputError(
            f"not a matrix: {str(fault).splitlines()[0]}", where=str(head.path)
        ) from None
    named = list(zip(sheet.header, frame.get_columns(), is_text, strict=True))
    labels = pl.DataFrame({name: cells.str.strip_chars() for name, cells, text in named if text})
    numbers = pl.DataFrame([cells for _, cells, text in named if not text])
    columns = tuple(name for name, _, text in named if not text)
    return Grid(head.path, labels, columns, _contiguous(numbers), sheet.body_line)


def _sheet(head: Head) -> _Sheet:
    raw = read_bytes(head.path)
    if b"\x00" in raw or not raw.isascii():
        raw = read_text(head.path)[0].encode()
    raw = raw.replace(b"\r\n", b"\n").rstrip(b"\n ")
    start, line = 0, 1
    while raw[start : start + 1] in (b"#", b"!", b"\n"):
        start, line = raw.index(b"\n", start) + 1, line + 1
    end = raw.find(b"\n", start)
    if end < 0:
        raise InputError("a header and no rows", where=str(head.path), remedy="is the file whole?")
    header = _fields(raw[start:end], head.delimiter)
    second = raw.find(b"\n", end + 1)
    if len(_fields(raw[end + 1 : second if second > 0 else None], head.delimiter)) == len(header) + 1:
        header = ["", *header]  # R's write.table leaves out the name of the row names
    _refuse_twins(header, head.path)
    return _Sheet(head.path, raw, head.delimiter, tuple(header), line + 1)


def _fields(line: bytes, delimiter: str) -> list[str]:
    return [field.strip() for field in next(csv.reader([line.decode().rstrip("\n")], delimiter=delimiter), [])]


def _refuse_twins(header: list[str], path: Path) -> None:
    seen: set[str] = set()
    for place, name in enumerate(header, 1):
        if name in seen and name:
            raise InputError(
                f"line 1, column {place}: {name!r} is there twice",
                where=str(path),
                remedy="each sample and each gene once",
            )
        seen.add(name)


def _check_widths(sheet: _Sheet) -> None:
    delimiter, width = sheet.delimiter.encode(), len(sheet.header)
    for number, line in enumerate(io.BytesIO(sheet.raw), 1):
        if number < sheet.body_line or line.count(delimiter) == width - 1:
            continue
        fields = len(_fields(line, sheet.delimiter))
        if fields != width:
            raise InputError(
                f"line {number}: {fields} fields where the header has {width}",
                where=str(sheet.path),
                remedy="is the file whole? is the separator right?",
            )


def _text_columns(sheet: _Sheet) -> list[bool]:
    """Columns with a name for text, or with text in every one of the first rows; without any, the first column."""
    first = sheet.body_line - 1
    rows = [_fields(line, sheet.delimiter) for line in islice(io.BytesIO(sheet.raw), first, first + _SAMPLED)]
    is_text = [
        name.lower() in TEXT_COLUMNS or all(not _is_number(cell) for cell in cells)
        for name, cells in zip(sheet.header, zip(*rows, strict=True), strict=True)
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


def _bad_cell(sheet: _Sheet, is_text: list[bool]) -> InputError | None:
    """Look again, slowly, for the first cell that is no number."""
    for number, line in enumerate(io.BytesIO(sheet.raw), 1):
        if number < sheet.body_line:
            continue
        for name, cell, text in zip(sheet.header, _fields(line, sheet.delimiter), is_text, strict=True):
            if not text and not _is_number(cell):
                return InputError(
                    f"line {number}, column {name}: {cell!r} is not a number",
                    where=str(sheet.path),
                    remedy="decimal point, not comma; leave the cell empty where nothing was measured",
                )
    return None
