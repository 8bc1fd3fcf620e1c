"""Training on bulk and unlabelled cells: what is planted is found, nothing that must not train does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from screen.errors import StoreError
from screen.models.single_cell import stages
from screen.models.single_cell.bulk_to_cells import train_transfer
from screen.models.single_cell.class_balance import balanced
from screen.models.single_cell.line_split import split_lines
from tests.models.single_cell.planted_cells import fitted, planted, quick, scores, weights


@pytest.mark.parametrize("name", ["scdeal", "atsdp-net", "scdeal-vae"])
def test_planted_sensitivity_is_found_without_a_label_of_a_cell(name: str, tmp_path: Path) -> None:
    made = planted()
    passes = 60 if name == "scdeal-vae" else 12
    row = quick(name, heads=4 if name == "atsdp-net" else 0, epochs=passes, patience=passes)
    found = fitted(made.data, row, tmp_path)
    assert roc_auc_score(made.sensitive, scores(found, made.data)) > 0.85
    assert found.facts["orientation"] == 1
    assert found.facts["auroc"]["test"] > 0.8


def test_with_shuffled_responses_it_is_not(tmp_path: Path) -> None:
    made = planted()
    rng = np.random.default_rng(3)
    found = [
        fitted(replace(made.data, response=rng.permutation(made.data.response)), quick(epochs=6), tmp_path, seed)
        for seed in range(4)
    ]
    assert abs(np.mean([one.facts["auroc"]["test"] for one in found]) - 0.5) < 0.2


def test_lines_of_the_test_part_reach_nothing_that_trains(tmp_path: Path) -> None:
    """Sampling, scales and the choice of genes come after the split: SMOTE before it would carry test lines over."""
    data, made = planted().data, quick("atsdp-net", heads=4, genes=60, epochs=3)
    split = split_lines(data.response, made.labels, 0, "drug")
    other = data.lines.copy()
    other[split.test] = np.random.default_rng(1).normal(9.0, 3.0, other[split.test].shape)
    changed = replace(data, lines=other)
    first, second = (weights(fitted(one, made, tmp_path)) for one in (data, changed))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    # The defect itself would be seen: balanced before the split, training rows change with the test lines.
    labels = split.cut.labels(data.response)
    before = [balanced(lines, labels, "smote", np.random.default_rng(0))[0] for lines in (data.lines, other)]
    assert not np.array_equal(*(rows[len(data.lines) :] for rows in before))


def test_labels_of_cells_train_only_where_the_name_says_few_shot(tmp_path: Path) -> None:
    made = planted()
    inverse = replace(made.data, cell_labels=1 - made.sensitive)
    assert all(
        np.array_equal(one, weights(fitted(inverse, quick(), tmp_path))[name])
        for name, one in weights(fitted(made.data, quick(), tmp_path)).items()
    )
    shots = quick("scdeal-few-shot", epochs=2)
    assert fitted(inverse, shots, tmp_path).facts["labelled_cells"] == len(made.sensitive)


def test_inverse_responses_are_seen(tmp_path: Path) -> None:
    """Low means sensitive; a table the other way round turns every score, and the planted set shows it."""
    made = planted()
    found = fitted(replace(made.data, response=1 - made.data.response), quick(), tmp_path)
    assert roc_auc_score(made.sensitive, scores(found, made.data)) < 0.2


def test_the_same_seed_gives_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    data = planted().data
    first, again, other = (
        weights(fitted(data, quick(epochs=3), tmp_path / str(place), seed)) for place, seed in ((1, 0), (2, 0), (3, 1))
    )
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert any(not np.array_equal(first[name], other[name]) for name in first if first[name].shape == other[name].shape)


def test_an_interrupted_training_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, made = planted().data, quick(epochs=6)
    whole = weights(fitted(data, made, tmp_path / "whole"))
    monkeypatch.setattr(stages, "EVERY", 0.0)
    folder, seen = tmp_path / "cut", []
    for stop in (3, 4, 5):
        left = stages.StageStates(folder, data.key(made, 0))

        def interrupt(stage: str, done: int, total: int, stop: int = stop) -> None:
            seen.append((stage, done))
            if len({one for one, _ in seen}) >= stop - 1 and done == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train_transfer(data, made, 0, left, progress=interrupt)
    resumed = weights(fitted(data, made, folder))
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)
    assert [done for stage, done in seen if stage == seen[0][0]] == list(range(6))


def test_too_few_lines_are_refused() -> None:
    with pytest.raises(StoreError, match="measured on 30 cell lines"):
        split_lines(np.linspace(0, 1, 30), "waterfall", 0, "drug")
    with pytest.raises(StoreError, match="of one class"):
        split_lines(np.array([0.1] + [0.9] * 59), "waterfall", 0, "drug")
