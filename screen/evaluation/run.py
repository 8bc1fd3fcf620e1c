"""Run a protocol on the store and keep what it measured, with the manifest of how."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screen import __version__, indications
from screen.errors import InputError
from screen.evaluation import evaluation_id
from screen.evaluation.alignment.alignment_protocol import PROTOCOL as ALIGNMENT
from screen.evaluation.alignment.alignment_protocol import align_domains, require
from screen.evaluation.benchmark_data import BenchmarkData, load_benchmark
from screen.evaluation.cell_lines.coverage_and_distance import uncertainty_figures
from screen.evaluation.cell_lines.cross_study import PROTOCOL as CROSS
from screen.evaluation.cell_lines.cross_study import cross_study_figures, split_of_everything, studies
from screen.evaluation.cell_lines.cross_validation import ModelPredictions, cross_validate
from screen.evaluation.cell_lines.fold_protocols import SPLITS, split_of
from screen.evaluation.cell_lines.out_of_fold import figures_of, pool_results
from screen.evaluation.cell_lines.splits import Split, UserFolds, read_folds
from screen.evaluation.cell_lines.stored_predictions import prediction_rows
from screen.evaluation.cohorts.cohort_protocol import PROTOCOL as COHORTS
from screen.evaluation.cohorts.cohort_protocol import evaluate_cohorts
from screen.evaluation.loop.loop_protocol import PROTOCOL as LOOP
from screen.evaluation.loop.loop_run import evaluate_loop
from screen.evaluation.loop.organoid_protocol import PROTOCOL as ORGANOIDS
from screen.evaluation.loop.organoid_run import evaluate_organoids
from screen.evaluation.model_entries import DEFAULT, all_entries, baselines, default_of, requested_entries
from screen.evaluation.patients.patient_protocol import evaluate_patients
from screen.evaluation.resistance.resistance_protocol import PROTOCOL as RESISTANCE
from screen.evaluation.resistance.resistance_protocol import evaluate_resistance
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.store import Store, audit, open_store, runs
from screen.tasks.progress import Progress, silent
from screen.training.line_alterations import line_alterations

if TYPE_CHECKING:
    import polars as pl

PROTOCOLS = (*SPLITS, CROSS, COHORTS, "patients", LOOP, ORGANOIDS)  # What ``all`` measures.
_KNOWN = (*PROTOCOLS, ALIGNMENT, RESISTANCE, "all")


@dataclass(frozen=True)
class EvaluationResult:
    """Rows of one evaluation with what identifies them."""

    key: str
    manifest: dict[str, Any]
    figures: list[Figure]
    benchmark: BenchmarkData | None = None
    predictions: "pl.DataFrame | None" = None
    """Rows of table ``predictions``."""


def evaluate(
    settings: Settings,
    protocol: str,
    codes: Sequence[str] = (),
    folds: Path | None = None,
    progress: Progress = silent,
    models: Sequence[str] = (),
    features: Mapping[str, Path] | None = None,
) -> list[Figure]:
    """Measure, store the figures under the content hash of data and splits, and return them.

    Parameters
    ----------
    protocol : one of :data:`PROTOCOLS`, ``alignment``, ``resistance`` or ``all``
    codes : indications whose patients models align with; none: the patients of all together
    folds : CSV of the user's folds, for ``lines`` and ``drugs``
    models : names of models; none: every one that can predict what is new
    features : of ``resistance``: ``large``, ``small`` -> file of a pretrained model's features

    Raises
    ------
    InputError
        The protocol or a model is unknown.
    """
    if protocol not in _KNOWN:
        raise InputError(f"no protocol {protocol!r}", where="evaluate", remedy=f"known: {', '.join(_KNOWN)}")
    if features and protocol != RESISTANCE:
        raise InputError(
            f"{protocol} takes no features", where="--features", remedy="run: crescreen evaluate resistance"
        )
    codes = [indications.require(code, "evaluate") for code in codes]
    user_folds = read_folds(folds) if folds else None
    measured: list[Figure] = []
    for one in PROTOCOLS if protocol == "all" else (protocol,):
        for found in _found(settings, one, codes, user_folds, models, features or {}, progress):
            _keep(settings, found)
            measured += [replace(figure, evaluation_id=found.key) for figure in found.figures]
    return measured


def _found(
    settings: Settings,
    protocol: str,
    codes: Sequence[str],
    user_folds: UserFolds | None,
    models: Sequence[str],
    features: Mapping[str, Path],
    progress: Progress,
) -> list[EvaluationResult]:
    if protocol == RESISTANCE:
        found = evaluate_resistance(settings, user_folds, models, features, progress)
        return [EvaluationResult(found.key, found.manifest, found.figures)]
    if protocol == "patients":
        with open_store(settings.store) as store:
            figures = evaluate_patients(store, settings, codes, models, progress)
        manifest = {"protocol": protocol, "indications": codes, "settings": settings.printed()}
        return [
            EvaluationResult(
                evaluation_id(protocol, codes, settings.printed()),
                manifest | {"models": {figure.model: {} for figure in figures}},
                figures,
            )
        ]
    if protocol == COHORTS:
        return [_of_cohorts(settings, user_folds, models, progress)]
    if protocol == ORGANOIDS:
        made = evaluate_organoids(settings, codes, progress)
        return [EvaluationResult(made.key, made.manifest, made.figures)]
    if protocol == LOOP:
        return _loops(settings, user_folds, models, progress)
    if protocol == ALIGNMENT:
        return [_aligned(settings, code, models, progress) for code in codes or (None,)]
    return [_on_lines(settings, protocol, code, user_folds, models, progress) for code in codes or (None,)]


def _aligned(settings: Settings, code: str | None, models: Sequence[str], progress: Progress) -> EvaluationResult:
    require(code, models)
    with open_store(settings.store) as store:
        benchmark = load_benchmark(store, settings, code)
    found = align_domains(benchmark, models, settings, settings.work / "evaluate", progress)
    about = {
        "protocol": ALIGNMENT,
        "data": benchmark.about(),
        "seed": settings.seed,
        "version": __version__,
        "settings": settings.printed(),
        "shown_patients": found.patients,
        "models": {name: {"places": places} for name, places in found.places.items()},
    }
    return EvaluationResult(
        evaluation_id(ALIGNMENT, benchmark.digest, settings.printed()), about, found.figures, benchmark
    )


def _of_cohorts(
    settings: Settings, user_folds: UserFolds | None, models: Sequence[str], progress: Progress
) -> EvaluationResult:
    """Lineages of cell lines as cohorts of patients, on the folds of protocol ``lines``."""
    progress("reading the store", 0, 0)
    with open_store(settings.store) as store:
        benchmark = load_benchmark(store, settings)
    split = split_of("lines", benchmark, settings.seed, user_folds)
    default = default_of(settings)
    requested = list(requested_entries(models, default, "lines")) if models else [default, "ridge"]
    figures = evaluate_cohorts(benchmark, split, requested, settings, progress)
    manifest = {
        "protocol": COHORTS,
        "how": split.how,
        "split": split.key,
        "data": benchmark.about(),
        "seed": settings.seed,
        "version": __version__,
        "models": {name: {"says": all_entries()[name].says} for name in requested},
    }
    key = evaluation_id(COHORTS, split.key, benchmark.digest, settings.seed)
    return EvaluationResult(key, manifest, figures, benchmark)


def _on_lines(
    settings: Settings,
    protocol: str,
    code: str | None,
    user_folds: UserFolds | None,
    models: Sequence[str],
    progress: Progress,
) -> EvaluationResult:
    progress("reading the store", 0, 0)
    with open_store(settings.store) as store:
        benchmark, names = load_benchmark(store, settings, code), _drug_names(store)
        others = studies(store, benchmark, settings) if protocol == CROSS else ()
    default, work = default_of(settings), settings.work / "evaluate"
    if protocol == CROSS:
        split = split_of_everything(benchmark)
        requested = dict.fromkeys(requested_entries(models, default, "lines"))
        figures, predictions = cross_study_figures(
            benchmark, others, list(requested), default, settings, work, progress
        )
    else:
        split = split_of(protocol, benchmark, settings.seed, user_folds, names)
        against = baselines(split.new)
        requested = dict.fromkeys((*against, *requested_entries(models, default, split.new)))
        benchmark = _with_alterations(benchmark, requested, settings)
        predictions = cross_validate(
            benchmark, split, requested, settings.seed, work, settings.workers, progress, settings.cluster
        )
        results = pool_results(benchmark, split, predictions, against, settings.seed)
        figures = figures_of(results, default, progress)
        figures += uncertainty_figures(results.only(default)) if default in results.predictions else []
    figures += [_failed(protocol, code, model, result.fault) for model, result in predictions.items() if result.fault]
    figures += [replace(figure, model=DEFAULT) for figure in figures if figure.model == default]
    manifest = _manifest(benchmark, split, predictions, settings, default)
    manifest |= {"folds_file": user_folds.name} if user_folds else {}
    key = evaluation_id(protocol, split.key, benchmark.digest, settings.seed)
    rows = prediction_rows(benchmark, split, predictions) if protocol != CROSS else None
    return EvaluationResult(key, manifest, figures, benchmark, rows)


def _with_alterations(benchmark: BenchmarkData, models: Iterable[str], settings: Settings) -> BenchmarkData:
    if not any(all_entries()[name].alterations for name in models):
        return benchmark
    with open_store(settings.store) as store:
        return replace(benchmark, alterations=line_alterations(store, benchmark.lines.subject_ids))


def _manifest(
    benchmark: BenchmarkData,
    split: Split,
    predictions: Mapping[str, ModelPredictions],
    settings: Settings,
    default: str,
) -> dict[str, Any]:
    everyone = all_entries()
    models = {
        name: {
            "says": everyone[name].says,
            "kind": everyone[name].kind,
            "version": everyone[name].version,
            "seconds": round(sum(one.seconds for one in result.folds), 2),
            "fault": result.fault,
        }
        for name, result in predictions.items()
    }
    models |= {DEFAULT: {**models[default], "is": default}} if default in models else {}
    return {
        "protocol": split.protocol,
        "how": split.how,
        "split": split.key,
        "folds": len(split.folds),
        "new": split.new,
        "data": benchmark.about(),
        "seed": settings.seed,
        "version": __version__,
        "models": models,
    }


def _failed(protocol: str, code: str | None, model: str, fault: str) -> Figure:
    return Figure(protocol=protocol, model=model, metric="r_drug", indication=code, note=f"failed: {fault[:200]}")


def _drug_names(store: Store) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for key, drug in store.sql("SELECT drug_key, drug_id FROM drug_keys ORDER BY ALL").iter_rows():
        # Files of folds may name a drug by letters and digits alone, without the sign of its rotation.
        plain = re.sub(r"[^a-z0-9]", "", str(key))
        names.setdefault(str(drug), []).extend(dict.fromkeys((str(key), plain)))
    return names


def _loops(
    settings: Settings, user_folds: UserFolds | None, models: Sequence[str], progress: Progress
) -> list[EvaluationResult]:
    """The three protocols of plates, on one set of fitted folds."""
    progress("reading the store", 0, 0)
    with open_store(settings.store) as store:
        benchmark = load_benchmark(store, settings)
        others = studies(store, benchmark, settings)
    found = evaluate_loop(benchmark, others, settings, user_folds, models, progress)
    return [
        EvaluationResult(
            evaluation_id(protocol, one.manifest["split"], one.manifest["prior"], benchmark.digest, settings.seed),
            one.manifest,
            one.figures,
            benchmark,
        )
        for protocol, one in found.items()
    ]


def _keep(settings: Settings, found: EvaluationResult) -> None:
    from screen.models.encoder import embeddings

    protocol = str(found.manifest["protocol"])
    with open_store(settings.store, write=True) as store, store.transaction():
        if found.benchmark is not None:
            # The next call needs no encoder, which takes longest to start.
            embeddings.save_embeddings(
                store, found.benchmark.library, embeddings.current_encoder(store), found.benchmark.drugs.vectors
            )
        runs.save_evaluation(store, found.key, protocol, found.manifest, found.figures)
        if found.predictions is not None:
            runs.save_predictions(store, found.key, found.predictions)
        audit.record(store, "evaluate", protocol=protocol, evaluation_id=found.key, rows=len(found.figures))
