"""Top lists, on a line whose answer is known."""

import numpy as np
import pytest

from screen.metrics.top_lists import list_figures

DRUGS = 40
"""Two in the list."""
MEAN, SD = np.linspace(0.2, 0.95, DRUGS), np.full(DRUGS, 0.1)
TRUTH = MEAN.copy()
TRUTH[[20, 30]] -= 0.3


def figures(predicted: np.ndarray) -> dict[str, float]:
    found = list_figures(predicted[None], TRUTH[None], MEAN[None], SD[None])
    return {name: float(values[0]) for name, values in found.items()}


def test_the_truth_makes_the_best_list() -> None:
    found = figures(TRUTH)
    assert found.pop("selective_z_top5") == pytest.approx(-3)
    assert set(found.values()) == {1.0}


def test_a_list_that_is_the_same_for_everybody_is_good_and_not_personal() -> None:
    found = figures(MEAN)
    assert found["precision_top5"] == 1
    assert found["selective_precision_top5"] == 0
    assert found["selective_z_top5"] == pytest.approx(0)


def test_half_of_a_list_and_its_discount() -> None:
    text = MEAN.copy()
    text[20] -= 0.5
    found = figures(text)
    assert found["selective_precision_top5"] == 0.5
    assert found["selective_ndcg_top5"] == pytest.approx(1 / (1 + 1 / np.log2(3)))


def test_a_line_on_few_drugs_has_no_list() -> None:
    found = list_figures(TRUTH[None, :39], TRUTH[None, :39], MEAN[None, :39], SD[None, :39])
    assert np.isnan(found["precision_top5"]).all()


def test_every_line_is_judged_by_its_own_predictions() -> None:
    rng = np.random.default_rng(4)
    predicted, response = rng.random((2, 3, 60))
    mean, sd = np.full((3, 60), 0.5), np.ones((3, 60))
    together = list_figures(predicted, response, mean, sd)
    for row in range(3):
        cut = slice(row, row + 1)
        alone = list_figures(predicted[cut], response[cut], mean[cut], sd[cut])
        assert [together["precision_top5"][row], together["selective_z_top5"][row]] == [
            alone["precision_top5"][0],
            alone["selective_z_top5"][0],
        ]
