"""The page in a browser: opened from disk with the network off, sorted, filtered, printed, and silent."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from screen.ranking.across_indications import Across
from screen.report.content.indication_report import indication_context
from screen.report.content.patient_report import patient_context
from screen.report.formats.rendering import render
from screen.store import Store
from tests.report.browser import Browser
from tests.report.conftest import SETTINGS

TABLE = "[...document.querySelectorAll('table')].find(t => t.querySelector('button.sort'))"
ROWS = f"[...{TABLE}.tBodies[0].rows].filter(r => !r.hidden && r.cells.length > 2)"
RANKS = f"{ROWS}.map(r => parseInt(r.cells[0].innerText))"
STATE = f"{TABLE}.tHead.rows[0].cells[0].getAttribute('aria-sort')"


@pytest.fixture(scope="module")
def pages(filled: Store, filled_tables: Across, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("pages")
    return {
        "patient": render(patient_context(filled, "SYN-BRCA-003", SETTINGS, filled_tables), "html", out),
        "indication": render(indication_context(filled, "BRCA", SETTINGS, filled_tables), "html", out),
    }


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    browser.events.clear()
    browser.requested.clear()
    browser.open(pages[kind])
    assert browser.value("document.querySelectorAll('button.sort').length") > 4
    assert browser.events == []
    assert browser.requested == [pages[kind].as_uri()]


def test_a_heading_sorts_up_down_and_as_printed_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["patient"])
    printed = browser.value(RANKS)
    browser.value(f"{TABLE}.querySelector('button.sort').focus()")
    seen = []
    for _ in range(3):
        browser.press("Enter", "\r")
        seen.append((browser.value(STATE), browser.value(RANKS)))
    assert [state for state, _ in seen] == ["ascending", "descending", None]
    assert [ranks for _, ranks in seen] == [sorted(printed), sorted(printed, reverse=True), printed]


def test_columns_of_text_figures_and_pictures_sort_each_in_its_way(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["patient"])
    for column in range(browser.value(f"{TABLE}.tHead.rows[0].cells.length")):
        browser.value(f"{TABLE}.querySelectorAll('button.sort')[{column}].click()")
        known = [text for text in browser.value(f"{ROWS}.map(r => r.cells[{column}].innerText.trim())") if text]
        figures = all(text[0].isdigit() for text in known)
        keys = (
            [float(text.split()[0].rstrip("%")) for text in known]
            if figures
            else [text[0].lower() for text in known if text[0].isalpha()]
        )
        assert keys == sorted(keys)


def test_a_filter_keeps_the_rows_with_every_word_and_says_how_many(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["patient"])
    total = len(browser.value(RANKS))
    browser.value("document.querySelector('input[aria-label$=\"The ranking\"]').focus()")
    browser.call("Input.insertText", text="INHIBITOR mtor")
    rows = browser.value(f"{ROWS}.map(r => r.innerText.toLowerCase())")
    assert 0 < len(rows) < total
    assert all("mtor" in row and "inhibitor" in row for row in rows)
    events = browser.value("document.querySelector('output.shown:not(:empty)').innerText")
    assert events == f"filtered: {len(rows)} of {total} shown"


def test_groups_are_filtered_whole(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["patient"])
    grouped = "[...document.querySelectorAll('table')].find(t => t.tBodies.length > 5)"
    word = browser.value(f"{grouped}.tBodies[1].rows[0].cells[0].innerText.split(' ')[0]")
    browser.value(f"{grouped}.closest('.scroll').previousElementSibling.querySelector('input').focus()")
    browser.call("Input.insertText", text=word)
    shown = browser.value(f"[...{grouped}.tBodies].filter(b => !b.hidden).map(b => b.innerText)")
    assert shown
    assert all(word.lower() in text.lower() for text in shown)


@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_it_fits_a_phone(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    browser.open(pages[kind], width=390)
    assert browser.value("document.documentElement.scrollWidth") <= 390
    assert browser.value("parseFloat(getComputedStyle(document.querySelector('td')).fontSize)") >= 11


def test_it_prints_without_its_controls(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["patient"])
    printed = base64.b64decode(browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    assert "The ranking" in text
    assert "filter" not in text
    assert "↕" not in text
