"""The view as files: every link leads to a file, hostile names name no path, and Chromium opens it from the disk."""

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from screen.errors import InputError
from screen.report.content.glossary import RESEARCH_USE
from screen.settings import Settings
from screen.view.site import MARK, Site, report_site
from tests.report.browser import Browser

_LINK = re.compile(r' (?:href|src|action|xlink:href)="([^"]*)"')


@pytest.fixture(scope="module")
def made(filled_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    folder = tmp_path_factory.mktemp("share") / "site"
    return report_site(Settings(store=filled_path), ["STAD"], folder), folder


def links(page: Path) -> list[str]:
    return [unescape(one) for one in _LINK.findall(page.read_text("utf-8"))]


def test_every_link_leads_to_a_file_beside_it(made: tuple[Site, Path]) -> None:
    site, folder = made
    files = {path.name for path in folder.iterdir()}
    assert site.files == len(files) - 1
    wanted = set()
    for page in folder.glob("*.html"):
        for link in links(page):
            if link.startswith(("https://", "data:", "mailto:")):
                continue
            name = unquote(urlsplit(link).path) or page.name
            assert name in files, f"{page.name} leads to {link}"
            if fragment := urlsplit(link).fragment:
                assert f'id="{fragment}"' in (folder / name).read_text("utf-8"), f"{page.name}: #{fragment}"
            wanted.add(name)
    unread = files - wanted - {MARK, "index.html"}
    assert not [name for name in unread if not name.startswith("patient-")]


def test_each_patient_has_a_page_and_each_page_says_what_it_is_for(made: tuple[Site, Path]) -> None:
    site, folder = made
    assert len(list(folder.glob("patient-*.html"))) == site.patients > 5
    for page in folder.glob("*.html"):
        text = unescape(page.read_text("utf-8"))
        assert RESEARCH_USE in text, page.name
        assert "<form" not in text, page.name
    assert json.loads((folder / MARK).read_text())["purpose"] == RESEARCH_USE
    assert RESEARCH_USE in (folder / "drugs.csv").read_text("utf-8").splitlines()[0]


def test_one_indication_names_no_other_patient(made: tuple[Site, Path]) -> None:
    site, folder = made
    assert site.indications == ("STAD",)
    assert not [path.name for path in folder.glob("patient-*") if "BRCA" in path.name]
    assert not list(folder.glob("patients-BRCA*"))
    assert not [page.name for page in folder.glob("*.html") if "patient-SYN-BRCA" in page.read_text("utf-8")]


def test_no_page_says_where_the_store_lies(made: tuple[Site, Path], filled_path: Path) -> None:
    pages = [path.read_text("utf-8") for path in made[1].glob("*.html")]
    assert not [text for text in pages if str(filled_path.parent) in text]
    assert any(f"crescreen --store {filled_path.name} " in text for text in pages)


def test_it_is_written_anew_with_the_same_bytes(made: tuple[Site, Path], filled_path: Path, tmp_path: Path) -> None:
    _, first = made
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MARK).write_text("{}")
    (tmp_path / "site" / "of-before.html").write_text("old")
    report_site(Settings(store=filled_path), ["STAD"], tmp_path / "site")
    assert {path.name: path.read_bytes() for path in (tmp_path / "site").glob("*.html")} == {
        path.name: path.read_bytes() for path in first.glob("*.html")
    }
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_of_something_else_stays(filled_path: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="holds something else"):
        report_site(Settings(store=filled_path), [], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_call_that_is_stopped_leaves_the_site_of_before(filled_path: Path, tmp_path: Path) -> None:
    def stop(_what: str, done: int, _of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MARK).write_text("{}")
    (tmp_path / ".site.999999999.draft").mkdir()
    with pytest.raises(KeyboardInterrupt):
        report_site(Settings(store=filled_path), ["STAD"], tmp_path / "site", stop)
    assert [path.name for path in (tmp_path / "site").iterdir()] == [MARK]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_chromium_opens_pages_from_the_disk_with_a_clean_console(made: tuple[Site, Path], tmp_path: Path) -> None:
    _, folder = made
    starts = ("index", "patients-STAD", "patient-", "indication-STAD", "cohort-STAD", "drugs", "drug-", "organoid-")
    with Browser(tmp_path) as browser:
        for start in starts:
            page = min(folder.glob(f"{start}*.html"))
            browser.open(page)
            assert browser.value("document.querySelector('nav.bar a').href").startswith("file:")
            assert browser.value("[...document.styleSheets].length") == 4
    assert browser.events == []
    assert {urlsplit(one).scheme for one in browser.requested} <= {"file", "data"}
