"""A bundle names its kernels: their order is read, not assumed, and an unknown one is refused."""

from typing import Any

import numpy as np
import pytest

from screen.errors import StoreError
from screen.models.bundle import Bundle
from screen.models.drug_features import features_of
from screen.models.pair_gp.kernels import DRUG_KERNELS, LINE_KERNELS
from screen.models.scoring import drug_inputs, scorer
from screen.records import Floats
from tests.models.planted import planted, trained


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return trained(tmp_path_factory.mktemp("work"), *planted(), model="pair-gp")


def scores(bundle: Bundle) -> Floats:
    data, vectors = planted()
    inputs = drug_inputs(bundle, features_of(data.library, vectors))
    return scorer(bundle, bundle.frame.scale(data.patients), "cpu").members(inputs)


def changed(bundle: Bundle, **manifest: Any) -> Bundle:
    return Bundle({**bundle.manifest, **manifest}, bundle.tensors)


def test_the_manifest_names_the_kernels_in_the_order_of_the_weights(bundle: Bundle) -> None:
    assert bundle.manifest["line_kernels"] == list(LINE_KERNELS)
    assert bundle.manifest["drug_kernels"] == list(DRUG_KERNELS)
    assert bundle.members[0]["products"].shape == (len(LINE_KERNELS), len(DRUG_KERNELS))


def test_a_bundle_without_names_has_the_kernels_of_before_they_were_written(bundle: Bundle) -> None:
    lines = ["identity", "genes", "lineage", "expression-rbf"]
    drugs = [name for name in DRUG_KERNELS if name != "target-family"]
    named = {**bundle.manifest, "line_kernels": lines, "drug_kernels": drugs}
    rows, columns = [1, 0, 1, 2], [DRUG_KERNELS.index(name) for name in drugs]
    tensors = dict(bundle.tensors)
    for name, tensor in bundle.tensors.items():
        if name.endswith(".products"):
            tensors[name] = np.where(np.array(lines)[:, None] == "identity", 0, tensor[rows][:, columns])
        if name.endswith(("mean_weights", "spread_weights")):
            tensors[name] = tensor[[place - 2 for place in columns[2:]]]
    unnamed = {name: value for name, value in named.items() if name not in ("line_kernels", "drug_kernels")}
    assert np.array_equal(scores(Bundle(unnamed, tensors)), scores(Bundle(named, tensors)))
    assert np.ptp(scores(Bundle(unnamed, tensors))) > 0.01


def reordered(bundle: Bundle, lines: list[int], drugs: list[int]) -> Bundle:
    """The same process with its kernels in another order."""
    similar = [place - 2 for place in drugs if place > 1]
    tensors = dict(bundle.tensors)
    for name, tensor in bundle.tensors.items():
        if name.endswith(".products"):
            tensors[name] = tensor[lines][:, drugs]
        if name.endswith(("mean_weights", "spread_weights")):
            tensors[name] = tensor[similar]
    names = {"line_kernels": [LINE_KERNELS[i] for i in lines], "drug_kernels": [DRUG_KERNELS[i] for i in drugs]}
    return Bundle({**bundle.manifest, **names}, tensors)


@pytest.mark.parametrize("drugs", [[7, 6, 5, 4, 3, 2, 1, 0], [2, 0, 3, 1, 6, 5, 7, 4]])
def test_the_order_of_the_kernels_changes_nothing_but_rounding(bundle: Bundle, drugs: list[int]) -> None:
    assert np.allclose(scores(reordered(bundle, [4, 3, 2, 1, 0], drugs)), scores(bundle), atol=2e-6)


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        ({"drug_kernels": [*DRUG_KERNELS[:-1], "attention"]}, "kernel 'attention'"),
        ({"line_kernels": [*LINE_KERNELS[:-1], "methylation"]}, "kernel 'methylation'"),
        ({"drug_kernels": list(DRUG_KERNELS[:-1])}, "weights of 5 x 7 kernels"),
        ({"drug_kernels": [*DRUG_KERNELS[:-1], "identity"]}, "kernels constant, identity"),
        ({"line_kernels": ["blood", "lineage", "genes"]}, "kernels blood, lineage, genes"),
    ],
)
def test_kernels_that_are_not_known_are_refused_by_scorer_and_drug_inputs(
    bundle: Bundle, names: dict[str, Any], fault: str
) -> None:
    data, vectors = planted()
    other = changed(bundle, **names)
    with pytest.raises(StoreError, match=fault) as refused:
        scorer(other, bundle.frame.scale(data.patients), "cpu")
    assert "crescreen train BRCA" in str(refused.value)
    with pytest.raises(StoreError, match=fault):
        drug_inputs(other, features_of(data.library, vectors))
