"""Are the domains similar? How well cell lines and patients are told apart by their codes, before and after alignment.

Every measure is 0 or, for a classifier, 0.5 where the domains cannot be told apart. A classifier is the sharpest: codes
may have the same mean and spread and still be separable. Where both domains were brought to one mean, as genes are, the
logistic one falls below 0.5: what is held out lies opposite to what is left, so read it as "not told apart".
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.metrics.figure import Estimate, Figure
from screen.nn.determinism import one_thread
from screen.records import Floats

Domain = NDArray[np.bool_]
Doubles = NDArray[np.float64]

COMPONENTS = 10
"""Leading principal components of both domains together, over which the Gaussians of KL are fitted."""
FOLDS, DRAWS, TREES = 5, 200, 200
SAMPLED = 400
"""Profiles of a domain in the picture, at most."""
_BANDWIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
_RIDGE = 1e-3


@dataclass(frozen=True)
class Shift:
    """One measure of how far the domains can be told apart."""

    estimate: Estimate
    note: str


Shifts = Mapping[str, Shift]
"""metric -> its value."""


def shift_figures(before: Shifts, after: Shifts, domain: Domain, model: str, indication: str | None) -> list[Figure]:
    """Figures of protocol ``alignment``, strata ``before`` and ``after``."""
    return [
        Figure(
            protocol="alignment",
            model=model,
            metric=metric,
            stratum_kind=stratum,
            indication=indication,
            n=len(domain),
            n_positive=int(domain.sum()),
            note=shift.note,
        ).measured(shift.estimate)
        for stratum, found in (("before", before), ("after", after))
        for metric, shift in found.items()
    ]


def measures(features: Floats, domain: Domain, seed: int) -> Shifts:
    """How far the domains (length n, true for patients) can be told apart by n x code.

    Returns
    -------
    ``mmd`` (squared, without bias), ``auc_logistic`` and ``auc_forest`` (a classifier's area under the curve on
    profiles it was not fitted on), ``kl`` (of patients from lines, Gaussian; nats)
    """
    codes = np.asarray(features, np.float64)
    with one_thread():
        kernel = _kernel(codes)
        shuffled = [_mmd(kernel, np.random.default_rng([seed, draw]).permutation(domain)) for draw in range(DRAWS)]
        found = {
            "mmd": _alone(_mmd(kernel, domain), f"95% of shuffled domains below {np.quantile(shuffled, 0.95):.4f}"),
            "kl": _alone(_kl(codes, domain), f"Gaussians over {COMPONENTS} principal components"),
        }
        for name in ("logistic", "forest"):
            found[f"auc_{name}"] = _auc(_probability(name, codes, domain, seed), domain, seed)
    return found


def _alone(value: float, note: str) -> Shift:
    return Shift(Estimate(value), note)


def _kernel(codes: Doubles) -> Doubles:
    """n x n: mean of Gaussian kernels whose widths are multiples of the mean squared distance."""
    squares = (codes**2).sum(axis=1)
    distance = np.maximum(squares[:, None] + squares[None] - 2 * codes @ codes.T, 0)
    mean = max(distance.mean(), 1e-12)
    return np.asarray(np.mean([np.exp(-distance / (b * mean)) for b in _BANDWIDTHS], axis=0))


def _mmd(kernel: Doubles, domain: Domain) -> float:
    lines, patients = (_within(kernel[np.ix_(rows, rows)]) for rows in (~domain, domain))
    return float(lines + patients - 2 * kernel[np.ix_(~domain, domain)].mean())


def _within(kernel: Doubles) -> float:
    n = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / max(n * (n - 1), 1))


def _kl(codes: Doubles, domain: Domain) -> float:
    """KL(patients || lines) = (tr(C_l^-1 C_p) + m' C_l^-1 m - k + ln det C_l / det C_p) / 2, m the shift."""
    centred = codes - codes.mean(axis=0)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    rank = int(min(COMPONENTS, (lengths > 1e-9 * lengths[0]).sum()))
    scores = centred @ directions[:rank].T / (lengths[:rank] / np.sqrt(len(codes)))
    inside, outside = (np.cov(scores[rows].T).reshape(rank, rank) + _RIDGE * np.eye(rank) for rows in (domain, ~domain))
    shift = scores[domain].mean(axis=0) - scores[~domain].mean(axis=0)
    apart = np.trace(np.linalg.solve(outside, inside)) + shift @ np.linalg.solve(outside, shift) - rank
    return float(apart + np.linalg.slogdet(outside)[1] - np.linalg.slogdet(inside)[1]) / 2


def _probability(name: str, codes: Doubles, domain: Domain, seed: int) -> Doubles:
    """Length n: how surely each profile is a patient's, by a classifier that has not seen it."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = RandomForestClassifier(TREES, min_samples_leaf=2, random_state=seed)
    if name == "logistic":
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    folds = StratifiedKFold(int(min(FOLDS, domain.sum(), (~domain).sum())), shuffle=True, random_state=seed)
    return np.asarray(cross_val_predict(classifier, codes, domain, cv=folds, method="predict_proba")[:, 1])


def _auc(probability: Doubles, domain: Domain, seed: int) -> Shift:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(seed)
    apart = [np.flatnonzero(rows) for rows in (domain, ~domain)]
    draws = [np.concatenate([rng.choice(rows, len(rows)) for rows in apart]) for _ in range(DRAWS)]
    low, high = np.quantile([roc_auc_score(domain[rows], probability[rows]) for rows in draws], (0.025, 0.975))
    value = Estimate(float(roc_auc_score(domain, probability)), float(low), float(high))
    return Shift(value, f"{FOLDS}-fold cross-validation, interval by bootstrap over profiles")


def sampled(domain: Domain, seed: int) -> NDArray[np.intp]:
    """Which profiles a picture shows: up to 400 of each domain, in order."""
    rng = np.random.default_rng(seed)
    return np.sort(np.concatenate([rng.permutation(np.flatnonzero(rows))[:SAMPLED] for rows in (~domain, domain)]))


def tsne_places(codes: Floats, seed: int) -> NDArray[np.int16]:
    """Places of n profiles in the plane by t-SNE, n x 2 from 0 to 1000."""
    from sklearn.manifold import TSNE

    with one_thread():
        places = TSNE(
            perplexity=min(30.0, (len(codes) - 1) / 3), init="pca", random_state=seed, n_jobs=1
        ).fit_transform(codes)
    low, high = places.min(axis=0), places.max(axis=0)
    return np.asarray(np.rint(1000 * (places - low) / np.maximum(high - low, 1e-9)), np.int16)
