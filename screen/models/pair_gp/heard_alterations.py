"""Scores of patients whose alterations are known: those of the process, moved by the effects on each drug.

A score's logit is the calibration's slope times the response, so an effect moves it by a product. A drug or patient of
which nothing is added keeps its score to the last bit; each patient is computed by itself.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.bundle import Bundle
from screen.models.pair_gp.distances import mean_squares
from screen.models.pair_gp.gp_scorer import related_lines
from screen.models.pair_gp.kernel_names import KernelNames, kernels_of
from screen.records import Floats

Tensors = Mapping[str, NDArray[Any]]
Doubles = NDArray[np.float64]

_CERTAIN = 1e-7
"""Scores nearer to 0 or 1 than this have no finite logit in single precision."""


def with_alterations(bundle: Bundle, scaled: Floats, alterations: Floats, prepared: Floats, members: Floats) -> Floats:
    """m x n x D' probabilities that have heard the patients' alterations.

    Parameters
    ----------
    scaled : n x g
    alterations : n x E, of the manifest's events: 1 altered, 0 looked at and not altered, NaN unknown
    prepared : D' x (J D), drugs as the scorer takes them
    members : m x n x D', scores without
    """
    rows = np.flatnonzero(np.isfinite(alterations).any(axis=1))
    moved, kernels = members.copy(), kernels_of(bundle)
    for number, member in enumerate(bundle.members):
        onto, spread = _drugs(member, prepared, kernels)
        slope = float(member["calibration"][0])
        apart = mean_squares(scaled[rows], member["lines"]) / np.float32(member["line_width"][0])
        for row, distances in zip(rows.tolist(), apart, strict=True):
            covariance = _covariance(member, scaled[row], distances, kernels)
            added = _added(member, covariance, alterations[row])
            shift = slope * spread * (added @ onto)
            there = shift != 0
            sure = np.clip(members[number, row, there].astype(np.float64), _CERTAIN, 1 - _CERTAIN)
            logits = np.log(sure / (1 - sure)) + shift[there]
            moved[number, row, there] = 1 / (1 + np.exp(-logits))
    return moved


def _added(member: Tensors, covariance: Doubles, alterations: Floats) -> Doubles:
    """What is added to one patient's standardised responses to the U drugs with an effect."""
    expected = covariance @ member["effect_expected"].astype(np.float64)
    beyond = alterations[member["effect_events"]] - member["effect_means"] - expected
    drugs, place = np.unique(member["effect_drugs"], return_inverse=True)
    found = np.zeros(len(drugs))
    np.add.at(found, place, np.where(np.isfinite(beyond), beyond, 0) * member["effect_sizes"])
    return found


def _covariance(member: Tensors, profile: Floats, apart: Floats, kernels: KernelNames) -> Doubles:
    """Length L, of one patient with the lines of training; ``apart``: squared distances, in widths."""
    lines, products = member["lines"], member["products"].astype(np.float64)
    near: dict[str, NDArray[np.floating]] = {
        "genes": lines @ profile / np.float32(lines.shape[1]),
        "expression-rbf": np.exp(-apart),
        "expression-exp": np.exp(-np.sqrt(apart)),
    }
    shares = products.sum(axis=1) * ((1 - float(member["noise"][0])) / products.sum())
    found = sum(shares[kernels.line(name)] * near[name] for name in near if name in kernels.lines)
    return np.asarray(found + sum(shares[place] * of_line for place, of_line in related_lines(member, kernels)))


def _drugs(member: Tensors, prepared: Floats, kernels: KernelNames) -> tuple[Doubles, Doubles]:
    """What each of D' drugs gets of the effects on U drugs of training (U x D'), and its spread (length D')."""
    known, products = len(member["means"]), member["products"].astype(np.float64)
    by_kernel = prepared.reshape(len(prepared), len(kernels.drugs), known)
    identity = by_kernel[:, kernels.drug("identity")]
    trained, place = identity.any(axis=1), identity.argmax(axis=1)
    shares = products.sum(axis=0) / products.sum()
    similar = np.einsum("j,djk->dk", shares, by_kernel)
    onto = member["effect_onto"].astype(np.float64) @ similar.T
    drugs = np.unique(member["effect_drugs"])
    onto[:, trained] = drugs[:, None] == place[None, trained]
    levels = np.outer(member["spread_weights"], member["spread_alpha"].astype(np.float64)).ravel()
    logs = member["spread_centre"][0] + by_kernel[:, kernels.similarities].reshape(len(prepared), -1) @ levels
    return onto, np.where(trained, member["spreads"][place], np.exp(logs))
