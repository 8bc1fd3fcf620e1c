"""From the columns of a matrix to its samples: coordinates and statistics aside, units of one sample told apart."""

from collections.abc import Sequence
from dataclasses import replace

from screen.errors import InputError
from screen.expression import UNITS, linear_unit, named_unit
from screen.ingest.profiles.column_roles import (
    is_cell_barcode,
    is_sequencing_id,
    quantity,
    roles,
    sample_and_quantity,
    without_path,
)
from screen.ingest.profiles.file_names import sample_name
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.patient_ids import listed
from screen.records import ReadOptions

_PREFERRED = ("tpm", "counts", "fpkm", "rsem", "cpm", "")
"""Of several units of one sample the one that is taken where none is declared."""


def samples_alone(matrix: Matrix, options: ReadOptions) -> tuple[Matrix, ReadOptions, list[str]]:
    """The matrix with its samples alone, the unit where a column's name says it, and what was left aside.

    Raises
    ------
    InputError
        No sample among the columns; single cells; ids of sequencings; several units of which none is declared.
    """
    matrix, notes = _without_statistics(matrix)
    _refuse_foreign_ids(matrix)
    if matrix.sample_column:
        return matrix, options, notes
    quantities = [quantity(name) for name in matrix.samples]
    if None not in quantities:
        return _one_sample(matrix, [unit or "" for unit in quantities], options, notes)
    return _several_units(matrix, options, notes)


def _without_statistics(matrix: Matrix) -> tuple[Matrix, list[str]]:
    found = roles(matrix.samples)
    if matrix.sample_column:  # rows of a sample column: a patient's pseudonym may be the name of a coordinate
        found = ["sample" if role == "annotation" else role for role in found]
    columns = [i for i, role in enumerate(found) if role == "sample"]
    aside = [name for name, role in zip(matrix.samples, found, strict=True) if role != "sample"]
    if not columns:
        raise InputError(
            f"no sample in the file: its columns are statistics or coordinates of genes ({listed(aside)})",
            where=str(matrix.path),
            remedy="give a table of genes by samples, each sample under its own name",
        )
    if not aside:
        return matrix, []
    return matrix.take(columns, range(len(matrix.genes))), [f"left aside, no samples: {listed(aside)}"]


def _refuse_foreign_ids(matrix: Matrix) -> None:
    sequencings = sum(map(is_sequencing_id, matrix.samples))
    if sequencings:
        raise InputError(
            f"{sequencings} samples are named by DepMap's ids of sequencings or conditions (PR-, CDS-, MC-), "
            "not of cell lines (ACH-)",
            where=str(matrix.path),
            remedy="take DepMap's matrix by ModelID, or put ModelID in their place with its OmicsProfiles.csv",
        )
    cells = sum(map(is_cell_barcode, matrix.samples))
    if 2 * cells > len(matrix.samples):
        raise InputError(
            f"{cells} of {len(matrix.samples)} samples are named by barcodes of single cells: cells, not tumours",
            where=str(matrix.path),
            remedy="sum the counts of each patient's cells (pseudobulk) and give one profile a patient",
        )


def _one_sample(
    matrix: Matrix, units: Sequence[str], options: ReadOptions, notes: list[str]
) -> tuple[Matrix, ReadOptions, list[str]]:
    """Several units of one sample, or one column called by its unit: the sample is named after the file."""
    place = _chosen_unit(matrix, units, options)
    name = sample_name(matrix.path)
    taken = matrix.take([place], range(len(matrix.genes)))
    named = replace(taken, samples=(name,), sample_places=(f"sample {name}",))
    note = f"one sample, named after the file; column {matrix.samples[place]} taken"
    others = [column for i, column in enumerate(matrix.samples) if i != place]
    notes = [*notes, note + (f", not {listed(others)}" if others else "")]
    unit = options.unit or units[place] or None
    return named, replace(options, unit=unit), notes


def _chosen_unit(matrix: Matrix, units: Sequence[str], options: ReadOptions) -> int:
    if len(units) == 1:
        return 0
    wanted = named_unit(options.unit) if options.unit else None
    if wanted in units:
        return units.index(wanted)
    if wanted is not None and any(units):
        raise InputError(
            f"columns {listed(matrix.samples)} hold no {UNITS[wanted]}",
            where=str(matrix.path),
            remedy=f"--unit {' or '.join(dict.fromkeys(filter(None, units)))}",
        )
    best = min(units, key=_PREFERRED.index)
    if units.count(best) > 1:
        raise InputError(
            f"several columns may be the sample's expression: {listed(matrix.samples)}",
            where=str(matrix.path),
            remedy="keep the one that is meant, under the sample's name",
        )
    return units.index(best)


def _several_units(matrix: Matrix, options: ReadOptions, notes: list[str]) -> tuple[Matrix, ReadOptions, list[str]]:
    """``P01_count, P01_TPM, P02_count, ...``: one column a sample, by the declared unit; paths and units taken off."""
    parts = [sample_and_quantity(name) for name in matrix.samples]
    apart = [part for part in parts if part is not None]
    if len(apart) < len(parts):
        plain = tuple(without_path(name) for name in matrix.samples)
        return replace(matrix, samples=plain if len(set(plain)) == len(plain) else matrix.samples), options, notes
    units = sorted({unit for _, unit in apart})
    wanted = linear_unit(named_unit(options.unit)) if options.unit else units[0]
    if (len(units) > 1 and options.unit is None) or wanted not in units:
        raise InputError(
            f"each sample is there in several units: {', '.join(UNITS[unit] for unit in units)}"
            if len(units) > 1
            else f"the columns are called {UNITS[units[0]]}, not {UNITS[wanted]}",
            where=str(matrix.path),
            remedy=f"say which to take with --unit {' or '.join(units)}",
        )
    rows = [i for i, (_, unit) in enumerate(apart) if unit == wanted]
    taken = matrix.take(rows, range(len(matrix.genes)))
    named = replace(taken, samples=tuple(apart[i][0] for i in rows))
    note = f"columns of {UNITS[wanted]} taken, the unit left off the samples' names"
    return named, replace(options, unit=options.unit or wanted), [*notes, note]
