"""A Gaussian process over (line, drug) pairs whose covariance is a sum of products of a line and a drug kernel.

    cov((l, d), (l', d')) = sum_ij w_ij K_i(l, l') G_j(d, d') + noise [l = l', d = d']

Only measured pairs are conditioned on. No pair matrix is ever made: a product of the covariance with an L x D table is
a few L x L and D x D products (the vec trick of Kronecker algebra), so conjugate gradients solve with them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Doubles = NDArray[np.float64]

_PROBES = 4
_START_NOISE = 0.5
LEAST_NOISE = 0.25
"""Share of a drug's variance that is never explained: assays repeat worse than that, and the solver needs it."""
MOST_NOISE = 0.9
_LONGEST = 2.0
_SMALLEST = 1e-4
"""A weight below this share of the largest is 0."""


@dataclass(frozen=True)
class GPData:
    """What is conditioned on: a table of responses and the kernels of its lines and drugs."""

    line_kernels: Floats
    """I x L x L."""
    drug_kernels: Floats
    """J x D x D."""
    response: Floats
    """L x D, standardised; 0 where not measured."""
    measured: Floats
    """L x D, 1 where measured, else 0."""

    def take_lines(self, rows: NDArray[np.intp]) -> "GPData":
        """The pairs of the lines at ``rows``."""
        return GPData(
            np.ascontiguousarray(self.line_kernels[:, rows][:, :, rows]),
            self.drug_kernels,
            self.response[rows],
            self.measured[rows],
        )


@dataclass(frozen=True)
class Weights:
    """The process's parameters."""

    products: Floats
    """I x J, 0 or more: variance of each product of kernels."""
    noise: float
    """Variance of a single measured response around the process."""


def mixed(products: Floats, drug_kernels: Floats) -> Floats:
    """I x D' x D: for each line kernel the drug kernel that goes with it, sum_j w_ij G_j."""
    return np.asarray(np.tensordot(products, drug_kernels, axes=1), np.float32)


def solve(pairs: GPData, weights: Weights, targets: Floats, tolerance: float, steps: int) -> Floats:
    """covariance^-1 x targets by conjugate gradients, preconditioned by the diagonal.

    Parameters
    ----------
    targets : r x L x D, 0 where not measured
    tolerance : residual over target, in Euclidean norm, at which to stop
    steps : at most

    Returns
    -------
    r x L x D, 0 where not measured
    """
    drugs = mixed(weights.products, pairs.drug_kernels)
    diagonal = _diagonal(pairs, drugs, weights.noise)
    found, residual = np.zeros_like(targets), targets.copy()
    direction = residual / diagonal
    gain = _inner(residual, direction)
    stop = tolerance**2 * _inner(targets, targets)
    for _ in range(steps):
        image = _product(pairs, drugs, weights.noise, direction)
        step = gain / np.maximum(_inner(direction, image), 1e-30)
        found += _spread(step) * direction
        residual -= _spread(step) * image
        if (_inner(residual, residual) <= stop).all():
            break
        scaled = residual / diagonal
        now = _inner(residual, scaled)
        direction = scaled + _spread(now / np.maximum(gain, 1e-30)) * direction
        gain = now
    return found


def likely_weights(pairs: GPData, seed: int, rounds: int, steps: int = 40) -> Weights:
    """Weights and noise of high marginal likelihood.

    Each round multiplies a variance by a' K a / tr(C^-1 K), a = C^-1 y: a fixed point where the slope of the marginal
    likelihood is 0, which keeps variances positive (its square root is the minorise-maximise step of Zhou et al. 2019,
    J. Comput. Graph. Stat. 28:350). Steps are bounded, and the variances of a pair add up to that of a standardised
    response, 1: so the solver stays in reach of its solution. Traces are Hutchinson's estimate over fixed random signs.
    """
    rng = np.random.default_rng(seed)
    signs = rng.choice(np.array([-1, 1], np.float32), size=(_PROBES, *pairs.measured.shape)) * pairs.measured
    shape = (len(pairs.line_kernels), len(pairs.drug_kernels))
    products, noise = np.full(shape, (1 - _START_NOISE) / (shape[0] * shape[1])), _START_NOISE
    right = np.concatenate([pairs.response[None], signs])
    for _ in range(rounds):
        solved = solve(pairs, Weights(products.astype(np.float32), noise), right, 1e-2, steps)
        fit = _quadratic(pairs, solved[:1], solved[:1])
        trace = _quadratic(pairs, solved[1:], signs) / _PROBES
        products = products * _bounded(fit / np.maximum(trace, 1e-3 * trace.max()))
        products[products < _SMALLEST * products.max()] = 0
        squares, inverse_trace = _inner(solved[:1], solved[:1]).sum(), _inner(solved[1:], signs).sum() / _PROBES
        noise = min(max(LEAST_NOISE, noise * float(_bounded(squares / inverse_trace))), MOST_NOISE)
        products *= (1 - noise) / products.sum()
    return Weights(products.astype(np.float32), noise)


def _product(pairs: GPData, drugs: Floats, noise: float, table: Floats) -> Floats:
    """The covariance of measured pairs times r tables, r x L x D."""
    r, L, D = table.shape
    image = np.float32(noise) * table
    for lines, drug_kernel in zip(pairs.line_kernels, drugs, strict=True):
        image += np.matmul(lines, (table.reshape(r * L, D) @ drug_kernel).reshape(r, L, D))
    image *= pairs.measured
    return image


def _diagonal(pairs: GPData, drugs: Floats, noise: float) -> Floats:
    lines = np.einsum("ill->il", pairs.line_kernels)
    return np.asarray(np.einsum("il,idd->ld", lines, drugs) + noise, np.float32)


def _quadratic(pairs: GPData, one: Floats, other: Floats) -> Doubles:
    """I x J, sum over r of <one, K_i other G_j>, never negative."""
    left = [np.matmul(lines, other) for lines in pairs.line_kernels]
    right = [np.matmul(one, drugs) for drugs in pairs.drug_kernels]
    sums = np.array([[np.vdot(a, b) for b in right] for a in left], np.float64)
    return np.maximum(sums, 0)


def _bounded(steps: Doubles) -> Doubles:
    return np.asarray(np.clip(steps, 1 / _LONGEST, _LONGEST))


def _inner(one: Floats, other: Floats) -> Doubles:
    sums: Doubles = np.einsum("rld,rld->r", one, other, dtype=np.float64)
    return sums


def _spread(values: Doubles) -> Floats:
    return values.astype(np.float32)[:, None, None]
