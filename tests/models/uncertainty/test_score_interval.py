"""The interval of a score: as wide as unseen lines say, drug by drug, and none where there is no residual."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.models.bundle import Bundle
from screen.models.contract import HeldoutPredictions
from screen.models.ensemble.calibration import logistic
from screen.models.pair_gp.gp_model import NAME
from screen.models.uncertainty.score_interval import interval_of, stored_widths
from screen.records import Floats
from tests.models.planted import QUICK, SETTINGS, planted, trained

DRUGS = ("a", "b", "c")


def noisy(lines: int = 400) -> tuple[HeldoutPredictions, Floats]:
    """Predictions that lie 0.02 off for drug a, 0.1 for b; c is hardly measured."""
    rng = np.random.default_rng(3)
    predicted = rng.normal(0.7, 0.1, (lines, 3)).astype(np.float32)
    response = (predicted + rng.normal(0, (0.02, 0.1, 0.1), (lines, 3))).astype(np.float32)
    response[3:, 2] = np.nan
    return HeldoutPredictions(predicted, predicted, True), response


def process(slope: float = -10.0) -> Bundle:
    tensors, details = stored_widths(*noisy(), DRUGS)
    return Bundle(
        {"drugs": list(DRUGS), "members": 1, **details},
        {**tensors, "member.0.calibration": np.array([slope, 7.0], np.float32)},
    )


def test_it_holds_the_score_and_a_drug_that_is_hard_to_predict_has_a_wider_one() -> None:
    scores = np.full((2, 3), 0.6, np.float32)
    low, high = interval_of(process(), DRUGS, scores) or (scores, scores)
    assert ((low < scores) & (scores < high)).all()
    assert high[0, 1] - low[0, 1] > 3 * (high[0, 0] - low[0, 0])


def test_it_covers_the_probability_of_nine_in_ten_unseen_responses() -> None:
    heldout, response = noisy()
    sensitive = response < 0.7
    seen = np.isfinite(response)
    found = logistic(heldout.predicted[seen], sensitive[seen])
    model = process(found.slope)
    as_score = [1 / (1 + np.exp(-(found.slope * x + found.intercept))) for x in (heldout.predicted, response)]
    low, high = interval_of(model, DRUGS, as_score[0].astype(np.float32)) or (response, response)
    inside = (low <= as_score[1]) & (as_score[1] <= high)
    assert inside[:, :2].mean(axis=0) == pytest.approx([0.9, 0.9], abs=0.01)


def test_a_drug_hardly_measured_takes_the_width_of_all_and_one_not_trained_has_no_interval() -> None:
    ends = interval_of(process(), ("c", "NEW"), np.full((1, 2), 0.5, np.float32))
    assert ends is not None
    assert all(np.isnan(end[0, 1]) for end in ends)
    width = process().manifest["conformal"]["overall"]
    assert ends[1][0, 0] == pytest.approx(1 / (1 + np.exp(-10 * width)), abs=1e-5)


def test_of_networks_the_slope_is_one_of_the_response_and_the_mean_over_members() -> None:
    one = process()
    members = {f"member.{i}.calibration": np.array([slope, 0], np.float32) for i, slope in enumerate((-2, -6))}
    scale = {f"member.{i}.auc_scale": np.array([0.7, 0.4], np.float32) for i in range(2)}
    nets = Bundle({**one.manifest, "members": 2}, {**one.tensors, **members, **scale})
    scores = np.array([[0.2, 0.5, 0.9]], np.float32)
    assert np.allclose(interval_of(nets, DRUGS, scores), interval_of(process(-10), DRUGS, scores), atol=1e-6)


def test_a_sure_score_stays_within_its_interval() -> None:
    scores = np.array([[0.0, 1.0, 0.5]], np.float32)
    low, high = interval_of(process(), DRUGS, scores) or (scores, scores)
    assert ((low >= 0) & (low <= scores) & (scores <= high) & (high <= 1)).all()


@pytest.mark.parametrize("model", [NAME, "dsn-adv"])
def test_a_trained_model_keeps_the_widths_of_its_own_held_out_lines(model: str, tmp_path: Path) -> None:
    data, vectors = planted()
    bundle = trained(tmp_path, data, vectors, model=model)
    assert bundle.manifest["conformal"]["level"] == pytest.approx(0.9)
    assert 0.03 < bundle.manifest["conformal"]["overall"] < 0.4
    again = Bundle.from_bytes(*bundle.to_bytes())
    scores = np.full((1, len(data.library)), 0.5, np.float32)
    low, high = interval_of(again, data.library.drug_ids, scores) or (scores, scores)
    assert ((low > 0) & (low < 0.5) & (high > 0.5) & (high < 1)).all()


def test_the_binary_head_has_none(tmp_path: Path) -> None:
    bundle = trained(tmp_path, *planted(), replace(SETTINGS, training=replace(QUICK, head="binary")))
    assert bundle.manifest["conformal"] is None
    assert not [name for name in bundle.tensors if name.startswith("conformal")]
    assert interval_of(bundle, ("D00",), np.full((1, 1), 0.5, np.float32)) is None
