"""Fit a model on the training part of a fold and predict its test part: a task with one file, named by its inputs.

A task holds arrays that are cut already: the model's fit is given nothing of the test lines or drugs, and
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
from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.splits import Fold, Split
from screen.evaluation.model_entries import all_entries
from screen.models import Drugs, Subjects, TrainingSet
from screen.nn.determinism import one_thread
from screen.records import Floats
from screen.settings import Cluster
from screen.tasks import LOCAL, cores
from screen.tasks.cache import WorkPlace, content_key, load_or_compute
from screen.tasks.progress import Progress

_LABEL = "models on folds"
_FAULT = b"fault: "


@dataclass(frozen=True)
class FoldData:
    """Training and test part of one fold."""

    training_set: TrainingSet
    lines: Subjects
    """n test lines, in the frame of the training lines."""
    drugs: Drugs
    """d test drugs."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every value that a model can see."""
        words = []
        arrays: list[NDArray[np.generic]] = [self.training_set.response, self.training_set.patients]
        for lines, drugs in ((self.training_set.lines, self.training_set.drugs), (self.lines, self.drugs)):
            words.append(
                (
                    lines.lineages,
                    lines.ids,
                    drugs.drug_ids,
                    [sorted(targets) for targets in drugs.targets],
                    drugs.pathways,
                )
            )
            arrays += [lines.scaled, drugs.fingerprints, drugs.vectors]
        digest = hashlib.sha256(repr((self.training_set.seed, words)).encode())
        for array in arrays:
            digest.update(f"{array.shape}{array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    @cached_property
    def alteration_digest(self) -> str:
        """SHA-256 over the alterations, which only some models are given."""
        digest = hashlib.sha256(repr([sorted(names) for names in self.training_set.altered_genes]).encode())
        for lines in (self.training_set.lines, self.lines):
            digest.update(b"" if lines.alterations is None else np.ascontiguousarray(lines.alterations).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class FoldTask:
    """One model on one fold."""

    model: str
    fold_data: FoldData

    @property
    def file_name(self) -> str:
        """Same model, same version and settings, same fold data, same name."""
        entry = all_entries()[self.model]
        settings = repr(entry.fit.args) if isinstance(entry.fit, partial) else ""
        words = (self.model, entry.version, settings, self.fold_data.digest)
        key = content_key((*words, self.fold_data.alteration_digest) if entry.alterations else words)
        return f"{self.model}-{key}.safetensors"

    def compute(self) -> bytes:
        """Safetensors of the prediction; or, of a model that fails, the fault in words: the others go on."""
        return _content(self)


@dataclass(frozen=True)
class FoldPrediction:
    """What a model predicts for one fold's test part."""

    predicted: Floats
    """n x d."""
    spread: Floats | None
    """n x d standard deviation of the response around it, where the model has one."""
    seconds: float
    """Fit and prediction, one thread."""


@dataclass(frozen=True)
class ModelPredictions:
    """A model's predictions, fold by fold; or why there are none."""

    folds: tuple[FoldPrediction, ...]
    fault: str = ""


def cut_fold(benchmark: BenchmarkData, fold: Fold, seed: int) -> FoldData:
    """Cut a fold's part out of the benchmark data; the frame is fitted on the training lines."""
    frame = benchmark.frame_of(fold.lines)
    training_set = TrainingSet(
        _subjects(benchmark, frame.scale(benchmark.lines.take(fold.lines)), fold.lines),
        benchmark.drugs.take(fold.drugs),
        benchmark.response[np.ix_(fold.lines, fold.drugs)],
        frame.scale(benchmark.patients),
        seed,
        benchmark.alterations.called if benchmark.alterations else (),
    )
    test_lines = _subjects(benchmark, frame.scale(benchmark.lines.take(fold.test_lines)), fold.test_lines)
    return FoldData(training_set, test_lines, benchmark.drugs.take(fold.test_drugs))


def _subjects(benchmark: BenchmarkData, scaled: Floats, rows: NDArray[np.intp]) -> Subjects:
    return Subjects(
        scaled,
        tuple(benchmark.lineages[row] for row in rows),
        tuple(benchmark.lines.subject_ids[row] for row in rows),
        benchmark.alterations.values[rows] if benchmark.alterations else None,
    )


def cross_validate(
    benchmark: BenchmarkData,
    split: Split,
    models: Iterable[str],
    seed: int,
    work: Path,
    workers: int,
    progress: Progress,
    cluster: Cluster = LOCAL,
) -> dict[str, ModelPredictions]:
    """Every model's predictions on every fold: those with a file in ``work`` are read, the others computed.

    Tasks run in ``workers`` processes (0: one a core), each on one thread. An interrupt leaves finished files. A model
    that fails holds up no other.
    """
    progress(_LABEL, 0, 0)
    return predict_folds(
        [cut_fold(benchmark, fold, seed) for fold in split.folds], models, work, workers, progress, cluster
    )


def predict_folds(
    folds_data: Sequence[FoldData],
    models: Iterable[str],
    work: Path,
    workers: int,
    progress: Progress,
    cluster: Cluster = LOCAL,
) -> dict[str, ModelPredictions]:
    """As :func:`cross_validate`, of fold data already cut."""
    tasks = {model: [FoldTask(model, fold_data) for fold_data in folds_data] for model in models}
    every = [task for model_tasks in tasks.values() for task in model_tasks]
    for task in every:
        file = work / task.file_name
        if isinstance(_read(file), str):
            # A model that failed is tried again.
            file.unlink(missing_ok=True)
    place = WorkPlace(folder=work, workers=cores(workers), cluster=cluster, progress=progress)
    files = iter(load_or_compute(every, place, _LABEL))
    return {model: _together([_read(next(files)) for _ in model_tasks]) for model, model_tasks in tasks.items()}


def _together(found: Sequence[FoldPrediction | str]) -> ModelPredictions:
    faults = [one for one in found if isinstance(one, str)]
    return ModelPredictions(
        tuple(one for one in found if isinstance(one, FoldPrediction)) if not faults else (), *faults[:1]
    )


def _content(task: FoldTask) -> bytes:
    from safetensors.numpy import save

    start = perf_counter()
    try:
        with one_thread():
            fitted = all_entries()[task.model].fit(task.fold_data.training_set)
            predicted = fitted.predict(task.fold_data.lines, task.fold_data.drugs)
            spread = _spread(fitted, task.fold_data)
        _require(predicted, task.fold_data)
    except Exception as fault:
        # Whatever a model raises, the others go on; the next call tries again.
        return _FAULT + f"{type(fault).__name__}: {fault}".encode()
    tensors = {
        "predicted": np.ascontiguousarray(predicted, np.float32),
        "seconds": np.array([perf_counter() - start], np.float32),
    }
    content: bytes = save(tensors if spread is None else {**tensors, "spread": np.ascontiguousarray(spread)})
    return content


def _spread(fitted: object, fold_data: FoldData) -> Floats | None:
    spread = getattr(fitted, "spread", None)
    return np.asarray(spread(fold_data.lines, fold_data.drugs), np.float32) if callable(spread) else None


def _require(predicted: Floats, fold_data: FoldData) -> None:
    shape = (len(fold_data.lines), len(fold_data.drugs))
    if predicted.shape != shape or not np.isfinite(predicted).all():
        raise ScreenError(f"predictions of shape {predicted.shape} for {shape}, or not all finite", where="model")


def _read(path: Path) -> FoldPrediction | str:
    """The prediction in a file; in words, why there is none."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        content = path.read_bytes()
        if content.startswith(_FAULT):
            return content.removeprefix(_FAULT).decode()
        tensors = load(content)
    except (FileNotFoundError, SafetensorError):
        return "not computed"
    return FoldPrediction(tensors["predicted"], tensors.get("spread"), float(tensors["seconds"][0]))
