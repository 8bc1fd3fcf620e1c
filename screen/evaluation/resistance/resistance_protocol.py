"""Protocol ``resistance``: five models and their controls on folds of cell lines, a class that is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from screen import __version__
from screen.evaluation import evaluation_id
from screen.evaluation.cell_lines.fold_protocols import BOTH as FOLDS
from screen.evaluation.cell_lines.splits import Fold, Split, UserFolds, by_line, fold_of_rows
from screen.evaluation.resistance.class_metrics import ClassifiedLines, resistance_figures
from screen.metrics.figure import Figure
from screen.models.ensemble.folds import line_folds
from screen.records import Floats
from screen.resistance.feature_files import FeatureFile
from screen.resistance.labels import SENSITIVE_SHARE, cuts_of, resistant
from screen.resistance.line_data import LineData, load_lines, standardised
from screen.resistance.resistance_models import MODELS, WITHOUT_FILE, Representation, ResistanceModel, requested
from screen.resistance.resistance_tasks import CutData, codes_of_cuts, head_task, predictions_of
from screen.settings import Settings
from screen.store import open_store
from screen.tasks.cache import Tensors, WorkPlace
from screen.tasks.progress import Progress

PROTOCOL = "resistance"
_OF_FEATURES: Mapping[str, tuple[Representation, ...]] = {"large": ("teacher",), "small": ("small",)}


@dataclass(frozen=True)
class ResistanceResult:
    """Figures, and how they were made."""

    key: str
    manifest: dict[str, Any]
    figures: list[Figure]


def evaluate_resistance(
    settings: Settings,
    user_folds: UserFolds | None,
    models: Sequence[str],
    features: Mapping[str, Path],
    progress: Progress,
) -> ResistanceResult:
    """Measure models of resistance on lines that they have not seen.

    Parameters
    ----------
    models : names; none: every one
    features : ``large``, ``small`` -> file with a pretrained model's features of cell lines

    Raises
    ------
    InputError
        A model is unknown, folds are not of lines, or features lack lines.
    StoreError
        Expression or responses are missing.
    """
    chosen = requested(models)
    progress("reading the store", 0, 0)
    with open_store(settings.store) as store:
        lines = load_lines(store, settings)
    split = line_split(lines, settings.seed, user_folds)
    files = {name: FeatureFile.read(path) for name, path in features.items()}
    cuts = [cut_fold(lines, fold, settings.seed, files) for fold in split.folds]
    place = WorkPlace(
        folder=settings.work / "resistance", workers=settings.workers, cluster=settings.cluster, progress=progress
    )
    codes = codes_of_cuts(cuts, chosen, place)
    names = tuple(drug.name for drug in lines.drugs)
    every = np.arange(len(names))
    tasks = [
        head_task(model, cut, code, names, every) for model in chosen for cut, code in zip(cuts, codes, strict=True)
    ]
    found = predictions_of(tasks, place)
    predicted = {
        MODELS[model].name: _pooled(lines, split, found[number * len(cuts) : (number + 1) * len(cuts)])
        for number, model in enumerate(chosen)
    }
    figures = resistance_figures(_tested(lines, split), predicted, settings.seed, progress)
    manifest = _manifest(lines, split, chosen, codes, found, files, settings)
    key = evaluation_id(
        PROTOCOL, split.key, lines.digest, settings.seed, {name: one.digest for name, one in files.items()}
    )
    return ResistanceResult(key, manifest, figures)


def line_split(lines: LineData, seed: int, user_folds: UserFolds | None) -> Split:
    """The user's folds of lines, or five of our own."""
    if user_folds is None:
        folds = line_folds([lines.lineages[row] for row in lines.measured], FOLDS, seed)
        fold_of = {int(row): str(fold) for row, fold in zip(lines.measured, folds, strict=True)}
        how = f"{FOLDS} folds by line, lineages spread evenly"
    else:
        there = set(lines.measured.tolist())
        fold_of = fold_of_rows(user_folds, [[line] if row in there else [] for row, line in enumerate(lines.line_ids)])
        further = len(there) - len(fold_of)
        how = f"folds of {user_folds.name}{f'; {further} lines that it does not name only train' if further else ''}"
    return by_line(PROTOCOL, how, fold_of, len(lines.drugs), lines.measured)


def cut_fold(lines: LineData, fold: Fold, seed: int, files: Mapping[str, FeatureFile] | None = None) -> CutData:
    """Cut a fold: scaled by its training lines; lines without responses and patients are further profiles."""
    reference = lines.levels[fold.lines]
    cuts = cuts_of(lines.responses[fold.lines])
    others = lines.levels[np.setdiff1d(np.arange(len(lines.line_ids)), lines.measured)]
    ids = [lines.line_ids[row] for row in (*fold.lines, *fold.test_lines)]
    features: dict[Representation, tuple[Floats, Floats]] = {}
    for name, file in (files or {}).items():
        table = file.of(ids)
        parts = table[: len(fold.lines)], table[len(fold.lines) :]
        features |= {
            one: (standardised(parts[0], parts[0]), standardised(parts[1], parts[0])) for one in _OF_FEATURES[name]
        }
    return CutData(
        profiles=standardised(reference, reference),
        measured=np.isfinite(reference),
        labels=resistant(lines.responses[fold.lines], cuts),
        responses=lines.responses[fold.lines],
        cuts=cuts,
        lineages=tuple(lines.lineages[row] for row in fold.lines),
        query=standardised(lines.levels[fold.test_lines], reference),
        query_lineages=tuple(lines.lineages[row] for row in fold.test_lines),
        others=standardised(others, reference),
        others_measured=np.isfinite(others),
        further=lines.further,
        further_measured=lines.further_measured,
        further_columns=lines.further_columns,
        seed=seed,
        features=features,
    )


def _pooled(lines: LineData, split: Split, parts: Sequence[Tensors]) -> Floats:
    """L x D probabilities of resistance, NaN for lines in no test part."""
    out = np.full(lines.responses.shape, np.nan, np.float32)
    for fold, part in zip(split.folds, parts, strict=True):
        out[fold.test_lines] = part["resistant"]
    return out


def _tested(lines: LineData, split: Split) -> ClassifiedLines:
    labels = np.full(lines.responses.shape, np.nan, np.float32)
    folds = np.full(len(lines.line_ids), -1, np.intp)
    for number, fold in enumerate(split.folds):
        labels[fold.test_lines] = resistant(lines.responses[fold.test_lines], cuts_of(lines.responses[fold.lines]))
        folds[fold.test_lines] = number
    rows = np.flatnonzero(folds >= 0)
    return ClassifiedLines(rows, labels[rows], folds[rows], tuple(drug.name for drug in lines.drugs))


def _manifest(
    lines: LineData,
    split: Split,
    chosen: Mapping[str, ResistanceModel],
    codes: Sequence[Tensors],
    found: Sequence[Tensors],
    files: Mapping[str, FeatureFile],
    settings: Settings,
) -> dict[str, Any]:
    trained = [name for name in ("teacher", "small", "student") if f"{name}.weights" in codes[0]]
    weights = {name: int(codes[0][f"{name}.weights"][0]) for name in trained}
    seconds = {name: round(float(sum(one[f"{name}.seconds"][0] for one in codes)), 1) for name in weights}
    given = {"large": {"vae-ll", "vae-ld"}, "small": {"vae-ls"}}
    with_file = set().union(*(given[name] for name in files)) if files else set()
    return {
        "protocol": PROTOCOL,
        "how": split.how,
        "split": split.key,
        "folds": len(split.folds),
        "new": split.new,
        "data": lines.about(),
        "label": f"sensitive: the {SENSITIVE_SHARE:.0%} of a drug's training lines with the lowest response",
        "features": {name: {"file": one.name, "sha256": one.digest, "width": one.width} for name, one in files.items()},
        "weights": weights,
        "seconds_of_codes": seconds,
        "seed": settings.seed,
        "version": __version__,
        "models": {
            row.name: {
                "says": row.says,
                "version": row.version,
                "note": "" if key in with_file else WITHOUT_FILE.get(key, ""),
                "seconds": round(float(sum(one["seconds"][0] for one in part)), 1),
                "fault": "",
            }
            for (key, row), part in zip(chosen.items(), _chunks(found, len(split.folds)), strict=True)
        },
    }


def _chunks(found: Sequence[Tensors], size: int) -> list[Sequence[Tensors]]:
    return [found[start : start + size] for start in range(0, len(found), size)]
