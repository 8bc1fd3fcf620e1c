"""A drug over indications: the figures of its rows, recomputed; its trials and neighbours."""

import polars as pl
import pytest

from screen.errors import InputError
from screen.ranking.across_indications import across
from screen.ranking.between_indications import between_indications
from screen.ranking.shortlists import current_runs, export
from screen.report.content.drug_report import DrugReport, drug_report, with_lines
from screen.report.formats.rendering import as_html
from screen.settings import Settings
from screen.store import Store
from tests.report.filled import fill
from tests.report.responses import give_responses

SETTINGS = Settings()


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, patients=(12, 9, 7))
    give_responses(store)
    smiles = "UPDATE drugs SET smiles = 'C' || repeat('C', (hash(name) % 9)::INT) || 'O' WHERE smiles IS NOT NULL"
    store.run(smiles)
    return store


def made(store: Store, name: str = "alpelisib") -> DrugReport:
    return drug_report(store, name, SETTINGS, with_lines(store, across(store, SETTINGS.ranking)))


def test_each_row_is_the_indications_own(full: Store) -> None:
    report = made(full)
    rows = between_indications(full, SETTINGS.ranking, current_runs(full)).filter(pl.col("drug_id") == report.drug_id)
    standing = export(full, "stands_out").filter(pl.col("drug_id") == report.drug_id)
    assert [p.higher for p in report.places] == sorted(rows["higher"], reverse=True)
    for place in report.places:
        row = rows.row(by_predicate=pl.col("indication") == place.indication, named=True)
        assert (place.patients, place.score, place.sensitive) == (row["patients"], row["score"], row["sensitive"])
        assert place.standing == standing.filter(pl.col("indication") == place.indication).height
        assert place.by_chance == pytest.approx(min(row["sensitive"], 0.1) * row["patients"])
        assert place.stands_out == (row["sensitive"] >= 0.5 and row["higher"] >= 0.75)
    assert len(report.for_patients) + report.patients_left == standing.height
    assert [p.patient_id for p in report.for_patients] == standing.sort(
        "selective", "patient_id", descending=[True, False]
    )["patient_id"].to_list()[:12]


def test_trials_that_say_why_they_stopped_come_first(full: Store) -> None:
    drug = made(full).drug_id
    record = full.sql("SELECT * FROM evidence WHERE kind = 'trial' LIMIT 1").with_columns(
        drug_id=pl.lit(drug), record_id=pl.lit("NCT99999999"), status=pl.lit("TERMINATED"), indication=pl.lit("myeloma")
    )
    full.append("evidence", record)
    full.run(
        """INSERT INTO trials BY NAME
           SELECT 'x' AS source_id, 'NCT99999999' AS nct_id, 'sponsor decision' AS why_stopped"""
    )
    report = made(full)
    assert (report.trials[0].record_id, report.trials[0].why_stopped) == ("NCT99999999", "sponsor decision")
    page = as_html(report)
    assert 'href="https://clinicaltrials.gov/study/NCT99999999"' in page
    assert "sponsor decision" in page
    assert "<svg" in page[page.index("drugface") :]


def test_the_nearest_drugs_are_the_most_similar(full: Store) -> None:
    found = made(full).nearest
    assert len(found) == 8
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)
    assert "Alpelisib" not in {one.name for one in found}


@pytest.mark.parametrize("name", ["Nosuchdrug", "Trastuzumab"])
def test_a_drug_that_is_not_known_or_not_scored_is_refused(full: Store, name: str) -> None:
    with pytest.raises(InputError, match=name):
        made(full, name)
