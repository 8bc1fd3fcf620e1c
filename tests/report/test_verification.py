"""A report is held against the store it came from."""

import json
from pathlib import Path

import pytest
from pypdf import PdfWriter

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.organoid import Request
from screen.settings import Ranking, Settings
from screen.store import audit, open_store
from screen.store.migrations import migrate
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


@pytest.mark.parametrize(
    "which", ["patient json", "patient pdf", "patient html", "indication json", "organoid json", "organoid pdf"]
)
def test_a_report_of_this_store_holds(settings: Settings, written: dict[str, Path], which: str) -> None:
    verdict = pipeline.verify(settings, written[which])
    assert (verdict.holds, verdict.differences) == ("yes", ())
    assert verdict.pages == ("" if which.endswith("json") else "as printed from its data")
    assert verdict.notes == ()


def test_a_figure_changed_in_the_file_is_named(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    text = json.loads(written["patient json"].read_text())
    text["rows"][1]["drug"]["score"] = 0.999
    drug = text["rows"][1]["drug"]["note"]["drug_id"]
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(text))
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
    assert verdict.pages == "as printed from its data"


def test_evidence_that_came_or_went_is_named(other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store:
        store.run("DELETE FROM evidence")
    differences = pipeline.verify(other, written["indication json"]).differences
    assert any("is not in the store's" in line for line in differences)


def test_pages_altered_after_printing_are_told(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(written["patient pdf"].read_bytes() + b"% more\n")
    verdict = pipeline.verify(settings, altered)
    assert verdict.holds == "no"
    assert verdict.pages == "as printed from its data, but the file was changed outside them"


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


def test_a_page_printed_of_other_words_is_named(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    forged = tmp_path / "forged.pdf"
    writer = PdfWriter(clone_from=written["patient pdf"])
    content = writer.pages[1]["/Contents"].get_object()
    content.set_data(content.get_data() + b"\nBT ET")
    writer.write(forged)
    verdict = pipeline.verify(settings, forged)
    assert (verdict.holds, verdict.differences) == ("no", ())
    assert verdict.pages.startswith("page 2 is not what this installation prints")
    assert crescreen("verify", str(forged), "--store", str(settings.store)).code == 1


def test_words_changed_on_a_screen_page_are_seen(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    page = written["patient html"].read_text()
    forged = tmp_path / "forged.html"
    forged.write_text(page.replace("What speaks against", "What speaks in favour"))
    verdict = pipeline.verify(settings, forged)
    assert (verdict.holds, verdict.differences) == ("no", ())
    assert verdict.pages.startswith("not what this installation prints")


def test_a_model_measured_since_is_a_note(other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store, store.transaction():
        store.run("UPDATE evaluations SET value = value + 0.01 WHERE metric = 'r_drug'")
        audit.record(store, "evaluate", protocol="lines")
    verdict = pipeline.verify(other, written["patient pdf"])
    assert (verdict.holds, verdict.differences) == ("yes", ())
    assert verdict.notes[0] == "the model was measured since"
    assert any(note.startswith("quality.") for note in verdict.notes)


def test_a_figure_of_accuracy_changed_without_an_evaluation_fails(other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store:
        store.run("UPDATE evaluations SET value = value + 0.01 WHERE metric = 'r_drug'")
    assert pipeline.verify(other, written["patient json"]).holds == "no"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "it was cut"),
        ("DELETE FROM audit", "it was cut"),
        ("UPDATE audit SET detail = '{}' WHERE seq = 1", "are not those"),
    ],
)
def test_a_trail_cut_or_rewritten_is_seen_by_a_report(
    other: Settings, written: dict[str, Path], change: str, message: str
) -> None:
    with open_store(other.store, write=True) as store:
        store.run(change)
    verdict = pipeline.verify(other, written["organoid json"])
    assert verdict.holds == "no"
    assert message in verdict.differences[0]


def test_a_trail_that_went_on_is_no_fault(other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store, store.transaction():
        audit.record(store, "ingest", rows=1)
    assert pipeline.verify(other, written["organoid json"]).holds == "yes"


def test_a_report_of_a_later_schema_is_one_error(settings: Settings, written: dict[str, Path], tmp_path: Path) -> None:
    later = tmp_path / "later.json"
    later.write_text(written["patient json"].read_text().replace("patient-report/3", "patient-report/4"))
    with pytest.raises(InputError, match="schema 'crescreen/patient-report/4'; this crescreen knows"):
        pipeline.verify(settings, later)


def test_a_report_of_before_schemas_is_named_as_old(
    settings: Settings, written: dict[str, Path], tmp_path: Path
) -> None:
    data = json.loads(written["organoid json"].read_text())
    del data["schema"]
    (tmp_path / "old.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match="organoid plan that names no schema, as older versions wrote it"):
        pipeline.verify(settings, tmp_path / "old.json")


def test_a_report_names_no_other_patients_file(other: Settings, tmp_path: Path) -> None:
    with open_store(other.store, write=True) as store:
        for number in (1, 2):
            identity = str(number) * 16
            store.run(
                """INSERT INTO source_files BY NAME SELECT * REPLACE ($id AS source_id, $name AS name)
                   FROM source_files LIMIT 1""",
                id=identity,
                name=f"SYN-BRCA-00{number}.csv",
            )
            store.run(
                """INSERT INTO patient_records BY NAME SELECT * REPLACE ($id AS source_id) FROM patient_records
                   WHERE patient_id = $patient""",
                id=identity,
                patient=f"SYN-BRCA-00{number}",
            )
    pipeline.report_patients(other, ["SYN-BRCA-001"], ["json", "html"], tmp_path)
    for file in tmp_path.glob("patient*"):
        assert "SYN-BRCA-001.csv" in file.read_text()
        assert "SYN-BRCA-002" not in file.read_text()


def test_the_command_ends_with_0_1_or_2(settings: Settings, other: Settings, written: dict[str, Path]) -> None:
    with open_store(other.store, write=True) as store:
        store.run("DELETE FROM evidence")
    file = str(written["patient pdf"])
    assert crescreen("verify", file, "--store", str(settings.store)).code == 0
    assert crescreen("verify", file, "--store", str(other.store)).code == 1
    assert crescreen("verify", str(written["patient html"]), "--store", str(settings.store)).code == 0
    verdicts = json.loads(crescreen("verify", file, "--json", "--store", str(settings.store)).out)
    assert verdicts[0]["holds"] == "yes"
