"""One patient's scores are its own: the same bits alone, in a cohort, and whatever the others are."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from screen.errors import StoreError
from screen.models.bundle import Bundle
from screen.models.networks import pair_head_kernel
from screen.models.networks.pair_head_scorer import outputs, prepare
from screen.models.scoring import scorer
from screen.nn.dsn import Encoder
from screen.nn.head import WIDTHS, PairHead, PairModel
from screen.records import Floats

ROOT = Path(__file__).parents[2]
GENES, DRUGS, MEMBERS = 422, 233, 3
SHAPE = {"hidden": [512, 256], "code": 128, "drug": 300}
RNG = np.random.default_rng(0)
SCALED = RNG.normal(size=(37, GENES)).astype(np.float32)
VECTORS = RNG.normal(size=(DRUGS, 300)).astype(np.float32)


def member_scores(bundle: Bundle, scaled: Floats, vectors: Floats) -> Floats:
    return scorer(bundle, scaled, "cpu").members(prepare(vectors, bundle.tensors))


def model(member: int) -> PairModel:
    torch.manual_seed(member)
    return PairModel(Encoder(GENES, (512, 256), 128, 0.1), PairHead(128, 300, 0.1)).eval()


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    tensors = {"drug_centre": VECTORS.mean(axis=0), "drug_spread": VECTORS.std(axis=0)}
    for i in range(MEMBERS):
        tensors |= {f"member.{i}.{name}": weight.numpy() for name, weight in model(i).state_dict().items()}
        tensors[f"member.{i}.calibration"] = np.array([-2.0, 0.5], np.float32)
    return Bundle({"kind": "pairs", "members": MEMBERS, "network": SHAPE}, tensors)


def test_the_kernel_is_made_for_the_head() -> None:
    assert (pair_head_kernel.FIRST, pair_head_kernel.SECOND) == WIDTHS


def test_scores_are_members_by_patients_by_drugs_and_probabilities(bundle: Bundle) -> None:
    scores = member_scores(bundle, SCALED, VECTORS)
    assert scores.shape == (MEMBERS, 37, DRUGS)
    assert 0 < scores.min() < scores.max() < 1


def test_a_patient_alone_has_the_bits_it_has_in_a_cohort(bundle: Bundle) -> None:
    together = member_scores(bundle, SCALED, VECTORS)
    for patient in (0, 17, 36):
        assert np.array_equal(member_scores(bundle, SCALED[patient : patient + 1], VECTORS)[:, 0], together[:, patient])
    assert np.array_equal(member_scores(bundle, SCALED[::-1], VECTORS), together[:, ::-1])


def test_they_are_what_the_plain_network_says(bundle: Bundle) -> None:
    prepared = prepare(VECTORS, bundle.tensors)
    with torch.no_grad():
        expected = model(1)(torch.from_numpy(SCALED), torch.from_numpy(prepared)).numpy()
    found = outputs(bundle.members[1], SCALED, prepared)
    assert np.abs(found - expected).max() < 1e-5
    scores = member_scores(bundle, SCALED, VECTORS)[1]
    assert np.abs(scores - 1 / (1 + np.exp(2 * expected - 0.5))).max() < 1e-5


def test_the_mean_over_members_is_that_of_the_stored_scores(bundle: Bundle) -> None:
    prepared = prepare(VECTORS, bundle.tensors)
    members = scorer(bundle, SCALED, "cpu").members(prepared)
    expected = members.mean(axis=0, dtype=np.float64).astype(np.float32)
    assert np.array_equal(scorer(bundle, SCALED, "cpu").mean(prepared), expected)


def test_a_drug_alone_has_the_bits_it_has_in_a_library(bundle: Bundle) -> None:
    together = member_scores(bundle, SCALED, VECTORS)
    for rows in (slice(0, 1), slice(100, 125), slice(232, 233), slice(None, None, -1)):
        assert np.array_equal(member_scores(bundle, SCALED, VECTORS[rows]), together[:, :, rows])


@pytest.mark.parametrize("threads", [1, 2, 5, 64])
def test_the_number_of_threads_changes_nothing(bundle: Bundle, threads: int) -> None:
    prepared = prepare(VECTORS, bundle.tensors)
    found = scorer(bundle, SCALED, "cpu", threads)
    assert np.array_equal(found.members(prepared), member_scores(bundle, SCALED, VECTORS))
    assert np.array_equal(found.mean(prepared), scorer(bundle, SCALED, "cpu", 1).mean(prepared))


def test_weights_so_large_that_exponentials_would_overflow(bundle: Bundle) -> None:
    prepared = prepare(VECTORS, bundle.tensors)
    tensors = dict(bundle.members[0])
    for name in ("head.profile.weight", "head.drug.weight"):
        tensors[name] = tensors[name] * 60
    network = model(0)
    network.load_state_dict({name: torch.from_numpy(tensors[name]) for name in network.state_dict()})
    with torch.no_grad():
        expected = network(torch.from_numpy(SCALED), torch.from_numpy(prepared)).numpy()
    assert np.abs(expected).max() > 5
    assert np.abs(outputs(tensors, SCALED, prepared) - expected).max() < 1e-5 * np.abs(expected).max()


def test_widths_that_fill_no_register(bundle: Bundle) -> None:
    torch.manual_seed(0)
    small = PairModel(Encoder(5, (7, 3), 2, 0.0), PairHead(2, 11, 0.0)).eval()
    tensors = {name: weight.numpy() for name, weight in small.state_dict().items()}
    X, d = SCALED[:, :5], VECTORS[:1, :11]
    with torch.no_grad():
        expected = small(torch.from_numpy(X.copy()), torch.from_numpy(d.copy())).numpy()
    assert np.abs(outputs(tensors, X, d) - expected).max() < 1e-5


def test_no_drug_and_no_patient(bundle: Bundle) -> None:
    assert member_scores(bundle, SCALED, VECTORS[:0]).shape == (MEMBERS, 37, 0)
    assert member_scores(bundle, SCALED[:0], VECTORS).shape == (MEMBERS, 0, DRUGS)


def test_an_unknown_kind_is_refused(bundle: Bundle) -> None:
    with pytest.raises(StoreError, match="'crystal-ball' cannot be scored"):
        member_scores(Bundle({**bundle.manifest, "kind": "crystal-ball"}, bundle.tensors), SCALED, VECTORS)


@pytest.mark.slow
def test_scoring_needs_no_torch_and_no_folder_to_write_to(bundle: Bundle, tmp_path: Path) -> None:
    np.savez(tmp_path / "tensors.npz", **bundle.members[0])
    code = (
        "import sys, numpy as np\n"
        "from screen.models.networks.pair_head_scorer import outputs\n"
        "tensors = dict(np.load(sys.argv[1]))\n"
        f"found = outputs(tensors, np.ones((1, {GENES}), np.float32), np.ones((1, 300), np.float32))\n"
        "assert np.isfinite(found).all() and 'torch' not in sys.modules"
    )
    # The folder named is a device; machine code then goes elsewhere.
    closed = {"NUMBA_CACHE_DIR": "/dev/null/none"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "tensors.npz")],
        cwd=ROOT,
        text=True,
        env=os.environ | closed,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
