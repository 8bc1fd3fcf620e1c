"""Bytes, banners, hostile names, and the JSON behind the pages."""

import io
import json
import re
from base64 import b64decode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader

from screen.errors import InputError
from screen.ranking.across_indications import Across
from screen.report.content import glossary
from screen.report.content.indication_report import indication_context
from screen.report.content.patient_report import PatientReport, patient_context
from screen.report.formats.rendering import as_html, as_pdf, file_name, render
from screen.report.record_data import as_json
from screen.store import Store
from tests.report.conftest import SETTINGS


@pytest.fixture(scope="module")
def report(filled: Store, filled_tables: Across) -> PatientReport:
    return patient_context(filled, "SYN-BRCA-003", SETTINGS, filled_tables)


@pytest.fixture(scope="module")
def pdf(report: PatientReport) -> bytes:
    return as_pdf(report)


def test_every_page_says_research_use_synthetic_and_its_number(pdf: bytes) -> None:
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert glossary.RESEARCH_USE in text
        assert "SYNTHETIC DATA" in text
        assert f"page {number} of {len(pages)}" in text


def test_the_same_content_gives_the_same_bytes(filled: Store, filled_tables: Across, pdf: bytes) -> None:
    again = patient_context(filled, "SYN-BRCA-003", SETTINGS, filled_tables)
    assert as_pdf(again) == pdf


def test_an_indication_report_says_it_too(filled: Store, filled_tables: Across) -> None:
    content = as_pdf(indication_context(filled, "STAD", SETTINGS, filled_tables))
    for page in PdfReader(io.BytesIO(content)).pages:
        assert "For research use only" in page.extract_text()


@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_hostile_names_are_only_text(filled: Store, filled_tables: Across, kind: str, report: PatientReport) -> None:
    html = as_html(report if kind == "patient" else indication_context(filled, "BRCA", SETTINGS, filled_tables))
    assert html.count("<script") == 2, "the data and the script of the tables"
    assert "src=" not in html
    assert "49" not in re.findall(r"quote' (\S+)", html)


def test_a_hostile_name_on_the_shortlist_stays_text(filled: Store, filled_tables: Across) -> None:
    patient = filled.scalar("SELECT patient_id FROM edp WHERE drug_name LIKE '<script>%' ORDER BY 1 LIMIT 1")
    html = as_html(patient_context(filled, patient, SETTINGS, filled_tables))
    assert "&lt;script&gt;alert" in html
    assert html.count("<script") == 2, "the data and the script of the tables"


def test_json_is_sorted_and_holds_what_the_table_shows(report: PatientReport) -> None:
    text = as_json(report)
    content = json.loads(text)
    assert text == json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    for row, shown in zip(report.rows, content["rows"], strict=True):
        assert shown["drug"]["rank"] == row.drug.rank
        assert shown["drug"]["score"] == pytest.approx(row.drug.score, abs=1e-6)
        assert shown["drug"]["note"]["label"] == row.drug.note.label


def test_the_page_is_self_contained(report: PatientReport) -> None:
    html = as_html(report)
    assert not re.findall(r"""(?:src|url)\s*[=(]""", html)
    # Links are followed by a reader alone: nothing is loaded.
    links = re.findall(r'href="([^"]*)"', html)
    assert links
    assert all(one.startswith(("https://clinicaltrials.gov/", "https://pubchem.ncbi.nlm.nih.gov/")) for one in links)
    assert not re.findall(r"<(?:link|script|img|iframe)[^>]*href", html)
    assert 'lang="en"' in html
    assert "width=device-width" in html


def test_only_the_script_that_came_with_it_may_run(report: PatientReport) -> None:
    html = as_html(report)
    (script,) = re.findall(r"<script>(.*)</script>", html, re.DOTALL)
    allowed = re.search(r"default-src 'none';.* script-src 'sha256-([^']+)'", html)
    assert allowed is not None
    assert b64decode(allowed[1]) == sha256(script.encode()).digest()


def test_a_report_is_written_whole(report: PatientReport, tmp_path: Path) -> None:
    path = render(report, "json", tmp_path / "new")
    assert json.loads(path.read_text())["subject"] == "SYN-BRCA-003"
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["patient-SYN-BRCA-003.json"]


def test_an_unknown_format_is_refused(report: PatientReport, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="docx"):
        render(report, "docx", tmp_path)


def test_a_patient_id_cannot_leave_the_folder(report: PatientReport) -> None:
    assert file_name(report, "pdf") == "patient-SYN-BRCA-003.pdf"
    assert "/" not in file_name(replace(report, subject="../../etc/passwd"), "pdf")
    assert file_name(replace(report, subject="a b"), "pdf") != file_name(replace(report, subject="a_b"), "pdf")


def test_letters_without_a_font_are_named_on_the_page_and_in_the_log(
    report: PatientReport, caplog: pytest.LogCaptureFixture
) -> None:
    nameless = replace(report, title="Drug ranking: \ue9ff-01", subject="\ue9ff-01")
    text = PdfReader(io.BytesIO(as_pdf(nameless))).pages[0].extract_text().replace("\0", "")
    assert "Letters without a font" in text
    assert "U+E9FF -01" in text
    assert "draws as boxes" in caplog.text
    assert "U+E9FF" in caplog.text


def test_where_every_letter_has_a_font_nothing_is_said(pdf: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert "Letters without a font" not in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "font" not in caplog.text
