"""What plasma reaches beside what cell lines needed: recomputed with numpy, and on the pages."""

import numpy as np
import polars as pl
import pytest

from screen.evidence.plasma_peaks import plasma_peaks
from screen.ranking.across_indications import across
from screen.report.content.drug_report import drug_report, with_lines
from screen.report.formats.rendering import as_html
from screen.settings import Settings
from screen.store import Store
from tests.report.filled import fill
from tests.report.responses import give_responses

PEAKS = ((1.5, None, "Label"), (0.8, 0.1, "Review"))


@pytest.fixture
def drug(store: Store) -> str:
    """A drug of the store with two peaks, one of which is lower, and an IC50 in 40 lines."""
    fill(store, patients=(12, 9, 7))
    give_responses(store)
    key = "alpelisib"
    found = str(store.scalar("SELECT drug_id FROM drug_keys WHERE drug_key = $key", key=key))
    store.append(
        "plasma_peaks",
        pl.DataFrame(
            [("s", key, "alpelisib", *row) for row in PEAKS],
            schema=["source_id", "drug_key", "drug_name", "peak_uM", "unbound", "citation"],
            orient="row",
        ),
    )
    rows = pl.concat([store.sql("FROM responses LIMIT 1")] * 40).with_columns(
        drug_key=pl.lit(key),
        cell_line_ref=pl.Series([f"line {number}" for number in range(40)]),
        metric=pl.lit("LN_IC50"),
        value=pl.Series(logs()),
        dataset=pl.lit("LARGE"),
    )
    store.append("responses", rows)
    return found


def logs() -> np.ndarray:
    return np.random.default_rng(3).normal(0.6, 1.0, 40)


def test_the_lowest_peak_is_held_against_the_lines(store: Store, drug: str) -> None:
    found = plasma_peaks(store, [drug])[drug]
    assert (found.peak_uM, found.unbound, found.values, found.citation) == (0.8, 0.1, 2, "Review")
    assert found.ic50_uM == pytest.approx(float(np.exp(np.median(logs()))))
    assert (found.lines, found.reached, found.dataset) == (40, int((np.exp(logs()) <= 0.8).sum()), "LARGE")
    assert 0 < (found.reached or 0) < 20


def test_what_is_unbound_is_of_the_peak_that_is_shown(store: Store, drug: str) -> None:
    store.run("UPDATE plasma_peaks SET unbound = CASE citation WHEN 'Label' THEN 0.3 END")
    found = plasma_peaks(store, [drug])[drug]
    assert (found.peak_uM, found.unbound, found.citation) == (0.8, None, "Review")


def test_pages_say_it_and_are_silent_without_a_table(store: Store, drug: str) -> None:
    def page() -> str:
        return as_html(
            drug_report(store, "alpelisib", Settings(), with_lines(store, across(store, Settings().ranking)))
        )

    assert "peak in plasma 0.8 µM, the lowest of 2, 10% of it unbound (Review)" in page()
    store.run("DELETE FROM plasma_peaks")
    assert "In patients:" not in page()
