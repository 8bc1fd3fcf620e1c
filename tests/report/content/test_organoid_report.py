"""The plan's document."""

import json
from html.parser import HTMLParser

import pytest

from screen.organoid import Request, plan
from screen.ranking.across_indications import Across
from screen.report.content.organoid_report import OrganoidReport, organoid_context
from screen.report.formats.rendering import as_html
from screen.report.record_data import as_json
from screen.store import Store
from tests.report.conftest import SETTINGS


@pytest.fixture(scope="module")
def report(filled: Store, filled_tables: Across) -> OrganoidReport:
    filled.run("INSERT INTO drug_keys SELECT 'fluorouracil', drug_id FROM drugs WHERE name = '5-Fluorouracil'")
    return organoid_context(filled, plan(filled, "STAD", Request(), filled_tables.edp), SETTINGS)


def test_the_first_line_counts_the_wells(report: OrganoidReport) -> None:
    assert report.answer.startswith("16 treatments × 4 doses × 3 replicates = 192 test wells")


def test_a_map_draws_every_well_with_its_role_in_words(report: OrganoidReport) -> None:
    first, zero = report.plates
    assert len(first.cells) == 384
    tests = [c for c in first.cells if c.kind in "ABCD"]
    assert len(tests) == 192
    assert all(c.first.startswith("T") and c.second for c in tests)
    assert all(c.first for c in first.cells if c.kind != "edge")
    assert {c.first for c in zero.cells} == {"", "–", "T0", "blank"}
    assert first.svg.count("<rect") == 385


def test_controls_are_counted_a_plate(report: OrganoidReport) -> None:
    counts = {c.sign: c.wells for c in report.controls}
    assert counts["kill 10 µM"] == (6, 0)
    assert counts["T0"] == (0, 24)
    assert counts["DMSO 0.1%"] == (6, 0)


def test_no_dose_of_a_default_plan_is_above_the_limit(report: OrganoidReport) -> None:
    assert not any(d.over for d in report.doses)


def test_the_page_is_whole_and_says_it_all(report: OrganoidReport) -> None:
    page = as_html(report)
    HTMLParser().feed(page)
    for shown in (report.plan_id, "Oxaliplatin + 5-Fluorouracil", "How it was made", "Compound sheet", "layout.csv"):
        assert shown in page
    assert "<script>alert" not in page
    places = [page.index(str(plate.svg)) for plate in report.plates]
    assert page.index("How it was made") < places[0] < places[1], "maps come last"


def test_the_json_holds_the_plan(report: OrganoidReport) -> None:
    data = json.loads(as_json(report))
    assert data["plan_id"] == report.plan_id
    assert [len(s["drugs"]) for s in data["sets"]] == [len(s.drugs) for s in report.sets]
