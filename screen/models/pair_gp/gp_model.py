"""One model for known and new drugs, lines and patients: a Gaussian process over pairs.

A response is read as the drug's mean plus its spread times a standardised response, which the process predicts. Mean
and spread of a drug of training are those of its training lines; a new drug's come from similar drugs.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from screen.models import Drugs, Fit, Rows, Subjects, TrainingSet
from screen.models.baselines.naive import drug_means
from screen.models.pair_gp.kernels import drug_kernels, graph_width, line_kernels
from screen.models.pair_gp.kronecker_gp import GPData, Weights, likely_weights, mixed, solve
from screen.models.pair_gp.new_drug_mean import Level, fit_level
from screen.records import Floats

NAME = "pair-gp"
LINES_FOR_WEIGHTS = 200
"""The weights are fitted on so many random training lines; the process is then conditioned on all."""
_ROUNDS = 20
_TOLERANCE, _STEPS = 2e-3, 150
_FIRST_SIMILARITY = 2
"""Drug kernels before this one, constant and identity, tell nothing of a new drug's level."""
_FLAT = 1e-6


@dataclass(frozen=True)
class PairGP:
    """A process conditioned on the training pairs."""

    lines: Subjects
    drugs: Drugs
    weights: Weights
    duals: Floats
    """L x D: covariance^-1 x standardised responses."""
    means: Floats
    """Length D."""
    spreads: Floats
    """Length D."""
    mean_level: Level
    spread_level: Level
    """Of the logarithm."""
    graph_width: float | None

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D' responses."""
        kernels = drug_kernels(drugs, self.drugs, self.graph_width)
        centre, spread = self.level(drugs, kernels)
        effects = np.matmul(self.duals, mixed(self.weights.products, kernels).transpose(0, 2, 1))
        standard = np.matmul(line_kernels(subjects, self.lines), effects).sum(axis=0)
        return np.asarray(centre + spread * standard, np.float32)

    def level(self, drugs: Drugs, kernels: Floats) -> tuple[Floats, Floats]:
        """Mean and spread of each requested drug, from its kernels to the training drugs."""
        place = {drug: i for i, drug in enumerate(self.drugs.drug_ids)}
        centre, spread = (
            self.mean_level.of(kernels[_FIRST_SIMILARITY:]),
            np.exp(self.spread_level.of(kernels[_FIRST_SIMILARITY:])),
        )
        for i, drug in enumerate(drugs.drug_ids):
            if drug in place:
                centre[i], spread[i] = self.means[place[drug]], self.spreads[place[drug]]
        return centre, spread


def pair_gp(training_set: TrainingSet, *, graph: bool = True) -> PairGP:
    """Fit weights by marginal likelihood, then condition on every measured training pair.

    Parameters
    ----------
    graph : whether the graph embedding is among the drug kernels
    """
    width = graph_width(training_set.drugs.vectors) if graph else None
    means, scale = drug_means(training_set.response), spreads(training_set.response)
    standard = (training_set.response - means) / scale
    measured = np.isfinite(standard).astype(np.float32)
    kernels = drug_kernels(training_set.drugs, training_set.drugs, width)
    pairs = GPData(
        line_kernels(training_set.lines, training_set.lines),
        kernels,
        np.nan_to_num(standard).astype(np.float32),
        measured,
    )
    weights = likely_weights(pairs.take_lines(_some(measured, training_set.seed)), training_set.seed, _ROUNDS)
    duals = solve(pairs, weights, pairs.response[None], _TOLERANCE, _STEPS)[0]
    return PairGP(
        training_set.lines,
        training_set.drugs,
        weights,
        duals,
        means,
        scale,
        fit_level(means, kernels[_FIRST_SIMILARITY:]),
        fit_level(np.log(scale), kernels[_FIRST_SIMILARITY:]),
        width,
    )


def spreads(response: Floats) -> Floats:
    """Standard deviation of each drug's responses, length D; 1 where there is none."""
    seen = np.isfinite(response)
    centred = np.where(seen, response - drug_means(response), 0)
    deviation = np.sqrt(np.square(centred).sum(axis=0, dtype=np.float64) / np.maximum(seen.sum(axis=0), 1))
    return np.where(deviation > _FLAT, deviation, 1).astype(np.float32)


def _some(measured: Floats, seed: int) -> Rows:
    """Lines to fit the weights on, in order."""
    there = np.flatnonzero(measured.any(axis=1))
    return np.sort(np.random.default_rng(seed).permutation(there)[:LINES_FOR_WEIGHTS])


without_graph: Fit = partial(pair_gp, graph=False)
