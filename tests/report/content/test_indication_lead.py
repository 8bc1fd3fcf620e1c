"""What leads an indication's page: drugs that stand out there, and how much of EDI is the same list everywhere."""

import polars as pl
import pytest

from screen.ranking.across_indications import across
from screen.ranking.between_indications import between_indications
from screen.ranking.shortlists import current_runs
from screen.report.content.indication_lead import LeadDrug
from screen.report.content.indication_report import IndicationReport, indication_context
from screen.report.formats.rendering import as_html
from screen.settings import Settings
from screen.store import Store
from tests.report.filled import fill
from tests.report.responses import give_responses

SETTINGS = Settings()


@pytest.fixture
def planted(store: Store) -> str:
    """A drug that patients of BRCA alone are sensitive to; nothing else differs."""
    fill(store, patients=(12, 9, 7))
    give_responses(store)
    drug = str(store.scalar("SELECT min(drug_id) FROM drugs WHERE hub_phase = 'Launched' AND smiles IS NOT NULL"))
    store.run("UPDATE scores SET score = 0.4 + 0.2 * rank / 100")
    store.run(
        """UPDATE scores SET score = 0.9 + rank / 10000 WHERE drug_id = $drug
           AND run_id IN (SELECT run_id FROM runs WHERE indication = 'BRCA')""",
        drug=drug,
    )
    return drug


def report(store: Store, code: str = "BRCA") -> IndicationReport:
    return indication_context(store, code, SETTINGS, across(store, SETTINGS.ranking))


def of_drug(made: IndicationReport, drug: str) -> LeadDrug:
    return next(one for one in made.lead.drugs if one.note.drug_id == drug)


def test_a_drug_for_this_indication_alone_leads(store: Store, planted: str) -> None:
    found = of_drug(report(store), planted)
    rows = between_indications(store, SETTINGS.ranking, current_runs(store))
    row = rows.row(by_predicate=(pl.col("indication") == "BRCA") & (pl.col("drug_id") == planted), named=True)
    assert found.higher == 1.0
    assert (found.sensitive, found.score, found.score_elsewhere) == (1.0, row["score"], row["score_elsewhere"])
    assert (found.lines.here, found.lines.elsewhere) == (0, 100)
    assert (found.lines.difference, found.lines.p, found.lines.q) == (None, None, None)
    assert found.note.listed
    assert planted not in {one.note.drug_id for one in report(store).missed}
    assert planted not in {one.note.drug_id for one in report(store, "STAD").lead.drugs}


def test_page_one_leads_with_it_and_says_how_much_of_edi_is_everybodys(store: Store, planted: str) -> None:
    made = report(store)
    page = as_html(made)
    lead, edi = page.index("What stands out for BRCA"), page.index("Effective in nearly everybody")
    assert lead < page.index(of_drug(made, planted).note.name) < edi
    for one in made.lead.overlap:
        assert f"{one.indication} {one.shared} of {one.drugs}" in page
    assert len(made.lead.plain) == len(made.edi)
    assert "The same list elsewhere" in [c.topic for c in made.cautions]


def test_one_indication_alone_is_said_to_have_no_comparison(store: Store) -> None:
    fill(store, patients=(5, 5, 5))
    store.run("DELETE FROM scores WHERE run_id IN (SELECT run_id FROM runs WHERE indication <> 'BRCA')")
    store.run("DELETE FROM runs WHERE indication <> 'BRCA'")
    made = report(store)
    assert made.lead.answer.startswith("Only BRCA is ranked")
    assert made.lead.drugs == ()


def test_where_nothing_differs_that_is_an_answer(store: Store) -> None:
    fill(store, patients=(5, 5, 5))
    store.run("UPDATE scores SET score = 0.7")
    assert "No drug stands out for BRCA" in report(store).lead.answer
