"""The list of page one on cell lines, against a plain count."""

import numpy as np
import pytest

from screen.metrics.standing_out import standing_out


def world(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    response = rng.normal(0.8, 0.1, (60, 50)) - np.linspace(0, 0.2, 50)
    response[rng.random(response.shape) < 0.1] = np.nan
    return response, rng.normal(0.8, 0.1, response.shape) - np.linspace(0, 0.2, 50)


def test_a_perfect_prediction_is_all_hits_and_far_above_chance() -> None:
    response, _ = world()
    cut, middle = np.full(60, 0.75), np.broadcast_to(np.nanmean(response, axis=0), response.shape)
    found = standing_out(response, response, cut, middle)
    assert found["stands_out_listed"].sum() > 50
    assert (found["stands_out_hits"] == found["stands_out_listed"]).all()
    assert found["stands_out_by_chance"].sum() < 0.5 * found["stands_out_hits"].sum()


def test_a_prediction_of_noise_hits_as_chance_does() -> None:
    listed = hits = chance = 0.0
    for seed in range(20):
        response, noise = world(seed)
        cut, middle = np.full(60, 0.75), np.broadcast_to(np.nanmean(response, axis=0), response.shape)
        found = standing_out(noise, response, cut, middle)
        listed += found["stands_out_listed"].sum()
        hits += found["stands_out_hits"].sum()
        chance += found["stands_out_by_chance"].sum()
    assert hits / listed == pytest.approx(chance / listed, abs=0.015)


def test_a_drug_predicted_the_same_for_all_lines_is_listed_for_none() -> None:
    response, _ = world()
    flat = np.broadcast_to(np.nanmean(response, axis=0), response.shape)
    found = standing_out(flat, response, np.full(60, 2.0), flat + 1)
    assert found["stands_out_listed"].sum() == 0


def test_counts_are_those_of_a_plain_loop() -> None:
    response, noise = world(3)
    cut, middle = np.full(60, 0.78), np.full(response.shape, 0.9)
    found = standing_out(noise, response, cut, middle)
    line = 7
    listed = []
    for drug in range(50):
        if not np.isfinite(response[line, drug]) or noise[line, drug] >= cut[line]:
            continue
        others = [noise[i, drug] for i in range(60) if i != line and np.isfinite(response[i, drug])]
        if np.mean([other > noise[line, drug] for other in others]) >= 0.9:
            listed.append(drug)
    assert found["stands_out_listed"][line] == len(listed)
