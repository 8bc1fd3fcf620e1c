"""Alterations in a matrix of genes by samples: mutated or not, copy-number calls, log ratios of copies."""

import re
from pathlib import Path

import numpy as np
import polars as pl

from screen.alterations import KINDS as WORDS
from screen.alterations import SCALES
from screen.errors import InputError
from screen.ingest.alterations.call_rows import call_table, covered_table, finished, gene_list, list_tables
from screen.ingest.alterations.subjects import subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.gene_axis import tidy
from screen.ingest.profiles.identifiers import refuse_direct
from screen.ingest.profiles.orientation import GENE_WITH_ID, Matrix, orient
from screen.ingest.profiles.profile_rows import dataset_name
from screen.ingest.text.grid import MISSING, read_grid
from screen.records import Batch, ReadOptions

_MUTATED = re.compile(r"mut(?:ation|ated)?s?(?![a-z])|damaging|hotspot", re.IGNORECASE)
_COPIES = re.compile(r"cna|cnv|gistic|copy[_ -]?number|cngene", re.IGNORECASE)
"""Names of files: values 0 and 1 alone do not tell a mutation from anything else."""
_THOUSANDFOLD = re.compile(r"x1000(?!\d)", re.IGNORECASE)
_GISTIC = frozenset((-2.0, -1.5, -1.0, 0.0, 1.0, 2.0))
_ROWS, _COLUMNS, _ENOUGH = 20, 200, 6
_LOG_BOUNDS = (-12.0, 10.0)


def _is_mutations(head: Head) -> bool:
    return bool(_MUTATED.search(head.path.name)) and _values_fit(head, frozenset((0.0, 1.0, 2.0)))


def _is_copies(head: Head) -> bool:
    return bool(_COPIES.search(head.path.name)) and _values_fit(head, _GISTIC)


def _is_ratios(head: Head) -> bool:
    """Log ratios have signs and fractions; DepMap's and any other of copies are named as such."""
    if not _COPIES.search(head.path.name):
        return False
    values = _first_values(head)
    return len(values) >= _ENOUGH and not set(values) <= _GISTIC


def _values_fit(head: Head, allowed: frozenset[float]) -> bool:
    values = _first_values(head)
    return len(values) >= _ENOUGH and set(values) <= allowed


def _first_values(head: Head) -> list[float]:
    """Numbers of the first rows; none where the file is no matrix."""
    if head.magic == "parquet":
        return _parquet_values(head.path)
    if len(head.header) < 3 or head.magic not in ("text", "workbook"):
        return []
    rows = [line.split(head.delimiter)[1 : _COLUMNS + 1] for line in head.data_lines[1 : _ROWS + 1]]
    named = {place for place, name in enumerate(head.header[1 : _COLUMNS + 1]) if name.lower() in _GENE_IDS}
    cells = [cell.strip().strip('"') for row in rows for place, cell in enumerate(row) if place not in named]
    numbers = [_number(cell) for cell in cells if cell not in MISSING]
    known = [number for number in numbers if number is not None]
    return known if 2 * len(known) > len(cells) else []


_GENE_IDS = frozenset(("entrez_gene_id", "entrez", "cytoband", "gene_id", "locus id"))


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _parquet_values(path: Path) -> list[float]:
    try:
        schema = pl.read_parquet_schema(path)
        numeric = [name for name, kind in schema.items() if kind.is_numeric() or kind == pl.Boolean][:_COLUMNS]
        if len(numeric) < 3 or 2 * len(numeric) < min(len(schema), _COLUMNS):
            return []
        frame = pl.read_parquet(path, columns=numeric, n_rows=_ROWS)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        return []
    return [float(value) for row in frame.iter_rows() for value in row if value is not None]


def _read_mutations(head: Head, options: ReadOptions) -> Batch:
    matrix = _matrix(head)
    _refuse_other(matrix, frozenset((0.0, 1.0, 2.0)), "a mutation is 0 or 1 (2 where both copies are hit)")
    return _batch("mutation-matrix", matrix, "mutation", "called", options)


def _read_copies(head: Head, options: ReadOptions) -> Batch:
    matrix = _matrix(head)
    _refuse_other(matrix, _GISTIC, "a copy-number call is a whole number from -2 to 2")
    deep = bool((np.abs(matrix.levels[~np.isnan(matrix.levels)]) > 1).any())
    return _batch("copy-number-matrix", matrix, "copy_number", "gistic" if deep else "gain_loss", options)


def _read_ratios(head: Head, options: ReadOptions) -> Batch:
    matrix = _matrix(head)
    divided = bool(_THOUSANDFOLD.search(head.path.name)) and float(np.nanmedian(matrix.levels)) > 100
    if divided:
        matrix.levels[:] /= 1000
    low, high = float(np.nanmin(matrix.levels)), float(np.nanmax(matrix.levels))
    if low < _LOG_BOUNDS[0] or high > _LOG_BOUNDS[1]:
        raise InputError(
            f"values from {low:g} to {high:g} are no log2 ratios of copies",
            where=str(head.path),
            remedy="give log2(copies / typical copies), or calls from -2 to 2",
        )
    middle = float(np.nanmedian(matrix.levels))
    scale = "log2p1" if low >= 0 and 0.5 < middle < 1.5 else "log2ratio"
    notes = ("divided by 1000, as the file's name says",) if divided else ()
    return _batch("copy-ratio-matrix", matrix, "copy_number", scale, options, notes)


def _matrix(head: Head) -> Matrix:
    matrix = orient(read_grid(head))
    refuse_direct((*matrix.labels.columns, *matrix.genes), str(head.path))
    if np.isnan(matrix.levels).all():
        raise InputError("every value is missing", where=str(head.path), remedy="is the separator right?")
    return matrix


def _refuse_other(matrix: Matrix, allowed: frozenset[float], says: str) -> None:
    odd = ~(np.isnan(matrix.levels) | np.isin(matrix.levels, list(allowed)))
    if odd.any():
        row, column = np.unravel_index(int(np.argmax(odd)), odd.shape)
        raise InputError(
            f"{matrix.sample_places[row]}, {matrix.gene_places[column]}: {matrix.levels[row, column]:g}, where {says}",
            where=str(matrix.path),
            remedy="give calls; of ratios say so with --as copy-ratio-matrix",
        )


def _batch(
    name: str, matrix: Matrix, kind: str, scale: str, options: ReadOptions, notes: tuple[str, ...] = ()
) -> Batch:
    matrix, gene_notes = tidy(matrix)
    genes = [_symbol(gene) for gene in matrix.genes]
    subjects = subjects_of(matrix.samples, matrix.path, matrix.sample_column)
    _refuse_twins(matrix)
    no_change = 1.0 if scale == "log2p1" else 0.0
    known = ~np.isnan(matrix.levels)
    called = known & (matrix.levels != no_change)
    rows, columns = np.nonzero(called)
    calls = pl.DataFrame(
        {
            "sample_id": np.array(matrix.samples, dtype=np.str_)[rows],
            "gene": np.array(genes, dtype=np.str_)[columns],
            "level": np.minimum(matrix.levels[called], 1) if kind == "mutation" else matrix.levels[called],
        },
        schema_overrides={"sample_id": pl.String, "gene": pl.String},
    )
    listed = gene_list(genes, "genes of the matrix", kind)
    gaps = np.flatnonzero(~known.all(axis=1))
    missing = {matrix.samples[row]: [genes[j] for j in np.flatnonzero(~known[row])] for row in gaps}
    tables = {
        **list_tables([listed]),
        "alterations": call_table(calls, subjects, kind, scale, dataset_name(matrix.path, options), every=True),
        "covered_samples": covered_table(subjects, kind, listed.name, missing),
    }
    counted = f"{subjects.counted} x {len(listed.genes)} genes, {calls.height} values other than no change"
    says = (counted, f"{WORDS[kind]}: {SCALES[scale]}", "genes looked at: those of the matrix")
    return finished(name, subjects, options, tables, (*says, *notes, *gene_notes))


def _symbol(gene: str) -> str:
    """The symbol of DepMap's ``TP53 (7157)``."""
    return gene.rsplit(" (", 1)[0] if GENE_WITH_ID.match(gene) else gene


def _refuse_twins(matrix: Matrix) -> None:
    seen: set[str] = set()
    for sample, place in zip(matrix.samples, matrix.sample_places, strict=True):
        if sample in seen:
            raise InputError(
                f"{place}: sample {sample!r} is there twice", where=str(matrix.path), remedy="keep one of them"
            )
        seen.add(sample)


KINDS = (
    Kind("mutation-matrix", "matrix of mutations, genes by samples", _is_mutations, _read_mutations, last_filled=True),
    Kind(
        "copy-number-matrix",
        "matrix of copy-number calls, genes by samples",
        _is_copies,
        _read_copies,
        last_filled=True,
    ),
    Kind(
        "copy-ratio-matrix",
        "matrix of log2 copy-number ratios, genes by samples",
        _is_ratios,
        _read_ratios,
        last_filled=True,
    ),
)
