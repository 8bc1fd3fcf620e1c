"""What the values of a matrix must be, which unit they are in, and what they can be used for."""

from dataclasses import replace

import numpy as np

from screen.errors import InputError, UnitError
from screen.expression import (
    UNITS,
    WHOLE,
    check_unit,
    detect_unit,
    linear_unit,
    named_unit,
    odd_profile,
    rebased,
    refuse_other_assay,
)
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.patient_ids import listed

_LOGGED = 32.0
_MANY, _SILENT = 500, 0.1


def check_values(matrix: Matrix) -> list[str]:
    """Notes on missing values.

    Raises
    ------
    InputError
        Infinite values; nothing but missing or equal values, in all or in a sample.
    """
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


def with_unit(matrix: Matrix, declared: str | None, usual: str | None, declared_by: str) -> tuple[Matrix, str, str]:
    """The matrix, its unit and how that is known: declared, read off the values, or usual for the kind of file.

    TPM under another logarithm than base 2 is brought to log2(TPM + 1).

    Raises
    ------
    UnitError
        The unit is unknown, contradicts the values, or cannot be told.
    """
    where = str(matrix.path)
    refuse_other_assay(matrix.levels, where)
    _refuse_antibodies(matrix)
    if declared is not None:
        unit = named_unit(declared)
        check_unit(matrix.levels, unit, where)
        return matrix, unit, declared_by
    try:
        unit, why = detect_unit(matrix.levels, matrix.path.name)
        return matrix, unit, why if why.startswith("the file's name") else f"told from the values: {why}"
    except UnitError as fault:
        other = rebased(matrix.levels)
        if other is not None:
            return replace(matrix, levels=other[0]), "log2tpm1", f"told from the values: {other[1]}, brought to base 2"
        if usual is None or not _speaks_for(matrix, usual):
            raise UnitError(fault.what, where=where, remedy=fault.remedy) from None
    check_unit(matrix.levels, usual, where)
    return matrix, usual, "as this kind of file is published; --unit says otherwise"


def _speaks_for(matrix: Matrix, usual: str) -> bool:
    """Whether anything but the layout speaks for the usual unit.

    A linear one needs values that no logarithm reaches; a logarithm over many genes needs silent ones, which the
    intensities of an array have not.
    """
    if linear_unit(usual) == usual:
        return float(np.nanmax(matrix.levels)) > _LOGGED
    return len(matrix.genes) < _MANY or float(np.nanmin(matrix.levels)) < _SILENT


def _refuse_antibodies(matrix: Matrix) -> None:
    """Proteins by antibody (RPPA) lie like genes and are not."""
    proteins = [gene for gene in matrix.genes if _is_antibody(gene)]
    if 2 * len(proteins) > len(matrix.genes):
        raise UnitError(
            f"this is no expression: antibodies in place of genes ({listed(proteins)}), so protein levels (RPPA)",
            where=str(matrix.path),
            remedy="give gene expression",
        )


def _is_antibody(gene: str) -> bool:
    before, mark, after = gene.partition("|")
    named = bool(mark) and not after.isdigit() and not after.startswith("ENS") and not before.startswith("ENS")
    return named or gene.endswith(("_Caution", "-R-C", "-M-V", "-R-V", "-M-E", "-R-E"))


def refuse_odd(matrix: Matrix) -> None:
    """Refuse a column that is unlike all the others: whatever its name, it may be no sample.

    Raises
    ------
    InputError
        With its place and what sets it apart.
    """
    odd = odd_profile(matrix.levels)
    if odd is not None:
        row, why = odd
        raise InputError(
            f"{matrix.sample_places[row]}: {matrix.samples[row]!r} looks like no sample: {why}",
            where=str(matrix.path),
            remedy="remove the column if it is a statistic or a coordinate; else give that sample in a file of its own",
        )


def use_of(matrix: Matrix, unit: str) -> list[str]:
    """What a profile in this unit cannot be used for, said when it comes in rather than in training."""
    if linear_unit(unit) not in ("counts", "fpkm") or len(matrix.genes) >= WHOLE:
        return []
    return [
        f"{len(matrix.genes)} genes in {UNITS[unit]}: no model can use them, since they are compared over whole "
        f"transcriptomes ({WHOLE} genes or more); give the full profile, or TPM"
    ]
