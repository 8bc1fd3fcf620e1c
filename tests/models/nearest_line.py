"""A toy family of trained models in one module: a patient responds as the training line most like it does.

This and a row in ``screen.models.families.FAMILIES`` are all that a new family takes; see ``test_new_family``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.baselines.naive import drug_means
from screen.models.bundle import Bundle
from screen.models.contract import Drugs, EnsembleRequest, FittedEnsemble, HeldoutPredictions, Scorer
from screen.models.ensemble.calibration import logistic
from screen.models.ensemble.cell_line_accuracy import naive_means
from screen.models.ensemble.sensitivity_labels import lineage_medians
from screen.records import Floats

SETTINGS = ("model", "dataset", "folds")


def fit(request: EnsembleRequest) -> FittedEnsemble:
    """A member for each fold: its training lines and their responses, gaps filled by the drug's mean."""
    data, folds = request.data, request.folds
    predicted, members = np.empty_like(data.auc), []
    for fold, subjects in enumerate(request.fold_subjects):
        train = np.flatnonzero(folds != fold)
        response = np.where(np.isfinite(data.auc[train]), data.auc[train], drug_means(data.auc[train]))
        members.append({"lines": subjects.scaled[train], "response": response.astype(np.float32)})
        heldout = folds == fold
        predicted[heldout] = response[_nearest(subjects.scaled[heldout], subjects.scaled[train])]
    labels = lineage_medians(data.auc, data.lineages).labels(data.auc, data.lineages)
    known = np.isfinite(labels)
    found = logistic(predicted[known], labels[known] == 1)
    calibration = np.array([found.slope, found.intercept], np.float32)
    return FittedEnsemble(
        heldout=HeldoutPredictions(predicted, predicted - naive_means(folds, data.auc), on_scale=True),
        tensors={
            f"member.{number}.{name}": tensor
            for number, member in enumerate(members)
            for name, tensor in {**member, "calibration": calibration}.items()
        },
        manifest={"kind": "nearest-line", "members": len(members)},
    )


def scorer(bundle: Bundle, scaled: Floats, device: str, threads: int) -> Scorer:
    """The nearest line of each patient in each member."""
    return _NearestLine(bundle.members, scaled)


def drug_inputs(bundle: Bundle, drugs: Drugs) -> Floats:
    """D' x D: 1 for the drug of training that it is; for a new drug an even share of each."""
    known = bundle.manifest["drugs"]
    place = {drug: i for i, drug in enumerate(known)}
    inputs = np.full((len(drugs), len(known)), 1 / len(known), np.float32)
    for row, drug in enumerate(drugs.drug_ids):
        if drug in place:
            inputs[row] = np.eye(len(known), dtype=np.float32)[place[drug]]
    return inputs


class _NearestLine:
    def __init__(self, members: tuple[Mapping[str, NDArray[Any]], ...], scaled: Floats) -> None:
        self._parts = [
            (member["response"][_nearest(scaled, member["lines"])], *member["calibration"]) for member in members
        ]

    def members(self, prepared: Floats) -> Floats:
        logits = [slope * (response @ prepared.T) + shift for response, slope, shift in self._parts]
        return np.asarray(1 / (1 + np.exp(-np.stack(logits))), np.float32)

    def mean(self, prepared: Floats) -> Floats:
        return self.members(prepared).mean(axis=0, dtype=np.float64).astype(np.float32)

    mean_there = mean


def _nearest(scaled: Floats, lines: Floats) -> NDArray[np.intp]:
    return np.array([np.square(lines - profile).sum(axis=1).argmin() for profile in scaled], np.intp)
