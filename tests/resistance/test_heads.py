"""Labels, and every head: a planted gene is found, noise is not, classes are balanced inside the training lines."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from screen.errors import InputError
from screen.resistance.heads import HEADS, Labelled
from screen.resistance.labels import SENSITIVE_SHARE, cuts_of, predictable, resistant
from screen.resistance.resistance_models import MODELS, requested

LEARNING = ("network", "logistic", "ridge", "forest", "boosted")


def planted(seed: int = 0, n: int = 260, genes: int = 30) -> tuple[Labelled, np.ndarray]:
    """Two drugs: a programme of ten genes decides on the first, nothing on the second; and the query's labels."""
    rng = np.random.default_rng(seed)
    x, programme = rng.normal(size=(n, genes)).astype(np.float32), rng.normal(size=n)
    x[:, :10] += 1.5 * programme[:, None]
    response = np.column_stack([programme + 0.3 * rng.normal(size=n), rng.normal(size=n)]).astype(np.float32)
    response[::17, 0] = np.nan
    train, query = slice(0, 200), slice(200, n)
    cuts = cuts_of(response[train])
    lineages = tuple("ab"[row % 2] for row in range(n))
    data = Labelled(
        x[train], resistant(response[train], cuts), response[train], cuts, lineages[:200], x[query], lineages[200:], 3
    )
    return data, resistant(response[query], cuts)


def test_a_fifth_of_the_measured_training_lines_is_sensitive() -> None:
    data, _ = planted()
    shares = 1 - np.nanmean(data.labels, axis=0)
    assert shares == pytest.approx(SENSITIVE_SHARE, abs=0.01)
    assert np.isnan(data.labels[0, 0])
    assert not np.isnan(data.labels[0, 1])


def test_a_drug_of_few_lines_or_of_one_response_is_not_predicted() -> None:
    responses = np.random.default_rng(0).normal(size=(150, 3)).astype(np.float32)
    responses[60:, 1] = np.nan
    responses[:, 2] = 0.98
    assert predictable(responses).tolist() == [True, False, False]


@pytest.mark.parametrize("head", LEARNING)
def test_a_head_finds_the_planted_programme_and_nothing_in_noise(head: str) -> None:
    data, truth = planted()
    found = HEADS[head](data)
    seen = np.isfinite(truth[:, 0])
    assert found.shape == truth.shape
    assert ((found >= 0) & (found <= 1)).all()
    assert roc_auc_score(truth[seen, 0], found[seen, 0]) > 0.85
    assert 0.2 < roc_auc_score(truth[:, 1], found[:, 1]) < 0.8
    assert np.array_equal(found, HEADS[head](data))


@pytest.mark.parametrize("head", ["network", "logistic", "ridge", "boosted"])
def test_classes_are_balanced_so_that_the_rare_one_is_called(head: str) -> None:
    data, truth = planted()
    called = HEADS[head](data)[:, 0] > 0.5
    sensitive = truth[:, 0] == 0
    assert (~called[sensitive]).mean() > 0.6


def test_naive_heads_look_at_no_gene() -> None:
    data, _ = planted()
    assert (HEADS["everybody"](data) == 1).all()
    by_lineage = HEADS["lineage"](data)
    assert len(np.unique(by_lineage[:, 0])) == 2


def test_models_are_found_by_key_and_by_printed_name() -> None:
    assert list(requested(["VAE_LD", "xgboost", "random forest"])) == ["vae-ld", "xgboost", "forest"]
    assert list(requested([])) == list(MODELS)
    with pytest.raises(InputError, match="no model 'gpt'"):
        requested(["gpt"])
