"""The structure that PDF/A-3a and PDF/UA-1 ask for, read without a validator (no registry has one).

ISO 19005-3: 6.1.3 identifier, 6.2.3 output intent, 6.2.11 fonts, 6.6 metadata, 6.7 tags and language, 6.8 attachments.
ISO 14289-1: 7.1 artifacts and title, 7.3 figures, 7.5 tables.
"""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from screen.ranking.across_indications import Across
from screen.report.content.indication_report import indication_context
from screen.report.content.patient_report import patient_context
from screen.report.formats.rendering import as_pdf
from screen.report.record_data import as_json
from screen.store import Store
from tests.report.conftest import SETTINGS


@pytest.fixture(scope="module", params=["patient", "indication"])
def printed(request: pytest.FixtureRequest, filled: Store, filled_tables: Across) -> tuple[PdfReader, str]:
    """A report's PDF and its JSON."""
    report = (
        patient_context(filled, "SYN-BRCA-003", SETTINGS, filled_tables)
        if request.param == "patient"
        else indication_context(filled, "STAD", SETTINGS, filled_tables)
    )
    return PdfReader(io.BytesIO(as_pdf(report))), as_json(report)


@pytest.fixture
def reader(printed: tuple[PdfReader, str]) -> PdfReader:
    return printed[0]


@pytest.fixture
def root(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def elements(node: Any) -> Iterator[Any]:
    """Every structure element under a node."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_it_says_which_standards_it_follows(root: Any) -> None:
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3" pdfaid:conformance="A"' in metadata
    assert 'pdfuaid:part="1"' in metadata
    assert metadata.count("<rdf:RDF") == metadata.count("</rdf:RDF>") == 1
    assert "<pdfaSchema:prefix>pdfuaid" in metadata


def test_title_and_language_are_set_and_shown(reader: PdfReader, root: Any) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title is not None
    assert f">{reader.metadata.title}<" in root["/Metadata"].get_data().decode()
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]
    assert len(reader.trailer["/ID"]) == 2


def test_colours_have_an_output_intent(root: Any) -> None:
    (intent,) = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object()["/N"] == 3


def test_every_font_is_embedded_with_its_letters(reader: PdfReader) -> None:
    fonts = {name: font.get_object() for page in reader.pages for name, font in page["/Resources"]["/Font"].items()}
    assert fonts
    for font in fonts.values():
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/ToUnicode" in font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)


def test_the_json_is_attached_as_the_data_behind_the_pages(printed: tuple[PdfReader, str], root: Any) -> None:
    (attached,) = (one.get_object() for one in root["/AF"])
    file = attached["/EF"]["/F"].get_object()
    assert attached["/AFRelationship"] == "/Data"
    assert file["/Subtype"] == "/application/json"
    assert file["/Params"]["/ModDate"] == "D:19700101000000Z"
    assert file.get_data().decode() == printed[1]
    assert attached["/UF"].endswith(".json")


def test_nothing_forbidden_is_in_it(reader: PdfReader, root: Any) -> None:
    assert "/Encrypt" not in reader.trailer
    assert not {"/AA", "/OpenAction", "/AcroForm"} & set(root)
    assert "/JavaScript" not in root["/Names"]
    assert b"/LZWDecode" not in reader.stream.read()


def test_every_picture_says_what_it_shows_and_every_heading_its_scope(root: Any) -> None:
    found = list(elements(root["/StructTreeRoot"]))
    assert all(one.get("/Alt") for one in found if one["/S"] == "/Figure")
    assert {one["/A"]["/Scope"] for one in found if one["/S"] == "/TH"} <= {"/Column", "/Row"}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= {one["/S"] for one in found}


def test_lists_hold_items_and_items_lie_in_lists(root: Any) -> None:
    for one in elements(root["/StructTreeRoot"]):
        kids = {kid["/S"] for kid in (k.get_object() for k in one["/K"]) if isinstance(kid, dict) and "/S" in kid}
        assert one["/S"] != "/L" or kids <= {"/LI", "/Caption", "/L"}
        assert one["/S"] == "/L" or "/LI" not in kids


def test_headings_skip_no_level(root: Any) -> None:
    levels = [int(one["/S"][2]) for one in elements(root["/StructTreeRoot"]) if re.fullmatch(r"/H\d", one["/S"])]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_all_content_is_in_the_tree_or_an_artifact(reader: PdfReader, root: Any) -> None:
    tree = {id(one) for one in elements(root["/StructTreeRoot"])}
    nums = root["/StructTreeRoot"]["/ParentTree"].get_object()["/Nums"]
    for number, page in enumerate(reader.pages):
        owners, depth = nums[2 * number + 1].get_object(), 0
        for operands, operator in ContentStream(page["/Contents"].get_object(), reader).operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            if operator == b"BDC" and "/MCID" in operands[1]:
                assert id(owners[operands[1]["/MCID"]].get_object()) in tree
            assert depth or operator not in (b"Tj", b"TJ")


def test_running_heads_are_artifacts(reader: PdfReader) -> None:
    for page in reader.pages:
        marks = [
            operands
            for operands, operator in ContentStream(page["/Contents"].get_object(), reader).operations
            if operator == b"BDC" and operands[0] == "/Artifact"
        ]
        assert [mark[1].get("/Type") for mark in marks].count("/Pagination") >= 3
