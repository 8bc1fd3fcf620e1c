"""A cohort's reports: made once, gone on with after an interruption, made again where something changed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.report.writing import WRITTEN, CohortReports
from screen.settings import Ranking, Settings
from screen.store import open_store
from screen.store.migrations import migrate
from tests.command import crescreen
from tests.report.filled import fill

PATIENTS = 6


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("cohort") / "cohort.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(PATIENTS, 3, 3))
    return Settings(store=path, workers=1)


def states(folder: Path) -> dict[str, int]:
    """file -> when it was written."""
    return {file.name: file.stat().st_mtime_ns for file in folder.glob("patient-*")}


def test_every_ranked_patient_has_a_report_in_each_format(settings: Settings, tmp_path: Path) -> None:
    done = pipeline.report_cohort(settings, "BRCA", ["html", "json"], tmp_path)
    assert done == CohortReports(
        indication="BRCA",
        patients=PATIENTS,
        written=PATIENTS,
        unchanged=0,
        folder=str(tmp_path),
        index=str(tmp_path / "index-BRCA.html"),
    )
    ids = [f"SYN-BRCA-{n:03d}" for n in range(1, PATIENTS + 1)]
    assert {file.name for file in tmp_path.glob("*")} == {WRITTEN, "index-BRCA.html"} | {
        f"patient-{one}.{form}" for one in ids for form in ("html", "json")
    }


def test_they_are_those_written_one_by_one(settings: Settings, tmp_path: Path) -> None:
    pipeline.report_cohort(settings, "BRCA", ["html"], tmp_path / "all")
    (one,) = pipeline.report_patients(settings, ["SYN-BRCA-002"], ["html"], tmp_path / "one")
    assert (tmp_path / "all" / one.name).read_bytes() == one.read_bytes()


def test_a_second_call_writes_nothing_but_what_is_missing_or_altered(settings: Settings, tmp_path: Path) -> None:
    pipeline.report_cohort(settings, "BRCA", ["json", "html"], tmp_path)
    before = states(tmp_path)
    assert pipeline.report_cohort(settings, "BRCA", ["json", "html"], tmp_path).written == 0
    assert states(tmp_path) == before
    (tmp_path / "patient-SYN-BRCA-001.json").unlink()
    (tmp_path / "patient-SYN-BRCA-002.html").write_text("altered")
    assert pipeline.report_cohort(settings, "BRCA", ["json", "html"], tmp_path).written == 2
    changed = {name for name, moment in states(tmp_path).items() if before[name] != moment}
    assert {name.split(".")[0] for name in changed} == {"patient-SYN-BRCA-001", "patient-SYN-BRCA-002"}


def test_other_settings_other_formats_or_another_store_make_them_again(settings: Settings, tmp_path: Path) -> None:
    pipeline.report_cohort(settings, "BRCA", ["json"], tmp_path)
    for changed, forms in (
        (settings.changed(ranking=Ranking(efficient_fraction=0.1)), ["json"]),
        (settings, ["json", "html"]),
    ):
        assert pipeline.report_cohort(changed, "BRCA", forms, tmp_path).written == PATIENTS
    pipeline.backup(settings, tmp_path / "other.duckdb")
    other = settings.changed(store=tmp_path / "other.duckdb")
    pipeline.forget(other, "SYN-STAD-001")
    assert pipeline.report_cohort(other, "BRCA", ["json", "html"], tmp_path).written == PATIENTS


@pytest.mark.slow
def test_interrupted_it_goes_on_where_it_was(settings: Settings, tmp_path: Path) -> None:
    words = ["report", "patient", "--all", "BRCA", "--format", "json,pdf", "--out", str(tmp_path)]
    running = subprocess.Popen(
        [sys.executable, "-m", "screen.cli", *words, "--store", str(settings.store)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    until = time.monotonic() + 120
    while not list(tmp_path.glob(f"{WRITTEN}/patient-*")) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"run the same command again" in stderr
    remaining = {record.name for record in tmp_path.glob(f"{WRITTEN}/patient-*")}
    assert 0 < len(remaining) < PATIENTS
    before = states(tmp_path)
    done = pipeline.report_cohort(settings, "BRCA", ["json", "pdf"], tmp_path)
    assert (done.unchanged, done.written) == (len(remaining), PATIENTS - len(remaining))
    assert all(states(tmp_path)[f"{one}.pdf"] == before[f"{one}.pdf"] for one in remaining)


def test_progress_counts_what_was_there(settings: Settings, tmp_path: Path) -> None:
    pipeline.report_cohort(settings, "BRCA", ["json"], tmp_path)
    (tmp_path / "patient-SYN-BRCA-004.json").unlink()
    text: list[tuple[str, int, int]] = []
    pipeline.report_cohort(settings, "BRCA", ["json"], tmp_path, lambda *one: text.append(one))
    assert text == [("reports of BRCA", PATIENTS - 1, PATIENTS), ("patient-SYN-BRCA-004", PATIENTS, PATIENTS)]


def test_what_cannot_be_reported_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="crescreen rank LUAD"):
        pipeline.report_cohort(settings, "LUAD", ["json"], tmp_path)
    with pytest.raises(InputError, match="docx"):
        pipeline.report_cohort(settings, "BRCA", ["docx"], tmp_path)
    both = crescreen("report", "patient", "SYN-BRCA-001", "--all", "BRCA", "--store", str(settings.store))
    neither = crescreen("report", "patient", "--store", str(settings.store))
    assert (both.code, neither.code) == (2, 2)
    assert "--all" in neither.err
