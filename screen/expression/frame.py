"""A model's frozen frame: its genes, its unit, and how a value of either domain becomes one on the cell lines' scale.

A cell line's gene is standardised over the reference cell lines and clipped. A tumour is read as its type's level plus
its own deviation: a patient's rank within the cohort is exchanged for the value of the same rank among the cell lines
of the tumour's type and lineage, by quantiles of both that were fixed in training. So outliers (published z-scores
reach tens of thousands) lose their leverage, cell lines scaled across tissues and patients scaled within a cohort
become comparable, the average breast tumour is read as a breast line and not as the average line, and a patient alone
gets the numbers it would get in any cohort.

Exchanged against all cell lines at once, as quantile normalisation of two domains does, every cohort has the same mean
profile: what kind of tumour it is would be lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError, UnitError
from screen.expression.units import MODEL_UNITS, UNITS, WHOLE, convert
from screen.records import Floats, Profiles

KNOTS = 201
"""Quantiles kept a gene: every half per cent. Between them values are interpolated, so ranks stay."""
OTHERS = 3.0
"""Cell lines' worth of the wider circle (all lines, then the lineage) in the quantiles of the narrower: a circle of n
lines weighs n / (n + OTHERS). Set on cell lines alone; from 1 to 10, r_drug of lines read as patients moves by .002."""
RELATED = ("other", "lineage", "type")
"""How near a cell line is to the patients' tumour type: 0, 1 (same lineage), 2 (same tumour type)."""
CLIP = 3.0
"""Standard deviations from the cell lines' mean beyond which a value counts no further."""


@dataclass(frozen=True)
class GeneCoverage:
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
    type_knots: Floats
    """K x g: what a patient's rank is exchanged for, quantiles 0..1 of cell lines near the tumour type, in ``unit``."""
    line_unit: str = ""
    """Unit of the cell lines' quantiles, where that is not ``unit``: ranks are exchanged between any two scales."""

    def scale(self, profiles: Profiles) -> Floats:
        """n x g standard scores on the cell lines' scale, within +-CLIP.

        A gene that was not measured is 0 for a cell line and the mean of the tumour's type for a patient.

        Raises
        ------
        UnitError
            The profiles cannot be brought to the unit of the frame.
        """
        unit = self.unit if profiles.domain == "patient" else self.line_unit or self.unit
        levels = _over(_in_unit(profiles, unit), self.genes)
        if profiles.domain == "patient":
            levels = np.column_stack(
                [
                    _exchanged(levels[:, gene], self.patient_knots[:, gene], self.type_knots[:, gene])
                    for gene in range(len(self.genes))
                ]
            )
        centre, spread = _moments(self.line_knots)
        scores = np.clip((levels - centre) / spread, -CLIP, CLIP)
        return np.nan_to_num(scores, nan=0.0).astype(np.float32)

    def coverage(self, profiles: Profiles) -> list[GeneCoverage]:
        """Genes of the frame found and missing, one entry a subject."""
        found = np.isfinite(_over(profiles, self.genes))
        names = np.array(self.genes, dtype=object)
        return [GeneCoverage(int(row.sum()), len(self.genes), tuple(names[~row])) for row in found]


def fit_frame(lines: Profiles, patients: Profiles, genes: Sequence[str], related: Sequence[int] | None = None) -> Frame:
    """Freeze the quantiles of the reference cell lines and patients over ``genes``.

    Both are brought to one unit, the log2(x + 1) form of the patients' unit where it has one; cell lines on another
    scale (z-scores, an array) keep theirs.

    Parameters
    ----------
    related : length L, how near each line is to the patients' tumour type (see ``RELATED``); without it, or where no
        line is near, a patient is read against all lines

    Raises
    ------
    UnitError
        Read counts of too few genes to be made free of sequencing depth.
    InputError
        No gene, no subject, or a gene without any value.
    """
    if not genes or not len(lines) or not len(patients):
        raise InputError(
            f"{len(lines)} cell lines, {len(patients)} patients, {len(genes)} shared genes: nothing to learn from",
            remedy="ingest expression of both with the same genes",
        )
    unit = MODEL_UNITS.get(patients.unit, patients.unit)
    line_unit = unit if _has_scale(lines.unit, unit) else MODEL_UNITS.get(lines.unit, lines.unit)
    levels = _over(_in_unit(lines, line_unit), tuple(genes))
    line_knots = _quantiles(levels, genes)
    patient_knots = _quantiles(_over(_in_unit(patients, unit), tuple(genes)), genes)
    near = _near_type(levels, related, line_knots)
    return Frame(tuple(genes), unit, line_knots, patient_knots, near, "" if line_unit == unit else line_unit)


def with_lines(frame: Frame, lines: Profiles, related: Sequence[int] | None = None) -> Frame:
    """The same frame with other reference cell lines, e.g. those of a fold; the patients' quantiles stay."""
    levels = _over(_in_unit(lines, frame.line_unit or frame.unit), frame.genes)
    knots = _quantiles(levels, frame.genes)
    return replace(frame, line_knots=knots, type_knots=_near_type(levels, related, knots))


def _near_type(levels: Floats, related: Sequence[int] | None, line_knots: Floats) -> Floats:
    """K x g: quantiles of the lines of the lineage, then of the tumour type, each drawn towards the wider circle."""
    nearness, knots = np.asarray(related if related is not None else [0] * len(levels)), line_knots
    for circle in range(1, len(RELATED)):
        near = levels[nearness >= circle]
        measured = np.isfinite(near).any(axis=0)
        if near.size and measured.any():
            weight = len(near) / (len(near) + OTHERS)
            closer = knots.copy()
            closer[:, measured] = np.nanquantile(near[:, measured], np.linspace(0, 1, KNOTS), axis=0)
            knots = (weight * closer + (1 - weight) * knots).astype(np.float32)
    return knots


def _has_scale(unit: str, target: str) -> bool:
    try:
        convert(np.ones((1, WHOLE), np.float32), unit, target)
    except UnitError:
        return False
    return True


def _in_unit(profiles: Profiles, unit: str) -> Profiles:
    try:
        levels = convert(profiles.levels, profiles.unit, unit)
    except UnitError as fault:
        raise UnitError(
            f"expression of {len(profiles)} {profiles.domain.replace('_', ' ')}s is in "
            f"{UNITS[profiles.unit]}, which cannot be brought to the model's {UNITS[unit]}",
            where=", ".join(sorted(set(profiles.datasets))),
            remedy=fault.remedy,
        ) from None
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
        raise InputError(
            f"gene {genes[int(np.argmax(empty))]} has no value in the reference",
            remedy="train on genes measured in both cell lines and patients",
        )
    steps = np.linspace(0, 1, KNOTS)
    knots = np.empty((KNOTS, levels.shape[1]), np.float32)
    whole = ~np.isnan(levels).any(axis=0)
    # The same numbers; numpy takes genes one by one as soon as a value is missing in any.
    knots[:, whole] = np.quantile(levels[:, whole], steps, axis=0)
    knots[:, ~whole] = np.nanquantile(levels[:, ~whole], steps, axis=0)
    return knots


def _ranks(values: Floats, knots: Floats) -> NDArray[np.float64]:
    """Share of the reference below each value; values tied over several knots (zeros) get the middle of them."""
    steps, first, width = np.unique(knots, return_index=True, return_counts=True)
    if len(steps) == 1:
        return np.full(len(values), 0.5)
    middle = (first + (width - 1) / 2) / (len(knots) - 1)
    ranks = np.interp(values, steps, middle)
    return np.where(np.isfinite(values), ranks, np.nan)


def _exchanged(values: Floats, patients: Floats, lines: Floats) -> NDArray[np.float64]:
    """The cell lines' values of the same rank; their mean where a value is missing."""
    ranks = _ranks(values, patients)
    found = np.interp(ranks, np.linspace(0, 1, len(lines)), lines)
    return np.where(np.isfinite(ranks), found, _moments(lines)[0])


def _moments(knots: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each gene, length g, from its quantiles; infinite for a constant gene."""
    middle = (knots[1:].astype(np.float64) + knots[:-1]) / 2
    spread = middle.std(axis=0)
    return middle.mean(axis=0), np.where(spread > 0, spread, np.inf)
