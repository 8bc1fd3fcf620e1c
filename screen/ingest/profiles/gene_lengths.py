"""Lengths of genes beside read counts, as featureCounts writes them, and the TPM that they make of the counts."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from screen.expression import UNITS, WHOLE, named_unit
from screen.ingest.text.grid import Grid
from screen.records import Floats

_COLUMNS = frozenset(["length", "genelength", "exonlength", "exoniclength", "unionexonlength", "mergedexonlength"])
_MILLION = 1e6


@dataclass(frozen=True)
class GeneLengths:
    """The column of a file that says how long each gene is."""

    column: str
    bases: Floats
    """Length g, in base pairs, all above zero."""

    def take(self, genes: list[int]) -> "GeneLengths":
        """Those of the genes at these positions."""
        return GeneLengths(self.column, self.bases[genes])


def gene_lengths(grid: Grid) -> GeneLengths | None:
    """Lengths in a grid whose rows are genes; ``None`` where there is no such column, or a gene has none."""
    found = {name: grid.labels[name].cast(pl.Float32, strict=False) for name in grid.labels.columns if _is_length(name)}
    columns = {name: series.fill_null(np.nan).to_numpy() for name, series in found.items()}
    columns |= {name: grid.levels[:, i] for i, name in enumerate(grid.columns) if _is_length(name)}
    if len(columns) != 1:
        return None
    name, bases = next(iter(columns.items()))
    usable = bool(np.isfinite(bases).all()) and bool((bases > 0).all())
    return GeneLengths(name, bases) if usable else None


def by_length(levels: Floats, lengths: GeneLengths | None, unit: str | None) -> tuple[Floats, list[str]]:
    """Read counts as TPM where the user declares TPM and the file gives lengths; else a note that this is possible.

    ``TPM_i = (count_i / length_i) / sum_j (count_j / length_j) x 10^6`` (Li and Dewey 2011), profile by profile, over a
    whole transcriptome alone: of a panel of genes the sum is not a tumour's.

    Parameters
    ----------
    levels : n x g
    unit : as declared

    Returns
    -------
    levels (n x g), and notes
    """
    if lengths is None or not _are_counts(levels) or levels.shape[1] < WHOLE:
        return levels, []
    if unit is None or named_unit(unit) != "tpm":
        return levels, [
            f"column {lengths.column} gives lengths of genes: with --unit tpm these counts are stored as TPM"
        ]
    rates = np.nan_to_num(levels.astype(np.float64)) / lengths.bases
    tpm = rates / rates.sum(axis=1, keepdims=True) * _MILLION
    return tpm.astype(np.float32), [f"{UNITS['counts']} over the lengths in column {lengths.column} make TPM"]


def _are_counts(levels: Floats) -> bool:
    known = levels[np.isfinite(levels)]
    return known.size > 0 and bool((known >= 0).all()) and bool((known == np.round(known)).all())


def _is_length(name: str) -> bool:
    return "".join(c for c in name.lower() if c.isalnum()) in _COLUMNS
