"""Pretraining of a drug encoder on unlabelled molecules by attribute masking (Hu et al. 2020, section 3.1.2).

The element of about 15% of each molecule's atoms is hidden; the encoder and a linear layer on its atom states learn to
tell it from the rest: L = cross entropy(W h_i + b, element_i) over the hidden atoms i. A tenth of the molecules is held
out to say how well that went, beside the share of the most frequent element (carbon).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen import chem
from screen.errors import InputError
from screen.models.encoder.drug_encoder import GraphBatch, collate

if TYPE_CHECKING:
    from torch import Tensor, nn

    from screen.nn.graph_encoder import GraphEncoder, GraphKind

Progress = Callable[[str, int, int], None]
"""What is done, steps done, steps in all. An exception it raises ends the work; nothing is half-written."""


@dataclass(frozen=True)
class Masking:
    """How an encoder is pretrained."""

    kind: "GraphKind" = "gcn"
    epochs: int = 10
    batch: int = 64
    """Molecules a step."""
    rate: float = 1e-3
    weight_decay: float = 1e-2
    share: float = 0.15
    """Of the atoms hidden; at least one a molecule."""
    held_out: float = 0.1
    """Of the molecules, at least one."""
    seed: int = 0


@dataclass(frozen=True)
class Pretrained:
    """An encoder and what is known of its making."""

    weights: bytes
    """Safetensors, float16."""
    record: dict[str, Any]
    """Settings, numbers of molecules, losses before and after, accuracy and its baseline."""

    def write(self, path: Path) -> None:
        """``path`` (.safetensors, ready to be ingested) and the record beside it as .json."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.weights)
        path.with_suffix(".json").write_text(json.dumps(self.record, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _PretrainingTask:
    """One batch with elements hidden."""

    graphs: GraphBatch
    hidden: "Tensor"
    """h: numbers of the hidden atoms."""
    elements: "Tensor"
    """h: what was there."""


def pretrain(smiles: Sequence[str], masking: Masking | None = None, progress: Progress | None = None) -> Pretrained:
    """Train an encoder on these molecules (canonical SMILES); same input, seed and threads: same bytes.

    Raises
    ------
    InputError
        Fewer than ten molecules, or one that cannot be read.
    """
    masking = masking or Masking()
    graphs = [chem.graph(one) for one in sorted(set(smiles))]
    if len(graphs) < 10:
        raise InputError(
            f"{len(graphs)} molecules are too few to learn from", where="pretraining", remedy="give at least 10"
        )
    order = np.random.default_rng(masking.seed).permutation(len(graphs))
    aside = max(1, round(masking.held_out * len(graphs)))
    test, train = ([graphs[row] for row in part] for part in (order[:aside], order[aside:]))
    encoder, head = _fresh(masking)
    # One fixed task for both measurements: before and after differ by the training alone.
    validation = list(_tasks(test, masking, np.random.default_rng([masking.seed, 0])))
    before = _validate(encoder, head, validation)
    _train(encoder, head, train, masking, progress or (lambda what, done, total: None))
    after = _validate(encoder, head, validation)
    _centre(encoder, train, masking.batch)
    weights = _packed(encoder)
    return Pretrained(
        weights,
        {
            **asdict(masking),
            "sha256": sha256(weights).hexdigest(),
            "molecules": len(train),
            "molecules_held_out": aside,
            "held_out_loss_before": before["loss"],
            "held_out_loss_after": after["loss"],
            "held_out_accuracy": after["accuracy"],
            "held_out_majority": after["majority"],
            "held_out_atoms_hidden": after["hidden"],
            "versions": {name: version(name) for name in ("rdkit", "torch", "torch-geometric")},
        },
    )


def _fresh(masking: Masking) -> "tuple[GraphEncoder, nn.Linear]":
    import torch

    from screen.nn.graph_encoder import MASKED_ATOM, WIDTH, GraphEncoder

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(masking.seed)
        return GraphEncoder(masking.kind), torch.nn.Linear(WIDTH, MASKED_ATOM)


def _train(
    encoder: "GraphEncoder", head: "nn.Linear", graphs: Sequence[chem.MolGraph], masking: Masking, progress: Progress
) -> None:
    import torch

    parameters = [*encoder.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=masking.rate, weight_decay=masking.weight_decay)
    steps = -(-len(graphs) // masking.batch)
    encoder.train()
    for epoch in range(masking.epochs):
        draw = np.random.default_rng([masking.seed, 1 + epoch])
        shuffled = [graphs[row] for row in draw.permutation(len(graphs))]
        for step, task in enumerate(_tasks(shuffled, masking, draw), start=1):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(_guesses(encoder, head, task), task.elements).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            progress("pretraining the drug encoder", epoch * steps + step, masking.epochs * steps)
    encoder.eval()


def _centre(encoder: "GraphEncoder", graphs: Sequence[chem.MolGraph], batch: int) -> None:
    """Move the last bias so that the mean drug vector is zero.

    Masking leaves all vectors with one large part in common, and a head that scales them to length one would see
    little else.
    """
    import torch

    with torch.no_grad():
        total = torch.stack(
            [encoder(*collate(graphs[start : start + batch])).sum(0) for start in range(0, len(graphs), batch)]
        ).sum(0)
        encoder.get_parameter(f"batch_norms.{len(encoder.batch_norms) - 1}.bias").sub_(total / len(graphs))


def _tasks(graphs: Sequence[chem.MolGraph], masking: Masking, draw: np.random.Generator) -> Iterator[_PretrainingTask]:
    import torch

    from screen.nn.graph_encoder import MASKED_ATOM

    for start in range(0, len(graphs), masking.batch):
        batch = collate(graphs[start : start + masking.batch])
        hidden = torch.from_numpy(_hidden(batch.owners.numpy(), masking.share, draw))
        atoms = batch.atoms.clone()
        # Chirality would give the element away: only some elements have one.
        atoms[hidden] = torch.tensor([MASKED_ATOM, 0])
        yield _PretrainingTask(batch._replace(atoms=atoms), hidden, batch.atoms[hidden, 0])


def _hidden(owners: NDArray[np.int64], share: float, draw: np.random.Generator) -> NDArray[np.intp]:
    """Atoms to hide: floor(share x a) + 1 of each molecule's a atoms, at random."""
    shuffled = np.lexsort((draw.random(len(owners)), owners))
    sizes = np.bincount(owners)
    place = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    quota = (share * sizes).astype(np.int64) + 1
    return np.sort(shuffled[place < np.repeat(quota, sizes)])


def _guesses(encoder: "GraphEncoder", head: "nn.Linear", task: _PretrainingTask) -> "Tensor":
    states = encoder.atom_states(task.graphs.atoms, task.graphs.edges, task.graphs.bonds)
    logits: Tensor = head(states[task.hidden])
    return logits


def _validate(encoder: "GraphEncoder", head: "nn.Linear", validation: Sequence[_PretrainingTask]) -> dict[str, Any]:
    import torch

    encoder.eval()
    with torch.inference_mode():
        logits = torch.cat([_guesses(encoder, head, task) for task in validation])
    elements = torch.cat([task.elements for task in validation])
    return {
        "loss": round(float(torch.nn.functional.cross_entropy(logits, elements)), 4),
        "accuracy": round(float((logits.argmax(1) == elements).float().mean()), 4),
        "majority": round(int(elements.bincount().max()) / len(elements), 4),
        "hidden": len(elements),
    }


def _packed(encoder: "GraphEncoder") -> bytes:
    from safetensors.torch import save

    return bytes(
        save(
            {
                name: tensor.half().contiguous()
                for name, tensor in sorted(encoder.state_dict().items())
                if tensor.is_floating_point()
            }
        )
    )
