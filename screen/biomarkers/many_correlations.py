"""Association of thousands of markers with one response, each adjusted for the same covariates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.biomarkers.many_cox import same_rows

Array = NDArray[np.float64]

_FEWEST = 4
"""Degrees of freedom that a correlation leaves, below which nothing is said."""


@dataclass(frozen=True)
class ManyAssociations:
    """Of each of g markers; NaN where nothing can be said."""

    correlation: Array
    """Partial correlation with the response."""
    slope: Array
    """Of the response, per unit of the marker."""
    error: Array
    """Standard error of the slope."""
    freedom: Array
    """Degrees of freedom left."""

    @property
    def p(self) -> Array:
        """Two-sided, of the slope (and of the correlation: they are one test)."""
        from scipy.stats import t

        return np.asarray(2 * t.sf(np.abs(_statistic(self.correlation, self.freedom)), self.freedom))

    def correlation_interval(self) -> tuple[Array, Array]:
        """Ends of the 95% interval (Fisher's z, whose covariates take degrees of freedom)."""
        from scipy.stats import norm

        half = norm.ppf(0.975) / np.sqrt(np.maximum(self.freedom - 1, 1))
        middle = np.arctanh(np.clip(self.correlation, -1 + 1e-12, 1 - 1e-12))
        return np.tanh(middle - half), np.tanh(middle + half)

    def slope_interval(self) -> tuple[Array, Array]:
        """Ends of its 95% interval."""
        from scipy.stats import t

        half = t.ppf(0.975, self.freedom) * self.error
        return self.slope - half, self.slope + half


def _statistic(correlation: Array, freedom: Array) -> Array:
    return np.asarray(correlation * np.sqrt(freedom / np.maximum(1 - correlation**2, 1e-15)))


def many_associations(response: Array, markers: Array, shared: Array) -> ManyAssociations:
    """Regress the response on one marker after another and the shared covariates, with an intercept.

    Parameters
    ----------
    response : n, without missing values
    markers : n x g; NaN leaves a subject out of that marker's regression
    shared : n x p without missing values
    """
    g = markers.shape[1]
    found = ManyAssociations(*(np.full(g, np.nan) for _ in range(4)))
    for rows, columns in same_rows(np.isfinite(markers)):
        if rows.sum() <= _FEWEST:
            continue
        basis = _basis(shared[rows])
        freedom = int(rows.sum()) - basis.shape[1] - 1
        if freedom < _FEWEST:
            continue
        y = _left_over(response[rows][:, None], basis)[:, 0]
        x = _left_over(markers[np.ix_(rows, columns)], basis)
        squares, total = np.square(x).sum(axis=0), float(y @ y)
        full = np.square(markers[np.ix_(rows, columns)]).sum(axis=0)
        varies = squares > 1e-10 * np.maximum(full, 1e-300)
        safe = np.where(varies, squares, 1)
        slope = np.where(varies, (y @ x) / safe, np.nan)
        left = np.maximum(total - slope**2 * safe, 0)
        found.slope[columns] = slope
        found.correlation[columns] = slope * np.sqrt(safe / total) if total > 0 else np.nan
        found.error[columns] = np.sqrt(left / freedom / safe)
        found.freedom[columns] = np.where(varies, freedom, np.nan)
    return found


def permuted_p(response: Array, markers: Array, shared: Array, times: int, seed: int) -> Array:
    """p values (times x g) where nothing is associated: what the covariates leave of the response, permuted.

    Freedman and Lane's permutation (1983): correlations between markers, and their tails, stay as they are.
    """
    from scipy.stats import t

    rng = np.random.default_rng(seed)
    left = _left_over(response[:, None], _basis(shared))[:, 0]
    permuted = np.column_stack([rng.permutation(left) for _ in range(times)])
    p = np.full((times, markers.shape[1]), np.nan)
    for rows, columns in same_rows(np.isfinite(markers)):
        if rows.sum() <= _FEWEST:
            continue
        basis = _basis(shared[rows])
        freedom = int(rows.sum()) - basis.shape[1] - 1
        if freedom < _FEWEST:
            continue
        y = _unit(_left_over(permuted[rows], basis))
        x = _unit(_left_over(markers[np.ix_(rows, columns)], basis))
        p[:, columns] = 2 * t.sf(np.abs(_statistic(y.T @ x, np.array(float(freedom)))), freedom)
    return p


def _basis(shared: Array) -> Array:
    """n x r orthonormal columns that span the intercept and the covariates."""
    whole = np.column_stack([np.ones(len(shared)), shared])
    left, size, _ = np.linalg.svd(whole / np.maximum(np.linalg.norm(whole, axis=0), 1e-300), full_matrices=False)
    return np.asarray(left[:, size > 1e-9 * size[0]])


def _left_over(columns: Array, basis: Array) -> Array:
    return np.asarray(columns - basis @ (basis.T @ columns))


def _unit(columns: Array) -> Array:
    length = np.linalg.norm(columns, axis=0)
    return np.asarray(columns / np.where(length > 1e-10, length, np.inf))
