"""Laboratories' tumours in the members of an ensemble: which member never saw whom, and what the tumours were worth.

Tumours are dealt over the members as lines are. A tumour's score is that of the member that never saw its plate, so
that a ranking, and a plate that conditions it, know nothing of the plate twice.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from screen.metrics.correlation import estimate, pooled_r
from screen.models.contract import EnsembleRequest, LabRows, Subjects
from screen.models.pair_gp.gp_model import PairGP
from screen.models.pair_gp.lab_task import Doubles, LabTask
from screen.records import Floats, LabPairs
from screen.store.stored_models import LABS

FEWEST_MEASURED = 10
"""With fewer tumours a correlation over them is not said."""
_ROUNDS = 20


def folds_of(data_labs: Sequence[LabPairs], folds: int) -> dict[int, int]:
    """Place of each patient with a plate -> the member that never sees it, whichever laboratories measured it."""
    places = sorted({row for lab in data_labs for row in lab.rows})
    return {row: number % folds for number, row in enumerate(places)}


def lab_rows(request: EnsembleRequest, fold: int, *, heldout: bool) -> tuple[LabRows, ...]:
    """Each laboratory's tumours that the member of a fold is trained on, or those that it never sees."""
    data = request.data
    if not data.labs:
        return ()
    dealt = folds_of(data.labs, int(request.folds.max()) + 1)
    scaled = request.fold_frames[fold].scale(data.patients)
    made = []
    for lab in data.labs:
        there = [i for i, row in enumerate(lab.rows) if (dealt[row] == fold) == heldout]
        rows = [lab.rows[i] for i in there]
        subjects = Subjects(
            scaled[rows], (data.lineage,) * len(rows), tuple(data.patients.subject_ids[row] for row in rows)
        )
        made.append(LabRows(lab.lab, lab.assay, subjects, lab.response[there]))
    return tuple(made)


def lab_tensors(fitted: PairGP, plain: PairGP | None, heldout: Sequence[LabRows]) -> dict[str, Floats]:
    """Of a member: tasks, and predictions of the tumours that it never saw, with and without the laboratories."""
    if plain is None:
        return {}
    tasks = [[task.scale, task.correlation, task.offset, task.noise, task.single, task.chance] for task in fitted.labs]
    found = {"lab_tasks": np.asarray(tasks, np.float32)}
    for number, lab in enumerate(heldout):
        unseen = Subjects(lab.subjects.scaled, lab.subjects.lineages)
        for name, model in (("with", fitted), ("without", plain)):
            found[f"lab_{name}_{number}"] = model.predict(unseen, fitted.drugs)
    return found


def labs_in_words(request: EnsembleRequest, members: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the manifest says of the laboratories; takes the tensors of :func:`lab_tensors` out of the members."""
    data, count = request.data, int(request.folds.max()) + 1
    if not data.labs:
        return {}
    tasks = [[LabTask(*map(float, row)) for row in member.pop("lab_tasks")] for member in members]
    dealt = folds_of(data.labs, count)
    described = []
    for number, lab in enumerate(data.labs):
        predicted = {name: np.empty_like(lab.response) for name in ("with", "without")}
        for fold, member in enumerate(members):
            rows = [i for i, row in enumerate(lab.rows) if dealt[row] == fold]
            for name, table in predicted.items():
                table[rows] = member.pop(f"lab_{name}_{number}")
        described.append(_described(lab, [of[number] for of in tasks], predicted, request))
    ids = data.patients.subject_ids
    return {LABS: {"sources": described, "unseen_by": {ids[row]: fold for row, fold in sorted(dealt.items())}}}


def _described(
    lab: LabPairs, tasks: Sequence[LabTask], predicted: dict[str, Floats], request: EnsembleRequest
) -> dict[str, Any]:
    learned = [task for task in tasks if task.learned]
    there = np.isfinite(lab.response)
    enough = len(lab.rows) >= FEWEST_MEASURED
    return {
        "lab": lab.lab,
        "assay": lab.assay,
        "tumours": len(lab.rows),
        "pairs": int(there.sum()),
        "drugs": int(there.any(axis=0).sum()),
        "members": len(tasks),
        "members_that_learned": len(learned),
        "settings": _median(learned),
        "r_within": {
            name: _figure(lab.response, table, request) if enough else None for name, table in predicted.items()
        },
    }


def _median(tasks: Sequence[LabTask]) -> dict[str, float] | None:
    if not tasks:
        return None
    names = ("scale", "correlation", "offset", "noise", "single")
    return {name: round(float(np.median([getattr(task, name) for task in tasks])), 4) for name in names}


def _figure(response: Floats, predicted: Floats, request: EnsembleRequest) -> list[float]:
    """Correlation of measured and predicted, each less its drug's and its tumour's mean; with a 95% interval."""
    there = np.isfinite(response)
    one, other = (_centred(np.where(there, table, np.nan).astype(np.float64)) for table in (predicted, response))
    found = estimate(lambda weights: pooled_r(one, other, weights), len(response), request.settings.seed)
    return [round(value, 4) for value in (found.value, found.low, found.high)]


def _centred(table: Doubles) -> Doubles:
    there = np.isfinite(table)
    left = np.where(there, table, 0.0)
    for _ in range(_ROUNDS):
        for axis in (0, 1):
            count = np.maximum(there.sum(axis=axis, keepdims=True), 1)
            left = np.where(there, left - left.sum(axis=axis, keepdims=True) / count, 0.0)
    return np.where(there, left, np.nan)
