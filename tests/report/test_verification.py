"""A report is held against the store it came from."""

import json
from pathlib import Path

import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.organoid import Request
from screen.settings import Ranking, Settings
from screen.store import open_store
from screen.store.migrate import migrate
from tests.command import crescreen
from tests.report.filled import fill


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("verify") / "verify.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(5, 4, 4))
    return Settings(store=path)


@pytest.fixture(scope="module")
def written(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """kind and form -> file."""
    out = tmp_path_factory.mktemp("reports")
    files = [
        *pipeline.report_patients(settings, ["SYN-BRCA-001"], ["json", "pdf", "html"], out),
        *pipeline.report_indications(settings, ["BRCA"], ["json"], out),
    ]
    planned = pipeline.plan_organoids(settings, "BRCA", Request(), None, out, ["json", "pdf"])
    files += [file for file in planned.folder.iterdir() if file.name.startswith("organoid")]
    return {f"{file.name.split('-')[0]} {file.suffix[1:]}": file for file in files}


@pytest.fixture
def other(settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the store to change."""
    pipeline.backup(settings, tmp_path / "other.duckdb")
    return settings.changed(store=tmp_path / "other.duckdb")


@pytest.mark.parametrize("which", ["patient json", "patient pdf", "indication json", "organoid json", "organoid pdf"])
def test_a_report_of_this_store_holds(settings: Settings, written: dict[str, Path], which: str) -> None:
    verdict = pipeline.verify(settings, written[which])
    assert (verdict.holds, verdict.differences) == ("yes", ())
    assert verdict.pages == ("as this installation prints them" if which.endswith("pdf") else "")


def test_a_figure_changed_in_the_file_is_named(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    said = json.loads(written["patient json"].read_text())
    said["rows"][1]["drug"]["score"] = 0.999
    drug = said["rows"][1]["drug"]["note"]["drug_id"]
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(said))
    verdict = pipeline.verify(settings, forged)
    assert verdict.holds == "no"
    (difference,) = verdict.differences
    assert difference.startswith(f"rows[{drug}].drug.score: 0.999 in the file, 0.")


def test_a_score_changed_in_the_store_is_named(other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store:
        store.run("UPDATE scores SET score = score / 2 WHERE patient_id = 'SYN-BRCA-001' AND rank = 1")
    verdict = pipeline.verify(other, written["patient pdf"])
    assert verdict.holds == "no"
    assert any(line.startswith("rows[") and "in the store" in line for line in verdict.differences)
    assert "not those" in verdict.pages


def test_evidence_that_came_or_went_is_named(other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store:
        store.run("DELETE FROM evidence")
    told = pipeline.verify(other, written["indication json"]).differences
    assert any("is not in the store's" in line for line in told)


def test_pages_altered_after_printing_are_told(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(written["patient pdf"].read_bytes() + b"% more\n")
    verdict = pipeline.verify(settings, altered)
    assert verdict.holds == "yes"
    assert "not those this installation prints" in verdict.pages


def test_another_setting_is_the_first_difference(settings: Settings, written: dict[str, Path]) -> None:
    verdict = pipeline.verify(settings.changed(ranking=Ranking(efficient_fraction=0.2)), written["patient json"])
    assert verdict.differences[0].startswith("provenance.settings")
    assert any("tables.efficient_fraction" in line and '"0.2" in the store' in line for line in verdict.differences)


def test_a_patient_the_store_does_not_know_is_an_error(other: Settings, written: dict[str, Path]) -> None:
    pipeline.forget(other, "SYN-BRCA-001")
    with pytest.raises(StoreError, match="SYN-BRCA-001"):
        pipeline.verify(other, written["patient json"])


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"kind": "patient"}', b"%PDF-1.7\nnothing", b"\xff\xfe"])
def test_what_is_no_report_is_refused(settings: Settings, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(InputError, match="not a report"):
        pipeline.verify(settings, file)


def test_the_command_ends_with_0_1_or_2(settings: Settings, other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store:
        store.run("DELETE FROM evidence")
    file = str(written["patient pdf"])
    assert crescreen("verify", file, "--store", str(settings.store)).code == 0
    assert crescreen("verify", file, "--store", str(other.store)).code == 1
    assert crescreen("verify", str(written["patient html"]), "--store", str(settings.store)).code == 2
    told = json.loads(crescreen("verify", file, "--json", "--store", str(settings.store)).out)
    assert told[0]["holds"] == "yes"
