"""Scores of a process are its predictions, and do not depend on what else is scored."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from screen.models import Drugs, Subjects, TrainingSet, scoring
from screen.models.bundle import Bundle
from screen.models.pair_gp import gp_scorer
from screen.models.pair_gp.gp_members import _tensors
from screen.models.pair_gp.gp_model import PairGP, pair_gp
from screen.models.pair_gp.gp_scorer import GPScorer
from screen.models.pair_gp.kernel_names import ALL_KERNELS
from screen.models.pair_gp.kernels import drug_kernels
from screen.records import Floats

L, D, G = 40, 12, 20
RNG = np.random.default_rng(5)
DRUGS = Drugs(
    tuple(f"D{i}" for i in range(D + 90)),
    RNG.random((D + 90, 64)) < 0.3,
    tuple(frozenset({"EGFR"} if i % 2 else {"MTOR", f"T{i}"}) for i in range(D + 90)),
    tuple("P" if i % 3 else "" for i in range(D + 90)),
    RNG.normal(size=(D + 90, 300)).astype(np.float32),
)
"""The first D are those of training."""
PATIENTS = RNG.normal(size=(23, G)).astype(np.float32)


@pytest.fixture(scope="module")
def fitted() -> PairGP:
    lines = RNG.normal(size=(L, G)).astype(np.float32)
    response = 0.7 + 0.1 * np.tanh(lines[:, :1]) * (np.arange(D) % 2) + 0.02 * RNG.normal(size=(L, D))
    subjects = Subjects(lines, ("Lung",) * L, tuple(f"L{i}" for i in range(L)))
    return pair_gp(TrainingSet(subjects, DRUGS.take(np.arange(D)), response.astype(np.float32), lines[:0]))


def rows(fitted: PairGP, drugs: Drugs) -> Floats:
    kernels = drug_kernels(drugs, fitted.drugs, fitted.graph_width)
    return np.ascontiguousarray(kernels.transpose(1, 0, 2)).reshape(len(drugs), -1)


def scorer(fitted: PairGP, scaled: Floats, threads: int = 0) -> GPScorer:
    calibration = {"calibration": np.array([-4.0, 2.0], np.float32)}
    return GPScorer(
        [_tensors(fitted) | calibration, _tensors(replace(fitted, duals=fitted.duals / 2)) | calibration],
        scaled,
        threads,
        ALL_KERNELS,
    )


def test_a_score_is_the_prediction_of_the_process_as_a_probability(fitted: PairGP) -> None:
    unseen = Subjects(PATIENTS, ("",) * len(PATIENTS))
    first, second = scorer(fitted, PATIENTS).members(rows(fitted, DRUGS))
    for scores, process in ((first, fitted), (second, replace(fitted, duals=fitted.duals / 2))):
        predicted = process.predict(unseen, DRUGS)
        assert np.std(predicted, axis=0).min() > 0
        assert np.allclose(scores, 1 / (1 + np.exp(4 * predicted - 2)), atol=2e-6)
    assert np.allclose(scorer(fitted, PATIENTS).mean(rows(fitted, DRUGS)), (first + second) / 2, atol=1e-7)


def test_patients_of_a_known_lineage_score_as_lines_of_it(fitted: PairGP) -> None:
    lineages = tuple("Lung" if i % 2 else "Breast" for i in range(L))
    products = fitted.products + np.float32(0.05)
    process = replace(fitted, lines=replace(fitted.lines, lineages=lineages), products=products)
    same = np.array([actual == "Lung" for actual in lineages], np.float32)
    related = {"same_lineage": same, "same_tissue": np.ones(L, np.float32)}
    members = [_tensors(process) | {"calibration": np.array([-4.0, 2.0], np.float32)} | related]
    (scores,) = GPScorer(members, PATIENTS, kernels=ALL_KERNELS).members(rows(fitted, DRUGS))
    predicted = process.predict(Subjects(PATIENTS, ("Lung",) * len(PATIENTS)), DRUGS)
    assert np.allclose(scores, 1 / (1 + np.exp(4 * predicted - 2)), atol=2e-6)
    unknown = process.predict(Subjects(PATIENTS, ("",) * len(PATIENTS)), DRUGS)
    assert np.abs(predicted - unknown).max() > 1e-4


@pytest.mark.parametrize("some", [[3], [50], [101], [7, 90, 20], list(range(101, 4, -2))])
def test_a_score_does_not_depend_on_the_other_drugs_and_patients(fitted: PairGP, some: list[int]) -> None:
    together = scorer(fitted, PATIENTS).members(rows(fitted, DRUGS))
    assert np.array_equal(
        scorer(fitted, PATIENTS).members(rows(fitted, DRUGS.take(np.array(some)))), together[:, :, some]
    )
    assert np.array_equal(scorer(fitted, PATIENTS[9:10]).members(rows(fitted, DRUGS)), together[:, 9:10])


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_a_score_does_not_depend_on_the_threads(fitted: PairGP, threads: int) -> None:
    drugs, people = rows(fitted, DRUGS), np.concatenate([PATIENTS, -PATIENTS])
    one, many = scorer(fitted, people, 1), scorer(fitted, people, threads)
    assert np.array_equal(many.members(drugs), one.members(drugs))
    assert np.array_equal(many.mean(drugs), one.mean(drugs))


def test_the_mean_is_that_of_the_members_to_the_last_bit_without_all_of_them_in_memory(fitted: PairGP) -> None:
    drugs, ready = rows(fitted, DRUGS), scorer(fitted, np.tile(PATIENTS, (90, 1)), 1)
    expected = ready.members(drugs).mean(axis=0, dtype=np.float64).astype(np.float32)
    tracemalloc.start()
    mean = ready.mean(drugs)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(mean, expected)
    assert most < 1.5 * mean.nbytes


def test_more_drugs_than_lie_in_tiles_at_once(fitted: PairGP, monkeypatch: pytest.MonkeyPatch) -> None:
    drugs, ready = rows(fitted, DRUGS), scorer(fitted, PATIENTS)
    members, mean = ready.members(drugs), ready.mean(drugs)
    monkeypatch.setattr(gp_scorer, "_DRUGS_AT_ONCE", 40)
    assert np.array_equal(ready.members(drugs), members)
    assert np.array_equal(ready.mean(drugs), mean)


def test_threads_asked_for_reach_the_process(fitted: PairGP) -> None:
    tensors = {f"member.0.{name}": tensor for name, tensor in scorer(fitted, PATIENTS)._fitted[0].items()}
    manifest = {"kind": "process", "members": 1, **ALL_KERNELS.manifest()}
    found = scoring.scorer(Bundle(manifest, tensors), PATIENTS, "cpu", 3)
    assert isinstance(found, GPScorer)
    assert found._threads == 3


def test_nobody_and_nothing_are_scored_as_such(fitted: PairGP) -> None:
    assert scorer(fitted, PATIENTS).mean(rows(fitted, DRUGS)[:0]).shape == (23, 0)
    assert scorer(fitted, PATIENTS[:0]).mean(rows(fitted, DRUGS)).shape == (0, D + 90)
