"""The page in plain words says what the full report says, and no word of the laboratory."""

import re

from screen.alterations.marker_match import MATCHES, OTHERWISE
from screen.ranking.across_indications import Across
from screen.report.content.clinician_page import ALTERATIONS, MOST, acted_on, clinician_page, known_markers
from screen.report.content.next_steps import AlteredTarget
from screen.report.content.patient_report import patient_context
from screen.report.content.tumour_alterations import DrugAlterations, GeneState, Marker
from screen.report.formats.rendering import as_html, as_pdf
from screen.store import Store
from tests.report.conftest import SETTINGS

PATIENT = "SYN-BRCA-003"


def test_the_page_names_the_drugs_of_the_first_list(filled: Store, filled_tables: Across) -> None:
    full, page = (f(filled, PATIENT, SETTINGS, filled_tables) for f in (patient_context, clinician_page))
    listed = full.stands_out.drugs
    assert [d.drug_id for d in page.drugs] == [d.drug_id for d in listed[:MOST]]
    assert page.further == max(0, len(listed) - MOST)
    for plain, one in zip(page.drugs, listed, strict=False):
        assert f"more on this tumour than on {one.selective * 100:.0f} of 100 other tumours" in plain.prediction
    assert "reason to test" in page.answer


def test_an_alteration_that_concerns_a_drug_is_named_and_one_that_does_not_is_not() -> None:
    targets = (GeneState("GENE2", "not altered", "x"),)
    present = Marker("GENE3 C2D", "sensitivity, a tumour (CIViC EID1, level A)", MATCHES, True)
    elsewhere = Marker("GENE4 E3F", "sensitivity, a tumour (CIViC EID2, level A)", OTHERWISE, True)
    assert known_markers(DrugAlterations("drug", 3, True, targets, (present, elsewhere))) == (
        "drug: known biomarker GENE3 C2D, present: sensitivity, a tumour (CIViC EID1, level A)."
    )
    assert known_markers(DrugAlterations("drug", 3, True, targets, (elsewhere,))) == ""


def test_an_altered_gene_is_named_with_the_approved_drugs_first() -> None:
    one = AlteredTarget(gene="GENE1", change="mutated", approved=("a (rank 35)",), others=("b (rank 2)", "c (rank 9)"))
    assert acted_on(one) == (
        "GENE1 is mutated. Approved for this tumour type and acting on it: a. Others that act on it: b and c."
    )
    lone = AlteredTarget(gene="GENE1", change="A1B (mutation)", approved=(), others=("b (rank 2)",))
    assert acted_on(lone) == "GENE1 is A1B (mutation). Drugs that act on it: b."


def test_the_alterations_are_those_of_the_full_report(filled: Store, filled_tables: Across) -> None:
    full, page = (f(filled, PATIENT, SETTINGS, filled_tables) for f in (patient_context, clinician_page))
    concerned = [line for line in map(known_markers, full.alterations.drugs) if line]
    concerned += map(acted_on, full.next_steps.altered)
    assert [*page.alterations] == concerned[:ALTERATIONS]
    assert page.alterations_read == full.alterations.read
    if not page.alterations_read:
        assert "unknown, not absent" in as_html(page)


def test_an_empty_list_is_an_answer(store: Store) -> None:
    from screen.ranking.shortlists import tables
    from screen.settings import Ranking, Settings
    from tests.report.filled import fill

    fill(store, patients=(3, 3, 3))
    settings = Settings(ranking=Ranking(potency_floor=0.9999))
    page = clinician_page(store, PATIENT, settings, tables(store, settings.ranking))
    assert page.answer.startswith("The computer singles out no drug")
    assert page.drugs == ()


def test_it_is_one_page_without_the_words_of_a_methods_paper(filled: Store, filled_tables: Across) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    page = clinician_page(filled, PATIENT, SETTINGS, filled_tables)
    assert len(PdfReader(BytesIO(as_pdf(page))).pages) == 1
    text = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", as_html(page), flags=re.S)
    assert not re.search(r"r_drug|AUROC|EDP|ensemble|z-score|quantile", text)
    assert "research use only" in text
