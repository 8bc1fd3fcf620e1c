"""What the plates that a laboratory measured before say of its assay, and of how drugs go together in it.

The parameters of the assay are those of highest marginal likelihood, held by a weak prior; from then on the
laboratory's own covariance of errors takes part, by how many tumours each pair of drugs was measured in.
"""

from dataclasses import dataclass

import numpy as np

from screen.models.conditioning.plate_process import ANOTHER_ASSAY, Assay, Places, PlatePrior
from screen.models.conditioning.residual_covariance import HALF_LINES, Doubles, moments, positive

FEWEST_TUMOURS = 5
"""Before so many nothing is learned of an assay."""
_TUMOURS = 200
"""The parameters are fitted on so many of the tumours at most; the covariance on all."""
_FEWEST_DRUGS = 3
_SHIFT_TUMOURS = 5
"""A drug's own shift counts half when it was measured in so many."""
_LOG_SD, _CARRY_SD, _LEVEL_LOG_SD = 0.5, 0.3, 1.0
"""Of the prior of the parameters: about half and double."""


@dataclass(frozen=True, kw_only=True)
class History:
    """Earlier tumours of one laboratory, in standard deviations of each drug."""

    measured: Doubles
    """n x D, NaN where not measured."""
    predicted: Doubles
    """n x D, by the model, without these measurements."""
    centred: bool = False
    """Whether the mean of each drug in this assay is taken off already."""

    def __len__(self) -> int:
        return len(self.measured)


NO_HISTORY = History(measured=np.empty((0, 0)), predicted=np.empty((0, 0)))


_Tumour = tuple[Places, Doubles, Doubles]
"""Places of the measured drugs, their values and what was predicted."""


@dataclass(frozen=True, kw_only=True)
class LabProcess:
    """The process over drugs of one laboratory."""

    assay: Assay
    covariance: Doubles
    """D x D: of level and errors together."""
    tumours: int
    """That it was learned from."""
    shift: Doubles | float = 0.0
    """Length D: by how much responses to each drug are higher in this assay than in the training screen."""

    def prior(self, mean: Doubles) -> PlatePrior:
        """What is expected of a tumour's D drugs, of which the model predicts ``mean``."""
        return PlatePrior(
            mean=self.assay.carry * mean + self.shift,
            covariance=self.covariance,
            noise=self.assay.noise,
            level=self.assay.level,
        )


def lab_process(errors: Doubles, history: History = NO_HISTORY, start: Assay = ANOTHER_ASSAY) -> LabProcess:
    """The process of a laboratory.

    Parameters
    ----------
    errors : D x D covariance of the model's errors
    start : what holds of its assay before anything is learned, and what the parameters are held to
    """
    if len(history) < FEWEST_TUMOURS:
        return LabProcess(assay=start, covariance=start.scale * errors + start.level, tumours=0)
    shift = 0.0 if history.centred else _shift(history.measured - history.predicted)
    history = History(measured=history.measured - shift, predicted=history.predicted)
    assay = likely_assay(errors, history, start)
    expected = assay.scale * errors + assay.level
    seen, shared = moments(history.measured - assay.carry * history.predicted, centred=False)
    known = shared / (shared + HALF_LINES)
    # A drug's own square holds the noise, which is no part of the covariance.
    noise = assay.noise * np.eye(len(errors))
    blended = positive(known * (seen - noise) + (1 - known) * expected)
    return LabProcess(assay=assay, covariance=blended, tumours=len(history), shift=shift)


def likely_assay(errors: Doubles, history: History, start: Assay = ANOTHER_ASSAY) -> Assay:
    """The parameters of highest posterior density, from each tumour's measured drugs at once."""
    from scipy.optimize import minimize

    tumours = _tumours(history)
    if not tumours:
        return start
    centre = np.array([np.log(start.scale), np.log(max(start.noise, 1e-2)), np.log(max(start.level, 1e-2)), 1.0])
    away = np.array([_LOG_SD, _LOG_SD, _LEVEL_LOG_SD, _CARRY_SD])

    def loss(found: Doubles) -> tuple[float, Doubles]:
        total, slope = _likelihood(found, errors, tumours)
        off = (found - centre) / away
        return total + 0.5 * float(off @ off), slope + off / away

    bounds = [(-4.0, 2.0), (-4.0, 2.0), (-4.0, 3.0), (0.0, 1.5)]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 40}).x
    scale, noise, level = np.exp(found[:3])
    return Assay(carry=float(found[3]), scale=float(scale), noise=float(noise), level=float(level))


def _shift(errors: Doubles) -> Doubles:
    """Mean error of each drug, drawn to that of all drugs by how few tumours it was measured in."""
    there = np.isfinite(errors)
    count, total = there.sum(axis=0), np.where(there, errors, 0.0).sum(axis=0)
    overall = total.sum() / max(int(count.sum()), 1)
    return np.asarray((total + _SHIFT_TUMOURS * overall) / (count + _SHIFT_TUMOURS))


def _tumours(history: History) -> list[_Tumour]:
    """The tumours that the fit is made on."""
    step = max(1, len(history) // _TUMOURS)
    found = []
    for row in range(0, len(history), step):
        places = np.flatnonzero(np.isfinite(history.measured[row]) & np.isfinite(history.predicted[row]))
        if len(places) >= _FEWEST_DRUGS:
            found.append((places, history.measured[row, places], history.predicted[row, places]))
    return found[:_TUMOURS]


def _likelihood(found: Doubles, errors: Doubles, tumours: list[_Tumour]) -> tuple[float, Doubles]:
    """Minus the log marginal likelihood, and its slope, at the logarithms of scale, noise and level, and at carry."""
    scale, noise, level = np.exp(found[:3])
    total, slope = 0.0, np.zeros(4)
    for places, measured, predicted in tumours:
        among = errors[np.ix_(places, places)]
        inverse = np.linalg.inv(scale * among + level + noise * np.eye(len(places)))
        residual = measured - found[3] * predicted
        weight = inverse @ residual
        total += 0.5 * float(residual @ weight) - 0.5 * float(np.linalg.slogdet(inverse)[1])
        slope[0] += 0.5 * scale * float(np.sum(inverse * among) - weight @ among @ weight)
        slope[1] += 0.5 * noise * float(np.trace(inverse) - weight @ weight)
        slope[2] += 0.5 * level * float(inverse.sum() - weight.sum() ** 2)
        slope[3] -= float(weight @ predicted)
    return total, slope
