"""One patient's scores are its own: the same bits alone, in a cohort, and whatever the others are."""

import numpy as np
import pytest
import torch

from screen.learn.bundles import Bundle
from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.score import member_scores, member_tensors, outputs, prepare

GENES, DRUGS, MEMBERS = 422, 233, 3
SHAPE = {"hidden": [512, 256], "code": 128, "drug": 300}
RNG = np.random.default_rng(0)
SCALED = RNG.normal(size=(37, GENES)).astype(np.float32)
VECTORS = RNG.normal(size=(DRUGS, 300)).astype(np.float32)


def model(member: int) -> PairModel:
    torch.manual_seed(member)
    return PairModel(Encoder(GENES, (512, 256), 128, 0.1), PairHead(128, 300, 0.1)).eval()


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    tensors = {"drug_centre": VECTORS.mean(axis=0), "drug_spread": VECTORS.std(axis=0)}
    for i in range(MEMBERS):
        tensors |= {f"member.{i}.{name}": weight.numpy() for name, weight in model(i).state_dict().items()}
        tensors[f"member.{i}.calibration"] = np.array([-2.0, 0.5], np.float32)
    return Bundle({"members": MEMBERS, "network": SHAPE}, tensors)


def test_scores_are_members_by_patients_by_drugs_and_probabilities(bundle: Bundle) -> None:
    scores = member_scores(bundle, SCALED, VECTORS, "cpu")
    assert scores.shape == (MEMBERS, 37, DRUGS)
    assert 0 < scores.min() < scores.max() < 1


def test_a_patient_alone_has_the_bits_it_has_in_a_cohort(bundle: Bundle) -> None:
    together = member_scores(bundle, SCALED, VECTORS, "cpu")
    for patient in (0, 17, 36):
        assert np.array_equal(member_scores(bundle, SCALED[patient:patient + 1], VECTORS, "cpu")[:, 0],
                              together[:, patient])
    assert np.array_equal(member_scores(bundle, SCALED[::-1], VECTORS, "cpu"), together[:, ::-1])


def test_they_are_what_the_plain_network_says(bundle: Bundle) -> None:
    prepared = prepare(VECTORS, bundle.tensors)
    with torch.no_grad():
        expected = model(1)(torch.from_numpy(SCALED), torch.from_numpy(prepared)).numpy()
    found = outputs(member_tensors(bundle.tensors, 1), SHAPE, SCALED, prepared)
    assert np.abs(found - expected).max() < 1e-5
    scores = member_scores(bundle, SCALED, VECTORS, "cpu")[1]
    assert np.abs(scores - 1 / (1 + np.exp(2 * expected - 0.5))).max() < 1e-5


def test_the_threads_of_the_machine_change_nothing(bundle: Bundle) -> None:
    before, one = torch.get_num_threads(), member_scores(bundle, SCALED, VECTORS, "cpu")
    torch.set_num_threads(2)
    try:
        assert np.array_equal(member_scores(bundle, SCALED, VECTORS, "cpu"), one)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
