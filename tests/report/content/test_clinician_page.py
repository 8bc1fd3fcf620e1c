"""The page in plain words says what the full report says, and no word of the laboratory."""

import re

from screen.ranking.shortlists import Tables
from screen.report.content.clinician_page import MOST, clinician_page
from screen.report.content.patient_report import patient_context
from screen.report.formats.rendering import as_html, as_pdf
from screen.store import Store
from tests.report.conftest import SETTINGS

PATIENT = "SYN-BRCA-003"


def test_the_page_names_the_drugs_of_the_first_list(filled: Store, filled_tables: Tables) -> None:
    full, page = (f(filled, PATIENT, SETTINGS, filled_tables) for f in (patient_context, clinician_page))
    listed = full.stands_out.drugs
    assert [d.drug_id for d in page.drugs] == [d.drug_id for d in listed[:MOST]]
    assert page.further == max(0, len(listed) - MOST)
    for plain, one in zip(page.drugs, listed, strict=False):
        assert f"more on this tumour than on {one.selective * 100:.0f} of 100 other tumours" in plain.prediction
    assert "reason to test" in page.answer


def test_an_empty_list_is_an_answer(store: Store) -> None:
    from screen.ranking.shortlists import tables
    from screen.settings import Ranking, Settings
    from tests.report.filled import fill

    fill(store, patients=(3, 3, 3))
    settings = Settings(ranking=Ranking(potency_floor=0.9999))
    page = clinician_page(store, PATIENT, settings, tables(store, settings.ranking))
    assert page.answer.startswith("The computer singles out no drug")
    assert page.drugs == ()


def test_it_is_one_page_without_the_words_of_a_methods_paper(filled: Store, filled_tables: Tables) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    page = clinician_page(filled, PATIENT, SETTINGS, filled_tables)
    assert len(PdfReader(BytesIO(as_pdf(page))).pages) == 1
    text = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", as_html(page), flags=re.S)
    assert not re.search(r"r_drug|AUROC|EDP|ensemble|z-score|quantile", text)
    assert "research use only" in text
