"""Trees on (line, drug) pairs: random forest and gradient boosting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines.pair_features import PairRows, pair_rows
from screen.nn.determinism import one_thread
from screen.records import Floats

FOREST_PAIRS = 20_000
FOREST_TREES = 60
ROUNDS = 300


class _Trees(Protocol):
    def predict(self, X: Floats) -> Floats: ...


@dataclass(frozen=True)
class PairTrees:
    """response = trees(row of the pair)."""

    rows: PairRows
    trees: _Trees

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'."""
        with one_thread():
            predicted = self.trees.predict(self.rows.of(subjects, drugs))
        return np.asarray(predicted, np.float32).reshape(len(subjects), len(drugs))


def random_forest(training_set: TrainingSet) -> PairTrees:
    """60 trees on 20,000 pairs sampled by the seed."""
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(
        FOREST_TREES, min_samples_leaf=3, max_features=1 / 3, random_state=training_set.seed, n_jobs=1
    )
    return _fit(training_set, pair_rows(training_set), forest.fit, forest, FOREST_PAIRS)


def boosting(training_set: TrainingSet) -> PairTrees:
    """Gradient boosting on expression components and fingerprint."""
    return _boosting(training_set, targets=False)


def boosting_targets(training_set: TrainingSet) -> PairTrees:
    """The same with the known targets of the drug."""
    return _boosting(training_set, targets=True)


def _boosting(training_set: TrainingSet, *, targets: bool) -> PairTrees:
    from sklearn.ensemble import HistGradientBoostingRegressor

    boosted = HistGradientBoostingRegressor(
        max_iter=ROUNDS,
        learning_rate=0.1,
        max_leaf_nodes=31,
        min_samples_leaf=20,
        max_features=0.3,
        early_stopping=False,
        random_state=training_set.seed,
    )
    return _fit(
        training_set, pair_rows(training_set, targets=targets), boosted.fit, boosted, training_set.response.size
    )


def _fit(
    training_set: TrainingSet, rows: PairRows, fit: Callable[[Floats, Floats], object], trees: _Trees, most: int
) -> PairTrees:
    flat = training_set.response.ravel()
    seen = np.flatnonzero(np.isfinite(flat))
    if len(seen) > most:
        seen = np.sort(np.random.default_rng(training_set.seed).choice(seen, most, replace=False))
    with one_thread():
        fit(rows.of(training_set.lines, training_set.drugs)[seen], flat[seen])
    return PairTrees(rows, trees)
