"""Ridge regression per drug on expression and lineage: the bar every deep model is measured against."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs, Subjects, Taught, columns
from screen.models.naive import drug_means
from screen.records import Floats

Doubles = NDArray[np.float64]

PENALTIES = tuple(float(2.0**k) for k in range(6, 14))
LINEAGE_WEIGHT = 8.0
"""A lineage indicator counts as this many SD of a gene."""
_INTERCEPT = 1e4
"""Weight of the constant column: large, so that the intercept is as good as unpenalised."""


@dataclass(frozen=True)
class Ridge:
    """response_d(x) = x beta_d + b_d, one penalty for all drugs."""

    penalty: float
    drug_ids: tuple[str, ...]
    lineages: tuple[str, ...]
    beta: Doubles
    """features x D: genes, lineage indicators, constant."""
    offset: Floats
    """Length D: mean of the training responses."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; drugs of training only."""
        asked = columns(self.drug_ids, drugs.drug_ids)
        answers = _features(subjects, self.lineages) @ self.beta[:, asked] + self.offset[asked]
        return np.asarray(answers, np.float32)


def ridge(taught: Taught) -> Ridge:
    """Fit with the penalty of least leave-one-line-out error over all measured pairs of the training lines."""
    lineages = tuple(sorted(set(taught.lines.lineages) - {""}))
    offset = drug_means(taught.response)
    X = _features(taught.lines, lineages)
    gram = np.linalg.eigh(X @ X.T)
    answers = [_duals(gram, taught.response - offset, penalty) for penalty in PENALTIES]
    best = int(np.argmin([error for _, error in answers]))
    return Ridge(PENALTIES[best], taught.drugs.drug_ids, lineages, X.T @ answers[best][0], offset)


def _features(subjects: Subjects, lineages: Sequence[str]) -> Doubles:
    indicator = np.array([[own == lineage for lineage in lineages] for own in subjects.lineages], np.float64)
    constant = np.full((len(subjects), 1), _INTERCEPT**0.5)
    return np.hstack([subjects.scaled.astype(np.float64),
                      LINEAGE_WEIGHT * indicator.reshape(len(subjects), -1), constant])


def _duals(gram: tuple[Doubles, Doubles], target: Floats, penalty: float) -> tuple[Doubles, float]:
    """Dual weights, L x D with zeros where not measured, and the mean squared leave-one-out error.

    G = (K + penalty)^-1 is shared by all drugs; leaving out a drug's unmeasured lines m is a Schur complement,
    (K_oo + penalty)^-1 = G_oo - G_om G_mm^-1 G_mo, and the error of line i left out is a_i / inverse_ii.
    """
    values, vectors = gram
    G = (vectors / (np.maximum(values, 0) + penalty)) @ vectors.T
    duals = np.zeros(target.shape)
    squares, pairs = 0.0, 0
    for drug in range(target.shape[1]):
        seen = np.isfinite(target[:, drug])
        if not seen.any():
            continue
        cut = np.linalg.solve(G[np.ix_(~seen, ~seen)], G[np.ix_(~seen, seen)])
        across = G[np.ix_(seen, ~seen)]
        y = target[seen, drug].astype(np.float64)
        a = G[np.ix_(seen, seen)] @ y - across @ (cut @ y)
        duals[seen, drug] = a
        left_out = a / (G[seen, seen] - np.einsum("om,mo->o", across, cut))
        squares += float(left_out @ left_out)
        pairs += left_out.size
    return duals, squares / max(pairs, 1)
