"""From a representation to the probability of resistance, drug by drug; classes are balanced inside the training lines.

Every head is given the training lines' representation, labels and responses, and predicts for the lines or patients of
the query, between 0 and 1: above one half it calls a subject resistant. Balanced means that both classes weigh the same
in training, so one half is where a subject is more likely resistant than the average line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from screen.models import Rows
from screen.models.ensemble.folds import line_folds
from screen.nn.determinism import one_thread
from screen.records import Floats
from screen.resistance.network_head import fit_network

if TYPE_CHECKING:
    from xgboost import Booster

TREES, ROUNDS = 60, 40
_PENALTIES = (1e-5, 1e-4, 1e-3, 1e-2)
"""Inverse strengths of the logistic regression, one chosen for all drugs on inner folds of the training lines."""
_ALPHAS = tuple(10.0**power for power in range(1, 7))
_INNER = 3
_SHRUNK = 5.0
"""Lines' worth of the drug's share over all lineages in that of one lineage."""


@dataclass(frozen=True)
class Labelled:
    """What a head learns from, and what it predicts for."""

    codes: Floats
    """n x k."""
    labels: Floats
    """n x D: 1 resistant, 0 sensitive, NaN not measured."""
    responses: Floats
    """n x D, low is sensitive."""
    cuts: Floats
    """Length D."""
    lineages: tuple[str, ...]
    query: Floats
    """q x k."""
    query_lineages: tuple[str, ...]
    seed: int

    def scaled(self) -> tuple[Floats, Floats]:
        """Both representations, each column standardised over the training lines."""
        mean, spread = self.codes.mean(axis=0), self.codes.std(axis=0)
        spread = np.where(spread > 1e-6, spread, 1.0)
        return (((self.codes - mean) / spread).astype(np.float32), ((self.query - mean) / spread).astype(np.float32))

    def rows(self, drug: int) -> Rows:
        """Training lines measured with a drug."""
        return np.flatnonzero(np.isfinite(self.labels[:, drug]))


def network(data: Labelled) -> Floats:
    """A small network a drug (k to k/2 to 1), all drugs side by side; nothing is shared between drugs."""
    return fit_network(*data.scaled(), data.labels, data.seed)


def logistic(data: Labelled) -> Floats:
    """Logistic regression with a ridge penalty."""
    train, query = _rotated(data)
    penalty = _penalty(data, train)
    return _by_drug(data, lambda drug, rows: _logistic(train[rows], data.labels[rows, drug], query, penalty))


def ridge(data: Labelled) -> Floats:
    """Ridge regression of the response itself; how far above the drug's cut it lies, over its leave-one-out error."""
    train, query = _rotated(data)
    return _by_drug(data, lambda drug, rows: _ridge(data, train[rows], query, drug, rows))


def forest(data: Labelled) -> Floats:
    """Random forest of 60 trees."""
    from sklearn.ensemble import RandomForestClassifier

    def one(drug: int, rows: Rows) -> Floats:
        trees = RandomForestClassifier(
            TREES, min_samples_leaf=3, class_weight="balanced", random_state=data.seed, n_jobs=1
        )
        trees.fit(data.codes[rows], data.labels[rows, drug])
        found: Floats = trees.predict_proba(data.query)[:, 1]
        return found

    return _by_drug(data, one)


def boosted(data: Labelled) -> Floats:
    """XGBoost."""
    import xgboost

    query = xgboost.DMatrix(data.query, nthread=1)

    def one(drug: int, rows: Rows) -> Floats:
        found: Floats = boosted_trees(data.codes[rows], data.labels[rows, drug], data.seed).predict(query)
        return found

    return _by_drug(data, one)


def boosted_trees(codes: Floats, label: Floats, seed: int) -> "Booster":
    """40 rounds of trees of depth 3, a tenth of the genes a tree, classes balanced.

    Parameters
    ----------
    codes : n x k
    label : n, 1 resistant, 0 sensitive
    """
    import xgboost

    settings = {
        "objective": "binary:logistic", "tree_method": "hist", "max_bin": 32, "max_depth": 3, "eta": 0.1,
        "subsample": 0.8, "colsample_bytree": 0.1, "nthread": 1, "seed": seed, "verbosity": 0,
    }  # fmt: skip
    table = xgboost.QuantileDMatrix(codes, label=label, weight=_balanced(label), max_bin=settings["max_bin"], nthread=1)
    return xgboost.train(settings, table, ROUNDS)


def lineage_share(data: Labelled) -> Floats:
    """The share of resistant training lines in the lineage, drawn towards that of all lines: no gene is looked at."""

    def one(drug: int, rows: Rows) -> Floats:
        labels, share = data.labels[rows, drug], float(data.labels[rows, drug].mean())
        found = {}
        for lineage in set(data.query_lineages):
            there = labels[[data.lineages[row] == lineage for row in rows]]
            found[lineage] = (there.sum() + _SHRUNK * share) / (len(there) + _SHRUNK)
        return _at_balance(np.array([found[lineage] for lineage in data.query_lineages]), share)

    return _by_drug(data, one)


def everybody(data: Labelled) -> Floats:
    """Everybody is resistant to everything."""
    return np.ones((len(data.query), data.labels.shape[1]), np.float32)


HEADS: Mapping[str, Callable[[Labelled], Floats]] = {
    "network": network,
    "logistic": logistic,
    "ridge": ridge,
    "forest": forest,
    "boosted": boosted,
    "lineage": lineage_share,
    "everybody": everybody,
}


def _by_drug(data: Labelled, one: Callable[[int, Rows], Floats]) -> Floats:
    with one_thread():
        columns = [one(drug, data.rows(drug)) for drug in range(data.labels.shape[1])]
    return np.column_stack(columns).astype(np.float32)


def _balanced(label: Floats) -> Floats:
    """Weights by which both classes weigh the same."""
    share = float(label.mean())
    return np.where(label == 1, 0.5 / max(share, 1e-9), 0.5 / max(1 - share, 1e-9)).astype(np.float32)


def _at_balance(probability: Floats, share: float) -> Floats:
    """A probability among lines of which ``share`` are resistant, as it were with both classes of one size."""
    resistant, sensitive = probability * (1 - share), (1 - probability) * share
    return np.asarray(resistant / np.maximum(resistant + sensitive, 1e-12))


def _rotated(data: Labelled) -> tuple[Floats, Floats]:
    """Genes turned to the axes that the training lines span: with a ridge penalty the same model, n columns wide."""
    centre = data.codes.mean(axis=0)
    axes = np.linalg.svd(data.codes - centre, full_matrices=False)[2]
    return (data.codes - centre) @ axes.T, (data.query - centre) @ axes.T


def _logistic(train: Floats, label: Floats, query: Floats, penalty: float) -> Floats:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=500)
    found: Floats = model.fit(train, label).predict_proba(query)[:, 1]
    return found


def _penalty(data: Labelled, train: Floats) -> float:
    """The penalty of highest mean AUROC on inner folds of the training lines."""
    from sklearn.metrics import roc_auc_score

    folds = line_folds(data.lineages, _INNER, data.seed)
    reached = np.zeros(len(_PENALTIES))
    with one_thread():
        for drug in range(data.labels.shape[1]):
            rows = data.rows(drug)
            for fold in range(_INNER):
                inner, outer = rows[folds[rows] != fold], rows[folds[rows] == fold]
                label, truth = data.labels[inner, drug], data.labels[outer, drug]
                if min(label.min(), truth.min()) == 1 or max(label.max(), truth.max()) == 0 or len(set(truth)) < 2:
                    continue
                for number, penalty in enumerate(_PENALTIES):
                    reached[number] += roc_auc_score(truth, _logistic(train[inner], label, train[outer], penalty))
    return _PENALTIES[int(reached.argmax())]


def _ridge(data: Labelled, train: Floats, query: Floats, drug: int, rows: Rows) -> Floats:
    """Alpha of least leave-one-out error; then the chance of lying above the cut, at balance."""
    from scipy.stats import norm

    y = data.responses[rows, drug].astype(np.float64)
    centre, mean = train.mean(axis=0), y.mean()
    u, s, v = np.linalg.svd((train - centre).astype(np.float64), full_matrices=False)
    turned, error, weights = u.T @ (y - mean), np.inf, np.zeros(len(s))
    for alpha in _ALPHAS:
        shrunk = s**2 / (s**2 + alpha)
        leverage = (u**2 * shrunk).sum(axis=1) + 1 / len(y)
        left_out = (y - mean - u @ (shrunk * turned)) / np.maximum(1 - leverage, 1e-6)
        if (mse := float(np.mean(left_out**2))) < error:
            error, weights = mse, turned * s / (s**2 + alpha)
    predicted = mean + (query - centre) @ (v.T @ weights)
    above = norm.cdf((predicted - float(data.cuts[drug])) / max(np.sqrt(error), 1e-9))
    return _at_balance(above, float(data.labels[rows, drug].mean()))
