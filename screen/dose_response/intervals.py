"""How sure an area is: bootstrap over the wells of each curve, the same kind of curve fitted to every resampled set."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screen.dose_response.areas import Span, gdsc_auc, mean_viability
from screen.dose_response.hill import Hill, fit_replicas
from screen.dose_response.points import Array, Points
from screen.dose_response.selection import FLAT, HILL4, MEAN, Choice

_CHUNK = 200
_FEW = 6
"""Replicate deviations below which those of the means from the curve are added."""
_MOST_WIDER = 4.0


@dataclass(frozen=True)
class Sureness:
    """Arrays of length N; NaN where nothing was resampled."""

    low: Array
    high: Array
    """Deviations of the ends of the AAC's 95% interval from the AAC."""
    sd: Array
    gdsc_sd: Array


def area_intervals(
    points: Points, choice: Choice, keys: Sequence[str], errors: Array, shared: Span, training: Span, replicas: int
) -> Sureness:
    """Intervals of the areas over ``shared`` and the standard error of GDSC's over ``training``.

    Each resampled set is the curve plus wells' deviations taken with replacement, as many as there are wells, times
    an error of the vehicle. Few wells say little of their own spread, so the quantiles are widened by Student's t.

    Parameters
    ----------
    keys : a text a curve that seeds its generator
    errors : standard error of the vehicle mean each curve was divided by, as a share
    """
    from scipy import stats

    found = np.full((4, len(points)), np.nan)
    for at in range(0, len(points) if replicas else 0, _CHUNK):
        rows = np.arange(at, min(at + _CHUNK, len(points)))
        named = [int(row) for row in rows]
        resampled = np.stack([_resampled(points, choice, row, keys[row], errors[row], replicas) for row in named])
        curve = _refitted(points.take(rows), [choice.codes[row] for row in named], resampled)
        each = np.repeat(rows, replicas)
        aac = 1.0 - mean_viability(curve, shared.take(each)).reshape(len(rows), replicas)
        auc = gdsc_auc(curve, training.take(each)).reshape(len(rows), replicas)
        wide = stats.t.ppf(0.975, np.maximum(choice.degrees[rows], 1)) / stats.norm.ppf(0.975)
        wide = np.minimum(wide, _MOST_WIDER)
        low, middle, high = np.quantile(aac, (0.025, 0.5, 0.975), axis=1)
        found[:, rows] = (
            (low - middle) * wide,
            (high - middle) * wide,
            aac.std(1, ddof=1) * wide,
            auc.std(1, ddof=1) * wide,
        )
    return Sureness(*found)


def _resampled(points: Points, choice: Choice, row: int, key: str, error: float, replicas: int) -> Array:
    """B x D means of doses."""
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    generator = np.random.default_rng(seed)
    counts = points.wells[row].astype(np.int64)
    fitted = _heights(points, choice.curve, row)
    pool = _deviations(points, choice, row, fitted)
    moved = np.zeros((replicas, len(counts)))
    for dose, count in enumerate(counts):
        if count:
            moved[:, dose] = pool[generator.integers(0, len(pool), (replicas, count))].mean(1)
    scale = 1.0 + error * generator.standard_normal((replicas, 1))
    return np.asarray((fitted + moved) * scale)


def _heights(points: Points, curve: Hill, row: int) -> Array:
    one = slice(row, row + 1)
    alone = Hill(curve.top[one], curve.drop[one], curve.log_ec50[one], curve.slope[one], curve.error[one])
    return np.asarray(alone.at(points.log_dose[one])[0])


def _deviations(points: Points, choice: Choice, row: int, fitted: Array) -> Array:
    """Deviations of wells, each with both signs, as wide as ``scatter``."""
    pool, held = points.noise[row], points.wells[row] > 0
    if len(pool) < _FEW:
        about = (points.mean[row] - fitted) * np.sqrt(points.wells[row])
        pool = np.concatenate([pool, about[held]])
    spread = float(np.sqrt(np.mean(pool**2)))
    scale = float(choice.scatter[row]) / spread if spread > 0 else 0.0
    return np.asarray(np.concatenate([pool, -pool]) * scale)


def _refitted(points: Points, codes: Sequence[str], resampled: Array) -> Hill:
    """The same kind of curve for every resampled set (N x B x D), by curve and then by set."""
    replicas, doses = resampled.shape[1:]
    weight, flat = np.repeat(points.wells, replicas, axis=0), resampled.reshape(-1, doses)
    level = (weight * flat).sum(1) / np.maximum(weight.sum(1), 1.0)
    found = Hill(level, *(np.full(len(flat), start) for start in (0.0, 0.0, 1.0, 0.0)))
    for free in (False, True):
        rows = [row for row, code in enumerate(codes) if code not in (MEAN, FLAT) and (code == HILL4) == free]
        if rows:
            one = fit_replicas(points.take(rows), resampled[rows], free_top=free)
            places = (np.array(rows)[:, None] * replicas + np.arange(replicas)).ravel()
            for name in ("top", "drop", "log_ec50", "slope"):
                getattr(found, name)[places] = getattr(one, name)
    return found
