"""What may be said of a model beside the naive predictors."""

import pytest

from screen.metrics.figure import from_printed
from screen.report.content.model_quality import Measure, quality
from screen.report.content.provenance import current_run
from screen.store import Store, runs
from tests.report.filled import fill


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, patients=(3, 3, 3))
    return store


def harness(store: Store, *rows: tuple[str, str, str, str]) -> None:
    """Figures of a later evaluation: protocol, model, printed stratum and metric."""
    figures = [
        from_printed(
            {
                "protocol": protocol,
                "model": model,
                "stratum": stratum,
                "metric": metric,
                "value": 0.3,
                "low": 0.2,
                "high": 0.4,
                "n": 100,
            }
        )
        for protocol, model, stratum, metric in rows
    ]
    runs.save_evaluations(store, "harness", figures)


def test_apart_in_their_intervals_is_better_or_worse(full: Store) -> None:
    found = quality(full, current_run(full, "BRCA"))
    assert found.verdict.endswith("better than mean effects and drug mean; worse than ridge.")
    assert found.unbeaten == ("ridge",)


def test_overlapping_intervals_are_not_told_apart(full: Store) -> None:
    full.run("UPDATE evaluations SET low = -1 WHERE model = 'dsn-adv'")
    assert "not told apart from mean effects and drug mean" in quality(full, current_run(full, "BRCA")).verdict


def test_a_paired_difference_decides_where_it_was_measured(full: Store) -> None:
    full.run("""INSERT INTO evaluations
                SELECT * REPLACE ('mean effects' AS baseline, -0.2 AS low, 0.1 AS high)
                FROM evaluations WHERE model = 'dsn-adv' AND metric = 'r_drug'""")
    found = quality(full, current_run(full, "BRCA"))
    assert "not told apart from mean effects" in found.verdict


def test_the_model_comes_first_then_the_best_and_everything_is_listed(full: Store) -> None:
    found = quality(full, current_run(full, "BRCA"))
    assert [c.model for c in found.compared] == ["dsn-adv", "ridge", "mean effects", "drug mean"]
    assert len(found.all) == 8
    assert isinstance(found.all[0], Measure)


def test_of_a_harness_only_what_concerns_the_report_is_taken(full: Store) -> None:
    rows = [
        ("dsn-adv", "all", "r_drug"),
        ("dsn-adv", "all", "slope"),
        ("dsn-adv", "all", "r_drug_less_ridge"),
        ("dsn-adv", "lineage:Breast", "r_drug"),
        ("ridge", "lineage:Breast", "r_drug"),
        ("dsn-adv", "lineage:Skin", "r_drug"),
        ("dsn-adv", "drug:Olaparib", "r_drug"),
        ("dsn-adv", "drug:Olaparib", "rmse"),
        ("ridge", "drug:Olaparib", "r_drug"),
        ("forest", "all", "r_drug"),
    ]
    harness(full, *(("lineages", *row) for row in rows))
    found = quality(full, current_run(full, "BRCA"), ["lineage:Breast", "drug:Olaparib"])
    taken = {(m.model, m.stratum, m.metric) for m in found.all if m.protocol == "lineages"}
    assert taken == {rows[0], rows[1], rows[2], rows[3], rows[4], rows[6]}
    (printed,) = (p for p in found.protocols if p.name == "lineages")
    assert printed.metrics == ("r_drug",)
    assert [(row.stratum, row.model) for row in printed.rows] == [
        ("all", "dsn-adv"),
        ("lineage:Breast", "dsn-adv"),
        ("lineage:Breast", "ridge"),
    ]
    assert [m.metric for m in printed.paired] == ["r_drug_less_ridge"]


def test_what_was_measured_over_all_indications_reaches_the_report(full: Store) -> None:
    rows = [
        ("lines", "dsn-adv", "all", "coverage_conformal_90"),
        ("drugs", "dsn-adv", "domain:neither", "r_drug"),
        ("drugs", "dsn-adv", "domain:both", "r_drug"),
        ("drugs", "ridge", "all", "r_drug"),
    ]
    harness(full, *rows)
    found = quality(full, current_run(full, "BRCA"))
    taken = {(m.protocol, m.model, m.stratum, m.metric) for m in found.all}
    assert set(rows) <= taken
    lines = next(p for p in found.protocols if p.name == "lines")
    assert "coverage_conformal_90" in lines.metrics
