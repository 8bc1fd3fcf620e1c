"""Members of the ensemble: one a fold and seed, several trained side by side as one task.

A task holds the training lines of its members' folds and nothing of the held-out ones, so nothing of them can leak; its
file is named by everything it depends on, so a killed training resumes by looking which files are there. Which members
share a task does not depend on the number of processes, so neither does any weight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from screen.models.networks.alignment_training import Domains, align
from screen.models.networks.architectures import ARCHITECTURES
from screen.models.networks.fine_tuning import MemberData, Tuned, tune
from screen.nn.determinism import device_of, one_thread, seeded, usable
from screen.records import Floats
from screen.settings import Cluster, Training
from screen.tasks import LOCAL, cores
from screen.tasks.cache import Tensors, WorkPlace, content_key, load_or_compute, read_tensors
from screen.tasks.progress import Progress

TOGETHER = 5
"""Members of a task at most."""
_LABEL = "training members"
_SECONDS = 30.0
"""A member of the default settings on one core, about."""
_RECIPE = 3
"""Raise when the code trains another model from the same inputs: old files are then left aside."""


@dataclass(frozen=True)
class Member:
    """What one member alone learns from."""

    fold: int
    seed: int
    lines: Floats
    """L x g: training lines in the frame fitted on them."""
    lineages: tuple[str, ...]
    auc: Floats
    """L x D, NaN where not measured; lines without any value serve alignment only."""
    patients: Floats
    """P x g: patients of the indication, in the same frame."""


@dataclass(frozen=True)
class NetworkTask:
    """Everything some members learn from."""

    model: str
    """Name of an architecture."""
    members: tuple[Member, ...]
    vectors: Floats
    """D x 300: prepared drug vectors."""
    training: Training
    device: str

    @property
    def key(self) -> str:
        """16 hex digits over the content: same inputs, same file."""
        recipe = asdict(self.training) | {"dataset": "", "folds": 0, "seeds": 0}
        words = (
            _RECIPE,
            torch.__version__,
            str(device_of(self.device)),
            asdict(ARCHITECTURES[self.model]),
            recipe,
            [(member.fold, member.seed, member.lineages) for member in self.members],
        )
        arrays = [array for member in self.members for array in (member.lines, member.auc, member.patients)]
        return content_key(words, (*arrays, self.vectors))

    @property
    def file_name(self) -> str:
        """Of the members' weights."""
        return f"members-{self.key}.safetensors"

    def compute(self) -> bytes:
        """Fit the members (safetensors, ``<number>.<name>``)."""
        fitted = enumerate(fit_task(self))
        content: bytes = save(
            {f"{number}.{name}": tensor for number, member in fitted for name, tensor in member.items()}
        )
        return content


def tasks_of(
    members: Sequence[Member], model: str, vectors: Floats, training: Training, device: str
) -> list[NetworkTask]:
    """Members in order, dealt into tasks."""
    return [
        NetworkTask(model, tuple(members[start : start + TOGETHER]), vectors, training, device)
        for start in range(0, len(members), TOGETHER)
    ]


def fit_members(
    tasks: Sequence[NetworkTask], work: Path, workers: int, progress: Progress, cluster: Cluster = LOCAL
) -> list[Tensors]:
    """Weights of every task's members, in order; tasks with a file in ``work`` are read, the others trained.

    Tasks run in ``workers`` processes (0: one a core), each on one thread. An interrupt leaves the files of finished
    tasks.
    """
    # What "auto" means is settled here, not on a node.
    tasks = [replace(task, device=device_of(task.device).type) for task in tasks]
    place = WorkPlace(folder=work, workers=_width(workers, tasks), cluster=cluster, progress=progress)
    sizes = [len(task.members) for task in tasks]
    seconds = _SECONDS * sum(sizes) / max(len(tasks), 1)
    files = load_or_compute(tasks, place, _LABEL, seconds, sizes)
    return [member for file, task in zip(files, tasks, strict=True) for member in _split(read_tensors(file), task)]


def _split(tensors: Tensors, task: NetworkTask) -> Iterator[Tensors]:
    for number in range(len(task.members)):
        prefix = f"{number}."
        yield {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _width(workers: int, tasks: Sequence[NetworkTask]) -> int:
    on_gpu = any(device_of(task.device).type == "cuda" for task in tasks)
    return 1 if on_gpu else cores(workers)


def fit_task(task: NetworkTask) -> list[Tensors]:
    """Align, then fine-tune; each member's tensors with calibration and scale."""
    device = usable(task.device)
    named = [number for member in task.members for number in (member.seed, member.fold)]
    seed = int(np.random.SeedSequence(named).generate_state(1)[0])
    with one_thread(), seeded(seed):
        domains = Domains(
            tuple(torch.from_numpy(member.lines).to(device) for member in task.members),
            tuple(torch.from_numpy(member.patients).to(device) for member in task.members),
        )
        encoder = align(domains, ARCHITECTURES[task.model], task.training, seed)
        d = torch.from_numpy(task.vectors).to(device)
        data = [_member_data(member, X, d) for member, X in zip(task.members, domains.lines, strict=True)]
        return [_tensors(tuned) for tuned in tune(encoder, data, task.training, seed)]


def _member_data(member: Member, X: torch.Tensor, d: torch.Tensor) -> MemberData:
    rows = np.flatnonzero(np.isfinite(member.auc).any(axis=1))
    return MemberData(X[rows], member.auc[rows], tuple(member.lineages[i] for i in rows), d)


def _tensors(tuned: Tuned) -> Tensors:
    weights = {name: tensor.cpu().numpy() for name, tensor in tuned.weights.items()}
    return weights | {
        "calibration": np.array([tuned.calibration.slope, tuned.calibration.intercept], np.float32),
        "auc_scale": np.array([tuned.centre, tuned.spread], np.float32),
    }
