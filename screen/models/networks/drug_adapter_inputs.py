"""The features of a drug that a head gets: one row of numbers, brought to the scale of the training drugs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from screen.models import Drugs
from screen.records import Floats

DrugKind = Literal["graph", "fingerprint", "targets", "identity"]
_FLAT = 1e-6


@dataclass(frozen=True)
class DrugInput:
    """FittedModel on the training drugs: what is read off a drug, and its mean and spread over them."""

    kind: DrugKind
    words: tuple[str, ...]
    """Targets and pathways, or identities, that training drugs have."""
    centre: Floats
    spread: Floats
    """Length p each."""

    def __call__(self, drugs: Drugs) -> Floats:
        """D x p; what no training drug has is left out."""
        features = (_READ[self.kind](drugs, self.words) - self.centre) / self.spread
        return np.asarray(features, np.float32)


def fit_drug_input(kind: DrugKind, drugs: Drugs) -> DrugInput:
    """Mean and spread over the training drugs, of bits one spread for all."""
    words = _words(kind, drugs)
    features = _READ[kind](drugs, words)
    spread = features.std(axis=0)
    if kind != "graph":
        spread = np.full_like(spread, np.sqrt(np.mean(spread**2)))
    return DrugInput(kind, words, features.mean(axis=0), np.maximum(spread, _FLAT))


def _words(kind: DrugKind, drugs: Drugs) -> tuple[str, ...]:
    if kind == "identity":
        return drugs.drug_ids
    if kind == "targets":
        return tuple(sorted({word for words in _annotated(drugs) for word in words}))
    return ()


def _annotated(drugs: Drugs) -> list[frozenset[str]]:
    return [
        targets | ({f"pathway {pathway}"} if pathway else set())
        for targets, pathway in zip(drugs.targets, drugs.pathways, strict=True)
    ]


def _graph(drugs: Drugs, words: tuple[str, ...]) -> Floats:
    return drugs.vectors


def _fingerprint(drugs: Drugs, words: tuple[str, ...]) -> Floats:
    return drugs.fingerprints.astype(np.float32)


def _targets(drugs: Drugs, words: tuple[str, ...]) -> Floats:
    return np.array([[word in annotated for word in words] for annotated in _annotated(drugs)], np.float32)


def _identity(drugs: Drugs, words: tuple[str, ...]) -> Floats:
    return np.array([[word == drug_id for word in words] for drug_id in drugs.drug_ids], np.float32)


_READ: Mapping[DrugKind, Callable[[Drugs, tuple[str, ...]], Floats]] = {
    "graph": _graph,
    "fingerprint": _fingerprint,
    "targets": _targets,
    "identity": _identity,
}
