"""Wells of many curves to everything that is said of each: the one fit that plates and published screens share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screen.dose_response.areas import Span, absolute_ic50, gdsc_auc, mean_viability
from screen.dose_response.intervals import area_intervals
from screen.dose_response.points import Array, Points, points_of
from screen.dose_response.selection import FLAT, MEAN, Choice, choose

REPLICAS = 200
HOOK = 0.1
"""Viability by which the highest dose must rise above the lowest mean before it to be flagged."""


@dataclass(frozen=True)
class Fitted:
    """N fitted curves; arrays of length N. Areas are over log dose; viability 1 is the matched vehicle."""

    points: Points
    choice: Choice
    shared: Span
    """Doses of the AAC: tested, and in the training screen where its doses are known."""
    training: Span
    """Doses of GDSC's area: the training screen's, else those tested."""
    aac: Array
    """Area above the curve, 1 - mean viability: higher is more sensitive; below 0 is growth above the vehicle."""
    aac_low: Array
    aac_high: Array
    """95% interval by bootstrap over wells."""
    aac_sd: Array
    auc_gdsc: Array
    """GDSC's area (:func:`screen.dose_response.areas.gdsc_auc`), lower is sensitive, over ``training``."""
    auc_gdsc_sd: Array
    log_ic50: Array
    """Absolute: viability 0.5; NaN where no curve was fitted."""
    ic50_censored: tuple[str, ...]
    """``""``, ``">"`` or ``"<"`` the doses tested."""
    emax: Array
    """Viability at the highest dose, as measured."""
    e_inf: Array
    """Viability the curve falls to; NaN for a constant."""
    hook: tuple[bool, ...]
    """Viability rises again at the highest dose."""

    def __len__(self) -> int:
        return len(self.aac)


def fit(
    curves: Sequence[tuple[Array, Array]],
    *,
    ranges: Sequence[tuple[float, float]] | None = None,
    keys: Sequence[str] = (),
    vehicle_error: Sequence[float] = (),
    replicas: int = REPLICAS,
) -> Fitted:
    """Fit every curve and say how sure it is.

    Parameters
    ----------
    curves : dose and viability of every well, arrays of one length a curve; doses in any one unit above 0
    ranges : lowest and highest dose of the training screen, a pair a curve (NaN: not known); areas called GDSC's are
        over these, the AAC over what they share with the doses tested; None: the doses tested
    keys : a text a curve that seeds its bootstrap, so that it does not depend on the curves beside it
    vehicle_error : standard error of the vehicle mean each curve was divided by, as a share of it
    replicas : resampled sets of wells a curve; 0: no intervals (NaN)
    """
    points = points_of(curves)
    choice = choose(points)
    tested = Span(points.log_dose[:, 0], points.log_dose[:, -1])
    training, shared = _spans(tested, ranges)
    aac, auc = 1.0 - mean_viability(choice.curve, shared), gdsc_auc(choice.curve, training)
    keys = list(keys) or [str(number) for number in range(len(points))]
    errors = np.array(list(vehicle_error) or [0.0] * len(points))
    sure = area_intervals(points, choice, keys, errors, shared, training, replicas)
    dose, censored = absolute_ic50(choice.curve, tested)
    fitted = ~np.isin(choice.codes, (MEAN, FLAT))
    last = np.maximum(points.doses - 1, 0)
    return Fitted(
        points=points,
        choice=choice,
        shared=shared,
        training=training,
        aac=aac,
        aac_low=aac + sure.low,
        aac_high=aac + sure.high,
        aac_sd=sure.sd,
        auc_gdsc=auc,
        auc_gdsc_sd=sure.gdsc_sd,
        log_ic50=np.where(points.doses > 0, dose, np.nan),
        ic50_censored=tuple(censored),
        emax=points.mean[np.arange(len(points)), last],
        e_inf=np.where(fitted, choice.curve.top - choice.curve.drop, np.nan),
        hook=_hooks(points),
    )


def _spans(tested: Span, ranges: Sequence[tuple[float, float]] | None) -> tuple[Span, Span]:
    """The training screen's doses, where known, and what the doses tested share with them."""
    if ranges is None:
        return tested, tested
    pairs = np.log10(np.array(ranges, dtype=np.float64).reshape(-1, 2))
    known = np.isfinite(pairs).all(1)
    training = Span(np.where(known, pairs[:, 0], tested.low), np.where(known, pairs[:, 1], tested.high))
    low, high = np.maximum(training.low, tested.low), np.minimum(training.high, tested.high)
    apart = low >= high
    return training, Span(np.where(apart, tested.low, low), np.where(apart, tested.high, high))


def _hooks(points: Points) -> tuple[bool, ...]:
    """The highest dose lies clearly above the lowest mean before it, which was an effect."""
    found = []
    for mean, doses, noise in zip(points.mean, points.doses, points.noise, strict=True):
        before = mean[: max(int(doses) - 1, 0)]
        spread = float(np.std(noise)) if len(noise) > 1 else 0.0
        rise = float(mean[int(doses) - 1] - before.min()) if len(before) else 0.0
        found.append(bool(rise > max(HOOK, 2 * spread) and before.min() < 1 - HOOK))
    return tuple(found)
