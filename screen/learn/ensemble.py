"""Members of the ensemble: one a fold and seed, each a task whose file is named by everything it depends on.

A task holds the training lines of its fold and nothing of the held-out ones, so nothing of them can leak; and its file
can be told from every other, so a killed training resumes by looking which files are there.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from screen.learn.align import Domains, align
from screen.learn.tune import Lesson, Tuned, tune
from screen.nn.determinism import device_of, one_thread, seeded
from screen.records import Floats
from screen.settings import Training
from screen.tasks import complete, cores

Progress = Callable[[str, int, int], None]
Tensors = dict[str, NDArray[Any]]

_LABEL = "training members"
_RECIPE = 1
"""Raise when the code trains another model from the same inputs: old member files are then left aside."""


@dataclass(frozen=True)
class Task:
    """Everything one member learns from."""

    fold: int
    seed: int
    lines: Floats
    """L x g: training lines in the frame fitted on them."""
    lineages: tuple[str, ...]
    auc: Floats
    """L x D, NaN where not measured; lines without any value serve alignment only."""
    patients: Floats
    """P x g: patients of the indication in their frame."""
    vectors: Floats
    """D x 300: prepared drug vectors."""
    training: Training
    device: str

    @property
    def key(self) -> str:
        """16 hex digits over the content: same inputs, same file."""
        recipe = asdict(replace(self.training, dataset="", folds=0, seeds=0))
        words = (_RECIPE, torch.__version__, str(device_of(self.device)), self.fold, self.seed, self.lineages, recipe)
        digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
        for array in (self.lines, self.auc, self.patients, self.vectors):
            digest.update(f"{array.shape}{array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]


def fit_members(tasks: Sequence[Task], work: Path, workers: int, progress: Progress) -> list[Tensors]:
    """Weights of every task's member, in order; those with a file in ``work`` are read, the others trained.

    Tasks run in ``workers`` processes (0: one a core), each on one thread, so their number changes no weight. An
    interrupt leaves the files of finished members.
    """
    work.mkdir(parents=True, exist_ok=True)
    files = [work / f"member-{task.key}.safetensors" for task in tasks]
    missing = {file: task for file, task in zip(files, tasks, strict=True) if _read(file) is None}
    finished = len(tasks) - len(missing)
    progress(_LABEL, finished, len(tasks))
    for _ in complete(_content, missing, _width(workers, tasks)):
        finished += 1
        progress(_LABEL, finished, len(tasks))
    return [load_file(file) for file in files]


def _content(task: Task) -> bytes:
    content: bytes = save(fit_member(task))
    return content


def _width(workers: int, tasks: Sequence[Task]) -> int:
    on_gpu = any(device_of(task.device).type == "cuda" for task in tasks)
    return 1 if on_gpu else cores(workers)


def fit_member(task: Task) -> Tensors:
    """Align, then fine-tune; the member's tensors with calibration and scale."""
    device = device_of(task.device)
    seed = int(np.random.SeedSequence([task.seed, task.fold]).generate_state(1)[0])
    with one_thread(), seeded(seed):
        domains = Domains(torch.from_numpy(task.lines).to(device), torch.from_numpy(task.patients).to(device))
        encoder = align(domains, task.training, seed)
        rows = np.flatnonzero(np.isfinite(task.auc).any(axis=1))
        lesson = Lesson(domains.lines[rows], task.auc[rows], tuple(task.lineages[i] for i in rows),
                        torch.from_numpy(task.vectors).to(device))
        return _tensors(tune(encoder, lesson, task.training, seed))


def _tensors(tuned: Tuned) -> Tensors:
    weights = {name: tensor.cpu().numpy() for name, tensor in tuned.model.state_dict().items()}
    return weights | {
        "calibration": np.array([tuned.calibration.slope, tuned.calibration.intercept], np.float32),
        "auc_scale": np.array([tuned.centre, tuned.spread], np.float32),
    }


def _read(path: Path) -> Tensors | None:
    """A member's tensors; ``None`` without a readable file."""
    try:
        return load_file(path)
    except (FileNotFoundError, SafetensorError):
        return None
