"""Erased patients are gone from the file itself, whatever interrupts it, and stay away."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.errors import StoreError
from screen.patient_identity import erasure_keys
from screen.records import Batch, ReadOptions
from screen.settings import Settings
from screen.store import Store, audit, erasure, open_store, runs, save, tombstones
from screen.store.cell_store import StoredClones, save_clones
from screen.store.resistance_tables import save_resistance

PATIENT = "SYN-ERASE-ME-0001"
OTHER_SPELLINGS = ("syn-erase-me-0001", "SYN.ERASE.ME.0001", "SYN_ERASE_ME_0001", "SYN-ERASE-ME-0001-01A")


def _with_patients(store: Store, tmp_path: Path, name: str, *ids: str) -> save.StoredRows:
    file = tmp_path / name
    file.write_text(name)
    wanted = ids or (PATIENT, "SYN-STAYS")
    rows = pl.DataFrame({"patient_id": wanted, "indication": "BRCA", "authority": 1})
    notes = (f"ages are no numbers: see {PATIENT} and others",)
    with store.transaction():
        batch = Batch("clinical", {"patient_records": rows}, notes)
        return save.save_batch(store, save.source_of(file, ReadOptions(dataset=f"study {PATIENT}")), batch)


def _filled(store: Store, tmp_path: Path) -> None:
    """Rows of the patient in every table that can hold some."""
    _with_patients(store, tmp_path, f"{PATIENT}.csv")
    for sql in (
        "INSERT INTO scores SELECT 'r', $id, 'd' || range, 0.5, 0.1, 0.5, 1, FALSE, 1, 1, NULL, NULL FROM range(3000)",
        "INSERT INTO run_patients VALUES ('r', $id, 's', $id, 1, [], ['study ' || $id], 0.1, 0.1, TRUE)",
        "INSERT INTO outcomes VALUES ('o', $id, 'OS', TRUE, 10)",
        "INSERT INTO alterations VALUES ('a', 'patient', $id, $id, 'd', 'mutation', 'called', ['TP53'], [1], NULL)",
        "INSERT INTO covered_samples VALUES ('a', 'patient', $id, $id, 'mutation', 'list of ' || $id, NULL)",
        "INSERT INTO gene_lists VALUES ('l', 'list of ' || $id, 'mutation', 'panel', 'g')",
        "INSERT INTO plans VALUES ('p1', 'BRCA', $id, 'r', '{}', ['for ' || $id], [], 1)",
        "INSERT INTO plans VALUES ('p2', 'BRCA', NULL, 'r', '{}', ['patient ' || $id || ' is an outlier'], [], 2)",
    ):
        store.run(sql, id=PATIENT)
    for plan in ("p1", "p2"):
        store.run("INSERT INTO plan_treatments VALUES ($p, 'A1', 'A', TRUE, [], [], '', 1, 0.9, 'rank 1')", p=plan)
        store.run("INSERT INTO plan_wells VALUES ($p, 'P', 'B2', 2, 2, 'test', 'A1', [], 1, [], 1, 0.1, 1)", p=plan)
        store.run(
            "INSERT INTO plan_transfers VALUES ($p, 1, 'S', 'A1', 'P', 'B2', 'd', 'd', 'DMSO', 10, 1, 1, 2.5)", p=plan
        )
        store.run("INSERT INTO plan_sources VALUES ($p, 'S', 'A1', 'd', 'd', 'DMSO', 1, 10, 9, 1, NULL)", p=plan)
        store.run("INSERT INTO plan_compounds VALUES ($p, 'd', 'd', '', 1, '', '', [], 'DMSO', 10, 9, 1)", p=plan)


@pytest.fixture
def settings(store: Store, tmp_path: Path) -> Settings:
    _filled(store, tmp_path)
    store.close()
    made = Settings(store=store.path)
    (made.work / "evaluate").mkdir(parents=True)
    (made.work / "evaluate" / "codes.npy").write_text(f"of {PATIENT}")
    return made


def _left(settings: Settings) -> list[str]:
    """Files beside and in the store that hold the id, in any spelling of the case."""
    folder = settings.store.parent
    files = [path for path in folder.rglob("*") if path.is_file() and path.name.startswith((".", settings.store.name))]
    return [str(path) for path in files if PATIENT.lower().encode() in path.read_bytes().lower()]


def _gone(settings: Settings) -> None:
    assert _left(settings) == []
    assert not settings.work.exists()
    with open_store(settings.store) as store:
        assert store.sql("FROM patients")["patient_id"].to_list() == ["SYN-STAYS"]
        assert store.sql("SELECT DISTINCT plan_id FROM plan_wells UNION SELECT plan_id FROM plans").rows() == [("p2",)]
        assert store.scalar("SELECT count(*) FROM plan_transfers") == 1
        assert erasure.unfinished(store) == 0
        assert audit.first_broken(store) is None
    assert [path.name for path in settings.store.parent.iterdir() if path.name.endswith(".draft")] == []


def test_forget_leaves_nothing_but_a_tombstone(settings: Settings) -> None:
    counts = {count.table: count.rows for count in erasure.forget(settings, PATIENT)}
    assert (counts["patient_records"], counts["scores"], counts["plans"], counts["plan_wells"]) == (1, 3000, 1, 1)
    _gone(settings)
    key = tombstones.key_for_writing(settings.store)
    with open_store(settings.store) as store:
        assert tombstones.tombstone(key, PATIENT) in store.scalar("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
        assert store.sql("SELECT name, options, notes FROM source_files").rows() == [
            (
                "(erased).csv",
                '{"coverage": null, "dataset": "study (erased)", "indication": null, "kind": null, "unit": null}',
                ["ages are no numbers: see (erased) and others"],
            )
        ]


def test_what_is_left_answers_no_guess(settings: Settings) -> None:
    import hashlib

    before = save.source_of(settings.store.with_name(f"{PATIENT}.csv"), ReadOptions(dataset=f"study {PATIENT}"))
    erasure.forget(settings, PATIENT)
    content = settings.store.read_bytes()
    for guess in (PATIENT, *erasure_keys(PATIENT)):
        assert hashlib.sha256(guess.encode()).hexdigest().encode() not in content
    assert before.source_id.encode() not in content
    assert oct(tombstones.key_file(settings.store).stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("spelling", [PATIENT, *OTHER_SPELLINGS])
def test_no_spelling_brings_a_forgotten_patient_back(settings: Settings, tmp_path: Path, spelling: str) -> None:
    erasure.forget(settings, PATIENT)
    with open_store(settings.store, write=True) as store:
        saved = _with_patients(store, tmp_path, f"{spelling}-2.csv", spelling, "SYN-STAYS")
        assert store.sql("FROM patients")["patient_id"].to_list() == ["SYN-STAYS"]
        assert saved.notes[-1] == "1 rows left out, of patients erased earlier: 1"
        alone = _with_patients(store, tmp_path, f"{spelling}-3.csv", spelling)
        assert alone.rows == 0
    assert spelling.lower().encode() not in settings.store.read_bytes().lower()


@pytest.mark.parametrize("spelling", OTHER_SPELLINGS[:3])
def test_any_spelling_asks_for_the_erasure(settings: Settings, spelling: str) -> None:
    erasure.forget(settings, spelling)
    _gone(settings)


def test_forgetting_an_unknown_patient_changes_nothing(settings: Settings) -> None:
    with pytest.raises(StoreError, match="no patient 'X'"):
        erasure.forget(settings, "X")
    assert settings.work.exists()
    assert not tombstones.key_file(settings.store).exists()


def test_forgetting_again_is_no_error(settings: Settings) -> None:
    erasure.forget(settings, PATIENT)
    assert sum(count.rows for count in erasure.forget(settings, PATIENT)) == 0


_KILLED = """
import os, signal, sys
from pathlib import Path
from screen.settings import Settings
from screen.store import erasure
left = int(sys.argv[3])
def kill(step):
    global left
    left -= 1
    if left < 0:
        print(step, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
erasure.forget(Settings(store=Path(sys.argv[1])), sys.argv[2], kill)
"""


@pytest.mark.slow
def test_killed_at_any_step_it_is_finished_by_the_next_call(settings: Settings, tmp_path: Path) -> None:
    whole, steps = settings.store.read_bytes(), []
    for number in (0, 2, 5, 8, *range(11, 100)):
        settings.store.write_bytes(whole)
        (settings.work / "evaluate").mkdir(parents=True, exist_ok=True)
        (settings.work / "evaluate" / "codes.npy").write_text(f"of {PATIENT}")
        command = [sys.executable, "-c", _KILLED, str(settings.store), PATIENT, str(number)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        steps.append(done.stdout.strip())
        erasure.forget(settings, PATIENT)
        _gone(settings)
    assert len(steps) >= 10
    assert {"committed", "copy", "copied", "marked finished", "replace", "replaced"} <= set(steps)


_NO_ROOM = """
import resource, sys
from pathlib import Path
from screen.errors import StoreError
from screen.settings import Settings
from screen.store import erasure
def small(step):
    if step == sys.argv[3]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    erasure.forget(Settings(store=Path(sys.argv[1])), sys.argv[2], small)
except StoreError as fault:
    print(fault)
    sys.exit(2)
"""


@pytest.mark.parametrize("step", ["patient_records", "committed", "copy", "copied", "marked finished"])
def test_out_of_room_it_is_finished_by_the_next_call(settings: Settings, step: str) -> None:
    command = [sys.executable, "-c", _NO_ROOM, str(settings.store), PATIENT, step]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode in (0, 2), "Traceback" in done.stderr) == (True, False), done.stderr
    erasure.forget(settings, PATIENT)
    _gone(settings)


def test_a_lost_key_is_told_and_can_be_given_up(settings: Settings, tmp_path: Path) -> None:
    erasure.forget(settings, PATIENT)
    key = tombstones.key_file(settings.store)
    key.unlink()
    with open_store(settings.store, write=True) as store, pytest.raises(StoreError, match="key that keeps erased"):
        _with_patients(store, tmp_path, "later.csv")
    key.write_bytes(b"")
    with open_store(settings.store, write=True) as store:
        _with_patients(store, tmp_path, "later.csv")
    erasure.forget(settings, PATIENT)
    _gone(settings)


def test_a_tombstone_of_an_earlier_version_is_heeded(store: Store, tmp_path: Path) -> None:
    import hashlib

    store.run("INSERT INTO forgotten VALUES ($d, 'finished', '')", d=hashlib.sha256(PATIENT.encode()).hexdigest())
    _with_patients(store, tmp_path, "a.csv")
    assert store.sql("FROM patients")["patient_id"].to_list() == ["SYN-STAYS"]


def test_a_ranking_or_model_made_meanwhile_does_not_bring_the_patient_back(settings: Settings) -> None:
    erasure.forget(settings, PATIENT)
    run = runs.Run("r9", "BRCA", "m", {})
    rows = {"source_id": "s", "sample_id": "x", "genes_found": 1, "genes_missing": [[]], "profiles_unused": [[]]}
    both = pl.DataFrame({"patient_id": [PATIENT, "SYN-STAYS"]}).join(pl.DataFrame(rows), how="cross")
    both = both.with_columns(pl.col("genes_missing", "profiles_unused").cast(pl.List(pl.String)))
    drugs = pl.DataFrame({"drug_id": ["d"], "scored": [True]})
    scores = both.select("patient_id").with_columns(
        drug_id=pl.lit("d"), score=0.5, score_sd=0.1, rank=1, tied=False, rank_low=1, rank_high=1
    )
    heard = both.select("patient_id").with_columns(drug_id=pl.lit("d"), alteration=pl.lit("BRAF mutation"))
    heard = heard.with_columns(altered=True, score_without=0.4)
    with open_store(settings.store, write=True) as store:
        runs.save_run(store, run, both, scores, drugs, heard)
        assert store.sql("SELECT patient_id FROM heard_alterations").rows() == [("SYN-STAYS",)]
        assert store.sql("SELECT patient_id FROM scores WHERE run_id = 'r9'").rows() == [("SYN-STAYS",)]
        with pytest.raises(StoreError, match="erased while"):
            runs.save_run(store, run, both.head(1), scores.head(1), drugs, heard.head(1))
        with pytest.raises(StoreError, match="erased while"):
            runs.save_model(store, "BRCA", "m", {"name": "x", "evaluation": []}, b"", [PATIENT])
        assert store.scalar("SELECT count(*) FROM models") == 0
    assert PATIENT.encode() not in settings.store.read_bytes()


def test_clones_and_predicted_resistance_made_meanwhile_do_not_bring_the_patient_back(settings: Settings) -> None:
    erasure.forget(settings, PATIENT)
    calls = {"patient_id": [PATIENT], "drug_id": ["d"], "drug_name": ["d"], "model": ["m"], "probability": [0.5]}
    clones = StoredClones(
        clones=pl.DataFrame(), scores=pl.DataFrame(), model_id="m", indication="BRCA", request={}, result={}
    )
    with open_store(settings.store, write=True) as store:
        with pytest.raises(StoreError, match="erased while"):
            save_resistance(store, "r", "BRCA", {}, pl.DataFrame(calls), pl.DataFrame())
        with pytest.raises(StoreError, match="erased while"):
            save_clones(store, PATIENT, clones)
        assert store.scalar("SELECT count(*) FROM resistance_runs") == 0
    assert PATIENT.encode() not in settings.store.read_bytes()


def test_a_store_reached_by_a_link_is_erased_itself(settings: Settings, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.duckdb"
    link.parent.mkdir()
    os.symlink(settings.store, link)
    erasure.forget(Settings(store=link), PATIENT)
    assert link.is_symlink()
    assert PATIENT.encode() not in settings.store.read_bytes()


def test_the_command_clears_the_work_folder(settings: Settings) -> None:
    pipeline.forget(settings, PATIENT)
    assert not settings.work.exists()
