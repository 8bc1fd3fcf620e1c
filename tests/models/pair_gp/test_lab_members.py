"""A laboratory's plates in training: a planted effect is learned for the next tumour, none is invented."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.models.bundle import Bundle
from screen.models.drug_features import features_of
from screen.models.pair_gp.gp_model import NAME
from screen.models.pair_gp.lab_task import less_level
from screen.models.scoring import drug_inputs, scorer
from screen.models.unseen_plates import by_unseen_member, for_patient, labs_in_lines
from screen.records import Floats, LabPairs, TrainingData
from tests.models.planted import planted, trained

PLATES, PATIENTS = 80, 140
"""The first patients have plates, the others are the next ones."""
EFFECTS = {1: slice(0, None, 4), 2: slice(2, None, 4)}
"""Gene -> the drugs that work by it in the laboratory alone; no line of training tells of it."""


def with_plates(*, shuffled: bool = False, shift: float = 0.2) -> tuple[TrainingData, Floats]:
    """A world of lines and tumours, in which a laboratory sees what the training screen does not."""
    data, vectors = planted(patients=PATIENTS)
    rng = np.random.default_rng(3)
    levels, drugs = data.patients.levels[:PLATES], len(data.library)
    works = np.arange(drugs) % 2 == 0
    response = 0.7 + shift - 0.1 * np.tanh(2 * levels[:, [0]]) * works + 0.05 * rng.normal(size=(PLATES, drugs))
    for gene, served in EFFECTS.items():
        response[:, served] -= 0.15 * np.tanh(2 * levels[:, [gene]])
    response += 0.1 * rng.normal(size=(PLATES, 1))
    response[rng.random(response.shape) < 0.3] = np.nan
    if shuffled:
        response = response[rng.permutation(PLATES)]
    lab = LabPairs("north", "CTG", tuple(range(PLATES)), response.astype(np.float32))
    return replace(data, labs=(lab,)), vectors


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return trained(tmp_path_factory.mktemp("lab"), *with_plates(), model=NAME)


def effect(bundle: Bundle) -> float:
    """How much higher the drugs score for the next patients with their gene high than for the others, on average."""
    data, vectors = with_plates()
    scaled = bundle.frame.scale(data.patients)[PLATES:]
    scores = scorer(bundle, scaled).mean(drug_inputs(bundle, features_of(data.library, vectors)))
    found = []
    for gene, served in EFFECTS.items():
        high = data.patients.levels[PLATES:, gene] > 0
        found.append(scores[high, served].mean() - scores[~high, served].mean())
    return float(np.mean(found))


def test_a_planted_effect_of_the_laboratory_is_learned_for_the_next_tumour(learned: Bundle, tmp_path: Path) -> None:
    data, vectors = with_plates()
    without = effect(trained(tmp_path, replace(data, labs=()), vectors, model=NAME))
    assert effect(learned) > without + 0.1


def test_no_effect_is_invented_from_shuffled_results(tmp_path: Path) -> None:
    data, vectors = with_plates(shuffled=True)
    made = trained(tmp_path / "shuffled", data, vectors, model=NAME)
    plain = trained(tmp_path / "plain", replace(data, labs=()), vectors, model=NAME)
    assert abs(effect(made) - effect(plain)) < 0.02
    assert "nothing was learned from them" in labs_in_lines(made.manifest)[0]


def test_the_laboratorys_level_never_moves_the_training_screens(tmp_path: Path, learned: Bundle) -> None:
    higher = trained(tmp_path, *with_plates(shift=-0.2), model=NAME)
    for member, other in zip(learned.members, higher.members, strict=True):
        assert np.array_equal(member["means"], other["means"])
        assert np.array_equal(member["spreads"], other["spreads"])
    data, vectors = with_plates()
    drugs = drug_inputs(learned, features_of(data.library, vectors))
    next_ones = learned.frame.scale(data.patients)[PLATES:]
    levels = [float(scorer(bundle, next_ones).mean(drugs).mean()) for bundle in (learned, higher)]
    assert levels[0] == pytest.approx(levels[1], abs=0.02)


def test_what_the_plates_are_worth_is_measured_on_tumours_whose_plate_was_not_seen(learned: Bundle) -> None:
    (one,) = learned.manifest["labs"]["sources"]
    assert one["tumours"] == PLATES
    assert one["members_that_learned"] == one["members"]
    assert one["r_within"]["with"][0] > one["r_within"]["without"][0] + 0.1
    assert one["settings"]["correlation"] < 0.95
    assert set(learned.manifest["labs"]["unseen_by"].values()) == {0, 1}


def test_a_tumour_of_training_is_scored_by_the_member_that_never_saw_its_plate(learned: Bundle) -> None:
    data, vectors = with_plates()
    drugs = drug_inputs(learned, features_of(data.library, vectors))
    scaled, ids = learned.frame.scale(data.patients), data.patients.subject_ids
    members = scorer(learned, scaled).members(drugs)
    made = by_unseen_member(learned.manifest, ids, members)
    assert np.array_equal(made[:, PLATES:], members[:, PLATES:])
    for row in range(4):
        unseen = learned.manifest["labs"]["unseen_by"][ids[row]]
        assert (made[:, row] == members[unseen, row]).all()
        alone = scorer(for_patient(learned, ids[row]), scaled[row : row + 1]).mean(drugs)
        assert alone[0] == pytest.approx(members[unseen, row], abs=1e-6)
    assert for_patient(learned, ids[PLATES]) is learned


def test_a_bundle_without_plates_has_nothing_of_them(tmp_path: Path) -> None:
    data, vectors = with_plates()
    plain = trained(tmp_path, replace(data, labs=()), vectors, model=NAME)
    assert "labs" not in plain.manifest
    assert labs_in_lines(plain.manifest) == ()
    assert not any("lab_" in name for name in plain.tensors)


def test_the_level_of_a_tumour_is_taken_off_and_a_drugs_is_not() -> None:
    rng = np.random.default_rng(0)
    drugs, tumours = rng.normal(size=(1, 12)), rng.normal(size=(30, 1))
    left = less_level((drugs + tumours).astype(np.float32), np.zeros((30, 12), np.float32), np.ones(12))
    assert np.ptp(left.mean(axis=1)) < 1e-4
    assert left.mean(axis=0) - left.mean() == pytest.approx((drugs - drugs.mean())[0], abs=1e-4)
