"""A GPU gives the scores of the CPU; where there is none, the same code runs on the CPU, its kernel interpreted."""

import numpy as np
import pytest
import torch

from screen.errors import InputError, StoreError
from screen.models import device, scoring
from screen.models.bundle import Bundle
from screen.models.networks import gpu_scorer
from screen.models.networks.gpu_scorer import NetworkGpuScorer
from screen.models.networks.pair_head_scorer import NetworkScorer
from screen.models.pair_gp import gp_gpu_scorer
from screen.models.pair_gp.gp_gpu_scorer import GPGpuScorer
from screen.models.pair_gp.gp_scorer import GPScorer
from screen.nn.determinism import usable
from screen.records import Floats
from tests.benchmarks.scoring import SHAPE, Stored, process, rows_of, tensors, unseen

pytest.importorskip("triton")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
GENES, MEMBERS, PEOPLE, DRUGS = 60, 3, 37, 150
"""Neither people nor drugs fill the last block."""
SCALED, PREPARED = rows_of(PEOPLE, GENES), rows_of(DRUGS, 300)
SCALED.flags.writeable = False  # as where it is read from a file in place


@pytest.fixture(scope="module")
def pairs() -> list[Stored]:
    return [
        {**one, "calibration": np.array([-2.0 - i, 0.5], np.float32)} for i, one in enumerate(tensors(MEMBERS, GENES))
    ]


def on_device(pairs: list[Stored]) -> NetworkGpuScorer:
    return NetworkGpuScorer(pairs, SHAPE, SCALED, DEVICE)


def apart(one: Floats, other: Floats) -> float:
    assert one.shape == other.shape
    return float(np.abs(one - other).max())


def test_pairs_score_as_on_the_cpu(pairs: list[Stored]) -> None:
    there, here = on_device(pairs), NetworkScorer(pairs, SCALED)
    assert apart(there.members(PREPARED), here.members(PREPARED)) < 1e-5
    assert apart(there.mean(PREPARED), here.mean(PREPARED)) < 1e-5
    outputs = here.members(PREPARED, calibrated=False)
    assert outputs.std() > 0.01
    assert apart(there.members(PREPARED, calibrated=False), outputs) < 1e-5


def test_large_weights(pairs: list[Stored]) -> None:
    large = [
        {
            name: weight * 60 if name in ("head.profile.weight", "head.drug.weight") else weight
            for name, weight in one.items()
        }
        for one in pairs
    ]
    expected = NetworkScorer(large, SCALED).members(PREPARED, calibrated=False)
    found = NetworkGpuScorer(large, SHAPE, SCALED, DEVICE).members(PREPARED, calibrated=False)
    assert np.abs(expected).max() > 5
    assert apart(found, expected) < 1e-5 * np.abs(expected).max()


def test_weights_that_half_precision_does_not_hold_are_refused(pairs: list[Stored]) -> None:
    large = [{**one, "head.drug.weight": one["head.drug.weight"] * 1e4} for one in pairs]
    with pytest.raises(StoreError, match="too large"):
        NetworkGpuScorer(large, SHAPE, SCALED, DEVICE)


def test_drugs_in_blocks_score_as_all_at_once(pairs: list[Stored], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = on_device(pairs).members(PREPARED), on_device(pairs).mean(PREPARED)
    monkeypatch.setattr(gpu_scorer, "_PAIRS_AT_ONCE", 40 * PEOPLE * MEMBERS)
    assert apart(on_device(pairs).members(PREPARED), whole[0]) < 1e-6
    assert apart(on_device(pairs).mean(PREPARED), whole[1]) < 1e-6


@pytest.mark.parametrize("drugs", [0, 1])
def test_few_drugs(pairs: list[Stored], drugs: int) -> None:
    there, here = on_device(pairs), NetworkScorer(pairs, SCALED)
    assert np.allclose(there.members(PREPARED[:drugs]), here.members(PREPARED[:drugs]), atol=1e-5)
    assert there.mean(PREPARED[:drugs]).shape == (PEOPLE, drugs)


def test_nobody(pairs: list[Stored]) -> None:
    assert NetworkGpuScorer(pairs, SHAPE, SCALED[:0], DEVICE).members(PREPARED).shape == (MEMBERS, 0, DRUGS)
    assert GPGpuScorer([process(0, GENES)], SCALED[:0], DEVICE).mean(unseen(5)).shape == (0, 5)


@pytest.fixture(scope="module")
def fitted() -> list[Stored]:
    return [process(seed, GENES) for seed in range(MEMBERS)]


def some_known(drugs: int) -> Floats:
    """Kernels of unseen drugs, and of training drugs 4, 5 and the last."""
    rows = 40 * unseen(drugs)
    known = rows.shape[1] // 7
    rows[:, : 2 * known] /= 40
    rows[[1, 20, 40], known + np.array([4, 5, known - 1])] = 1
    return rows


def test_a_process_scores_as_on_the_cpu(fitted: list[Stored]) -> None:
    rows = some_known(60)
    there, here = GPGpuScorer(fitted, SCALED, DEVICE), GPScorer(fitted, SCALED)
    expected = here.members(rows)
    assert expected.std(axis=2).mean() > 1e-3
    assert apart(there.members(rows), expected) < 1e-5
    assert apart(there.mean(rows), here.mean(rows)) < 1e-5


def test_a_process_knows_the_lineage_as_on_the_cpu(fitted: list[Stored]) -> None:
    rows, same = some_known(60), np.arange(len(fitted[0]["lines"])) % 3 == 0
    known = [{**member, "same_lineage": same.astype(np.float32)} for member in fitted]
    there, here = GPGpuScorer(known, SCALED, DEVICE).members(rows), GPScorer(known, SCALED).members(rows)
    assert apart(there, here) < 1e-5
    assert apart(here, GPScorer(fitted, SCALED).members(rows)) > 1e-4


def test_a_process_in_blocks(fitted: list[Stored], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = some_known(60)
    whole = GPGpuScorer(fitted, SCALED, DEVICE).members(rows)
    monkeypatch.setattr(gp_gpu_scorer, "_PAIRS_AT_ONCE", 25 * PEOPLE)
    monkeypatch.setattr(gp_gpu_scorer, "_PATIENTS_AT_ONCE", 10)
    there = GPGpuScorer(fitted, SCALED, DEVICE)
    assert apart(there.members(rows), whole) < 1e-6
    assert apart(there.mean(rows), whole.mean(axis=0)) < 1e-6


@pytest.mark.parametrize(("kind", "expected"), [("pairs", NetworkGpuScorer), ("process", GPGpuScorer)])
def test_a_gpu_is_used_where_there_is_one(
    kind: str, expected: type, pairs: list[Stored], fitted: list[Stored], monkeypatch: pytest.MonkeyPatch
) -> None:
    members = pairs if kind == "pairs" else fitted
    flat = {f"member.{i}.{name}": part for i, one in enumerate(members) for name, part in one.items()}
    bundle = Bundle({"kind": kind, "members": MEMBERS, "network": SHAPE}, flat)
    made = torch.device
    monkeypatch.setattr(torch, "device", lambda name: made(DEVICE) if name == "cuda" else made(name))
    monkeypatch.setattr(device, "can_build", lambda: True)
    for there, queries in ((True, "auto"), (True, "cuda")):
        monkeypatch.setattr(device, "_has_gpu", lambda there=there: there)
        assert isinstance(scoring.scorer(bundle, SCALED, queries), expected)
    for there, queries in ((True, "cpu"), (False, "auto")):
        monkeypatch.setattr(device, "_has_gpu", lambda there=there: there)
        assert not isinstance(scoring.scorer(bundle, SCALED, queries), expected)


def test_without_a_compiler_the_kernel_is_not_chosen_for_and_asked_for_it_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(device, "_has_gpu", lambda: True)
    monkeypatch.setattr(device, "which", lambda name: None)
    monkeypatch.delenv("CC", raising=False)
    assert device.on_gpu("auto")
    assert not device.on_gpu("auto", builds=True)
    assert device.on_gpu("cuda")
    with pytest.raises(InputError, match="no C compiler"):
        device.on_gpu("cuda", builds=True)


def test_a_gpu_asked_for_where_there_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_has_gpu", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for queries in (device.on_gpu, usable):
        with pytest.raises(InputError, match="no GPU"):
            queries("cuda")
