"""Members: nothing of the held-out lines enters them, and the number of workers changes nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.expression import fit_frame
from screen.models.contract import EnsembleRequest
from screen.models.drug_features import features_of
from screen.models.ensemble.folds import fold_frames, fold_subjects
from screen.models.networks.network_ensemble import Ensemble, fit_ensemble
from screen.models.networks.network_members import Member, NetworkTask, fit_members, fit_task, tasks_of
from screen.records import TrainingData
from screen.tasks.progress import silent
from tests.models.planted import QUICK, SETTINGS, planted

SHORT = replace(QUICK, align_epochs=1, adversarial_epochs=1, tune_epochs=2)
FOLDS = np.arange(72) % 2


def fitted(work: Path, data: TrainingData, vectors: np.ndarray) -> Ensemble:  # type: ignore[type-arg]
    frame = fit_frame(data.lines, data.patients, data.lines.genes)
    frames = fold_frames(data, frame.genes, FOLDS)
    return fit_ensemble(
        EnsembleRequest(
            model="dsn-adv",
            data=data,
            frame=frame,
            folds=FOLDS,
            fold_frames=frames,
            fold_subjects=fold_subjects(data, frames),
            drugs=features_of(data.library, vectors),
            settings=replace(SETTINGS, training=SHORT),
            work=work,
            progress=silent,
        )
    )


def test_held_out_lines_change_no_weight_of_their_member(tmp_path: Path) -> None:
    data, vectors = planted()
    before = fitted(tmp_path, data, vectors)
    levels, auc = data.lines.levels.copy(), data.auc.copy()
    levels[FOLDS == 0] *= -3
    auc[FOLDS == 0] = 0.5
    after = fitted(tmp_path, replace(data, lines=replace(data.lines, levels=levels), auc=auc), vectors)
    same = [
        all(np.array_equal(one[k], other[k]) for k in one)
        for one, other in zip(before.members, after.members, strict=True)
    ]
    assert same == [True, False]


def task(*seeds: int) -> NetworkTask:
    data, vectors = planted()
    members = tuple(
        Member(0, seed, data.lines.levels, data.lineages, data.auc, data.patients.levels) for seed in seeds or (0,)
    )
    return NetworkTask("dsn-adv", members, vectors, SHORT, "cpu")


def test_every_member_starts_from_its_own_seed() -> None:
    one, other = fit_task(task(0, 1))
    (alone,) = fit_task(task(1))
    assert not np.array_equal(one["encoder.layers.0.weight"], other["encoder.layers.0.weight"])
    assert not np.array_equal(one["encoder.layers.0.weight"], alone["encoder.layers.0.weight"])


def test_a_key_follows_the_content_and_not_the_number_of_folds() -> None:
    (member,) = task().members
    changed = replace(task(), members=(replace(member, auc=member.auc + 1),))
    assert task().key == replace(task(), training=replace(SHORT, folds=9, seeds=9)).key
    assert len({task().key, task(1).key, task(0, 1).key, changed.key, replace(task(), model="ae").key}) == 5


def test_members_share_tasks_in_their_order() -> None:
    data, vectors = planted()
    members = [Member(fold, 0, data.lines.levels, data.lineages, data.auc, data.patients.levels) for fold in range(7)]
    dealt = tasks_of(members, "dsn-adv", vectors, SHORT, "cpu")
    assert [[member.fold for member in one.members] for one in dealt] == [[0, 1, 2, 3, 4], [5, 6]]


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    (whole,) = fit_members([task()], tmp_path, 1, lambda *details: None)
    (file,) = tmp_path.glob("members-*")
    file.write_bytes(file.read_bytes()[:100])
    (again,) = fit_members([task()], tmp_path, 1, lambda *details: None)
    assert np.array_equal(whole["head.last.weight"], again["head.last.weight"])


@pytest.mark.slow
def test_two_workers_give_the_bits_of_one(tmp_path: Path) -> None:
    tasks = [task(0, 1), task(2)]
    alone = fit_members(tasks, tmp_path / "one", 1, lambda *details: None)
    together = fit_members(tasks, tmp_path / "two", 2, lambda *details: None)
    assert len(alone) == len(together) == 3
    assert all(np.array_equal(a[k], b[k]) for a, b in zip(alone, together, strict=True) for k in a)
