"""Run the protocols of plates on benchmark data and say how it was done."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from screen import __version__
from screen.errors import InputError
from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_study import Study
from screen.evaluation.cell_lines.fold_protocols import few_line_folds, split_of
from screen.evaluation.cell_lines.splits import UserFolds
from screen.evaluation.loop.loop_data import Screen, loop_folds, screens
from screen.evaluation.loop.loop_protocol import MODELS, loop_figures, settings_of
from screen.evaluation.model_entries import default_of, requested_entries
from screen.metrics.figure import Figure
from screen.models.conditioning.plate_process import ANOTHER_ASSAY
from screen.settings import Settings
from screen.tasks.progress import Progress

_SAYS = {
    "prior": "the model, nothing learned from the plate",
    "offset": "the model and one number a plate, its level",
    "process": "the model conditioned on the plate",
    "process-history": "the model conditioned on the plate, with what the laboratory measured before",
}


@dataclass(frozen=True)
class LoopResult:
    """Figures of one protocol and how they were made."""

    manifest: dict[str, Any]
    figures: list[Figure]


def evaluate_loop(
    benchmark: BenchmarkData,
    others: Sequence[Study],
    settings: Settings,
    user_folds: UserFolds | None,
    models: Sequence[str],
    progress: Progress,
) -> Mapping[str, LoopResult]:
    """Protocol -> its figures.

    Parameters
    ----------
    others : the store's other screens
    models : one model to condition, or none for the default

    Raises
    ------
    InputError
        Several models are named.
    """
    default = default_of(settings)
    named = list(requested_entries(models, default, "lines")) if models else [default]
    if len(named) > 1:
        raise InputError(
            f"plates are replayed on one model, not on {', '.join(named)}",
            where="--models",
            remedy=f"name one: crescreen evaluate loop --models {named[0]}",
        )
    split = (
        split_of("lines", benchmark, settings.seed, user_folds)
        if user_folds
        else few_line_folds(benchmark, settings.seed)
    )
    folds = loop_folds(benchmark, split, named[0], settings, progress)
    trained_on = Screen(benchmark.dataset, folds[0].measured)
    about = {
        "how": split.how,
        "split": split.key,
        "prior": named[0],
        "command": "loop" if named[0] == default else f"loop --models {named[0]}",
        "data": benchmark.about(),
        "seed": settings.seed,
        "version": __version__,
        "assay": asdict(ANOTHER_ASSAY),
        "models": {name: {"says": _SAYS[name]} for name in MODELS},
    }
    about |= {"folds_file": user_folds.name} if user_folds else {}
    return {
        protocol: LoopResult(
            {**about, "protocol": protocol}, loop_figures(protocol, folds, labs, settings.seed, progress)
        )
        for protocol, labs in settings_of(trained_on, screens(benchmark, others)).items()
    }
