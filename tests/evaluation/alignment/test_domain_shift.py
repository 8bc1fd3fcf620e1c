"""Measures of alignment on domains whose difference is known."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from screen import pipeline
from screen.errors import InputError
from screen.evaluation.alignment.domain_shift import _kernel, _kl, _mmd, measures, sampled, shift_figures, tsne_places
from screen.evaluation.model_card.card import write_card
from screen.evaluation.run import evaluate
from screen.settings import Settings, Training
from screen.store import open_store

RNG = np.random.default_rng(4)
DOMAIN = np.arange(160) >= 100
SIMILAR = RNG.normal(size=(160, 6))
APART = SIMILAR + 4.0 * DOMAIN[:, None]


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], float]:
    rows = shift_figures(*(measures(codes, DOMAIN, 0) for codes in (APART, SIMILAR)), DOMAIN, "m", None)
    assert {(row.protocol, row.n, row.n_positive) for row in rows} == {("alignment", 160, 60)}
    return {(row.printed_stratum, row.printed_metric): row.value for row in rows}


@pytest.mark.parametrize("metric", ["auc_logistic", "auc_forest"])
def test_a_classifier_tells_domains_apart_only_where_they_are(found: dict[tuple[str, str], float], metric: str) -> None:
    assert found["before", metric] > 0.99
    assert found["after", metric] == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("metric", ["mmd", "kl"])
def test_distances_shrink_with_alignment(found: dict[tuple[str, str], float], metric: str) -> None:
    assert found["after", metric] < 0.1 * found["before", metric]


def test_mmd_of_similar_domains_is_zero_on_average() -> None:
    draws = [_mmd(_kernel(RNG.normal(size=(60, 4))), np.arange(60) % 2 == 0) for _ in range(60)]
    assert abs(np.mean(draws)) < 3 * np.std(draws) / 60**0.5


def test_kl_is_that_of_the_gaussians() -> None:
    domain = np.arange(40_000) % 2 == 0
    codes = RNG.normal(size=(40_000, 3)) * np.where(domain, 0.5, 1.0)[:, None] + 0.7 * domain[:, None]
    expected = (3 * 0.25 + 3 * 0.49 - 3 - 3 * np.log(0.25)) / 2
    assert _kl(codes, domain) == pytest.approx(expected, rel=0.05)


def test_a_picture_shows_400_of_a_domain_at_most_and_all_of_a_small_one() -> None:
    domain = np.arange(1000) >= 950
    shown = sampled(domain, 0)
    assert (len(shown), domain[shown].sum()) == (450, 50)
    assert (np.diff(shown) > 0).all()


def test_domains_that_lie_apart_have_places_apart() -> None:
    places = tsne_places(APART.astype(np.float32), 0)
    assert (places.min(), places.max()) == (0, 1000)
    between = np.linalg.norm(places[DOMAIN].mean(axis=0) - places[~DOMAIN].mean(axis=0))
    assert (places == tsne_places(APART.astype(np.float32), 0)).all()
    mixed = tsne_places(SIMILAR.astype(np.float32), 0)
    assert between > 400 > np.linalg.norm(mixed[DOMAIN].mean(axis=0) - mixed[~DOMAIN].mean(axis=0))


@pytest.fixture
def settings(demo_store: Path, quick: Training, tmp_path: Path) -> Settings:
    actual = tmp_path / "own.duckdb"
    pipeline.backup(Settings(store=demo_store), actual)
    return Settings(store=actual, workers=1, training=replace(quick, hidden=(32, 16), code=8))


@pytest.mark.slow
def test_the_command_measures_the_models_named_and_keeps_codes_and_figures(settings: Settings, tmp_path: Path) -> None:
    first = evaluate(settings, "alignment", ["STAD"], models=["dsn-mmd"])
    assert {(row.model, row.printed_stratum) for row in first} == {("dsn-mmd", "before"), ("dsn-mmd", "after")}
    codes = sorted((settings.work / "evaluate").glob("alignment-*.safetensors"))
    remaining = [file.stat().st_mtime_ns for file in codes]
    assert len(codes) == 2  # the genes' places, and those of the model
    assert evaluate(settings, "alignment", ["STAD"], models=["dsn-mmd"]) == first
    assert [file.stat().st_mtime_ns for file in codes] == remaining
    with open_store(settings.store) as store:
        assert store.scalar("SELECT count(*) FROM evaluations WHERE protocol = 'alignment'") == len(first) == 8
    _, _, _, card, picture = write_card(settings, tmp_path / "MODELS.md")
    predicted = [line for line in card.read_text().splitlines() if line.startswith(("| genes (before)", "| dsn-mmd"))]
    assert [line.count("|") for line in predicted] == [5, 5]
    patients = first[0].n_positive or 0
    drawing = picture.read_text()
    assert marks(drawing, "#00558c", "M") == 2 * min(first[0].n - patients, 400) + 1
    assert marks(drawing, "#b34700", "z") == 2 * min(patients, 400) + 1
    assert write_card(settings, tmp_path / "MODELS.md")[4].read_text() == drawing


def marks(drawing: str, ink: str, letter: str) -> int:
    """How often a letter stands in the paths of one ink."""
    paths = (node for node in ElementTree.fromstring(drawing).iter() if node.tag.endswith("path"))
    return sum(node.attrib["d"].count(letter) for node in paths if ink in node.attrib.values())


@pytest.mark.parametrize(
    ("codes", "models", "predicted"), [([], [], "none was named"), (["STAD"], ["ridge"], "ridge aligns nothing")]
)
def test_what_cannot_be_aligned_is_said_before_a_store_is_read(
    tmp_path: Path, codes: list[str], models: list[str], predicted: str
) -> None:
    with pytest.raises(InputError, match=predicted):
        evaluate(Settings(store=tmp_path / "missing.duckdb"), "alignment", codes, models=models)
