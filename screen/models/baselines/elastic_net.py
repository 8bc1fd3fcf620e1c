"""Elastic net per drug: a linear model of few genes."""

from collections.abc import Sequence

import numpy as np

from screen.models import TrainingSet
from screen.models.baselines.leave_one_out import Doubles
from screen.models.baselines.naive import drug_means
from screen.models.baselines.ridge import Ridge, features, known_lineages
from screen.nn.determinism import one_thread

L1_RATIO = 0.2
"""Share of the penalty that drives weights to zero."""
PENALTIES = tuple(float(10**k) for k in (-0.3, -0.6, -0.9, -1.2))
"""Of responses in units of their SD, falling: each fit starts where the one before ended."""
_INNER = 3
_TOLERANCE = 1e-3


def fit_elastic_net(training_set: TrainingSet) -> Ridge:
    """Fit with the penalty of least error over three inner folds of the training lines, one for all drugs."""
    lineages, offset = known_lineages(training_set.lines), drug_means(training_set.response)
    X, residual = features(training_set.lines, lineages), np.asarray(training_set.response - offset, np.float64)
    fold = np.random.default_rng(training_set.seed).permutation(np.arange(len(X)) % _INNER)
    with one_thread():
        errors = sum(_errors(X, residual, fold == inner) for inner in range(_INNER))
        best = int(np.argmin(errors))
        beta = _path(X, residual, PENALTIES[: best + 1])[-1]
    return Ridge(PENALTIES[best], training_set.drugs.drug_ids, lineages, beta, offset)


def _errors(X: Doubles, target: Doubles, heldout: np.ndarray) -> Doubles:
    """Sum of squares on the ``heldout`` lines by fits on the others, for each penalty."""
    return np.array(
        [
            np.nansum((target[heldout] - X[heldout] @ beta) ** 2)
            for beta in _path(X[~heldout], target[~heldout], PENALTIES)
        ]
    )


def _path(X: Doubles, target: Doubles, penalties: Sequence[float]) -> Doubles:
    """penalties x features x D; the last feature is the constant column, which is not penalised."""
    from sklearn.linear_model import enet_path

    constant = X[0, -1]
    betas = np.zeros((len(penalties), X.shape[1], target.shape[1]))
    for drug in range(target.shape[1]):
        seen = np.isfinite(target[:, drug])
        y, inputs = target[seen, drug], X[seen, :-1]
        spread = y.std() if len(y) else 0.0
        if spread < 1e-9:
            continue
        centre, middle = inputs.mean(axis=0), y.mean()
        found = (
            enet_path(
                inputs - centre,
                (y - middle) / spread,
                l1_ratio=L1_RATIO,
                alphas=list(penalties),
                tol=_TOLERANCE,
                max_iter=5000,
            )[1].T
            * spread
        )
        betas[:, :-1, drug] = found
        betas[:, -1, drug] = (middle - found @ centre) / constant
    return betas
