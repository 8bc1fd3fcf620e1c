"""Lines and cells in which ten genes say who is sensitive; cells are shallow, and a third of their genes shifted."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from screen.models.single_cell.bulk_to_cells import Trained, TransferData, probabilities, train_transfer
from screen.models.single_cell.configurations import Configuration, configuration
from screen.models.single_cell.gene_space import cell_levels
from screen.models.single_cell.stages import StageStates

GENES = tuple(f"GENE{i}" for i in range(90))
TELLING = 10
QUICK = {"hidden": (24,), "bottleneck": 16, "predictor": (8,), "epochs": 12, "patience": 12, "batch": 50}


@dataclass(frozen=True)
class Planted:
    """Data, and what is true of the cells."""

    data: TransferData
    sensitive: NDArray[np.float64]


def planted(lines: int = 160, cells: int = 240, seed: int = 0) -> Planted:
    """Every second cell is of a clone in which the telling genes run high."""
    rng = np.random.default_rng(seed)
    state = rng.normal(size=lines)
    levels = rng.normal(5.0, 0.5, (lines, len(GENES)))
    levels[:, :TELLING] += 0.8 * state[:, None]
    response = np.clip(0.7 - 0.12 * state + rng.normal(0, 0.02, lines), 0, 1)
    sensitive = (np.arange(cells) % 2).astype(np.float64)
    means = np.exp2(rng.normal(5.0, 0.3, len(GENES)))[None].repeat(cells, axis=0)
    means[:, :TELLING] *= np.where(sensitive == 1, 2.5, 1.0)[:, None]
    means[:, ::3] *= 1.7
    counts = rng.poisson(means / means.sum(axis=1, keepdims=True) * 800).astype(np.float32)
    totals = counts.sum(axis=1).astype(np.float64)
    data = TransferData("drug", GENES, levels.astype(np.float32), response, cell_levels(csr_matrix(counts), totals))
    return Planted(data, sensitive)


def quick(name: str = "scdeal", **changes: object) -> Configuration:
    """A row with settings of a second."""
    return replace(configuration(name), **(QUICK | changes))  # type: ignore[arg-type]


def fitted(data: TransferData, made: Configuration, folder: Path, seed: int = 0) -> Trained:
    """Train in a folder of its own."""
    return train_transfer(data, made, seed, StageStates(folder, data.key(made, seed)))


def scores(found: Trained, data: TransferData) -> NDArray[np.float32]:
    """Probabilities of the cells after transfer."""
    place = {gene: i for i, gene in enumerate(data.genes)}
    scaled = found.cells(data.cells[:, [place[gene] for gene in found.genes]].toarray())
    return probabilities(found.after, scaled, found.facts["orientation"])


def weights(found: Trained) -> dict[str, NDArray[np.float32]]:
    """Every tensor before and after transfer."""
    parts = {"before": found.before, "after": found.after}
    return {f"{name}.{key}": t.numpy() for name, part in parts.items() for key, t in part.state_dict().items()}
