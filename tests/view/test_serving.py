"""The view beside other commands: erased patients are gone, a writer is waited for and said, nothing is written."""

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

from screen import pipeline
from screen.settings import Settings
from screen.store import open_store
from tests.command import fingerprint
from tests.view.visitor import View

GONE = "SYN-BRCA-005"


@pytest.fixture
def settings(filled_path: Path, tmp_path: Path) -> Settings:
    """Of a copy of the store."""
    path = tmp_path / "copy.duckdb"
    pipeline.backup(Settings(store=filled_path), path)
    return Settings(store=path)


def test_an_erased_patient_is_gone_at_once_from_every_page(settings: Settings) -> None:
    with View(settings.store) as view:
        pages = {"/patient": {"id": GONE}, "/patients": {"indication": "BRCA"}, "/search": {"q": GONE}}
        assert all(GONE in view.get(page, **fields).text for page, fields in pages.items())
        pipeline.forget(settings, GONE)
        assert view.get("/patient", id=GONE).status == 404
        assert view.get("/patient.json", id=GONE).status == 404
        assert GONE not in view.get("/patients", indication="BRCA").text
        assert f">{GONE}</a>" not in view.get("/search", q=GONE).text


def test_looking_changes_nothing_in_the_store_and_logs_no_id(settings: Settings) -> None:
    before, files = fingerprint(settings.store), sorted(settings.store.parent.iterdir())
    running = View(settings.store)
    with running as view:
        for page in (
            "/",
            f"/patient?id={GONE}",
            "/indication?id=BRCA",
            "/patients.csv?indication=STAD",
            "/patient?id=x",
        ):
            view.get(page)
        written = running.end()
    assert fingerprint(settings.store) == before
    assert sorted(settings.store.parent.iterdir()) == files
    assert GONE not in written
    assert view.key not in written


def test_a_run_that_writes_is_said_and_pages_come_back(settings: Settings) -> None:
    holding = (
        "import sys; from pathlib import Path; from screen.store import open_store\n"
        f"with open_store(Path({str(settings.store)!r}), write=True): print('held', flush=True); sys.stdin.read()"
    )
    with View(settings.store) as view:
        writer = subprocess.Popen([sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == b"held\n"
        got = view.get("/")
        assert got.status == 503
        assert "A run is writing" in got.text
        writer.stdin.close()
        writer.wait(60)
        writer.stdout.close()
        assert view.get("/").status == 200


def test_a_command_writes_while_the_view_is_open(settings: Settings) -> None:
    with View(settings.store) as view:
        assert view.get("/").status == 200
        with open_store(settings.store, write=True, wait=10) as store:
            store.run("DELETE FROM plans")
        assert "No row" in view.get("/plans").text


def test_readers_at_once_open_the_store_each(settings: Settings) -> None:
    together = Barrier(12)
    faults: list[str] = []

    def read() -> None:
        for _ in range(10):
            together.wait(60)
            try:
                with open_store(settings.store) as store:
                    store.scalar("SELECT count(*) FROM drugs")
            except Exception as fault:
                faults.append(str(fault))

    readers = [Thread(target=read) for _ in range(together.parties)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert faults == []
