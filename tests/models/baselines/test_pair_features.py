"""Rows of (line, drug) pairs: in order, folded, and made of the training part alone."""

import numpy as np
import pytest

from screen.models.baselines import pair_features
from tests.models.pairs import of_lines, training_set, without_drugs


def test_rows_stand_in_the_order_of_the_response() -> None:
    world = training_set()
    rows = pair_features.pair_rows(world, targets=True)
    made = rows.of(world.lines, world.drugs)
    line, drug = 7, 5
    expected = np.concatenate([rows.of_subjects(world.lines)[line], rows.of_drugs(world.drugs)[drug]])
    assert made[line * len(world.drugs) + drug] == pytest.approx(expected)
    assert len(made) == world.response.size


def test_a_folded_bit_is_set_where_any_of_its_bits_is() -> None:
    drugs = training_set().drugs
    folded = pair_features.folded(drugs)
    assert folded.shape == (12, 256)
    for bit in (0, 100, 255):
        assert (folded[:, bit] == drugs.fingerprints[:, bit::256].any(axis=1)).all()


def test_a_target_has_a_column_where_two_training_drugs_share_it() -> None:
    world = training_set()
    assert pair_features.pair_rows(world, targets=True).targets == ("T0", "T1", "T2")
    assert pair_features.pair_rows(without_drugs(world, [0, 1, 3]), targets=True).targets == ("T0",)
    assert pair_features.pair_rows(world).targets == ()


def test_axes_are_those_of_the_training_lines() -> None:
    part = of_lines(training_set(), list(range(20)))
    rows = pair_features.pair_rows(part)
    made = rows.of_subjects(part.lines)
    assert made.mean(axis=0) == pytest.approx(np.zeros(made.shape[1]), abs=1e-5)
    spread = np.linalg.svd(part.lines.scaled - part.lines.scaled.mean(axis=0), compute_uv=False)
    assert np.linalg.norm(made, axis=0) == pytest.approx(spread[: made.shape[1]], rel=1e-4, abs=1e-4)
