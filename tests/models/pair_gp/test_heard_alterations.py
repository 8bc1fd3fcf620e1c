"""Scores that hear a patient's alterations: those of the fitted process, and nothing where nobody looked."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.bundle import Bundle
from screen.models.contract import LineAlterations
from screen.models.drug_features import features_of
from screen.models.pair_gp.altered_gp import AlteredGP, altered_gp
from screen.models.pair_gp.effect_tensors import effect_tensors
from screen.models.pair_gp.gp_members import _tensors
from screen.models.pair_gp.gp_model import NAME
from screen.models.pair_gp.kernel_names import ALL_KERNELS
from screen.models.scoring import drug_inputs, scorer, with_alterations
from screen.models.uncertainty.score_interval import interval_of
from screen.store.stored_models import ALTERATIONS
from tests.models.pair_gp.test_gp_scorer import DRUGS, PATIENTS, D, G, L, rows
from tests.models.planted import Encoder, planted, trained

ALTERED, CALIBRATION = 1, (-4.0, 2.0)


@pytest.fixture(scope="module")
def fitted() -> AlteredGP:
    """Drug 1 hangs on the second of two alterations."""
    rng = np.random.default_rng(9)
    lines, events = rng.normal(size=(L, G)).astype(np.float32), (rng.random((L, 2)) < 0.4).astype(np.float32)
    response = 0.7 + 0.1 * np.tanh(lines[:, :1]) * (np.arange(D) % 2) + 0.02 * rng.normal(size=(L, D))
    response[:, 1] -= 0.3 * events[:, 1]
    subjects = Subjects(lines, ("Lung",) * L, tuple(f"L{i}" for i in range(L)), events)
    genes = (frozenset({"KRAS"}), frozenset({"EGFR"}))
    drugs = DRUGS.take(np.arange(D))
    return altered_gp(TrainingSet(subjects, drugs, response.astype(np.float32), lines[:0], altered_genes=genes))


def test_scores_are_the_predictions_of_known_and_new_drugs(fitted: AlteredGP) -> None:
    process = fitted.process
    member = _tensors(process) | effect_tensors(fitted) | {"calibration": np.array(CALIBRATION, np.float32)}
    manifest = {"members": 1, "kind": "process", ALTERATIONS: {}, **ALL_KERNELS.manifest()}
    bundle = Bundle(manifest, {f"member.0.{name}": tensor for name, tensor in member.items()})
    events = np.random.default_rng(1).choice([0, 1, np.nan], size=(len(PATIENTS), 2)).astype(np.float32)
    subjects, inputs = Subjects(PATIENTS, ("",) * len(PATIENTS), (), events), rows(process, DRUGS)
    plain = scorer(bundle, PATIENTS, "cpu").members(inputs)
    found = with_alterations(bundle, PATIENTS, events, inputs, plain)
    slope, intercept = CALIBRATION
    expected = 1 / (1 + np.exp(-(slope * fitted.predict(subjects, DRUGS) + intercept)))
    assert found[0] == pytest.approx(expected, abs=2e-5)
    assert np.abs(found - plain).max() > 0.1
    assert with_alterations(bundle, PATIENTS, None, inputs, plain) is plain


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundle, Bundle, Drugs]:
    """Models without and with an alteration that one drug hangs on, and the drugs."""
    data, vectors = planted()
    events = (np.random.default_rng(2).random((len(data.lines), 1)) < 0.3).astype(np.float32)
    auc = data.auc.copy()
    auc[:, ALTERED] -= 0.2 * events[:, 0]
    known = LineAlterations(("EGFR mutation",), ("EGFR",), ("mutation",), (frozenset({"EGFR"}),), events, ("calls",))
    targets = tuple(frozenset({"EGFR"} if i == ALTERED else ()) for i in range(len(data.library)))
    data = replace(data, auc=auc, library=replace(data.library, targets=targets))
    work = tmp_path_factory.mktemp("work")
    plain = trained(work, data, vectors, model=NAME)
    return plain, trained(work, data, vectors, model=NAME, alterations=known), features_of(data.library, vectors)


def test_a_bundle_says_which_drug_hangs_on_what_and_what_that_is_worth(world: tuple[Bundle, Bundle, Drugs]) -> None:
    plain, bundle, drugs = world
    assert plain.model_id != bundle.model_id
    assert ALTERATIONS not in plain.manifest
    says = bundle.manifest[ALTERATIONS]
    assert says["events"] == [{"name": "EGFR mutation", "gene": "EGFR", "kind": "mutation"}]
    (effect,) = says["effects"]
    assert (effect["drug"], effect["event"], effect["members"]) == (drugs.drug_ids[ALTERED], 0, 2)
    assert effect["size"] < -1
    without, having = says["r_drug"][drugs.drug_ids[ALTERED]]
    assert having > without + 0.2


def test_a_patient_nobody_looked_at_scores_as_by_the_model_without_and_has_the_wider_interval(
    world: tuple[Bundle, Bundle, Drugs],
) -> None:
    plain, bundle, drugs = world
    scaled, inputs = bundle.frame.scale(planted()[0].patients), drug_inputs(bundle, drugs)
    events = np.full((len(scaled), 1), np.nan, np.float32)
    events[:4, 0] = (0, 1, 0, 1)
    before = scorer(plain, scaled, "cpu").members(drug_inputs(plain, drugs))
    members = scorer(bundle, scaled, "cpu").members(inputs)
    found = with_alterations(bundle, scaled, events, inputs, members)
    assert np.array_equal(found[:, 4:], before[:, 4:])
    others = np.arange(len(drugs)) != ALTERED
    assert np.array_equal(found[:, :, others], before[:, :, others])
    assert (found[:, [1, 3], ALTERED] > before[:, [1, 3], ALTERED] + 0.02).all()
    assert (found[:, [0, 2], ALTERED] < before[:, [0, 2], ALTERED]).all()
    alone = with_alterations(bundle, scaled[3:4], events[3:4], inputs, members[:, 3:4])
    assert np.array_equal(alone[:, 0], found[:, 3])
    heard = np.isfinite(events) & ~others
    scores = np.full((len(scaled), len(drugs)), 0.5, np.float32)
    ends = interval_of(bundle, drugs.drug_ids, scores, heard)
    assert ends is not None
    width = ends[1] - ends[0]
    assert (width[:4, ALTERED] < 0.9 * width[4:, ALTERED].min()).all()
    assert np.ptp(width[:, others], axis=0).max() == 0


def test_reference_and_encoder_are_those_of_the_model_without(world: tuple[Bundle, Bundle, Drugs]) -> None:
    plain, bundle, _ = world
    assert np.array_equal(plain.tensors["reference_scores"], bundle.tensors["reference_scores"])
    assert bundle.manifest["encoder"]["id"] == Encoder().encoder_id
