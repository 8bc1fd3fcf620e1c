"""How far a patient lies from what a model has seen, from aggregate statistics of its reference patients only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.bundle import Bundle
from screen.models.ensemble.folds import line_folds
from screen.records import Floats

INSIDE = 0.99
"""A patient farther than this share of the reference patients is outside."""
_COMPONENTS = 30
_PATIENTS_A_COMPONENT = 4
_PARTS = 5
_QUANTILES = 101


@dataclass(frozen=True)
class PatientDomain:
    """Verdict on n patients."""

    distance: Floats
    """Length n; about 1 for a reference patient."""
    percentile: Floats
    """Length n: share of the reference patients that lie nearer, 0..1."""
    inside: NDArray[np.bool_]
    """Length n."""


def fit_domain(scaled: Floats, seed: int) -> dict[str, Floats]:
    """Tensors ``domain_*`` from the scaled expression of the P reference patients (P x g).

    Distances of the reference patients themselves are taken to statistics of the other four fifths, since those a
    patient helped to make would flatter it; only their quantiles are kept.
    """
    tensors = _statistics(scaled)
    parts = line_folds([""] * len(scaled), min(_PARTS, len(scaled)), seed)
    distances = np.empty(len(scaled), np.float32)
    for part in range(parts.max() + 1):
        distances[parts == part] = _distance(_statistics(scaled[parts != part]), scaled[parts == part])
    quantiles = np.quantile(distances, np.linspace(0, 1, _QUANTILES))
    return tensors | {"domain_distances": quantiles.astype(np.float32)}


def judge(bundle: Bundle, scaled: Floats) -> PatientDomain:
    """Distance of patients (n x g, scaled) to the reference patients, and its rank among their own distances."""
    distance = _distance(bundle.tensors, scaled)
    quantiles = bundle.tensors["domain_distances"]
    steps, first = np.unique(quantiles, return_index=True)
    percentile = np.interp(distance, steps, first / (len(quantiles) - 1)).astype(np.float32)
    return PatientDomain(distance, percentile, percentile <= INSIDE)


def distance_to(reference: Floats, scaled: Floats) -> Floats:
    """Length n: distance of profiles (n x g) to others (m x g) in the same frame; about 1 for one of their kind."""
    return _distance(_statistics(reference), scaled)


def _statistics(scaled: Floats) -> dict[str, Floats]:
    """Mean, leading principal components with their variances, and the variance of a gene outside them."""
    rank = max(1, min(_COMPONENTS, len(scaled) // _PATIENTS_A_COMPONENT, scaled.shape[1] - 1))
    mean = scaled.mean(axis=0, dtype=np.float64)
    _, lengths, components = np.linalg.svd(scaled - mean, full_matrices=False)
    variances = lengths**2 / max(len(scaled) - 1, 1)
    rest = variances[rank:].sum() / max(scaled.shape[1] - rank, 1)
    return {
        "domain_mean": mean.astype(np.float32),
        "domain_components": components[:rank].astype(np.float32),
        "domain_variances": variances[:rank].astype(np.float32),
        "domain_rest": np.array([rest], np.float32),
    }


def _distance(tensors: Mapping[str, NDArray[Any]], scaled: Floats) -> Floats:
    """sqrt((sum_k t_k^2 / v_k + |rest|^2 / v_rest) / g): Mahalanobis under probabilistic PCA, a gene's worth."""
    away = scaled - tensors["domain_mean"]
    along = np.einsum("ng,kg->nk", away, tensors["domain_components"])
    rest = np.maximum((away**2).sum(axis=1) - (along**2).sum(axis=1), 0)
    floor = max(float(tensors["domain_rest"][0]), 1e-6)
    squares = (along**2 / np.maximum(tensors["domain_variances"], floor)).sum(axis=1) + rest / floor
    return np.asarray(np.sqrt(squares / scaled.shape[1]), np.float32)
