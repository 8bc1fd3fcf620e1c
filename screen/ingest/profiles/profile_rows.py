"""From a matrix to checked rows of the store: samples chosen, genes tidied, values and unit checked."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from screen.expression import UNITS
from screen.expression.platforms import named_platform, platform_of
from screen.ingest.profiles.gene_axis import tidy
from screen.ingest.profiles.gene_lengths import by_length
from screen.ingest.profiles.identifiers import refuse_direct
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.sample_choice import Choice, choose, patient_rows
from screen.ingest.profiles.sample_columns import samples_alone
from screen.ingest.profiles.value_checks import check_values, refuse_odd, use_of, with_unit
from screen.records import Batch, Floats, ReadOptions

_ENDINGS = (".gz", ".csv", ".tsv", ".txt", ".parquet", ".h5ad", ".h5", ".sf", ".tab", ".results", ".counts")


def batch(
    kind: str, matrix: Matrix, options: ReadOptions, usual: str | None = None, declared_by: str = "declared"
) -> Batch:
    """Rows of ``expression``, ``gene_orders`` and, for patients, ``patient_records``.

    Parameters
    ----------
    usual : unit this kind of file is published in, taken where the values do not tell and do not speak against it
    declared_by : who declared ``options.unit``

    Raises
    ------
    InputError
        Direct identifiers, columns that are no samples, repeated samples, infinite values, nothing but missing or
        equal values.
    UnitError
        The unit is unknown, cannot be told, or contradicts the values; or these are no expression.
    """
    refuse_direct((*matrix.labels.columns, *matrix.genes), str(matrix.path))
    matrix, gene_notes = tidy(matrix)
    matrix, resolved, column_notes = samples_alone(matrix, options)
    if resolved.unit != options.unit:
        declared_by = "the column's name"
    choice = choose(matrix, options)
    if choice.rows != list(range(len(matrix.samples))):
        matrix = matrix.take(choice.rows, range(len(matrix.genes)))
    value_notes = check_values(matrix)
    levels, length_notes = by_length(matrix.levels, matrix.lengths, resolved.unit)
    matrix = replace(matrix, levels=levels)
    matrix, unit, why = with_unit(matrix, resolved.unit, usual, declared_by)
    refuse_odd(matrix)
    tables = {"gene_orders": _gene_order(matrix.genes), "expression": _expression(matrix, choice, options, unit)}
    if choice.domain == "patient":
        tables["patient_records"] = patient_rows(choice, options)
    platform = _platform(matrix, options, unit) or "not told by the unit or the file's name; --platform says it"
    notes = (
        _counted(matrix, choice),
        f"unit: {UNITS[unit]} ({why})",
        *([f"platform: {platform}"] if choice.domain == "cell_line" else []),
        *use_of(matrix, unit),
    )
    return Batch(kind, tables, (*notes, *column_notes, *length_notes, *choice.notes, *gene_notes, *value_notes))


def dataset_name(path: Path, options: ReadOptions) -> str:
    """``--dataset``, or the file's name without its endings."""
    if options.dataset:
        return options.dataset
    name = path.name
    while ending := next((e for e in _ENDINGS if name.lower().endswith(e) and len(name) > len(e)), ""):
        name = name[: -len(ending)]
    return name


def _expression(matrix: Matrix, choice: Choice, options: ReadOptions, unit: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "domain": choice.domain,
            "subject_id": choice.subjects,
            "sample_id": list(matrix.samples),
            "dataset": dataset_name(matrix.path, options),
            "unit": unit,
            "platform": _platform(matrix, options, unit) or None,
            "gene_order_id": _order_id(matrix.genes),
            "levels": _lists(matrix.levels),
        },
        schema_overrides={"subject_id": pl.String, "sample_id": pl.String, "platform": pl.String},
    )


def _platform(matrix: Matrix, options: ReadOptions, unit: str) -> str:
    if options.platform is not None:
        return named_platform(options.platform, unit)
    return platform_of(unit, matrix.path.name, options.dataset or "")


def _lists(levels: Floats) -> pl.Series:
    """n x g -> one list a sample; missing values are null."""
    flat = pl.Series(np.ascontiguousarray(levels).ravel()).fill_nan(None)
    return flat.reshape(levels.shape).arr.to_list()


def _gene_order(genes: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame({"gene_order_id": [_order_id(genes)], "genes": [list(genes)]})


def _order_id(genes: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(genes).encode()).hexdigest()[:16]


def _counted(matrix: Matrix, choice: Choice) -> str:
    return f"{len(matrix.samples)} {choice.domain.replace('_', ' ')}s x {len(matrix.genes)} genes"
