"""How the errors of a model on one drug go with those on another: what a measured drug says of all others.

Errors on cell lines that a model never saw are covariant over drugs, with what no profile tells: drugs of one pathway
fail and work together. With enough lines the errors themselves say how; for a drug, or a pair, of few lines the
similarity of structure, targets and pathway does, weighted as it explains the errors of the others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models.contract import Drugs
from screen.models.pair_gp.kernels import drug_kernel_names, drug_kernels, graph_width
from screen.records import Floats

Doubles = NDArray[np.float64]

HALF_LINES = 60
"""Lines on which a pair's covariance of errors counts half: so many random lines bring as much error as covariance."""
LEAST_VARIANCE = 1e-3
"""Of a direction of the covariance, in squared standard deviations of a drug."""


@dataclass(frozen=True)
class DrugCovariance:
    """Covariance of standardised errors of D drugs, and what similarity says of it."""

    among: Doubles
    """D x D, positive definite; in squared standard deviations of each drug."""
    weights: Doubles
    """Of each drug kernel but the identity, 0 or more: how much of the covariance it explains."""

    def of_similarity(self, kernels: Floats) -> Doubles:
        """What similarity alone says, D' x D, from all drug kernels (J x D' x D) in the order of their names."""
        return np.asarray(np.tensordot(self.weights, kernels[_similar(len(kernels))], axes=1), np.float64)


def residual_covariance(residuals: Doubles, drugs: Drugs) -> DrugCovariance:
    """Covariance over drugs of a model's errors on lines it never saw.

    Parameters
    ----------
    residuals : L x D, measured less predicted, in standard deviations of each drug; NaN where not measured
    drugs : the D drugs
    """
    seen, shared = moments(residuals, centred=True)
    kernels = drug_kernels(drugs, drugs, graph_width(drugs.vectors))
    weights = _explained(seen, shared, kernels)
    similar = np.tensordot(weights, kernels[_similar(len(kernels))], axes=1)
    known = shared / (shared + HALF_LINES)
    # Similarity takes the place of what few lines leave out; where many say little, that is little.
    blended = known * seen + np.square(1 - known) * similar
    variance = np.where(np.diag(shared) > 0, np.diag(seen), np.mean(np.diag(seen)[np.diag(shared) > 0]))
    np.fill_diagonal(blended, variance)
    return DrugCovariance(positive(blended), weights)


def moments(residuals: Doubles, *, centred: bool) -> tuple[Doubles, Doubles]:
    """Mean product of two drugs' residuals over the lines that have both, and the number of these, both D x D."""
    there = np.isfinite(residuals)
    values = np.where(there, residuals, 0.0)
    if centred:
        values = np.where(there, values - values.sum(axis=0) / np.maximum(there.sum(axis=0), 1), 0.0)
    shared = there.T.astype(np.float64) @ there
    return values.T @ values / np.maximum(shared, 1), shared


def positive(covariance: Doubles) -> Doubles:
    """The nearest covariance without a direction of less than :data:`LEAST_VARIANCE`."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray((vectors * np.maximum(values, LEAST_VARIANCE)) @ vectors.T)


def _explained(seen: Doubles, shared: Doubles, kernels: Floats) -> Doubles:
    """Weights of the kernels by least squares over pairs of different drugs, each by the lines it was measured on."""
    from scipy.optimize import nnls

    above = np.triu_indices(len(seen), 1)
    weight = np.sqrt(shared[above])
    columns = np.stack([kernels[place][above] for place in _similar(len(kernels))], axis=1).astype(np.float64)
    found: Doubles = nnls(columns * weight[:, None], seen[above] * weight)[0]
    return found


def _similar(kernels: int) -> list[int]:
    """Places of the kernels that say something of two different drugs."""
    names = drug_kernel_names(0.0)[:kernels]
    return [place for place, name in enumerate(names) if name != "identity"]
