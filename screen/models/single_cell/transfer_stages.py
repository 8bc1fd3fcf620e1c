"""The four stages, and the losses of each (eqs 1 to 17)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from screen.models.single_cell.cell_networks import Autoencoder, CellPredictor, cluster_regulariser
from screen.models.single_cell.class_balance import balanced
from screen.models.single_cell.code_clusters import code_clusters
from screen.models.single_cell.configurations import Configuration
from screen.models.single_cell.line_split import LineSplit
from screen.models.single_cell.stages import Passes, Stage, StageStates, run_stage
from screen.nn.determinism import seeded
from screen.nn.losses import discrepancy
from screen.records import Floats
from screen.tasks.progress import Progress

Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]

STAGES = ("bulk autoencoder", "bulk predictor", "cell autoencoder", "transfer")
_CELLS_FOR_VALIDATION = 0.1
_MOST_VALIDATED = 1_000


@dataclass
class StageData:
    """What the stages share."""

    made: Configuration
    seed: int
    x: Tensor
    """Balanced training lines."""
    y: Tensor
    unlabelled: Tensor
    """All training lines: of the autoencoder."""
    validation: tuple[Tensor, Tensor]
    cells: Tensor
    cell_labels: Tensor | None
    shown_cells: Tensor
    """Rows of the cells that train the autoencoder; the others validate it."""
    hidden_cells: Tensor
    clusters: Tensor = field(default_factory=lambda: torch.empty(0))


def stage_data(
    made: Configuration,
    seed: int,
    split: LineSplit,
    lines: Floats,
    cells: Floats,
    labels: Doubles | None,
    rng: np.random.Generator,
    device: torch.device,
) -> StageData:
    there, known = split.of(split.training)
    x, y = balanced(lines[there], known, made.sampling, rng)
    held, held_labels = split.of(split.validation)
    order = rng.permutation(len(cells))
    few = min(_MOST_VALIDATED, max(1, round(len(cells) * _CELLS_FOR_VALIDATION)))

    def there_(values: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(device)

    return StageData(
        made,
        seed,
        there_(x),
        there_(y.astype(np.float32)),
        there_(lines[split.training]),
        (there_(lines[held]), there_(held_labels.astype(np.float32))),
        there_(cells),
        None if labels is None else there_(labels.astype(np.float32)),
        there_(np.sort(order[few:])),
        there_(order[:few]),
    )


class Networks(nn.Module):
    """Everything that is trained, and the bulk model as it was before transfer."""

    def __init__(self, genes: int, made: Configuration) -> None:
        super().__init__()
        self.bulk, self.cells = Autoencoder(genes, made), Autoencoder(genes, made)
        self.predictor = CellPredictor(made)
        self.bulk_before, self.predictor_before = Autoencoder(genes, made).encoder, CellPredictor(made)


def run_stages(
    work: StageData, genes: int, states: StageStates, progress: Progress, device: torch.device
) -> tuple[Networks, dict[str, Passes]]:
    """Train the four stages one after the other; those that are finished are read."""
    made = work.made
    with seeded(work.seed):
        networks = Networks(genes, made).to(device)
    bulk, cells = networks.bulk, networks.cells
    run = partial(run_stage, made=made, seed=work.seed, states=states, progress=progress)
    passes = {STAGES[0]: run(_autoencoding(STAGES[0], bulk, work.unlabelled, work.validation[0], made))}
    passes[STAGES[1]] = run(_predicting(networks, work))
    networks.bulk_before.load_state_dict(bulk.encoder.state_dict())
    networks.predictor_before.load_state_dict(networks.predictor.state_dict())
    cells.load_state_dict(bulk.state_dict())
    shown, hidden = work.cells[work.shown_cells], work.cells[work.hidden_cells]
    passes[STAGES[2]] = run(_autoencoding(STAGES[2], cells, shown, hidden, made))
    if made.clusters:
        with torch.inference_mode():
            codes = cells.encoder(work.cells).cpu().numpy()
        work.clusters = torch.from_numpy(code_clusters(codes, made.neighbours, work.seed)).to(device)
    passes[STAGES[3]] = run(_adapting(networks, work))
    return networks, passes


def _autoencoding(name: str, network: Autoencoder, x: Tensor, held: Tensor, made: Configuration) -> Stage:
    return Stage(
        name,
        nn.ModuleDict({"network": network}),
        lambda rng: (network.loss(x[rows.to(x.device)]) for rows in _batches(len(x), made.batch, rng)),
        lambda: float(network.loss(held)),
        made.rate,
    )


def _predicting(networks: Networks, work: StageData) -> Stage:
    encoder, predictor = networks.bulk.encoder, networks.predictor
    held, labels = work.validation

    def losses(rng: np.random.Generator) -> Iterator[Tensor]:
        for rows in _batches(len(work.x), work.made.batch, rng):
            there = rows.to(work.x.device)
            yield binary_cross_entropy_with_logits(predictor(encoder(work.x[there])), work.y[there])

    return Stage(
        STAGES[1],
        nn.ModuleDict({"encoder": encoder, "predictor": predictor}),
        losses,
        lambda: _balanced_entropy(predictor(encoder(held)), labels),
        work.made.rate,
    )


def _adapting(networks: Networks, work: StageData) -> Stage:
    """Transfer (eq 16), judged by the same loss on lines and cells that do not train, lines through either encoder:
    which pass is best, and so which way is sensitive, hangs on no cell's label."""
    encoders, predictor = (networks.bulk.encoder, networks.cells.encoder), networks.predictor
    held, labels = work.validation
    few = min(len(held), len(work.hidden_cells))

    def validate() -> float:
        entropy = np.mean([_balanced_entropy(predictor(encoder(held)), labels) for encoder in encoders])
        hidden = work.hidden_cells[:few]
        return float(entropy) + float(_apart(work, encoders[0](held[:few]), encoders[1](work.cells[hidden]), hidden))

    return Stage(
        STAGES[3],
        nn.ModuleDict({"bulk": encoders[0], "cells": encoders[1], "predictor": predictor}),
        lambda rng: _transferring(work, networks, rng),
        validate,
        work.made.transfer_rate,
    )


def _batches(count: int, size: int, rng: np.random.Generator) -> Iterator[Tensor]:
    """Rows of one pass in batches of about one size, none of a single row."""
    yield from (torch.from_numpy(part) for part in np.array_split(rng.permutation(count), max(1, round(count / size))))


def _transferring(work: StageData, networks: Networks, rng: np.random.Generator) -> Iterator[Tensor]:
    """Eq 16; as many lines as cells a step."""
    device = work.x.device
    size = min(work.made.batch, len(work.x), len(work.shown_cells))
    steps = max(len(work.x), len(work.shown_cells)) // size
    orders = [_endless(len(x), size * steps, rng) for x in (work.x, work.shown_cells)]
    for step in range(steps):
        of_lines, places = (torch.from_numpy(o[step * size : (step + 1) * size]).to(device) for o in orders)
        of_cells = work.shown_cells[places]
        on_lines = networks.bulk.encoder(work.x[of_lines])
        on_cells = networks.cells.encoder(work.cells[of_cells])
        loss = binary_cross_entropy_with_logits(networks.predictor(on_lines), work.y[of_lines])
        loss = loss + _apart(work, on_lines, on_cells, of_cells)
        if work.cell_labels is not None:
            loss = loss + _labelled_entropy(networks.predictor(on_cells), work.cell_labels[of_cells])
        yield loss


def _apart(work: StageData, on_lines: Tensor, on_cells: Tensor, cells: Tensor) -> Tensor:
    """The weighted discrepancy of as many lines as cells (eq 15), and the regulariser of these cells (eq 17)."""
    made = work.made
    apart = made.mmd * discrepancy(on_lines[None], on_cells[None]).sum()
    return apart + made.clusters * cluster_regulariser(on_cells, work.clusters[cells]) if made.clusters else apart


def _endless(count: int, wanted: int, rng: np.random.Generator) -> Rows:
    return np.concatenate([rng.permutation(count) for _ in range(-(-wanted // count))])[:wanted].astype(np.intp)


def _labelled_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    seen = labels.isfinite()
    entropy = binary_cross_entropy_with_logits(logits, labels.nan_to_num(), reduction="none")
    return (entropy * seen).sum() / seen.sum().clamp(min=1)


def _balanced_entropy(logits: Tensor, labels: Tensor) -> float:
    """Cross-entropy with both classes of one weight."""
    entropy = binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return float(sum(entropy[labels == label].mean() for label in (0, 1)) / 2)
