"""A stage of training: passes until validation no longer improves, its state on disk, so that a kill loses seconds."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from screen.models.single_cell.configurations import Configuration
from screen.nn.determinism import seeded
from screen.tasks.cache import Tensors, intact, read_tensors, store_file
from screen.tasks.files import private_folder
from screen.tasks.progress import Progress

EVERY = 5.0
"""Seconds between two states on disk."""
_FACTS = "facts"


@dataclass(frozen=True)
class StageStates:
    """States of the stages of one training, in files named by everything that it depends on."""

    folder: Path
    key: str

    def load(self, stage: str) -> Tensors | None:
        """The last whole state of a stage; ``None``: it has not begun."""
        file = self._file(stage)
        return read_tensors(file) if intact(file) else None

    def save(self, stage: str, state: Tensors) -> None:
        """Put a state in place of the one before."""
        from safetensors.numpy import save

        private_folder(self.folder)
        store_file(self._file(stage), save(state))

    def remove(self) -> None:
        """Take the states away, once the model is stored."""
        for file in (*self.folder.glob(f"{self.key}.*"), *self.folder.glob(f".{self.key}.*")):
            file.unlink(missing_ok=True)

    def _file(self, stage: str) -> Path:
        return self.folder / f"{self.key}.{stage}.safetensors"


@dataclass(frozen=True)
class Stage:
    """What is trained, and how it is judged."""

    name: str
    modules: nn.ModuleDict
    losses: Callable[[np.random.Generator], Iterator[Tensor]]
    """One pass: a loss for each step."""
    validate: Callable[[], float]
    """Loss on rows that do not train."""
    rate: float
    """Learning rate."""


@dataclass(frozen=True)
class Passes:
    """How a stage went."""

    ran: int
    best: int
    """The pass whose weights were taken."""
    loss: float
    """Of that pass, on validation rows."""

    def printed(self) -> dict[str, float]:
        """For a manifest."""
        return {"ran": self.ran, "best": self.best, "loss": round(self.loss, 6)}


def run_stage(stage: Stage, made: Configuration, seed: int, states: StageStates, progress: Progress) -> Passes:
    """Train until validation has not improved for ``patience`` passes; the best weights are in the modules afterwards.

    A stage that was interrupted goes on from its last state, and ends in the same weights: what is random in a pass
    follows from the seed, the stage and the number of the pass.
    """
    optimiser = torch.optim.Adam(stage.modules.parameters(), lr=stage.rate)
    best: Tensors = {}
    passes = Passes(0, 0, float("inf"))
    if (state := states.load(stage.name)) is not None:
        passes, best = _restore(stage.modules, optimiser, state)
    stored = time.monotonic()
    while passes.ran < made.epochs and passes.ran - passes.best < made.patience:
        progress(stage.name, passes.ran, made.epochs)
        _one_pass(stage, optimiser, (seed, _number(stage.name), passes.ran))
        stage.modules.eval()
        with torch.inference_mode():
            loss = stage.validate()
        if loss < passes.loss or not best:
            passes, best = Passes(passes.ran + 1, passes.ran + 1, loss), _weights(stage.modules)
        else:
            passes = Passes(passes.ran + 1, passes.best, passes.loss)
        if time.monotonic() - stored > EVERY:
            states.save(stage.name, _state(stage.modules, optimiser, passes, best))
            stored = time.monotonic()
    states.save(stage.name, _state(stage.modules, optimiser, passes, best))
    if best:
        _put(stage.modules, best)
    stage.modules.eval()
    return passes


def _one_pass(stage: Stage, optimiser: torch.optim.Adam, seeds: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(seeds)
    stage.modules.train()
    with seeded(int(rng.integers(2**31))):
        for loss in stage.losses(rng):
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()


def _number(name: str) -> int:
    return int.from_bytes(name.encode()[:6], "little")


def _weights(modules: nn.ModuleDict) -> Tensors:
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in modules.state_dict().items()}


def _put(modules: nn.ModuleDict, weights: Tensors) -> None:
    modules.load_state_dict({name: torch.from_numpy(np.array(tensor)) for name, tensor in weights.items()})


def _state(modules: nn.ModuleDict, optimiser: torch.optim.Adam, passes: Passes, best: Tensors) -> Tensors:
    state: Tensors = {f"now.{name}": tensor for name, tensor in _weights(modules).items()}
    state |= {f"best.{name}": tensor for name, tensor in best.items()}
    for number, moments in optimiser.state_dict()["state"].items():
        state |= {f"adam.{number}.{name}": tensor.detach().cpu().numpy().copy() for name, tensor in moments.items()}
    return state | {_FACTS: np.array([passes.ran, passes.best, passes.loss], np.float64)}


def _restore(modules: nn.ModuleDict, optimiser: torch.optim.Adam, state: Tensors) -> tuple[Passes, Tensors]:
    _put(modules, _under("now.", state))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("adam.", state).items():
        number, what = name.split(".", 1)
        moments.setdefault(int(number), {})[what] = torch.from_numpy(np.array(tensor))
    optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
    ran, best, loss = state[_FACTS].tolist()
    return Passes(int(ran), int(best), loss), _under("best.", state)


def _under(prefix: str, state: Tensors) -> Tensors:
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
