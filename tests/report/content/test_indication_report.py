"""What an indication's report says."""

import polars as pl
import pytest

from screen.errors import StoreError
from screen.ranking.across_indications import Across, across
from screen.report.content.indication_report import indication_context
from screen.report.formats.rendering import as_html
from screen.settings import Settings
from screen.store import Store
from tests.report.conftest import SETTINGS
from tests.report.filled import CODES, fill


def test_the_funnel_counts_what_the_tables_hold(filled: Store, filled_tables: Across) -> None:
    report = indication_context(filled, "BRCA", SETTINGS, filled_tables)
    counts = {step.name: step.count for step in report.funnel}
    assert counts["scores"] == 40 * report.scored
    assert counts["EDP pairs"] == filled_tables.edp.filter(pl.col("indication") == "BRCA").height
    assert counts["Qualified"] == filled_tables.qualified.filter(pl.col("qualified") == "yes").height


def test_the_histogram_holds_every_scored_drug_once(filled: Store, filled_tables: Across) -> None:
    report = indication_context(filled, "BRCA", SETTINGS, filled_tables)
    assert sum(one.drugs for one in report.histogram) == report.scored


def test_the_map_names_every_dei_drug_and_the_own_indication_first(filled: Store, filled_tables: Across) -> None:
    (block,) = indication_context(filled, "STAD", SETTINGS, filled_tables).dei
    assert block.indications[0] == "STAD"
    assert len(block.lines) == filled_tables.dei["drug_id"].n_unique()


def test_labels_stand_in_words_beside_the_colour(filled: Store, filled_tables: Across) -> None:
    html = as_html(indication_context(filled, "BRCA", SETTINGS, filled_tables))
    assert html.count(">○ Promising<") > 3
    assert html.count(">– Inefficient<") > 3


def test_the_confusion_covers_every_scored_drug(filled: Store, filled_tables: Across) -> None:
    report = indication_context(filled, "BRCA", SETTINGS, filled_tables)
    for one in report.agreement:
        left = one.unsearched if one.searched_only else 0
        assert (
            one.efficient_recorded + one.efficient_not + one.inefficient_recorded + one.inefficient_not + left
        ) == report.scored


def test_trials_not_searched_here_are_not_evaluable(filled: Store, filled_tables: Across) -> None:
    report = indication_context(filled, "COADREAD", SETTINGS, filled_tables)
    trials = report.agreement[1]
    assert (trials.chance, trials.unsearched) == (None, report.scored)
    assert "not evaluable: no source was searched in full for COADREAD" in as_html(report)


def test_records_known_are_compared_where_nothing_is_searched_in_full(filled: Store, filled_tables: Across) -> None:
    known = indication_context(filled, "COADREAD", SETTINGS, filled_tables).agreement[-1]
    assert (known.searched_only, known.records) == (False, "trials known")
    assert known.chance is not None
    full = indication_context(filled, "BRCA", SETTINGS, filled_tables).agreement
    assert [a.searched_only for a in full] == [True, True]


def test_coverage_tells_presence_from_absence(filled: Store, filled_tables: Across) -> None:
    report = indication_context(filled, "COADREAD", SETTINGS, filled_tables)
    assert {c.kind: c.searched for c in report.coverage} == {
        "labelled indications": "searched in full",
        "clinical trials": "presence only",
        "Repurposing Hub": "presence only",
    }


def test_approved_drugs_that_are_missed_come_first(filled: Store, filled_tables: Across) -> None:
    first, _, second, *_ = indication_context(filled, "BRCA", SETTINGS, filled_tables).cautions
    assert (first.topic, second.topic) == ("Missed by the model", "Without a score")


def test_three_patients_and_no_evidence_still_make_a_page(store: Store) -> None:
    fill(store, patients=(3, 3, 3), evidence=False)
    made = across(store, Settings().ranking)
    for code in CODES:
        assert "not searched" in as_html(indication_context(store, code, Settings(), made))


def test_an_unranked_indication_is_refused(filled: Store, filled_tables: Across) -> None:
    with pytest.raises(StoreError, match="crescreen rank LUAD"):
        indication_context(filled, "LUAD", SETTINGS, filled_tables)
