"""Levels of each scale as states, and in words."""

import numpy as np
import pytest

from screen.alterations import SCALES, state, states


@pytest.mark.parametrize(
    ("scale", "levels", "expected"),
    [
        ("gistic", [-2, -1.5, -1, 0, 1, 2], [-2, -1, -1, 0, 1, 2]),
        ("gain_loss", [-1, 0, 1], [-1, 0, 1]),
        ("driver", [-1, 0, 1], [-2, 0, 2]),
        ("called", [0, 1], [0, 2]),
        ("msi", [0, 0.5, 1], [0, 0, 2]),
        ("log2ratio", [-3, -1, 0, 0.5, 1.2], [-2, 0, 0, 0, 2]),
        ("log2p1", [0, 1, np.log2(1 + 2), np.log2(1 + 0.25)], [-2, 0, 2, -2]),
    ],
)
def test_states_of_a_scale(scale: str, levels: list[float], expected: list[float]) -> None:
    found = states(np.array([*levels, np.nan], dtype=np.float32), scale)
    assert found[:-1].tolist() == expected
    assert np.isnan(found[-1])
    assert scale in SCALES


@pytest.mark.parametrize(
    ("kind", "level", "scale", "detail", "words"),
    [
        ("mutation", 1, "called", "p.V600E", "p.V600E"),
        ("mutation", 1, "called", "", "mutated"),
        ("mutation", 0, "called", "p.V600E", ""),
        ("copy_number", 2, "gistic", "", "amplified"),
        ("copy_number", -1, "gistic", "", "shallow loss"),
        ("copy_number", -1, "gain_loss", "", "loss"),
        ("copy_number", 1, "driver", "", "recurrent gain"),
        ("fusion", 1, "called", "BCR::ABL1", "BCR::ABL1"),
        ("msi", 1, "msi", "MSI-H", "MSI-H"),
        ("msi", 0, "msi", "MSS", ""),
    ],
)
def test_a_call_in_words(kind: str, level: float, scale: str, detail: str, words: str) -> None:
    assert state(kind, level, scale, detail) == words
