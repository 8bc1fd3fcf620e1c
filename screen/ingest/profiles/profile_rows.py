"""From a matrix to checked rows of the store: samples chosen, genes tidied, values and unit checked."""

import hashlib
from pathlib import Path

import numpy as np
import polars as pl

from screen.errors import InputError, UnitError
from screen.expression import UNITS, check_unit, detect_unit, named_unit
from screen.ingest.profiles.gene_axis import tidy
from screen.ingest.profiles.identifiers import refuse_direct
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.patient_ids import listed
from screen.ingest.profiles.sample_choice import Choice, choose, patient_rows
from screen.records import Batch, Floats, ReadOptions

_ENDINGS = (".gz", ".csv", ".tsv", ".txt", ".parquet", ".h5ad", ".sf")


def batch(
    kind: str, matrix: Matrix, options: ReadOptions, usual: str | None = None, told_by: str = "declared"
) -> Batch:
    """Rows of ``expression``, ``gene_orders`` and, for patients, ``patient_records``.

    Parameters
    ----------
    usual : unit this kind of file is published in, taken where the values do not tell and do not speak against it
    told_by : who declared ``options.unit``

    Raises
    ------
    InputError
        Direct identifiers, repeated samples, infinite values, nothing but missing or equal values.
    UnitError
        The unit is unknown, cannot be told, or contradicts the values.
    """
    refuse_direct((*matrix.labels.columns, *matrix.genes), str(matrix.path))
    matrix, gene_notes = tidy(matrix)
    choice = choose(matrix, options)
    if choice.rows != list(range(len(matrix.samples))):
        matrix = matrix.take(choice.rows, range(len(matrix.genes)))
    value_notes = _check_values(matrix)
    if options.unit is None:
        unit, why = _tell_unit(matrix, usual)
    else:
        unit, why = named_unit(options.unit), told_by
        check_unit(matrix.levels, unit, str(matrix.path))
    tables = {"gene_orders": _gene_order(matrix.genes), "expression": _expression(matrix, choice, options, unit)}
    if choice.domain == "patient":
        tables["patient_records"] = patient_rows(choice, options)
    notes = (_counted(matrix, choice), f"unit: {UNITS[unit]} ({why})", *choice.notes, *gene_notes, *value_notes)
    return Batch(kind, tables, notes)


def _tell_unit(matrix: Matrix, usual: str | None) -> tuple[str, str]:
    """The unit and how it is known: from the values, or usual for the kind of file."""
    try:
        unit, why = detect_unit(matrix.levels)
        return unit, f"told from the values: {why}"
    except UnitError as fault:
        if usual is None:
            raise UnitError(fault.what, where=str(matrix.path), remedy=fault.remedy) from None
    check_unit(matrix.levels, usual, str(matrix.path))
    return usual, "as this kind of file is published; --unit says otherwise"


def dataset_name(path: Path, options: ReadOptions) -> str:
    """``--dataset``, or the file's name without its endings."""
    if options.dataset:
        return options.dataset
    name = path.name
    while ending := next((e for e in _ENDINGS if name.lower().endswith(e) and len(name) > len(e)), ""):
        name = name[: -len(ending)]
    return name


def _check_values(matrix: Matrix) -> list[str]:
    infinite = np.isinf(matrix.levels)
    if infinite.any():
        row, column = np.unravel_index(int(np.argmax(infinite)), infinite.shape)
        raise InputError(
            f"{matrix.sample_places[row]}, {matrix.gene_places[column]}: the value is infinite",
            where=str(matrix.path),
            remedy="leave the cell empty where nothing was measured",
        )
    missing = np.isnan(matrix.levels)
    if missing.all():
        raise InputError("every value is missing", where=str(matrix.path), remedy="is the separator right?")
    if matrix.levels.size > 1 and np.nanmin(matrix.levels) == np.nanmax(matrix.levels):
        raise InputError(
            f"every value is {np.nanmin(matrix.levels):g}",
            where=str(matrix.path),
            remedy="a constant says nothing about anybody: is this the right file?",
        )
    empty = [matrix.samples[i] for i in np.flatnonzero(missing.all(axis=1))]
    if empty:
        raise InputError(
            f"no value at all for {len(empty)} samples: {listed(empty)}", where=str(matrix.path), remedy="remove them"
        )
    share = float(missing.mean())
    return (
        [f"{int(missing.sum())} values missing ({share:.1%}), in {int(missing.any(axis=0).sum())} genes"]
        if share
        else []
    )


def _expression(matrix: Matrix, choice: Choice, options: ReadOptions, unit: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "domain": choice.domain,
            "subject_id": choice.subjects,
            "sample_id": list(matrix.samples),
            "dataset": dataset_name(matrix.path, options),
            "unit": unit,
            "gene_order_id": _order_id(matrix.genes),
            "levels": _lists(matrix.levels),
        },
        schema_overrides={"subject_id": pl.String, "sample_id": pl.String},
    )


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
