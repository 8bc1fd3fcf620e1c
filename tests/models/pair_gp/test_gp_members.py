"""The process over pairs as a trained model: learned, scored, resumed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.models import Drugs
from screen.models.bundle import Bundle
from screen.models.drug_features import features_of
from screen.models.pair_gp.gp_model import NAME
from screen.models.scoring import drug_inputs, scorer
from tests.models.planted import QUICK, SETTINGS, measured, planted, trained


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return trained(tmp_path_factory.mktemp("work"), *planted(), model=NAME)


@pytest.fixture(scope="module")
def drugs() -> Drugs:
    data, vectors = planted()
    return features_of(data.library, vectors)


def test_a_planted_mechanism_is_learned_and_shuffled_responses_are_not(bundle: Bundle, tmp_path: Path) -> None:
    assert measured(bundle, NAME, "r_res") > 0.6
    assert abs(measured(trained(tmp_path, *planted(shuffled=True), model=NAME), NAME, "r_res")) < 0.25


def test_patients_with_the_gene_high_score_higher_on_the_drugs_it_serves(bundle: Bundle, drugs: Drugs) -> None:
    data, _ = planted()
    scores = scorer(bundle, bundle.frame.scale(data.patients)).mean(drug_inputs(bundle, drugs))
    high = data.patients.levels[:, 0] > 0
    assert scores[high, ::2].mean() > scores[~high, ::2].mean() + 0.1


def test_a_patient_alone_scores_the_same_to_the_last_bit(bundle: Bundle, drugs: Drugs) -> None:
    scaled, inputs = bundle.frame.scale(planted()[0].patients), drug_inputs(bundle, drugs)
    together = scorer(bundle, scaled).members(inputs)
    for patient in (0, 17):
        alone = scorer(bundle, scaled[patient : patient + 1]).members(inputs)
        assert np.array_equal(alone[:, 0], together[:, patient])


def test_a_drug_that_was_not_in_training_gets_a_score_of_its_own(bundle: Bundle, drugs: Drugs) -> None:
    scaled = bundle.frame.scale(planted()[0].patients)
    unseen = replace(drugs.take(np.array([0])), drug_ids=("NEW",))
    known, new = (scorer(bundle, scaled).mean(drug_inputs(bundle, each)) for each in (drugs, unseen))
    assert np.isfinite(new).all()
    assert not np.array_equal(new[:, 0], known[:, 0])


def test_a_drug_of_training_is_taken_as_it_was_there(bundle: Bundle, drugs: Drugs) -> None:
    other_details = replace(
        drugs, vectors=drugs.vectors + 1, targets=(frozenset({"EGFR"}),) * len(drugs), fingerprints=~drugs.fingerprints
    )
    assert np.array_equal(drug_inputs(bundle, other_details), drug_inputs(bundle, drugs))


def test_the_same_seed_gives_the_same_model_and_lost_members_are_made_again(bundle: Bundle, tmp_path: Path) -> None:
    assert trained(tmp_path, *planted(), model=NAME).model_id == bundle.model_id
    first, second = sorted(tmp_path.glob("process-*.safetensors"))
    first.unlink()
    remaining = second.stat().st_mtime_ns
    assert trained(tmp_path, *planted(), model=NAME).model_id == bundle.model_id
    assert second.stat().st_mtime_ns == remaining


def test_two_processes_make_the_same_model_as_one(bundle: Bundle, tmp_path: Path) -> None:
    two = replace(SETTINGS, workers=2, training=QUICK)
    assert trained(tmp_path, *planted(), two, NAME).model_id == bundle.model_id


def test_the_manifest_counts_lines_with_a_response_and_names_the_settings_that_were_heeded(tmp_path: Path) -> None:
    data, vectors = planted()
    response = data.auc.copy()
    response[:9] = np.nan
    manifest = trained(tmp_path, replace(data, auc=response), vectors, model=NAME).manifest
    assert manifest["lines"] == len(data.lines) - 9
    assert manifest["settings"] == {"model": NAME, "dataset": "", "expression": (), "folds": 2}


def test_a_member_with_one_bit_flipped_is_never_believed(bundle: Bundle, tmp_path: Path) -> None:
    assert trained(tmp_path, *planted(), model=NAME).model_id == bundle.model_id
    first, second = sorted(tmp_path.glob("process-*.safetensors"))
    in_a_name, in_a_tensor = bytearray(first.read_bytes()), bytearray(second.read_bytes())
    in_a_name[first.read_bytes().index(b"duals")] ^= 1
    in_a_tensor[-2000] ^= 1
    first.write_bytes(in_a_name)
    second.write_bytes(in_a_tensor)
    assert trained(tmp_path, *planted(), model=NAME).model_id == bundle.model_id
