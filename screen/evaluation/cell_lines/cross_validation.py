"""Fit a model on the training part of a fold, answer for its test part: a task with one file, named by all it saw.

A task holds arrays that are cut already: the model's fit is handed nothing of the lines or drugs it is asked about, and
the frame of its profiles has the training lines alone as reference.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from screen.errors import ScreenError
from screen.evaluation.benchmark_data import Panel
from screen.evaluation.cell_lines.splits import Fold, Split
from screen.evaluation.model_entries import entrants
from screen.models import Drugs, Subjects, TrainingSet
from screen.records import Floats
from screen.settings import Cluster
from screen.tasks import LOCAL, complete, cores
from screen.tasks.files import private_folder
from screen.tasks.progress import Progress

_LABEL = "models on folds"
_FAULT = b"fault: "


@dataclass(frozen=True)
class Lesson:
    """What one fold teaches and asks."""

    taught: TrainingSet
    lines: Subjects
    """n lines asked about, in the frame of the taught ones."""
    drugs: Drugs
    """d drugs asked about."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every value that a model can see."""
        words = []
        arrays: list[NDArray[np.generic]] = [self.taught.response, self.taught.patients]
        for lines, drugs in ((self.taught.lines, self.taught.drugs), (self.lines, self.drugs)):
            words.append(
                (lines.lineages, lines.ids, drugs.drug_ids, [sorted(own) for own in drugs.targets], drugs.pathways)
            )
            arrays += [lines.scaled, drugs.fingerprints, drugs.vectors]
        digest = hashlib.sha256(repr((self.taught.seed, words)).encode())
        for array in arrays:
            digest.update(f"{array.shape}{array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Task:
    """One model on one fold."""

    model: str
    lesson: Lesson

    @property
    def key(self) -> str:
        """16 hex digits: same model, same version and settings, same lesson, same file."""
        entry = entrants()[self.model]
        settings = repr(entry.fit.args) if isinstance(entry.fit, partial) else ""
        words = (self.model, entry.version, settings, self.lesson.digest)
        return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Answer:
    """What a model said of one fold's test part."""

    predicted: Floats
    """n x d."""
    spread: Floats | None
    """n x d standard deviation of the response around it, where the model has one."""
    seconds: float
    """Fit and prediction, one thread."""


@dataclass(frozen=True)
class Answers:
    """What the folds' models said, fold by fold; or why there is nothing."""

    folds: tuple[Answer, ...]
    fault: str = ""


def lesson_of(panel: Panel, fold: Fold, seed: int) -> Lesson:
    """Cut a fold's part out of the panel; the frame is fitted on the training lines."""
    frame = panel.frame_of(fold.lines)
    taught = TrainingSet(
        _subjects(panel, frame.scale(panel.lines.take(fold.lines)), fold.lines),
        panel.drugs.take(fold.drugs),
        panel.response[np.ix_(fold.lines, fold.drugs)],
        frame.scale(panel.patients),
        seed,
    )
    asked = _subjects(panel, frame.scale(panel.lines.take(fold.asked_lines)), fold.asked_lines)
    return Lesson(taught, asked, panel.drugs.take(fold.asked_drugs))


def _subjects(panel: Panel, scaled: Floats, rows: NDArray[np.intp]) -> Subjects:
    return Subjects(
        scaled, tuple(panel.lineages[row] for row in rows), tuple(panel.lines.subject_ids[row] for row in rows)
    )


def answers(
    panel: Panel,
    split: Split,
    models: Iterable[str],
    seed: int,
    work: Path,
    workers: int,
    progress: Progress,
    cluster: Cluster = LOCAL,
) -> dict[str, Answers]:
    """Every model's answers on every fold: those with a file in ``work`` are read, the others computed.

    Tasks run in ``workers`` processes (0: one a core), each on one thread. An interrupt leaves finished files. A model
    that fails holds up no other.
    """
    progress(_LABEL, 0, 0)
    return asked_of([lesson_of(panel, fold, seed) for fold in split.folds], models, work, workers, progress, cluster)


def asked_of(
    lessons: Sequence[Lesson],
    models: Iterable[str],
    work: Path,
    workers: int,
    progress: Progress,
    cluster: Cluster = LOCAL,
) -> dict[str, Answers]:
    """As :func:`answers`, of lessons already cut."""
    private_folder(work)
    tasks = {model: [Task(model, lesson) for lesson in lessons] for model in models}
    files = {model: [work / f"{model}-{task.key}.safetensors" for task in own] for model, own in tasks.items()}
    there = {file for own in files.values() for file in own if isinstance(_read(file), Answer)}
    todo = {
        file: task
        for model in tasks
        for file, task in zip(files[model], tasks[model], strict=True)
        if file not in there
    }
    total = sum(map(len, files.values()))
    progress(_LABEL, total - len(todo), total)
    for done, file in enumerate(complete(_content, todo, cores(workers), cluster), total - len(todo) + 1):
        progress(f"{file.name.rsplit('-', 1)[0]}", done, total)
    return {model: _together([_read(file) for file in own]) for model, own in files.items()}


def _together(found: Sequence[Answer | str]) -> Answers:
    faults = [one for one in found if isinstance(one, str)]
    return Answers(tuple(one for one in found if isinstance(one, Answer)) if not faults else (), *faults[:1])


def _content(task: Task) -> bytes:
    from safetensors.numpy import save

    from screen.nn.determinism import one_thread

    start = perf_counter()
    try:
        with one_thread():
            fitted = entrants()[task.model].fit(task.lesson.taught)
            predicted = fitted.predict(task.lesson.lines, task.lesson.drugs)
            spread = _spread(fitted, task.lesson)
        _require(predicted, task.lesson)
    except Exception as fault:
        # Whatever a model raises, the others go on; the next call tries again.
        return _FAULT + f"{type(fault).__name__}: {fault}".encode()
    tensors = {
        "predicted": np.ascontiguousarray(predicted, np.float32),
        "seconds": np.array([perf_counter() - start], np.float32),
    }
    content: bytes = save(tensors if spread is None else {**tensors, "spread": np.ascontiguousarray(spread)})
    return content


def _spread(fitted: object, lesson: Lesson) -> Floats | None:
    own = getattr(fitted, "spread", None)
    return np.asarray(own(lesson.lines, lesson.drugs), np.float32) if callable(own) else None


def _require(predicted: Floats, lesson: Lesson) -> None:
    shape = (len(lesson.lines), len(lesson.drugs))
    if predicted.shape != shape or not np.isfinite(predicted).all():
        raise ScreenError(f"predictions of shape {predicted.shape} for {shape}, or not all finite", where="model")


def _read(path: Path) -> Answer | str:
    """The answer in a file; in words, why there is none."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        content = path.read_bytes()
        if content.startswith(_FAULT):
            return content.removeprefix(_FAULT).decode()
        tensors = load(content)
    except (FileNotFoundError, SafetensorError):
        return "not computed"
    return Answer(tensors["predicted"], tensors.get("spread"), float(tensors["seconds"][0]))
