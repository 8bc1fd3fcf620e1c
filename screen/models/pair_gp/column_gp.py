"""A Gaussian process over the rows of a table whose columns are independent given one covariance.

    cov(z(r, c), z(r', c)) = sum_i v_i K_i(r, r') + noise [r = r'],    another column: 0

With cell lines for rows, each drug is a column: what the drugs share is which lines resemble each other, and how much
each kind of resemblance counts. With drugs for rows, each line is a column. A column is solved exactly over the rows
measured in it, so a few hundred rows cost a factorisation of that size each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Doubles = NDArray[np.float64]

_START_NOISE = 0.5
_LONGEST = 2.0
"""A variance changes by at most this factor a round."""
_SMALLEST = 1e-4
"""A variance below this share of the largest is 0."""
_FEWEST = 5
"""Rows measured in a column, to fit variances on it."""


@dataclass(frozen=True)
class Variances:
    """The process's parameters: shares of the variance, which add up to 1 with the noise."""

    kernels: Floats
    """Length I, 0 or more."""
    noise: float

    def covariance(self, kernels: Floats) -> Doubles:
        """sum_i v_i K_i of I x n x N kernels, n x N."""
        return np.tensordot(self.kernels.astype(np.float64), kernels.astype(np.float64), axes=1)


def likely_variances(kernels: Floats, table: Floats, rounds: int, least_noise: float) -> Variances:
    """Variances of high marginal likelihood over all columns.

    Each round multiplies a variance by sum_c a' K a / sum_c tr(C^-1 K), a = C^-1 z over the rows measured in column c:
    a fixed point where the slope of the likelihood is 0, which keeps variances positive (its square root is the
    minorise-maximise step of Zhou et al. 2019, J. Comput. Graph. Stat. 28:350).

    Parameters
    ----------
    kernels : I x N x N among the rows
    table : N x C, NaN where not measured; only the shares of its variance are found
    least_noise : a share of the variance that is never explained
    """
    there = table[np.isfinite(table)]
    wide, scaled = kernels.astype(np.float64), table / np.float32(there.std() or 1.0 if there.size else 1.0)
    variances, noise = np.full(len(wide), (1 - _START_NOISE) / len(wide)), _START_NOISE
    columns = [one for one in _by_rows(scaled) if len(one[0]) >= _FEWEST]
    for _ in range(rounds if columns else 0):
        covariance = np.tensordot(variances, wide, axes=1)
        fit, trace = np.zeros((2, len(wide) + 1))
        for rows, values in columns:
            inverse = _inverse(covariance[np.ix_(rows, rows)], noise)
            solved = inverse @ values
            spread = solved @ solved.T
            parts = [kernel[np.ix_(rows, rows)] for kernel in wide]
            fit += [*(np.vdot(spread, part) for part in parts), np.trace(spread)]
            trace += values.shape[1] * np.array([*(np.vdot(inverse, part) for part in parts), np.trace(inverse)])
        steps = np.clip(np.maximum(fit, 0) / np.maximum(trace, 1e-12), 1 / _LONGEST, _LONGEST)
        variances = variances * steps[:-1]
        variances[variances < _SMALLEST * variances.max()] = 0
        noise = max(least_noise, noise * float(steps[-1]))
        total = float(variances.sum()) + noise
        variances, noise = variances / total, noise / total
    return Variances(variances.astype(np.float32), noise)


def solve_columns(covariance: Doubles, noise: float, table: Floats) -> Floats:
    """(C + noise)^-1 z of each column over the rows measured in it, N x C, 0 where not measured.

    Parameters
    ----------
    covariance : N x N among the rows
    table : N x C, NaN where not measured
    """
    from scipy.linalg import cho_factor, cho_solve

    found = np.zeros(table.shape, np.float32)
    for rows, values, places in with_places(table):
        some = covariance[np.ix_(rows, rows)]
        some[np.diag_indices_from(some)] += noise
        factor = cho_factor(some, lower=True, overwrite_a=True, check_finite=False)
        found[np.ix_(rows, places)] = cho_solve(factor, values, check_finite=False)
    return found


def _inverse(covariance: Doubles, noise: float) -> Doubles:
    covariance[np.diag_indices_from(covariance)] += noise
    return np.asarray(np.linalg.inv(covariance))


def _by_rows(table: Floats) -> Iterator[tuple[NDArray[np.intp], Doubles]]:
    for rows, values, _ in with_places(table):
        yield rows, values


def with_places(table: Floats) -> Iterator[tuple[NDArray[np.intp], Doubles, NDArray[np.intp]]]:
    """Columns measured in the same rows come together: those rows, the values there, the places of the columns."""
    there = np.isfinite(table)
    patterns: dict[bytes, list[int]] = {}
    for column in range(table.shape[1]):
        patterns.setdefault(np.packbits(there[:, column]).tobytes(), []).append(column)
    for columns in patterns.values():
        rows = np.flatnonzero(there[:, columns[0]])
        if rows.size:
            places = np.array(columns, np.intp)
            yield rows, table[np.ix_(rows, places)].astype(np.float64), places
