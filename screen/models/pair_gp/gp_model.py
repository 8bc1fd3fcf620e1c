"""One model for known and new drugs, lines and patients: Gaussian processes over lines and over drugs.

A response is read as the drug's mean plus its spread times a standardised response. Mean and spread of a drug of
training are those of its training lines; a new drug's come from similar drugs. Standardised responses are predicted
in two steps. Over lines: what lines like this one did, each drug by itself, under one covariance that all drugs share.
Over drugs: what the first step says of the drugs of training is explained by what drugs have in common, which says it
of a new drug too; for a drug of training the second step gives back the first. Of a line of training its measured
responses say more than its profile: what they are beyond the first step is carried to new drugs likewise.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from screen.models import Drugs, Fit, Rows, Subjects, TrainingSet
from screen.models.baselines.naive import drug_means
from screen.models.pair_gp.column_gp import Variances, likely_variances, solve_columns
from screen.models.pair_gp.kernels import drug_kernel_names, drug_kernels, graph_width, line_kernels
from screen.models.pair_gp.lab_rows import read_labs
from screen.models.pair_gp.lab_task import LabTask, assay_variances, joint_duals
from screen.models.pair_gp.new_drug_mean import Level, fit_level
from screen.records import Floats

NAME = "pair-gp"
LINES_FOR_VARIANCES = 200
DRUGS_FOR_VARIANCES = 60
"""Variances over lines are fitted on so many random training lines and drugs; those over drugs on as many lines."""
LEAST_NOISE = 0.25
"""Share of a drug's variance that is never explained: assays repeat worse than that."""
_LEAST_IDENTITY = 0.02
"""Share of a predicted response that is always the drug's own, so that the second step has an inverse."""
_ROUNDS = 15
_FIRST_SIMILARITY = 2
"""Drug kernels before this one, constant and identity, tell nothing of a new drug's level."""
_FLAT = 1e-6


@dataclass(frozen=True)
class PairGP:
    """Both processes, conditioned on the training pairs.

    The standardised response of a subject x to a drug d is sum_ij products_ij k_i(x, lines) duals g_j(drugs, d).
    """

    lines: Subjects
    """L training lines, then the tumours that laboratories measured."""
    drugs: Drugs
    products: Floats
    """I x J: variances over lines times variances over drugs."""
    noise: float
    """Variance of a measured response around the process over lines."""
    duals: Floats
    """L x D."""
    beyond: Floats
    """L x D: weights of what is left of a training line's responses, for its similarity in drugs."""
    beyond_variances: Floats
    """Length J."""
    means: Floats
    """Length D."""
    spreads: Floats
    """Length D."""
    mean_level: Level
    spread_level: Level
    """Of the logarithm."""
    graph_width: float | None
    labs: tuple[LabTask, ...] = ()
    """Of each laboratory of the training set; tumours of those that say nothing are not among the lines."""

    @property
    def of_lines(self) -> Variances:
        """Variances over lines, which add up to 1 with the noise."""
        return Variances(self.products.sum(axis=1) * np.float32((1 - self.noise) / self.products.sum()), self.noise)

    @property
    def of_drugs(self) -> Floats:
        """Shares of the J drug kernels, which add up to 1."""
        return np.asarray(self.products.sum(axis=0) / self.products.sum(), np.float32)

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D' responses."""
        kernels = drug_kernels(drugs, self.drugs, self.graph_width)
        centre, spread = self.level(drugs, kernels)
        mixed = np.asarray(np.tensordot(self.products, kernels, axes=1), np.float32)
        effects = np.matmul(self.duals, mixed.transpose(0, 2, 1))
        standard = np.matmul(line_kernels(subjects, self.lines), effects).sum(axis=0)
        places = subjects.places(self.lines.ids)
        known = places >= 0
        standard[known] += self.beyond[places[known]] @ np.tensordot(self.beyond_variances, kernels, axes=1).T
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
    """Fit variances by marginal likelihood, then condition on every measured training pair.

    Parameters
    ----------
    graph : whether the graph embedding is among the drug kernels
    """
    width = graph_width(training_set.drugs.vectors) if graph else None
    means, scale = drug_means(training_set.response), spreads(training_set.response)
    standard = np.asarray((training_set.response - means) / scale, np.float32)
    of_lines = line_kernels(training_set.lines, training_set.lines)
    of_drugs = drug_kernels(training_set.drugs, training_set.drugs, width)
    over_lines = _over_lines(of_lines, standard, training_set.seed)
    subjects, duals, first, labs = _conditioned(training_set, over_lines, of_lines, standard, means, scale)
    over_drugs = _over_drugs(of_drugs, first, graph=graph)
    inverse = np.linalg.inv(over_drugs.covariance(of_drugs))
    left = standard - first
    beyond = likely_variances(of_drugs[_shared(graph)], left[_some(left, training_set.seed)].T, _ROUNDS, LEAST_NOISE)
    beyond_variances = _placed(beyond.kernels, graph=graph)
    weights = solve_columns(np.tensordot(beyond_variances, of_drugs, axes=1).astype(np.float64), beyond.noise, left.T).T
    of_tumours = np.zeros((len(subjects) - len(weights), weights.shape[1]), np.float32)
    return PairGP(
        subjects,
        training_set.drugs,
        np.outer(over_lines.kernels, over_drugs.kernels).astype(np.float32),
        over_lines.noise,
        np.asarray(duals @ inverse, np.float32),
        np.concatenate([weights, of_tumours]),
        beyond_variances,
        means,
        scale,
        fit_level(means, of_drugs[_FIRST_SIMILARITY:]),
        fit_level(np.log(scale), of_drugs[_FIRST_SIMILARITY:]),
        width,
        labs,
    )


def _conditioned(
    training_set: TrainingSet, over_lines: Variances, of_lines: Floats, standard: Floats, means: Floats, scale: Floats
) -> tuple[Subjects, Floats, Floats, tuple[LabTask, ...]]:
    """Lines and tumours, the weight of each in every drug, responses at the lines, and the laboratories' tasks."""
    covariance, noise = over_lines.covariance(of_lines), over_lines.noise
    duals = solve_columns(covariance, noise, standard)
    first = np.asarray(covariance @ duals, np.float32)
    if not training_set.labs:
        return training_set.lines, duals, first, ()
    tables = [np.asarray((lab.response - means) / scale, np.float32) for lab in training_set.labs]
    assay = assay_variances(scale)
    lines, labs, seed = training_set.lines, training_set.labs, training_set.seed
    found = read_labs(lines, labs, tables, over_lines, standard, duals, assay, seed)
    if not found.learned:
        return training_set.lines, duals, first, found.tasks
    duals, first = joint_duals(found.covariance, noise, standard, found.learned, assay)
    return found.subjects, duals, first, found.tasks


def spreads(response: Floats) -> Floats:
    """Standard deviation of each drug's responses, length D; 1 where there is none."""
    seen = np.isfinite(response)
    centred = np.where(seen, response - drug_means(response), 0)
    deviation = np.sqrt(np.square(centred).sum(axis=0, dtype=np.float64) / np.maximum(seen.sum(axis=0), 1))
    return np.where(deviation > _FLAT, deviation, 1).astype(np.float32)


def _over_lines(kernels: Floats, standard: Floats, seed: int) -> Variances:
    lines = _some(standard, seed)
    drugs = np.sort(np.random.default_rng(seed).permutation(standard.shape[1])[:DRUGS_FOR_VARIANCES])
    return likely_variances(kernels[:, lines][:, :, lines], standard[np.ix_(lines, drugs)], _ROUNDS, LEAST_NOISE)


def _over_drugs(kernels: Floats, first: Floats, *, graph: bool) -> Variances:
    """Of J drug kernels; what is a drug's own is the variance of its identity, and there is no noise besides."""
    found = likely_variances(kernels[_shared(graph)], first.T, _ROUNDS, _LEAST_IDENTITY)
    variances = _placed(found.kernels, graph=graph)
    variances[drug_kernel_names(1.0 if graph else None).index("identity")] = found.noise
    return Variances(variances, 0.0)


def _shared(graph: bool) -> Rows:
    """Places of the drug kernels that different drugs can share."""
    names = drug_kernel_names(1.0 if graph else None)
    return np.array([place for place, name in enumerate(names) if name != "identity"], np.intp)


def _placed(variances: Floats, *, graph: bool) -> Floats:
    found = np.zeros(len(drug_kernel_names(1.0 if graph else None)), np.float32)
    found[_shared(graph)] = variances
    return found


def _some(table: Floats, seed: int) -> Rows:
    """Measured lines (rows) to fit variances on, in order."""
    there = np.flatnonzero(np.isfinite(table).any(axis=1))
    return np.sort(np.random.default_rng(seed).permutation(there)[:LINES_FOR_VARIANCES])


without_graph: Fit = partial(pair_gp, graph=False)
