"""One drug's model of cells as a sealed bundle: trained on bulk and cells, or read back from one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from screen import __version__
from screen.models.bundle import Bundle
from screen.models.single_cell.bulk_to_cells import Trained, TransferData, probabilities, train_transfer
from screen.models.single_cell.cell_networks import CellPredictor, CodeEncoder
from screen.models.single_cell.configurations import Configuration
from screen.models.single_cell.gene_space import Scale
from screen.models.single_cell.stages import StageStates
from screen.records import Floats
from screen.store.stored_models import INPUTS
from screen.tasks.progress import Progress, silent

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from torch import nn

KIND = "cells"
_ROWS = 2_048
"""Cells whose levels are a whole matrix at a time."""


@dataclass(frozen=True)
class CellModel:
    """A model as it scores."""

    genes: tuple[str, ...]
    scale: Scale
    """Of cells."""
    before: "nn.ModuleDict"
    after: "nn.ModuleDict"
    orientation: int

    def scaled(self, levels: "csr_matrix") -> Floats:
        """n x g levels over the model's genes, in its frame."""
        return self.scale(levels.toarray())

    def score(self, levels: "csr_matrix") -> tuple[Floats, Floats]:
        """Probability of sensitivity after and before transfer, of each cell; a cell's does not hang on another's."""
        after, before = np.empty(levels.shape[0], np.float32), np.empty(levels.shape[0], np.float32)
        for start in range(0, levels.shape[0], _ROWS):
            part = self.scaled(levels[start : start + _ROWS])
            after[start : start + _ROWS] = probabilities(self.after, part, self.orientation)
            before[start : start + _ROWS] = probabilities(self.before, part)
        return after, before


def train_cell_bundle(
    data: TransferData,
    made: Configuration,
    name: str,
    seed: int,
    about: dict[str, Any],
    states: StageStates,
    device: str = "cpu",
    progress: Progress = silent,
) -> Bundle:
    """Train and seal.

    Parameters
    ----------
    about : what the manifest says of the drug and the cells
    """
    found = train_transfer(data, made, seed, states, device, progress)
    manifest = {
        **about,
        **found.facts,
        "kind": KIND,
        "name": name,
        "settings": made.settings(),
        "genes": list(found.genes),
        "seed": seed,
        "version": __version__,
        INPUTS: states.key,
    }
    return Bundle(manifest, _tensors(found)).sealed()


def _tensors(found: Trained) -> dict[str, Any]:
    made: dict[str, Any] = {"lines.mean": found.lines.mean, "lines.spread": found.lines.spread}
    made |= {"cells.mean": found.cells.mean, "cells.spread": found.cells.spread}
    for part, networks in (("before", found.before), ("after", found.after)):
        made |= {f"{part}.{name}": tensor.cpu().numpy() for name, tensor in networks.state_dict().items()}
    return made


def opened(bundle: Bundle) -> CellModel:
    """A model from its bundle."""
    import torch
    from torch import nn

    given: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in bundle.manifest["settings"].items()
    }
    made = Configuration(says="", **given)
    genes = tuple(bundle.manifest["genes"])
    parts = {}
    for part in ("before", "after"):
        networks = nn.ModuleDict({"encoder": CodeEncoder(len(genes), made), "predictor": CellPredictor(made)})
        prefix = f"{part}."
        mine = {name.removeprefix(prefix): one for name, one in bundle.tensors.items() if name.startswith(prefix)}
        networks.load_state_dict({name: torch.from_numpy(np.array(one)) for name, one in mine.items()})
        parts[part] = networks.eval()
    scale = Scale(np.array(bundle.tensors["cells.mean"]), np.array(bundle.tensors["cells.spread"]))
    return CellModel(genes, scale, parts["before"], parts["after"], int(bundle.manifest["orientation"]))
