"""A model's frozen frame: its genes, its unit, and where a value lies among the reference of its own domain.

Each gene is rank-normalised within its domain against quantiles that were fixed in training. Outliers (published
z-scores reach tens of thousands) lose their leverage, cell lines scaled across tissues and patients scaled within
a cohort become comparable, and a patient alone gets the numbers it would get in any cohort.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from screen.errors import InputError, UnitError
from screen.expression.units import UNITS, convert
from screen.records import Floats, Profiles

KNOTS = 201
"""Quantiles kept a gene: every half per cent. Between them values are interpolated, so ranks stay."""
_EDGE = 1e-3
"""Ranks are drawn in by this much at either end: scores stay within +-3.09."""


@dataclass(frozen=True)
class Coverage:
    """How much of a model's gene list one subject has."""

    found: int
    expected: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """Frozen reference statistics of a model over g genes."""

    genes: tuple[str, ...]
    unit: str
    line_knots: Floats
    """K x g: quantiles 0..1 of the reference cell lines, in ``unit``."""
    patient_knots: Floats
    """K x g: quantiles 0..1 of the reference patients of the indication, in ``unit``."""

    def scale(self, profiles: Profiles) -> Floats:
        """n x g standard normal scores against the reference of the profiles' own domain; missing is 0.

        Raises
        ------
        UnitError
            The profiles cannot be brought to the unit of the frame.
        """
        levels = _over(_in_unit(profiles, self.unit), self.genes)
        knots = self.line_knots if profiles.domain == "cell_line" else self.patient_knots
        ranks = np.full(levels.shape, np.nan)
        for gene in range(len(self.genes)):
            ranks[:, gene] = _ranks(levels[:, gene], knots[:, gene])
        return _normal(ranks)

    def coverage(self, profiles: Profiles) -> list[Coverage]:
        """Genes of the frame found and missing, one entry a subject."""
        found = np.isfinite(_over(profiles, self.genes))
        names = np.array(self.genes, dtype=object)
        return [Coverage(int(row.sum()), len(self.genes), tuple(names[~row])) for row in found]


def fit_frame(lines: Profiles, patients: Profiles, genes: Sequence[str]) -> Frame:
    """Freeze the quantiles of the reference cell lines and patients over ``genes``.

    Both are brought to one unit: the log2(x + 1) form of the patients' unit where it has one.

    Raises
    ------
    UnitError
        The units of the two have no common scale, or are read counts.
    InputError
        No gene, no subject, or a gene without any value.
    """
    if not genes or not len(lines) or not len(patients):
        raise InputError(f"{len(lines)} cell lines, {len(patients)} patients, {len(genes)} shared genes: nothing to "
                         "learn from", remedy="ingest expression of both with the same genes")
    unit = _model_unit(patients.unit)
    knots = (_quantiles(_over(_in_unit(each, unit), tuple(genes)), genes) for each in (lines, patients))
    return Frame(tuple(genes), unit, *knots)


def with_lines(frame: Frame, lines: Profiles) -> Frame:
    """The same frame with other reference cell lines, e.g. those of a fold; the patients' quantiles stay."""
    knots = _quantiles(_over(_in_unit(lines, frame.unit), frame.genes), frame.genes)
    return replace(frame, line_knots=knots)


def _model_unit(unit: str) -> str:
    if unit == "counts":
        raise UnitError("read counts depend on sequencing depth and cannot be compared between samples",
                        remedy="give TPM (in a GDC STAR file: the column tpm_unstranded)")
    return {"tpm": "log2tpm1", "log2tpm0.001": "log2tpm1", "fpkm": "log2tpm1", "rsem": "log2rsem1"}.get(unit, unit)


def _in_unit(profiles: Profiles, unit: str) -> Profiles:
    try:
        levels = convert(profiles.levels, profiles.unit, unit)
    except UnitError as fault:
        raise UnitError(f"expression of {len(profiles)} {profiles.domain.replace('_', ' ')}s is in "
                        f"{UNITS[profiles.unit]}, which cannot be brought to the model's {UNITS[unit]}",
                        where=", ".join(sorted(set(profiles.datasets))), remedy=fault.remedy) from None
    return replace(profiles, levels=levels, unit=unit)


def _over(profiles: Profiles, genes: tuple[str, ...]) -> Floats:
    """n x g over another gene list, NaN where a gene is not in the profiles."""
    place = {gene: column for column, gene in enumerate(profiles.genes)}
    there = [gene in place for gene in genes]
    levels = np.full((len(profiles), len(genes)), np.nan, dtype=np.float32)
    levels[:, there] = profiles.levels[:, [place[gene] for gene in genes if gene in place]]
    return levels


def _quantiles(levels: Floats, genes: Sequence[str]) -> Floats:
    empty = ~np.isfinite(levels).any(axis=0)
    if empty.any():
        raise InputError(f"gene {genes[int(np.argmax(empty))]} has no value in the reference",
                         remedy="train on genes measured in both cell lines and patients")
    return np.asarray(np.nanquantile(levels, np.linspace(0, 1, KNOTS), axis=0), dtype=np.float32)


def _ranks(values: Floats, knots: Floats) -> Floats:
    """Share of the reference below each value; values tied over several knots (zeros) get the middle of them."""
    steps, first, width = np.unique(knots, return_index=True, return_counts=True)
    if len(steps) == 1:
        return np.full(len(values), 0.5)
    middle = (first + (width - 1) / 2) / (len(knots) - 1)
    ranks = np.interp(values, steps, middle)
    return np.where(np.isfinite(values), ranks, np.nan)


def _normal(ranks: Floats) -> Floats:
    from scipy.special import ndtri

    scores = ndtri(_EDGE + (1 - 2 * _EDGE) * ranks)
    return np.nan_to_num(np.asarray(scores, dtype=np.float32), nan=0.0)
