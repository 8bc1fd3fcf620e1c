"""Training in four stages: bulk autoencoder, bulk predictor, cell autoencoder, transfer (eqs 1 to 17).

What the reference code of scDEAL does otherwise is not repeated: transfer trains both encoders and the predictor; the
regulariser has a gradient; an autoencoder is held to the clean input; logits go into the cross-entropy; lines and
cells share their genes, and the cells' encoder starts as the bulk's, so that a direction of one code means the same in
the other; scales and genes come from training rows. Which way is sensitive is judged on validation lines alone.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from screen.models.single_cell.configurations import Configuration
from screen.models.single_cell.gene_space import Scale, scale_of, variable_genes
from screen.models.single_cell.line_split import LineSplit, split_lines
from screen.models.single_cell.stages import StageStates
from screen.models.single_cell.transfer_stages import run_stages, stage_data
from screen.nn.determinism import one_thread, usable
from screen.records import Floats
from screen.tasks.cache import content_key
from screen.tasks.progress import Progress, silent

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class TransferData:
    """Lines and cells over the same genes."""

    drug: str
    genes: tuple[str, ...]
    lines: Floats
    """L x g levels (a logarithm), NaN where not measured."""
    response: Doubles
    """Length L, low = sensitive, NaN where not measured."""
    cells: "csr_matrix"
    """n x g, of :func:`screen.models.single_cell.gene_space.cell_levels`; those that may be trained on."""
    cell_labels: Doubles | None = None
    """Length n: 1 sensitive, 0 resistant, NaN not known. Only ``few-shot`` looks at them."""

    def key(self, made: Configuration, seed: int) -> str:
        """16 hex digits over everything that the weights follow from."""
        labels = [self.cell_labels] if self.cell_labels is not None and made.supervision == "few-shot" else []
        arrays = [self.lines, self.response, self.cells.data, self.cells.indices, self.cells.indptr, *labels]
        return content_key([self.drug, self.genes, made.settings(), seed], arrays)


@dataclass(frozen=True)
class Trained:
    """Networks before and after transfer, and how they came about."""

    genes: tuple[str, ...]
    lines: Scale
    cells: Scale
    before: nn.ModuleDict
    """``encoder`` and ``predictor`` trained on bulk alone."""
    after: nn.ModuleDict
    """``encoder`` of cells and ``predictor`` after transfer."""
    facts: dict[str, Any] = field(default_factory=dict)
    """For the manifest."""


def train_transfer(
    data: TransferData,
    made: Configuration,
    seed: int,
    states: StageStates,
    device: str = "cpu",
    progress: Progress = silent,
) -> Trained:
    """Train one drug's model on bulk and on unlabelled cells (``few-shot``: on those labelled, too).

    Raises
    ------
    StoreError, InputError
        Too few lines, or genes.
    """
    split = split_lines(data.response, made.labels, seed, data.drug)
    rng = np.random.default_rng((seed, 29))
    rows = _some(data.cells.shape[0], made.most_cells, rng)
    shown = data.cells[rows]
    columns = variable_genes(data.lines[split.training], shown, made.genes)
    levels, dense = data.lines[:, columns], shown[:, columns].toarray()
    lines, cells = scale_of(levels[split.training]), scale_of(dense)
    genes = tuple(data.genes[i] for i in columns)
    with one_thread():
        where = usable(device)
        labels = None if data.cell_labels is None or made.supervision != "few-shot" else data.cell_labels[rows]
        work = stage_data(made, seed, split, lines(levels), cells(dense), labels, rng, where)
        networks, passes = run_stages(work, len(genes), states, progress, where)
    facts: dict[str, Any] = {
        "genes_shared": len(data.genes),
        "lines": {name: _counts(split, getattr(split, name)) for name in ("training", "validation", "test")},
        "cut": {"sensitive_below": split.cut.sensitive_below, "resistant_from": split.cut.resistant_from},
        "trained_cells": len(rows),
        "labelled_cells": 0 if labels is None else int(np.isfinite(labels).sum()),
        "clusters": int(work.clusters.max()) + 1 if len(work.clusters) else 0,
        "stages": {stage: one.printed() for stage, one in passes.items()},
    }
    before = nn.ModuleDict({"encoder": networks.bulk_before, "predictor": networks.predictor_before})
    after = nn.ModuleDict({"encoder": networks.cells.encoder, "predictor": networks.predictor})
    found = Trained(genes, lines, cells, before.eval(), after.eval(), facts)
    facts["auroc"] = _on_lines(found, lines(levels), split)
    through = facts["auroc"]["validation_through_cell_encoder"]
    facts["orientation"] = 1 if through is None or through >= 0.5 else -1
    return found


def probabilities(networks: nn.ModuleDict, scaled: Floats, orientation: int = 1) -> Floats:
    """Probability of sensitivity of each row (n x g, scaled), in evaluation mode, on one thread."""
    found = np.empty(len(scaled), np.float32)
    device = next(networks.parameters()).device
    with one_thread(), torch.inference_mode():
        for start in range(0, len(scaled), 4096):
            part = torch.from_numpy(np.ascontiguousarray(scaled[start : start + 4096])).to(device)
            logit = networks["predictor"](networks["encoder"](part)) * orientation
            found[start : start + 4096] = torch.sigmoid(logit).cpu().numpy()
    return found


def _some(count: int, most: int, rng: np.random.Generator) -> Rows:
    rows = np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False))
    return rows.astype(np.intp)


def _counts(split: LineSplit, rows: Rows) -> dict[str, int]:
    labels = split.of(rows)[1]
    return {"sensitive": int(labels.sum()), "resistant": int((1 - labels).sum())}


def _on_lines(found: Trained, scaled: Floats, split: LineSplit) -> dict[str, float | None]:
    made: dict[str, float | None] = {}
    for name, rows in (("validation", split.validation), ("test", split.test)):
        there, labels = split.of(rows)
        for what, networks in (("", found.before), ("_through_cell_encoder", found.after)):
            made[name + what] = line_auroc(labels, probabilities(networks, scaled[there]))
    return made


def line_auroc(labels: Doubles, scores: Floats) -> float | None:
    """AUROC of probabilities; ``None`` where there is one class alone."""
    from sklearn.metrics import roc_auc_score

    return round(float(roc_auc_score(labels, scores)), 6) if 0 < labels.sum() < len(labels) else None
