"""Protocol ``cross-study``: trained on one screen, tested on the pairs of others, measured on another scale.

Another scale allows correlations only: within a drug, and over all pairs once each drug's mean is taken off. Beside the
models stands the first screen's own measurement of the same pair, ``same-pair``: what a repeat of the assay knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_validation import FoldData, ModelPredictions, cut_fold, predict_folds
from screen.evaluation.cell_lines.line_strata import FEWEST
from screen.evaluation.cell_lines.response_metrics import draws_of
from screen.evaluation.cell_lines.splits import Fold, Split
from screen.evaluation.model_entries import requested_entries
from screen.metrics import correlation
from screen.metrics.correlation import Doubles, over_draws
from screen.metrics.figure import OF_STUDY, Figure
from screen.models import Drugs
from screen.models.baselines.naive import drug_means
from screen.models.drug_features import features_of
from screen.records import Floats
from screen.settings import Settings
from screen.store import Store, load
from screen.tasks.progress import Progress
from screen.training.data import matrix

PROTOCOL = "cross-study"
REPEAT = "same-pair"
COMPARED_WITH = ("ridge", REPEAT)


@dataclass(frozen=True)
class Study:
    """Another screen's responses of the benchmark's lines."""

    name: str
    drugs: Drugs
    """Those with a structure."""
    response: Floats
    """L x D', NaN where not measured; low = sensitive."""


@dataclass(frozen=True)
class StudyPart:
    """Some pairs of a study, and whether their drugs are new."""

    kind: str
    """One of :data:`screen.metrics.figure.OF_STUDY`."""
    study: str
    lines: NDArray[np.bool_]
    new_drugs: bool


def studies(store: Store, benchmark: BenchmarkData, settings: Settings) -> tuple[Study, ...]:
    """Every other data set of the store, one measure each."""
    from screen.models.encoder import embeddings

    found = []
    there = load.response_datasets(store).unique("dataset", keep="first", maintain_order=True)
    for dataset, metric in there.select("dataset", "metric").iter_rows():
        if dataset == benchmark.dataset:
            continue
        library = load.library(store, "trained", dataset)
        pairs = load.pair_responses(store, dataset, metric)
        vectors = embeddings.embeddings_of(store, library, embeddings.current_encoder(store))
        found.append(
            Study(
                str(dataset),
                features_of(library, vectors),
                matrix(pairs, benchmark.lines.subject_ids, library.drug_ids),
            )
        )
    return tuple(found)


def split_of_everything(benchmark: BenchmarkData) -> Split:
    """One fold that is trained on all benchmark data."""
    everything = np.arange(len(benchmark.drugs))
    fold = Fold("all", benchmark.measured, everything, np.arange(len(benchmark.lines)), everything)
    return Split(PROTOCOL, f"learned from all of {benchmark.dataset}", "both", (fold,))


def cross_study_figures(
    benchmark: BenchmarkData,
    others: Sequence[Study],
    models: Sequence[str],
    default: str,
    settings: Settings,
    work: Path,
    progress: Progress,
) -> tuple[list[Figure], Mapping[str, ModelPredictions]]:
    """Figures of every model, and the predictions they come from."""
    known = cut_fold(benchmark, split_of_everything(benchmark).folds[0], settings.seed)
    unseen = _unseen_drugs(benchmark, others)
    names = dict.fromkeys((*models, "ridge"))
    predictions = predict_folds([known], names, work, settings.workers, progress, settings.cluster)
    able = [name for name in requested_entries((), default, "drugs") if name in names]
    fresh = [replace(known, drugs=unseen)]
    new = predict_folds(fresh, able, work, settings.workers, progress, settings.cluster) if len(unseen) else {}
    figures: list[Figure] = []
    for study in others:
        tables = {
            name: _placed(study, benchmark.drugs, result) for name, result in predictions.items() if not result.fault
        }
        tables[REPEAT] = _columns(study, benchmark.drugs, benchmark.response)
        unknown = {name: _placed(study, unseen, result) for name, result in new.items() if not result.fault}
        for part in _parts(benchmark, study):
            figures += _in_part(part, study, unknown if part.new_drugs else tables, known, benchmark, settings.seed)
    return figures, predictions


def _unseen_drugs(benchmark: BenchmarkData, others: Sequence[Study]) -> Drugs:
    """Drugs of the other studies that the benchmark lacks, each once; none has the skeleton of one of its drugs."""
    seen = {drug[:14] for drug in benchmark.drugs.drug_ids}
    parts = []
    for study in others:
        rows = [i for i, drug in enumerate(study.drugs.drug_ids) if drug[:14] not in seen]
        seen |= {study.drugs.drug_ids[row][:14] for row in rows}
        parts.append(study.drugs.take(np.array(rows, np.intp)))
    return joined(parts)


def joined(parts: Sequence[Drugs]) -> Drugs:
    """Drugs one after the other."""
    return Drugs(
        sum((part.drug_ids for part in parts), ()),
        np.concatenate([part.fingerprints for part in parts]),
        sum((part.targets for part in parts), ()),
        sum((part.pathways for part in parts), ()),
        np.concatenate([part.vectors for part in parts]),
    )


def _placed(study: Study, drugs: Drugs, predictions: ModelPredictions) -> Floats:
    return _columns(study, drugs, predictions.folds[0].predicted)


def _columns(study: Study, drugs: Drugs, values: Floats) -> Floats:
    """L x D' of the study's drugs, NaN for those without."""
    place = {drug: i for i, drug in enumerate(drugs.drug_ids)}
    table = np.full((len(values), len(study.drugs)), np.nan, np.float32)
    there = [i for i, drug in enumerate(study.drugs.drug_ids) if drug in place]
    table[:, there] = values[:, [place[study.drugs.drug_ids[i]] for i in there]]
    return table


def _parts(benchmark: BenchmarkData, study: Study) -> Iterator[StudyPart]:
    seen = np.zeros(len(benchmark.lines), bool)
    seen[benchmark.measured] = True
    parts = (seen, ~seen, np.ones(len(benchmark.lines), bool))
    for kind, lines in zip(OF_STUDY, parts, strict=True):
        yield StudyPart(kind, study.name, lines, new_drugs=kind == OF_STUDY[-1])


def _in_part(
    part: StudyPart, study: Study, tables: Mapping[str, Floats], known: FoldData, benchmark: BenchmarkData, seed: int
) -> list[Figure]:
    truth = study.response[part.lines]
    tables = {model: table[part.lines] for model, table in tables.items() if np.isfinite(table[part.lines]).any()}
    shared = np.all([np.isfinite(truth), *map(np.isfinite, tables.values())], axis=0) & bool(tables)
    enough = shared.sum(axis=0) >= FEWEST
    truth = np.where(shared & enough, truth, np.nan)
    lines, drugs = int((shared & enough).any(axis=1).sum()), int(enough.sum())
    figure = partial(
        Figure,
        protocol=PROTOCOL,
        stratum_kind=part.kind,
        stratum_name=part.study,
        indication=benchmark.indication,
        n=int((shared & enough).sum()),
    )
    if not drugs:
        few = f"not evaluable: no drug on {FEWEST} lines"
        return [figure(model=model, metric="r_drug", note=few) for model in tables]
    means = _columns(study, known.training_set.drugs, drug_means(known.training_set.response)[None])[0]
    weights = draws_of(len(truth), seed)
    resampled = {
        model: _metrics(table, truth, means, weights, new_drugs=part.new_drugs) for model, table in tables.items()
    }
    measured: list[tuple[str, str, str | None, Doubles]] = [
        (model, metric, None, values) for model, metrics in resampled.items() for metric, values in metrics.items()
    ]
    measured += [
        (model, metric, baseline, values - resampled[baseline][metric])
        for model, metrics in resampled.items()
        for baseline in COMPARED_WITH
        if baseline in resampled and baseline != model
        for metric, values in metrics.items()
    ]
    return [
        figure(model=model, metric=metric, baseline=baseline, note=f"{lines} lines, {drugs} drugs").measured(
            over_draws(values)
        )
        for model, metric, baseline, values in measured
    ]


def _metrics(
    predicted: Floats, truth: Floats, means: Floats, weights: Doubles, *, new_drugs: bool
) -> dict[str, Doubles]:
    """r_drug; and r_res: truth less the drug's mean in its own study, prediction less the drug's mean in training."""
    found = {"r_drug": correlation.r_drug(predicted, truth, weights)}
    if not new_drugs:
        found["r_res"] = correlation.pooled_r(predicted - means, truth - drug_means(truth), weights)
    return found
