"""Protocol ``alignment``: every architecture of the zoo on the cell lines and the patients of one indication.

The codes before alignment are the genes, after it the shared code; ``ae`` and ``dsn`` are trained without an alignment
loss. A t-SNE layout of some profiles is kept for a picture.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from screen.errors import InputError
from screen.evaluation.alignment.domain_shift import Domain, measures, sampled, shift_figures, tsne_places
from screen.evaluation.benchmark_data import BenchmarkData
from screen.metrics.figure import Figure
from screen.models.networks.variants import VARIANTS
from screen.nn.determinism import one_thread, seeded
from screen.records import Floats
from screen.settings import Settings, Training
from screen.tasks import cores
from screen.tasks.cache import Tensors, WorkPlace, content_key, load_or_compute, read_tensors
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
class AlignmentResult:
    """Figures of one indication, and the layout of its picture."""

    figures: list[Figure]
    patients: list[bool]
    """Of the profiles shown in a picture: whether it is a patient's."""
    places: dict[str, list[list[int]]]
    """Model, or GENES -> places of those, in thousandths."""


@dataclass(frozen=True)
class AlignmentTask:
    """One architecture to align; expression only."""

    model: str
    lines: Floats
    """L x g."""
    patients: Floats
    """P x g."""
    training: Training
    seed: int

    @property
    def file_name(self) -> str:
        """Same inputs, same name."""
        import torch

        recipe = asdict(VARIANTS[self.model].architecture) if self.model in VARIANTS else self.model
        words = ("with places", torch.__version__, recipe, asdict(self.training), self.seed)
        return f"alignment-{content_key(words, (self.lines, self.patients))}.safetensors"

    def compute(self) -> bytes:
        """Safetensors: ``codes`` of all profiles and ``places`` of those in the picture."""
        from safetensors.numpy import save

        with one_thread(), seeded(self.seed):
            codes = _codes(self)
            shown = sampled(_domain(self.lines, self.patients), self.seed)
            content: bytes = save({"codes": codes, "places": tsne_places(codes[shown], self.seed)})
        return content


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


def align_domains(
    benchmark: BenchmarkData, models: Sequence[str], settings: Settings, work: Path, progress: Progress
) -> AlignmentResult:
    """Protocol ``alignment``; codes that were found before are read from ``work``.

    Parameters
    ----------
    benchmark : with an indication
    models : names of the zoo that :func:`require` lets pass; none: all that learn a code before responses
    """
    lines, training = benchmark.frame.scale(benchmark.lines.take(benchmark.measured)), settings.training
    plans = {GENES: training} | {name: VARIANTS[name].training(training) for name in models or MEASURED}
    found = _found(
        [AlignmentTask(name, lines, benchmark.scaled_patients, plan, settings.seed) for name, plan in plans.items()],
        settings,
        work,
        progress,
    )
    domain = _domain(lines, benchmark.scaled_patients)
    before = measures(found[GENES]["codes"], domain, settings.seed)
    figures = [
        figure
        for name, arrays in found.items()
        if name != GENES
        for figure in shift_figures(
            before, measures(arrays["codes"], domain, settings.seed), domain, name, benchmark.indication
        )
    ]
    return AlignmentResult(
        figures,
        domain[sampled(domain, settings.seed)].tolist(),
        {name: arrays["places"].tolist() for name, arrays in found.items()},
    )


def _found(tasks: Sequence[AlignmentTask], settings: Settings, work: Path, progress: Progress) -> dict[str, Tensors]:
    place = WorkPlace(folder=work, workers=cores(settings.workers), cluster=settings.cluster, progress=progress)
    files = load_or_compute(tasks, place, _LABEL, _SECONDS)
    return {task.model: read_tensors(file) for task, file in zip(tasks, files, strict=True)}


def _domain(lines: Floats, patients: Floats) -> Domain:
    """True for patients, who stand after the lines."""
    return np.arange(len(lines) + len(patients)) >= len(lines)


def _codes(task: AlignmentTask) -> Floats:
    """(L + P) x code, or x g where nothing is aligned."""
    import torch

    from screen.models.networks.alignment_training import Domains, align

    both = np.ascontiguousarray(np.concatenate((task.lines, task.patients)), np.float32)
    if task.model == GENES:
        return both
    X, P = (torch.from_numpy(np.ascontiguousarray(each, np.float32)) for each in (task.lines, task.patients))
    encoder = align(Domains((X,), (P,)), VARIANTS[task.model].architecture, task.training, task.seed)
    with torch.inference_mode():
        return np.ascontiguousarray(encoder(torch.from_numpy(both)[None])[0].numpy())
