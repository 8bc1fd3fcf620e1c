"""Which genes the models of resistance rest on: integrated gradients of a network, SHAP of trees, over refits.

A refit leaves a fold of the lines out and is read on the lines that it did not see. The codes of a network are those
of the whole run, trained without labels: what is refitted is what learns the labels. Attributions are of the log-odds
of resistance, from the average line (every gene at its mean) to the line at hand.

Integrated gradients: Sundararajan et al. 2017, by captum. SHAP: Lundberg et al. 2020 (exact for trees), by XGBoost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from screen.models.ensemble.folds import line_folds
from screen.nn.determinism import one_thread
from screen.records import Floats
from screen.resistance.heads import boosted_trees
from screen.resistance.network_head import train_heads
from screen.resistance.resistance_models import MODELS
from screen.resistance.resistance_tasks import ENCODER, CutData
from screen.tasks.cache import Tensors, content_key

FOLDS, SEEDS = 5, 2
FIRST = 50
"""Genes of a refit that count as its first."""
ATTRIBUTED = ("vae-ll", "vae-ld", "xgboost")
"""Models whose attributions are exact, or nearly: a forest's are not without trees of one output each."""
_STEPS = 32
_VERSION = 1


@dataclass(frozen=True)
class AttributionTask:
    """One model, all drugs of a cohort."""

    model: str
    """Of :data:`ATTRIBUTED`."""
    data: CutData
    codes: Tensors
    """Of :class:`screen.resistance.resistance_tasks.CodesTask`; nothing of it is read for trees."""

    @property
    def file_name(self) -> str:
        """Same model, same lines, same name."""
        words = [_VERSION, self.model, MODELS[self.model].version, self.data.lineages, self.data.seed]
        arrays = [self.data.profiles, self.data.labels, *(self._encoder[name] for name in sorted(self._encoder))]
        return f"attributions-{self.model}-{content_key(words, arrays)}.safetensors"

    def compute(self) -> bytes:
        """Safetensors of what :func:`summed` gives."""
        from safetensors.numpy import save

        explain = self._network if MODELS[self.model].head == "network" else self._trees
        found = summed(*(np.stack(part) for part in zip(*self._refits(explain), strict=True)))
        content: bytes = save({name: np.ascontiguousarray(value) for name, value in found.items()})
        return content

    @cached_property
    def _encoder(self) -> Tensors:
        start = f"{MODELS[self.model].representation}.{ENCODER}"
        return {name.removeprefix(start): one for name, one in self.codes.items() if name.startswith(start)}

    def _refits(
        self, explain: Callable[[NDArray[np.intp], NDArray[np.intp], int], Iterator[Floats]]
    ) -> Iterator[tuple[Floats, Floats]]:
        """Mean size and direction of every gene's attributions, D x g each, a refit."""
        for number in range(SEEDS):
            seed = self.data.seed + number
            folds = line_folds(self.data.lineages, FOLDS, seed)
            for fold in range(FOLDS):
                unseen = np.flatnonzero(folds == fold)
                profiles = self.data.profiles[unseen]
                with one_thread():
                    each = list(explain(np.flatnonzero(folds != fold), unseen, seed))
                yield (
                    np.stack([np.abs(one).mean(axis=0) for one in each]),
                    np.stack([(one * profiles).sum(axis=0) for one in each]),
                )

    def _trees(self, seen: NDArray[np.intp], unseen: NDArray[np.intp], seed: int) -> Iterator[Floats]:
        import xgboost

        query = xgboost.DMatrix(self.data.profiles[unseen], nthread=1)
        for drug in range(self.data.labels.shape[1]):
            rows = seen[np.isfinite(self.data.labels[seen, drug])]
            trees = boosted_trees(self.data.profiles[rows], self.data.labels[rows, drug], seed)
            yield np.asarray(trees.predict(query, pred_contribs=True)[:, :-1], np.float32)

    def _network(self, seen: NDArray[np.intp], unseen: NDArray[np.intp], seed: int) -> Iterator[Floats]:
        import torch
        from captum.attr import IntegratedGradients

        from screen.models.vae.vae_training import net_of

        encoder = net_of({name: torch.from_numpy(one.copy()) for name, one in self._encoder.items()})
        with torch.no_grad():
            codes = encoder(torch.from_numpy(self.data.profiles[seen]))
            mean, spread = codes.mean(dim=0), codes.std(dim=0, correction=0).clamp(min=1e-6)
        head = train_heads(((codes - mean) / spread).numpy(), self.data.labels[seen], seed)

        def log_odds(profiles: torch.Tensor) -> torch.Tensor:
            """``n x g`` -> ``n x D``."""
            found: torch.Tensor = head((encoder(profiles) - mean) / spread).squeeze(-1).T
            return found

        gradients = IntegratedGradients(log_odds)
        query = torch.from_numpy(self.data.profiles[unseen])
        for drug in range(self.data.labels.shape[1]):
            found = gradients.attribute(query, target=drug, n_steps=_STEPS, internal_batch_size=1024)
            yield found.detach().numpy().astype(np.float32)


def summed(size: Floats, direction: Floats) -> Tensors:
    """What R refits say of each gene.

    Parameters
    ----------
    size : R x D x g, mean of the attributions' sizes over the lines
    direction : R x D x g, above 0 where more of the gene goes with more resistance

    Returns
    -------
    share : D x g, of all attribution, mean over the refits; ``direction`` : D x g, 1, -1 or 0, that of most refits;
    again : D x g, share of the refits in which the gene is among the first :data:`FIRST`, in that direction;
    refit_correlation : D, rank correlation of the sizes of two refits, mean over the pairs.
    """
    total = size.sum(axis=2, keepdims=True)
    share = size / np.where(total > 0, total, 1)
    way = np.sign(np.sign(direction).sum(axis=0))
    first = np.zeros(size.shape, bool)
    order = np.argsort(-size, axis=2, kind="stable")[:, :, : min(FIRST, size.shape[2] // 2)]
    np.put_along_axis(first, order, True, axis=2)
    again = (first & (size > 0) & (np.sign(direction) == way)).mean(axis=0)
    refit_correlation = np.array([_rank_correlation(size[:, drug]) for drug in range(size.shape[1])])
    found = {"share": share.mean(axis=0), "direction": way, "again": again, "refit_correlation": refit_correlation}
    return {name: np.asarray(value, np.float32) for name, value in found.items()}


def _rank_correlation(size: Floats) -> float:
    """Mean rank correlation over the pairs of rows; genes that no refit uses say nothing."""
    from scipy.stats import rankdata

    used = size[:, (size > 0).any(axis=0)]
    if used.shape[1] < 3:
        return float("nan")
    ranks = rankdata(used, axis=1)
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    ranks /= np.maximum(np.linalg.norm(ranks, axis=1, keepdims=True), 1e-12)
    return float(np.mean([ranks[one] @ ranks[other] for one, other in combinations(range(len(ranks)), 2)]))
