"""Least-squares fits of the Hill curve to many curves at once.

    viability(dose) = top - drop * f,  f = 1 / (1 + (EC50 / dose)^slope)

For a given EC50 and slope the rest is linear, so a grid over the two finds the best valley of every curve without a
starting value, and a damped Gauss-Newton (Levenberg 1944, Marquardt 1963) goes down to its floor.
"""

from dataclasses import dataclass

import numpy as np

from screen.dose_response.points import Array, Points

SLOPES = (0.2, 0.35, 0.6, 1.0, 1.5, 2.2, 3.3, 5.0)
LEAST_SLOPE, MOST_SLOPE = 0.1, 5.0
"""Steeper or flatter than cells answer: GRmetrics and PharmacoGx bound it so."""
BEYOND = 1.0
"""Decades that the EC50 may lie outside the doses tested."""
STEPS = 19
MOST_TOP = 1.5
_ROUNDS = 25
_ROWS = 20_000
_TINY = 1e-12


@dataclass(frozen=True)
class Hill:
    """Fitted curves, arrays of one length."""

    top: Array
    drop: Array
    """top - E-infinity."""
    log_ec50: Array
    slope: Array
    error: Array
    """Sum of squares over doses, each counted as often as it has wells."""

    def at(self, log_dose: Array) -> Array:
        """Viability at N x D (or N) doses."""
        shape = (-1,) + (1,) * (log_dose.ndim - 1)
        part = inhibited(log_dose, self.log_ec50.reshape(shape), self.slope.reshape(shape))
        return np.asarray(self.top.reshape(shape) - self.drop.reshape(shape) * part)


def inhibited(log_dose: Array, log_ec50: Array, slope: Array) -> Array:
    """f: share of the full effect, 0 to 1."""
    power = np.clip(slope * (log_dose - log_ec50) * np.log(10.0), -60.0, 60.0)
    return np.asarray(1.0 / (1.0 + np.exp(-power)))


def fit_hill(points: Points, *, free_top: bool = False) -> Hill:
    """The best curve of each, E-infinity between 0 and the top; the top is 1 unless it is free (0.5 to 1.5)."""
    parts = [
        _refined(*_coarse(some, free_top), some, free_top)
        for some in (points.take(range(at, min(at + _ROWS, len(points)))) for at in range(0, len(points), _ROWS))
    ]
    return _joined(parts)


def fit_replicas(points: Points, replicas: Array, *, free_top: bool = False) -> Hill:
    """The best curve of each of N x B resampled sets of means (N x B x D), in the order of curves, then replicas."""
    parts = []
    count = max(1, _ROWS // max(1, replicas.shape[1]))
    for at in range(0, len(points), count):
        some = slice(at, at + count)
        sets = replicas[some]
        flat = sets.reshape(-1, sets.shape[2])
        repeated = [np.repeat(one[some], sets.shape[1], axis=0) for one in (points.log_dose, points.wells)]
        many = Points(repeated[0], flat, repeated[1], ())
        parts.append(_refined(*_coarse(many, free_top, points.log_dose[some]), many, free_top, rounds=10))
    return _joined(parts)


def _joined(parts: list[Hill]) -> Hill:
    names = ("top", "drop", "log_ec50", "slope", "error")
    return Hill(*(np.concatenate([getattr(part, name) for part in parts] or [np.zeros(0)]) for name in names))


def _bounds(points: Points) -> tuple[Array, Array]:
    return points.log_dose[:, 0] - BEYOND, points.log_dose[:, -1] + BEYOND


def _coarse(points: Points, free_top: bool, designs: Array | None = None) -> tuple[Array, Array]:
    """EC50 and slope of the best point of the grid."""
    if not len(points):
        return np.zeros(0), np.zeros(0)
    designs = points.log_dose if designs is None else designs
    share = len(points) // len(designs)
    low, high = designs[:, 0] - BEYOND, designs[:, -1] + BEYOND
    best = np.full(len(points), np.inf)
    ec50, slope = np.zeros(len(points)), np.ones(len(points))
    for step in np.linspace(0.0, 1.0, STEPS):
        middle = low + step * (high - low)
        for one in SLOPES:
            part = np.repeat(inhibited(designs, middle[:, None], np.full((len(designs), 1), one)), share, axis=0)
            error = _linear(points, part, free_top)[2]
            better = error < best
            best = np.where(better, error, best)
            ec50 = np.where(better, np.repeat(middle, share), ec50)
            slope = np.where(better, one, slope)
    return ec50, slope


def _linear(points: Points, part: Array, free_top: bool) -> tuple[Array, Array, Array]:
    """Top, drop and error for given f (N x D)."""
    w, y = points.wells, points.mean
    total, sf, sff = w.sum(1), (w * part).sum(1), (w * part * part).sum(1)
    sy, sfy = (w * y).sum(1), (w * part * y).sum(1)
    if free_top:
        spread = np.maximum(sff - sf * sf / np.maximum(total, _TINY), _TINY)
        drop = np.clip(-(sfy - sf * sy / np.maximum(total, _TINY)) / spread, 0.0, MOST_TOP)
        top = np.clip((sy + drop * sf) / np.maximum(total, _TINY), 0.5, MOST_TOP)
        drop = np.minimum(drop, top)
    else:
        top = np.ones(len(points))
        drop = np.clip((sf - sfy) / np.maximum(sff, _TINY), 0.0, 1.0)
    error = (w * (y - top[:, None] + drop[:, None] * part) ** 2).sum(1)
    return top, drop, error


def _refined(ec50: Array, slope: Array, points: Points, free_top: bool, rounds: int = _ROUNDS) -> Hill:
    """Levenberg-Marquardt over EC50 and the logarithm of the slope; top and drop are solved in every step."""
    if not len(points):
        return Hill(*(np.zeros(0) for _ in range(5)))
    low, high = _bounds(points)
    place = np.stack([ec50, np.log(slope)], axis=1)
    damping = np.full(len(points), 1e-2)
    top, drop, error = _linear(points, inhibited(points.log_dose, ec50[:, None], slope[:, None]), free_top)
    for _ in range(rounds):
        tried = place + _step(points, place, top, drop, damping)
        tried[:, 0] = np.clip(tried[:, 0], low, high)
        tried[:, 1] = np.clip(tried[:, 1], np.log(LEAST_SLOPE), np.log(MOST_SLOPE))
        found = _linear(points, inhibited(points.log_dose, tried[:, :1], np.exp(tried[:, 1:])), free_top)
        better = found[2] < error
        gain = np.where(better, error - found[2], 0.0)
        place = np.where(better[:, None], tried, place)
        top, drop, error = (np.where(better, new, old) for new, old in zip(found, (top, drop, error), strict=True))
        damping = np.clip(np.where(better, damping * 0.2, damping * 6.0), 1e-7, 1e7)
        if not (gain > 1e-9 * (error + 1e-9)).any() and not (damping < 1e3).any():
            break
    return Hill(top, drop, place[:, 0], np.exp(place[:, 1]), error)


def _step(points: Points, place: Array, top: Array, drop: Array, damping: Array) -> Array:
    """The damped step in EC50 and log slope, with the drop taken along (Kaufman's variable projection)."""
    middle, slope = place[:, :1], np.exp(place[:, 1:])
    part = inhibited(points.log_dose, middle, slope)
    bent = drop[:, None] * part * (1.0 - part) * np.log(10.0)
    root = np.sqrt(points.wells)
    left = root * (top[:, None] - drop[:, None] * part - points.mean)
    # Of the model top - drop * f: derivative in EC50, in log slope.
    jacobian = np.stack([root * bent * slope, -root * bent * slope * (points.log_dose - middle)], axis=2)
    along = root * part
    length = np.maximum((along * along).sum(1), _TINY)
    jacobian = jacobian - along[:, :, None] * ((along[:, :, None] * jacobian).sum(1) / length[:, None])[:, None, :]
    return _solved(jacobian, left, damping)


def _solved(jacobian: Array, left: Array, damping: Array) -> Array:
    a = (jacobian[:, :, 0] ** 2).sum(1)
    b = (jacobian[:, :, 0] * jacobian[:, :, 1]).sum(1)
    c = (jacobian[:, :, 1] ** 2).sum(1)
    g = -(jacobian * left[:, :, None]).sum(1)
    a, c = a * (1 + damping) + _TINY, c * (1 + damping) + _TINY
    det = np.maximum(a * c - b * b, _TINY * _TINY)
    step = np.stack([(c * g[:, 0] - b * g[:, 1]) / det, (a * g[:, 1] - b * g[:, 0]) / det], axis=1)
    return np.asarray(np.clip(step, -1.0, 1.0))
