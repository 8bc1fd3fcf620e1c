"""Predictions that changed are a new version of the model: finished fits of the old one are not to be read for it.

After a change that is meant, raise ``version`` on the model's row and run::

    python -m tests.evaluation.test_model_versions
"""

import json
from pathlib import Path

import numpy as np
import pytest

from screen.evaluation.cell_lines.cross_validation import cut_fold
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.model_entries import all_entries
from tests.evaluation.planted import benchmark

TABLE = Path(__file__).with_name("model_versions.json")
MODELS = [
    "drug-lineage-mean",
    "mean-effects",
    "ridge",
    "ridge-genes",
    "low-rank",
    "kernel-ridge",
    "nearest-drugs",
    "drug-kernel",
    "pair-gp",
    "pair-gp-no-graph",
    "pair-gp-selective",
    "general-sensitivity",
    "blood-likeness",
    "random-signature",
    "dsn-adv",
    "none-process",
]
"""Those that are fitted in seconds; every family of the registry has one among them."""
_PLACES = 6


def measured(model: str) -> dict[str, object]:
    """Version and a few predictions on the first fold by drug, or by line where the model serves no new drugs."""
    entry = all_entries()[model]
    world = benchmark()
    fold_data = cut_fold(world, split_of("drugs" if entry.new_drugs else "lines", world, 0).folds[0], 0)
    predicted = entry.fit(fold_data.training_set).predict(fold_data.lines, fold_data.drugs).ravel()
    some = predicted[np.linspace(0, predicted.size - 1, _PLACES).astype(int)]
    return {"version": entry.version, "predictions": [round(float(value), 5) for value in some]}


@pytest.mark.parametrize("model", MODELS)
def test_predictions_change_with_the_version_only(model: str) -> None:
    recorded, now = json.loads(TABLE.read_text())[model], measured(model)
    remedy = "python -m tests.evaluation.test_model_versions"
    assert now["version"] == recorded["version"], f"the version was raised: record it with {remedy}"
    same = np.allclose(now["predictions"], recorded["predictions"], rtol=0.02, atol=0.005)
    assert same, f"predictions of {model} changed: raise its version, then {remedy}"


def test_every_row_of_the_table_is_a_model() -> None:
    assert json.loads(TABLE.read_text()).keys() == set(MODELS) <= all_entries().keys()


if __name__ == "__main__":
    TABLE.write_text(json.dumps({model: measured(model) for model in MODELS}, indent=1) + "\n")
