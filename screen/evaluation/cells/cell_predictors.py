"""Predictions for labelled cells by each model and seed: the rows of the table, and what stands beside them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen.models.single_cell.class_balance import balanced
from screen.models.single_cell.configurations import Configuration
from screen.models.single_cell.gene_space import scale_of, variable_genes
from screen.models.single_cell.line_split import split_lines
from screen.nn.determinism import one_thread
from screen.records import Floats
from screen.settings import Settings
from screen.tasks.cache import content_key, intact, read_tensors, store_file
from screen.tasks.files import private_folder
from screen.tasks.progress import Progress

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from screen.models.single_cell.bulk_to_cells import TransferData

Rows = NDArray[np.intp]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class SeedScores:
    """One seed's predictions for n cells: higher is more sensitive."""

    after: Floats
    before: Floats
    """Before transfer; of a model that has none, the same."""


def network_scores(
    data: "TransferData", labels: Doubles, made: Configuration, seed: int, folds: int, settings: Settings, say: Progress
) -> SeedScores:
    """Predictions of a row of the table, from its file where it is finished."""
    few = made.supervision == "few-shot"
    after, before = np.zeros(len(labels), np.float32), np.zeros(len(labels), np.float32)
    for fold, (training, test) in enumerate(cell_folds(labels, folds, seed)):
        part = replace(data, cells=data.cells[training], cell_labels=labels[training] if few else None)
        key = content_key([part.key(made, seed), folds, fold])
        file = settings.work / "evaluate" / "cells" / f"{key}.safetensors"
        if not intact(file):
            store_file(file, _computed(part, data.cells[test], made, seed, key, settings, say))
        found = read_tensors(file)
        after[test], before[test] = found["after"], found["before"]
    return SeedScores(after, before)


def _computed(
    part: "TransferData",
    cells: "csr_matrix",
    made: Configuration,
    seed: int,
    key: str,
    settings: Settings,
    say: Progress,
) -> bytes:
    from safetensors.numpy import save

    from screen.models.single_cell.bulk_to_cells import probabilities, train_transfer
    from screen.models.single_cell.stages import StageStates

    folder = private_folder(settings.work / "evaluate" / "cells")
    states = StageStates(folder, f"states-{key}")
    found = train_transfer(part, made, seed, states, settings.device, say)
    place = {gene: i for i, gene in enumerate(part.genes)}
    scaled = found.cells(cells[:, [place[gene] for gene in found.genes]].toarray())
    states.remove()
    return save(
        {
            "after": probabilities(found.after, scaled, found.facts["orientation"]),
            "before": probabilities(found.before, scaled),
        }
    )


def cell_folds(labels: Doubles, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """(training, test) rows of cells, each class dealt out over the folds; all cells in both where there is none."""
    everyone = np.arange(len(labels))
    if not folds:
        return [(everyone, everyone)]
    rng = np.random.default_rng((seed, 43))
    place = np.empty(len(labels), np.intp)
    for label in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == label))
        place[mine] = np.arange(len(mine)) % folds
    return [(np.flatnonzero(place != fold), np.flatnonzero(place == fold)) for fold in range(folds)]


def bulk_baseline(name: str, data: "TransferData", made: Configuration, seed: int) -> SeedScores:
    """Boosting or logistic regression on the training lines and genes of the seed, put on cells in their own frame."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    split = split_lines(data.response, made.labels, seed, data.drug)
    columns = variable_genes(data.lines[split.training], data.cells, made.genes)
    levels, cells = data.lines[:, columns], data.cells[:, columns].toarray()
    rows, labels = split.of(split.training)
    x, y = balanced(
        scale_of(levels[split.training])(levels)[rows], labels, made.sampling, np.random.default_rng((seed, 29))
    )
    model: Any = (
        HistGradientBoostingClassifier(random_state=seed, early_stopping=False)
        if name == "boosting"
        else LogisticRegression(C=0.01, max_iter=2000)
    )
    with one_thread():
        found = model.fit(x, y).predict_proba(scale_of(cells)(cells))[:, 1].astype(np.float32)
    return SeedScores(found, found)


def majority(data: "TransferData", made: Configuration, seed: int, cells: int) -> SeedScores:
    """Every cell in the class that most training lines are in."""
    split = split_lines(data.response, made.labels, seed, data.drug)
    sensitive = float(split.of(split.training)[1].mean() >= 0.5)
    found = np.full(cells, sensitive, np.float32)
    return SeedScores(found, found)
