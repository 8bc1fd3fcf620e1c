"""What is kept of a model."""

import numpy as np
import pytest

from screen.errors import StoreError
from screen.models.bundle import Bundle


def bundle(slope: float = 1.0) -> Bundle:
    return Bundle(
        {"name": "m", "genes": ["A"], "unit": "tpm"},
        {"line_knots": np.full((3, 1), slope, np.float32), "patient_knots": np.zeros((3, 1), np.float32)},
    )


def test_it_comes_back_from_its_bytes_as_it_was() -> None:
    again = Bundle.from_bytes(*bundle().to_bytes())
    assert again.model_id == bundle().model_id
    assert np.array_equal(again.tensors["line_knots"], bundle().tensors["line_knots"])


def test_its_identity_changes_with_a_weight_or_the_manifest() -> None:
    other = Bundle({**bundle().manifest, "seed": 1}, bundle().tensors)
    assert len({bundle().model_id, bundle(slope=2.0).model_id, other.model_id}) == 3


def test_damaged_weights_are_one_clear_error() -> None:
    manifest, weights = bundle().to_bytes()
    with pytest.raises(StoreError, match="cannot be read"):
        Bundle.from_bytes(manifest, weights[:20])
