"""Predictions that changed are a new version of the model: finished fits of the old one are not to be read for it.

After a change that is meant, raise ``version`` on the model's row and run::

    python -m tests.evaluation.test_model_versions
"""

import json
from pathlib import Path

import numpy as np
import pytest

from screen.evaluation.cell_lines.cross_validation import lesson_of
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.model_entries import entrants
from tests.evaluation.planted import panel

TABLE = Path(__file__).with_name("model_versions.json")
MODELS = (
    "drug-lineage-mean mean-effects ridge ridge-genes low-rank kernel-ridge nearest-drugs drug-kernel pair-gp "
    "pair-gp-no-graph pair-gp-selective general-sensitivity blood-likeness random-signature dsn-adv none-process"
).split()
"""Those that are fitted in seconds; every family of the registry has one among them."""
_PLACES = 6


def measured(model: str) -> dict[str, object]:
    """Version and a few predictions on the first fold by drug, or by line where the model serves no new drugs."""
    entry = entrants()[model]
    world = panel()
    lesson = lesson_of(world, split_of("drugs" if entry.new_drugs else "lines", world, 0).folds[0], 0)
    predicted = entry.fit(lesson.taught).predict(lesson.lines, lesson.drugs).ravel()
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
    assert json.loads(TABLE.read_text()).keys() == set(MODELS) <= entrants().keys()


if __name__ == "__main__":
    TABLE.write_text(json.dumps({model: measured(model) for model in MODELS}, indent=1) + "\n")
