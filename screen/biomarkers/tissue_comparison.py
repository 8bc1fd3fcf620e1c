"""Expression of one gene in tumours against normal tissue, both given as files: paired where patients have both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.profiles.orientation import Matrix, orient
from screen.ingest.text.grid import read_grid

Array = NDArray[np.float64]

FEWEST = 5
"""Samples of each tissue, or pairs."""
_DRAWS = 2000
_PATIENT = 12
"""Letters of a TCGA barcode that name the patient."""
_FEWEST_GENES = 20
"""From so many genes on it is looked whether a file is z-scored within itself."""


@dataclass(frozen=True, kw_only=True)
class TumourNormal:
    """One gene in two tissues."""

    gene: str
    tumours: int
    normals: int
    pairs: int
    """Patients with both; 0 where the tissues are compared without pairing."""
    test: str
    tumour_median: float
    normal_median: float
    difference: float
    """Of the medians, or the median of the paired differences; tumour less normal, in the files' unit."""
    low: float
    """Of the 95% interval, bootstrap over samples or pairs."""
    high: float
    higher: float
    """How often a tumour is higher than a normal sample, or than the same patient's."""
    p: float


def tumour_normal(gene: str, tumour: Path, normal: Path, seed: int = 0) -> TumourNormal:
    """Compare two files in one unit; wilcoxon's signed ranks where five patients have both, rank sums else.

    Raises
    ------
    InputError
        A file that cannot be read, without the gene, with too few samples, or z-scored within itself: then both tissues
        have the same mean by construction.
    """
    diseased, healthy = _levels(gene, tumour), _levels(gene, normal)
    shared = sorted(diseased.keys() & healthy.keys())
    x, y = np.array(list(diseased.values())), np.array(list(healthy.values()))
    paired = len(shared) >= FEWEST
    if paired:
        apart = np.array([diseased[one] - healthy[one] for one in shared])
    low, high = _interval([apart] if paired else [x, y], _middle if paired else _apart, seed)
    return TumourNormal(
        gene=gene,
        tumours=len(x),
        normals=len(y),
        pairs=len(shared) if paired else 0,
        test="Wilcoxon signed ranks" if paired else "Wilcoxon rank sums",
        tumour_median=float(np.median(x)),
        normal_median=float(np.median(y)),
        difference=_middle(apart) if paired else _apart(x, y),
        low=low,
        high=high,
        higher=_share(apart) if paired else _share((x[:, None] - y[None]).ravel()),
        p=_signed_ranks(apart) if paired else _rank_sums(x, y),
    )


def _levels(gene: str, path: Path) -> dict[str, float]:
    """Patient -> level; of several samples of a patient the mean."""
    matrix = orient(read_grid(peek(path)))
    names = [name.split(" (")[0].upper() for name in matrix.genes]
    if gene.upper() not in names:
        raise InputError(f"no gene {gene}", where=str(path), remedy="name a gene as the file does")
    if len(names) >= _FEWEST_GENES and _within_itself(matrix):
        raise InputError(
            "every gene is z-scored within this file: tumour and normal tissue have the same mean by construction",
            where=str(path),
            remedy="give both in TPM, log2(TPM + 1) or normalised counts",
        )
    values = matrix.levels[:, names.index(gene.upper())].astype(np.float64)
    found: dict[str, list[float]] = {}
    for sample, value in zip(matrix.samples, values, strict=True):
        if np.isfinite(value):
            found.setdefault(sample[:_PATIENT] if sample.startswith("TCGA-") else sample, []).append(float(value))
    if len(found) < FEWEST:
        raise InputError(
            f"{len(found)} samples with {gene}, {FEWEST} are needed", where=str(path), remedy="give a file with more"
        )
    return {patient: float(np.mean(levels)) for patient, levels in found.items()}


def _within_itself(matrix: Matrix) -> bool:
    there = np.isfinite(matrix.levels).sum(axis=0) > 1
    levels = matrix.levels[:, there]
    centred = np.abs(np.nanmean(levels, axis=0)) < 0.05
    return bool(np.mean(centred & (np.abs(np.nanstd(levels, axis=0) - 1) < 0.1)) > 0.8)


def _middle(values: Array) -> float:
    return float(np.median(values))


def _apart(x: Array, y: Array) -> float:
    return float(np.median(x) - np.median(y))


def _share(apart: Array) -> float:
    return float(np.mean((np.sign(apart) + 1) / 2))


def _interval(parts: Sequence[Array], statistic: Callable[..., float], seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    draws = [statistic(*(rng.choice(part, len(part)) for part in parts)) for _ in range(_DRAWS)]
    low, high = np.percentile(draws, (2.5, 97.5))
    return float(low), float(high)


def _signed_ranks(apart: Array) -> float:
    from scipy.stats import wilcoxon

    return float(wilcoxon(apart).pvalue) if np.any(apart) else 1.0


def _rank_sums(x: Array, y: Array) -> float:
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(x, y).pvalue)
