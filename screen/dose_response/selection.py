"""Which curve the points allow: none, a constant, three parameters or four; with a code and a reason for each."""

from dataclasses import dataclass

import numpy as np

from screen.dose_response.hill import Hill, fit_hill
from screen.dose_response.points import Array, Points

FEWEST_DOSES = 4
FEWEST_FOR_MEANS = 6
"""Doses from which the scatter about the curve alone can tell it from a constant: below, F(2, 2) and less, the scatter
of replicate wells is taken with it."""
FEWEST_FOR_TOP = 6
LEVEL = 0.05
PLATEAU = 0.1
"""A dose with less than this share of the effect lies on the top."""
MEAN, FLAT, HILL3, HILL4 = "mean", "flat", "hill3", "hill4"


@dataclass(frozen=True)
class Choice:
    """What was fitted to each of N curves."""

    curve: Hill
    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    p: Array
    """Of the F-test against a constant; NaN where there was none."""
    scatter: Array
    """Standard deviation of one well, from the scatter about the curve and between replicate wells."""
    degrees: Array
    """Degrees of freedom behind ``scatter``."""


def choose(points: Points) -> Choice:
    """Fit each curve and keep the simplest that the F-test allows.

    Fewer than four doses give the mean alone. Otherwise a three-parameter Hill curve (top 1) is tested against a
    constant on the means of the doses, so that replicate wells do not count as independent doses; with fewer than six
    doses the scatter of the replicate wells is pooled with that about the curve, since two degrees of freedom can
    tell nothing. A fourth parameter, the top, is freed where two doses or more lie on it and an F-test says so.
    """
    from scipy import stats

    three, four = fit_hill(points), fit_hill(points, free_top=True)
    doses, total = points.doses.astype(np.float64), points.wells.sum(1)
    level = (points.wells * points.mean).sum(1) / np.maximum(total, 1.0)
    flat_error = (points.wells * (points.mean - level[:, None]) ** 2).sum(1)
    within, within_df = _within(points)
    pooled = (doses < FEWEST_FOR_MEANS) & (within_df > 0)
    df = np.maximum(doses - 3, 0) + np.where(pooled, within_df, 0)
    noise = (three.error + np.where(pooled, within, 0.0)) / np.maximum(df, 1)
    ratio = np.maximum(flat_error - three.error, 0.0) / 2 / np.maximum(noise, 1e-12)
    p = np.where((df > 0) & (doses >= FEWEST_DOSES), stats.f.sf(ratio, 2, np.maximum(df, 1)), np.nan)
    better_top = _top_is_better(points, three, four)
    codes = [_code(*one) for one in zip(doses, p, better_top, strict=True)]
    curve = _chosen(codes, level, flat_error, three, four)
    scatter, degrees = _scatter(curve.error, doses, codes, within, within_df)
    reasons = tuple(_reason(*one) for one in zip(codes, doses, p, pooled, strict=True))
    return Choice(curve, tuple(codes), reasons, p, scatter, degrees)


def _within(points: Points) -> tuple[Array, Array]:
    """Sum of squares between replicate wells, and its degrees of freedom.

    ``noise`` is widened by n / (n - 1) a dose, so its mean square estimates the variance of a well.
    """
    df = np.maximum(points.wells - 1, 0).sum(1)
    mean_square = np.array([np.mean(one**2) if len(one) else 0.0 for one in points.noise])
    return mean_square * df, df


def _top_is_better(points: Points, three: Hill, four: Hill) -> Array:
    from scipy import stats

    part = np.where(points.wells > 0, (four.top[:, None] - four.at(points.log_dose)), np.inf)
    on_top = (part < PLATEAU * np.maximum(four.drop[:, None], 1e-9)).sum(1) >= 2
    df = np.maximum(points.doses - 4, 1)
    ratio = np.maximum(three.error - four.error, 0.0) / np.maximum(four.error / df, 1e-12)
    return np.asarray(on_top & (points.doses >= FEWEST_FOR_TOP) & (stats.f.sf(ratio, 1, df) < LEVEL))


def _code(doses: float, p: float, top: bool) -> str:
    if doses < FEWEST_DOSES:
        return MEAN
    if not p < LEVEL:
        return FLAT
    return HILL4 if top else HILL3


def _chosen(codes: list[str], level: Array, flat_error: Array, three: Hill, four: Hill) -> Hill:
    constant = np.isin(codes, (MEAN, FLAT))
    freed = np.array([code == HILL4 for code in codes], dtype=np.bool_)

    def pick(flat: Array, name: str) -> Array:
        return np.asarray(np.where(constant, flat, np.where(freed, getattr(four, name), getattr(three, name))))

    nothing = np.zeros(len(codes))
    return Hill(
        top=pick(level, "top"),
        drop=pick(nothing, "drop"),
        log_ec50=pick(three.log_ec50, "log_ec50"),
        slope=pick(nothing + 1.0, "slope"),
        error=pick(flat_error, "error"),
    )


def _scatter(error: Array, doses: Array, codes: list[str], within: Array, within_df: Array) -> tuple[Array, Array]:
    """Of one well: about the curve and between replicates together; about the curve alone where that is wider."""
    from scipy import stats

    fitted = np.array([{HILL4: 4, HILL3: 3}.get(code, 1) for code in codes])
    about_df = np.maximum(doses - fitted, 0)
    df = about_df + within_df
    pooled = (error + within) / np.maximum(df, 1)
    about = error / np.maximum(about_df, 1)
    ratio = about / np.maximum(within / np.maximum(within_df, 1), 1e-12)
    lacks = (
        (within_df > 0)
        & (about_df > 0)
        & (stats.f.sf(ratio, np.maximum(about_df, 1), np.maximum(within_df, 1)) < LEVEL)
    )
    variance = np.where(lacks, about, pooled)
    return np.sqrt(variance), np.where(lacks, about_df, df)


def _reason(code: str, doses: float, p: float, pooled: bool) -> str:
    if code == MEAN:
        return f"{doses:g} doses: no curve is fitted to fewer than {FEWEST_DOSES}, the mean is given"
    beside = ", with the scatter of replicate wells" if pooled else ""
    if code == FLAT:
        return f"no better than a constant (F-test over {doses:g} doses{beside}: p {p:.2g})"
    which = "its top measured and not 1" if code == HILL4 else "top 1"
    return f"a curve, {which} (F-test over {doses:g} doses{beside}: p {p:.2g})"
