"""The whole fit on a tiny planted world."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.models.drug_features import features_of
from screen.models.scoring import drug_inputs, scorer
from screen.training.ensemble_training import learnt_from, train_model
from tests.models.planted import QUICK, SETTINGS, Encoder, measured, planted, trained


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return trained(tmp_path_factory.mktemp("work"), *planted())


def test_a_planted_mechanism_is_learned(bundle: Bundle) -> None:
    assert measured(bundle, "dsn-adv", "r_res") > 0.5
    assert measured(bundle, "ridge", "r_res") > 0.5


def test_shuffled_responses_are_not(tmp_path: Path) -> None:
    assert abs(measured(trained(tmp_path, *planted(shuffled=True)), "dsn-adv", "r_res")) < 0.2


def test_patients_with_the_gene_high_score_higher_on_the_drugs_it_serves(bundle: Bundle) -> None:
    data, vectors = planted()
    drugs = drug_inputs(bundle, features_of(data.library, vectors))
    scores = scorer(bundle, bundle.frame.scale(data.patients)).mean(drugs)
    high = data.patients.levels[:, 0] > 0
    assert scores[high, ::2].mean() > scores[~high, ::2].mean() + 0.1


def test_the_binary_head_learns_it_too_and_has_no_rmse(tmp_path: Path) -> None:
    binary = trained(tmp_path, *planted(), replace(SETTINGS, training=replace(QUICK, head="binary")))
    assert measured(binary, "dsn-adv", "r_drug") > 0.2
    assert not [r for r in binary.manifest["evaluation"] if (r["model"], r["metric"]) == ("dsn-adv", "rmse")]


def test_the_same_seed_gives_the_same_model(bundle: Bundle, tmp_path: Path) -> None:
    assert trained(tmp_path, *planted()).model_id == bundle.model_id


def test_the_manifest_names_the_model_that_was_trained(bundle: Bundle) -> None:
    assert bundle.manifest["settings"]["model"] == bundle.manifest["name"] == "dsn-adv"


def test_the_expression_that_was_learnt_from_is_named(bundle: Bundle) -> None:
    data, _ = planted()
    assert bundle.manifest["line_source"]["dataset"] == data.lines.datasets[0]
    assert bundle.manifest["line_unit"] == bundle.frame.line_unit
    lines, patients = learnt_from(bundle.manifest)
    assert lines.startswith(f"cell lines: expression {data.lines.datasets[0]} (")
    assert patients.endswith(f"{len(data.patients)} with {len(bundle.manifest['genes'])} genes in common")


def test_another_seed_gives_another(bundle: Bundle, tmp_path: Path) -> None:
    assert trained(tmp_path, *planted(), SETTINGS.changed(seed=1)).model_id != bundle.model_id


def test_it_resumes_to_the_same_bundle_after_half_the_members_are_lost(tmp_path: Path) -> None:
    eight = replace(SETTINGS, training=replace(QUICK, folds=4, seeds=2, tune_epochs=2))
    before = trained(tmp_path, *planted(), eight)
    first, second = sorted(tmp_path.glob("members-*.safetensors"))
    first.unlink()
    stamp = second.stat().st_mtime_ns
    assert trained(tmp_path, *planted(), eight).model_id == before.model_id
    assert second.stat().st_mtime_ns == stamp


def test_a_cohort_of_twenty_is_enough(tmp_path: Path) -> None:
    bundle = trained(tmp_path, *planted(patients=20))
    assert bundle.manifest["patients"] == 20
    assert np.isfinite(bundle.tensors["reference_scores"]).all()


def test_aligned_with_all_patients_it_is_another_model_of_the_same_indication(bundle: Bundle, tmp_path: Path) -> None:
    data, vectors = planted()
    wide = planted(patients=60)[0].patients
    every = trained(tmp_path, replace(data, everyone=wide), vectors)
    assert every.manifest["patients"] == 30
    assert not np.array_equal(every.tensors["patient_knots"], bundle.tensors["patient_knots"])
    assert every.tensors["reference_scores"].shape == bundle.tensors["reference_scores"].shape


def test_lines_without_any_response_serve_alignment_only(tmp_path: Path) -> None:
    data, vectors = planted()
    auc = data.auc.copy()
    auc[:6] = np.nan
    rows = trained(tmp_path, replace(data, auc=auc), vectors).manifest["evaluation"]
    assert rows[0]["note"].startswith("66 unseen cell lines")


def test_the_bundle_holds_no_row_of_a_patient(bundle: Bundle) -> None:
    scaled = bundle.frame.scale(planted()[0].patients)
    rows = [
        row
        for name, tensor in bundle.tensors.items()
        if tensor.ndim == 2 and tensor.shape[1] == scaled.shape[1]
        for row in tensor
    ]
    assert min(np.abs(row - patient).max() for row in rows for patient in scaled) > 0.05
    assert not any(subject in str(bundle.manifest) for subject in planted()[0].patients.subject_ids)


def test_an_unknown_model_is_refused(tmp_path: Path) -> None:
    data, vectors = planted()
    with pytest.raises(InputError, match="no model 'gpt'"):
        train_model(data, vectors, Encoder(), SETTINGS, tmp_path, lambda *progress: None, "gpt")  # type: ignore[arg-type]
