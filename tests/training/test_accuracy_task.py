"""What indications have in common is computed once: members, and how well they predict lines they never saw."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.models.contract import HeldoutPredictions, Subjects
from screen.models.drug_features import features_of
from screen.training.accuracy_task import AccuracyTask
from tests.models.planted import planted, trained

MODEL = "pair-gp"


def test_a_second_indication_computes_neither_members_nor_figures_again(tmp_path: Path) -> None:
    data, vectors = planted()
    first = trained(tmp_path, data, vectors, model=MODEL)
    made = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    shifted = replace(data.patients, levels=data.patients.levels * 1.5 + 0.2)
    second = trained(tmp_path, replace(data, indication="LUAD", patients=shifted), vectors, model=MODEL)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == made
    assert {row["indication"] for row in second.manifest["evaluation"]} == {"LUAD"}
    assert [row | {"indication": "BRCA"} for row in second.manifest["evaluation"]] == first.manifest["evaluation"]
    alone = trained(tmp_path / "alone", replace(data, indication="LUAD", patients=shifted), vectors, model=MODEL)
    assert alone.model_id == second.model_id != first.model_id


@pytest.mark.parametrize("changed", ["response", "seed", "vectors", "name"])
def test_what_changes_the_figures_is_measured_again(tmp_path: Path, changed: str) -> None:
    data, vectors = planted()
    subjects = Subjects(data.lines.levels, data.lineages, data.lines.subject_ids)
    task = AccuracyTask(
        model=MODEL,
        heldout=HeldoutPredictions(data.auc, data.auc, on_scale=True),
        fold_subjects=(subjects,) * 2,
        drugs=features_of(data.library, vectors),
        folds=np.arange(len(data.lines)) % 2,
        auc=data.auc,
        seed=0,
    )
    other = {
        "response": replace(task, auc=data.auc + 1),
        "seed": replace(task, seed=1),
        "vectors": replace(task, drugs=replace(task.drugs, vectors=vectors + 1)),
        "name": replace(task, model="dsn-adv"),
    }[changed]
    assert other.file_name != task.file_name == replace(task).file_name
