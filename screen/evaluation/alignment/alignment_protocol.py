"""Protocol ``alignment``: every architecture of the zoo on the cell lines and the patients of one indication.

Before alignment stand the genes, after it the shared codes; ``ae`` and ``dsn`` are the twins that nothing aligns.
Beside the measures a place in the plane is found for each profile that a picture shows.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from screen.errors import InputError
from screen.evaluation.alignment.domain_shift import Domain, drawn, laid_out, measures, shift_figures
from screen.evaluation.benchmark_data import Panel
from screen.metrics.figure import Figure
from screen.models.networks.variants import VARIANTS
from screen.records import Floats
from screen.settings import Settings, Training
from screen.tasks import cores
from screen.tasks.cache import Tensors, load_or_compute
from screen.tasks.progress import Progress

PROTOCOL = "alignment"
MEASURED = tuple(
    name
    for name, recipe in VARIANTS.items()
    if recipe.architecture.network != "none"
    and (recipe.head, recipe.drugs, recipe.tunes_drugs) == ("pair", "graph", False)
)
"""Rows of the zoo that differ in their codes, not in what is made of them."""
GENES = "genes"
"""Stands for the profiles as they were."""
_LABEL = "aligning"
_SECONDS = 120.0


@dataclass(frozen=True)
class Aligned:
    """What was found of one indication."""

    figures: list[Figure]
    patients: list[bool]
    """Of the profiles shown in a picture: whether it is a patient's."""
    places: dict[str, list[list[int]]]
    """Model, or GENES -> places of those, in thousandths."""


@dataclass(frozen=True)
class Task:
    """One architecture to be aligned; expression only."""

    model: str
    lines: Floats
    """L x g."""
    patients: Floats
    """P x g."""
    training: Training
    seed: int

    @property
    def key(self) -> str:
        """16 hex digits over the content: same inputs, same file."""
        import torch

        recipe = asdict(VARIANTS[self.model].architecture) if self.model in VARIANTS else self.model
        words = ("with places", torch.__version__, recipe, asdict(self.training), self.seed)
        digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
        for array in (self.lines, self.patients):
            digest.update(f"{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]


def require(code: str | None, models: Sequence[str]) -> None:
    """Refuse what cannot be aligned, before a store is read.

    Raises
    ------
    InputError
        No indication was named, or a model learns no code of its own.
    """
    if code is None:
        raise InputError(
            "alignment is with the patients of an indication, and none was named",
            where="evaluate alignment",
            remedy="name one or more that have expression, for example: crescreen evaluate alignment BRCA",
        )
    unknown = [name for name in models if name not in MEASURED]
    if unknown:
        raise InputError(f"{unknown[0]} aligns nothing", where="--models", remedy=f"known: {', '.join(MEASURED)}")


def aligned(panel: Panel, models: Sequence[str], settings: Settings, work: Path, progress: Progress) -> Aligned:
    """Protocol ``alignment``; codes that were found before are read from ``work``.

    Parameters
    ----------
    panel : with an indication
    models : names of the zoo that :func:`require` lets pass; none: all that learn a code before responses
    """
    lines, training = panel.frame.scale(panel.lines.take(panel.measured)), settings.training
    plans = {GENES: training} | {name: VARIANTS[name].training(training) for name in models or MEASURED}
    found = _found(
        [Task(name, lines, panel.scaled_patients, plan, settings.seed) for name, plan in plans.items()],
        settings,
        work,
        progress,
    )
    domain = _domain(lines, panel.scaled_patients)
    before = measures(found[GENES]["codes"], domain, settings.seed)
    figures = [
        figure
        for name, own in found.items()
        if name != GENES
        for figure in shift_figures(
            before, measures(own["codes"], domain, settings.seed), domain, name, panel.indication
        )
    ]
    return Aligned(
        figures,
        domain[drawn(domain, settings.seed)].tolist(),
        {name: own["places"].tolist() for name, own in found.items()},
    )


def _found(tasks: Sequence[Task], settings: Settings, work: Path, progress: Progress) -> dict[str, Tensors]:
    files = {work / f"alignment-{task.key}.safetensors": task for task in tasks}
    workers = cores(settings.workers)
    found = load_or_compute(_content, files, lambda task: 1, _LABEL, progress, workers, settings.cluster, _SECONDS)
    return {task.model: own for task, own in zip(files.values(), found, strict=True)}


def _domain(lines: Floats, patients: Floats) -> Domain:
    """True for patients, who stand after the lines."""
    return np.arange(len(lines) + len(patients)) >= len(lines)


def _content(task: Task) -> bytes:
    from safetensors.numpy import save

    from screen.nn.determinism import one_thread, seeded

    with one_thread(), seeded(task.seed):
        codes = _codes(task)
        shown = drawn(_domain(task.lines, task.patients), task.seed)
        content: bytes = save({"codes": codes, "places": laid_out(codes[shown], task.seed)})
    return content


def _codes(task: Task) -> Floats:
    """(L + P) x code, or x g where nothing is aligned."""
    import torch

    from screen.models.networks.alignment import Domains, align

    both = np.ascontiguousarray(np.concatenate((task.lines, task.patients)), np.float32)
    if task.model == GENES:
        return both
    X, P = (torch.from_numpy(np.ascontiguousarray(each, np.float32)) for each in (task.lines, task.patients))
    encoder = align(Domains((X,), (P,)), VARIANTS[task.model].architecture, task.training, task.seed)
    with torch.inference_mode():
        return np.ascontiguousarray(encoder(torch.from_numpy(both)[None])[0].numpy())
