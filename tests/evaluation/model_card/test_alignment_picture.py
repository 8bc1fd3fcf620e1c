"""Alignment in the card: what is said of each model, and what the picture shows and keeps to itself."""

import re
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from screen.evaluation.model_card.alignment_picture import draw_alignment
from screen.evaluation.model_card.card import write_card
from screen.evaluation.model_card.evaluations import Evaluation
from screen.evaluation.model_card.protocol_tables import protocols_page
from screen.metrics.figure import Estimate, Figure
from screen.settings import Settings
from screen.store import open_store, runs
from screen.store.migrations import migrate

Span = tuple[float, float]
PATIENTS = [False] * 30 + [True] * 20
PLACES = [[(37 * i) % 1001, (101 * i) % 1001] for i in range(50)]


def rows(spans: dict[str, Span], before: Span, code: str = "STAD") -> list[Figure]:
    """Both strata of some models, whose classifiers have these intervals after alignment."""
    about = partial(Figure, protocol="alignment", indication=code, n=50, n_positive=20, note="")
    found = []
    for model, after in spans.items():
        for stratum, span in (("before", before), ("after", after)):
            found += [
                about(model=model, stratum_kind=stratum, metric=f"auc_{name}").measured(Estimate(sum(span) / 2, *span))
                for name in ("logistic", "forest")
            ]
            found += [
                about(model=model, stratum_kind=stratum, metric=name).measured(Estimate(0.25)) for name in ("mmd", "kl")
            ]
    return found


def manifest(*models: str, places: bool = True, code: str = "STAD") -> dict[str, Any]:
    shape = {"places": PLACES} if places else {}
    return {"data": {"indication": code}, "shown_patients": PATIENTS, "models": dict.fromkeys(models, shape)}


@pytest.mark.parametrize(
    ("before", "after", "less", "more"),
    [
        ((0.60, 0.70), (0.80, 0.90), 0, 1),
        ((0.90, 0.95), (0.60, 0.70), 1, 0),
        ((0.6, 0.7), (0.65, 0.8), 0, 0),
        ((0.10, 0.20), (0.45, 0.55), 0, 0),
        ((0.10, 0.20), (0.60, 0.70), 0, 1),
        ((0.80, 0.90), (0.10, 0.20), 1, 0),
    ],
)
def test_told_apart_less_or_more_is_counted_where_intervals_do_not_overlap(
    before: Span, after: Span, less: int, more: int
) -> None:
    found = rows({"dsn-mmd": after}, before)
    one = Evaluation(key="e", protocol="alignment", how="", data="", command="", default=None, figures=tuple(found))
    (line,) = (line for line in protocols_page([one]).splitlines() if line.startswith("| dsn-mmd |"))
    assert line == f"| dsn-mmd | {sum(after) / 2:.3f} to {sum(after) / 2:.3f} | {less} | {more} |"


def test_the_picture_is_read_without_colour_or_eyes_and_names_each_forests_auc() -> None:
    found = rows({"dsn": (0.6, 0.8), "dsn-adv": (0.5, 0.6)}, (0.85, 0.95))
    picture = draw_alignment(found, manifest("genes", "dsn", "dsn-adv"), "STAD")
    drawing = ElementTree.fromstring(picture)
    texts = [node for node in drawing.iter() if node.tag.endswith("text")]
    words = [node.text for node in texts]
    assert "patients of STAD by t-SNE" in drawing.attrib["aria-label"]
    assert min(float(node.attrib["font-size"]) for node in texts) >= 7
    assert words[:2] == ["cell lines (30 shown)", "patients of STAD (20 shown)"]
    assert words[2:] == [
        "genes (before)",
        "forest's AUC 0.900",
        "dsn",
        "forest's AUC 0.700",
        "dsn-adv",
        "forest's AUC 0.550",
    ]
    paths = [node.attrib for node in drawing.iter() if node.tag.endswith("path")]
    assert sum(shape["d"].count("M") for shape in paths if shape.get("stroke-linecap") == "round") == 3 * 30 + 1
    assert sum(shape["d"].count("z") for shape in paths if shape["fill"] != "none") == 3 * 20 + 1
    assert picture == draw_alignment(found, manifest("genes", "dsn", "dsn-adv"), "STAD")


def test_neither_domain_lies_over_the_other_and_the_order_is_not_that_of_the_store() -> None:
    picture = draw_alignment(rows({"dsn": (0.6, 0.8)}, (0.8, 0.9)), manifest("dsn"), "STAD")
    inks = [
        node.attrib["fill"] == "none" for node in ElementTree.fromstring(picture).iter() if node.tag.endswith("path")
    ][2:]
    assert inks.index(False) < len(inks) - 1 - inks[::-1].index(True)
    drawn = [float(x) for x in re.findall(r"M([\d.]+) [\d.]+h", picture)[1:]]
    remaining = [x for x, _ in PLACES[:30]]
    assert sorted(range(30), key=drawn.__getitem__) != sorted(range(30), key=remaining.__getitem__)
    assert np.corrcoef(sorted(drawn), sorted(remaining))[0, 1] > 0.9999


def test_an_evaluation_of_an_earlier_version_has_its_table_and_no_picture(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.duckdb", create=True) as store:
        migrate(store)
        with store.transaction():
            for key, code in (("a", "STAD"), ("b", "BRCA")):
                runs.save_evaluation(
                    store,
                    key * 16,
                    "alignment",
                    manifest("dsn", places=False, code=code),
                    rows({"dsn": (0.6, 0.8)}, (0.85, 0.95), code),
                )
    _, _, _, card = write_card(Settings(store=tmp_path / "s.duckdb"), tmp_path / "MODELS.md")
    assert card.read_text().count("## Alignment of the domains") == 1
    assert "| dsn | 0.700 to 0.700 | 2 | 0 |" in card.read_text()
    assert "over 2 indications" in card.read_text()
