"""The work of the models as tasks with one file each: codes of a set of lines once, then each model's predictions.

A task holds arrays that are cut already: nothing of the query's responses is in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import process_time

import numpy as np
from numpy.typing import NDArray

from screen.models import Rows
from screen.records import Floats
from screen.resistance.heads import HEADS, Labelled
from screen.resistance.resistance_models import MODELS, Representation
from screen.tasks.cache import Tensors, WorkPlace, content_key, load_or_compute, read_tensors

_CODES = 2
"""Raise it with every change of the codes."""
ENCODER = "encoder."
"""After the representation's name: what its encoder was trained to, where it reads genes."""


@dataclass(frozen=True)
class CutData:
    """Training lines and the query, profiles in one frame."""

    profiles: Floats
    """n x g of the training lines, 0 where not measured."""
    measured: NDArray[np.bool_]
    labels: Floats
    """n x D, see :mod:`screen.resistance.labels`."""
    responses: Floats
    cuts: Floats
    lineages: tuple[str, ...]
    query: Floats
    """q x g."""
    query_lineages: tuple[str, ...]
    others: Floats
    """m x g of lines without responses, none of the query's among them; m may be 0."""
    others_measured: NDArray[np.bool_]
    further: Floats
    """P x h of patients."""
    further_measured: NDArray[np.bool_]
    further_columns: Rows
    seed: int
    features: Mapping[Representation, tuple[Floats, Floats]] = field(default_factory=dict)
    """teacher, small -> features of a pretrained model of the training lines and of the query."""

    @cached_property
    def digest(self) -> str:
        """Over every value that the codes depend on."""
        arrays = [self.profiles, self.measured, self.query, self.others, self.others_measured]
        arrays += [self.further, self.further_measured, self.further_columns]
        arrays += [part for name in sorted(self.features) for part in self.features[name]]
        return content_key([self.seed, sorted(self.features)], arrays)


@dataclass(frozen=True)
class CodesTask:
    """Codes of the training lines and the query by PCA and by the three VAEs, each trained once."""

    data: CutData

    @property
    def file_name(self) -> str:
        """Same profiles, same seed, same name."""
        return f"codes-{content_key([_CODES, self.data.digest])}.safetensors"

    def compute(self) -> bytes:
        """Safetensors of ``<representation>.train`` and ``.query``, with weights, seconds and encoders of genes."""
        from safetensors.numpy import save

        found = _codes(self.data)
        content: bytes = save({name: np.ascontiguousarray(value) for name, value in found.items()})
        return content


def _codes(data: CutData) -> Tensors:
    from screen.models.vae.vae_training import (
        CODE,
        Unlabelled,
        codes_of,
        encoder_of,
        small_shape,
        teacher_shape,
        train_vae,
        without_further,
    )
    from screen.nn.residual_vae import VaeShape, weights_of

    everything = Unlabelled(
        np.vstack([data.profiles, data.others]),
        np.vstack([data.measured, data.others_measured]),
        data.further,
        data.further_measured,
        data.further_columns,
    )
    found: Tensors = dict(zip(("pca.train", "pca.query"), _components(data.profiles, data.query, CODE), strict=True))
    genes, start = data.profiles.shape[1], process_time()

    def enter(name: str, train: Floats, query: Floats, shape: VaeShape) -> None:
        nonlocal start
        found[f"{name}.train"], found[f"{name}.query"] = train, query
        found[f"{name}.weights"] = np.array([weights_of(shape)], np.int64)
        found[f"{name}.seconds"] = np.array([process_time() - start], np.float32)
        start = process_time()

    teacher = None
    for name, shape_of in (("teacher", teacher_shape), ("small", small_shape)):
        train, query = data.features.get(name, (data.profiles, data.query))  # type: ignore[call-overload]
        given = name in data.features
        shape = shape_of(train.shape[1])
        net = train_vae(without_further(train) if given else everything, shape, data.seed)
        enter(name, codes_of(net, train), codes_of(net, query), shape)
        if not given:
            found |= {f"{name}.{ENCODER}{part}": value for part, value in encoder_of(net).items()}
        teacher = (found["teacher.train"] if given else net) if name == "teacher" else teacher
    shape = small_shape(genes)
    student = train_vae(everything, shape, data.seed, teacher)
    enter("student", codes_of(student, data.profiles), codes_of(student, data.query), shape)
    return found | {f"student.{ENCODER}{part}": value for part, value in encoder_of(student).items()}


def _components(train: Floats, query: Floats, width: int) -> tuple[Floats, Floats]:
    centre = train.mean(axis=0)
    axes = np.linalg.svd(train - centre, full_matrices=False)[2][:width]
    return ((train - centre) @ axes.T).astype(np.float32), ((query - centre) @ axes.T).astype(np.float32)


@dataclass(frozen=True)
class HeadTask:
    """One model for some drugs."""

    model: str
    """Of :data:`screen.resistance.resistance_models.MODELS`."""
    drugs: tuple[str, ...]
    data: Labelled

    @property
    def file_name(self) -> str:
        """Same model and version, same data, same name."""
        row, data = MODELS[self.model], self.data
        words = [self.model, row.version, self.drugs, data.lineages, data.query_lineages, data.seed]
        key = content_key(words, [data.codes, data.labels, data.responses, data.cuts, data.query])
        return f"{self.model}-{key}.safetensors"

    def compute(self) -> bytes:
        """Safetensors of ``resistant``, q x D probabilities, and the seconds of the processor."""
        from safetensors.numpy import save

        start = process_time()
        found = np.ascontiguousarray(HEADS[MODELS[self.model].head](self.data), np.float32)
        content: bytes = save({"resistant": found, "seconds": np.array([process_time() - start], np.float32)})
        return content


def head_task(model: str, cut: CutData, codes: Tensors, drugs: Sequence[str], columns: Rows) -> HeadTask:
    """A model's task for the drugs at ``columns`` of the labels.

    Parameters
    ----------
    codes : of :class:`CodesTask`
    """
    name = MODELS[model].representation
    train, query = (cut.profiles, cut.query) if name == "genes" else (codes[f"{name}.train"], codes[f"{name}.query"])
    return HeadTask(
        model,
        tuple(drugs),
        Labelled(
            train,
            cut.labels[:, columns],
            cut.responses[:, columns],
            cut.cuts[columns],
            cut.lineages,
            query,
            cut.query_lineages,
            cut.seed,
        ),
    )


def codes_of_cuts(cuts: Sequence[CutData], models: Iterable[str], place: WorkPlace) -> list[Tensors]:
    """The codes of each cut, computed or read; nothing where every model reads genes."""
    if all(MODELS[model].representation == "genes" for model in models):
        return [{} for _ in cuts]
    return [
        read_tensors(file) for file in load_or_compute([CodesTask(cut) for cut in cuts], place, "autoencoders", 150)
    ]


def predictions_of(tasks: Sequence[HeadTask], place: WorkPlace, label: str = "models of resistance") -> list[Tensors]:
    """What each task predicts, computed or read."""
    return [read_tensors(file) for file in load_or_compute(tasks, place, label, 10)]
