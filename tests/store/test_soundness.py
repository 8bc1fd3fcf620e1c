"""Whatever is wrong with a store is seen."""

import random
from pathlib import Path

import pytest

from screen import doctor
from screen.settings import Settings
from screen.store import Store, audit, open_store
from screen.store.migrations import migrate
from screen.store.soundness import faults_of
from tests.command import fingerprint


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("UPDATE audit SET detail = 'x' WHERE seq = 1", "audit trail"),
        ("INSERT INTO models VALUES ('m', 'STAD', 'x', '{', 'ab'::BLOB, 1)", "models"),
        ("INSERT INTO runs VALUES ('r', 'STAD', 'none', '{}', 1)", "references"),
        (
            "INSERT INTO expression BY NAME SELECT 'none' AS source_id, 'patient' AS domain, 'p' AS subject_id,"
            " 's' AS sample_id, 'd' AS dataset, 'tpm' AS unit, 'none' AS gene_order_id, [1] AS levels",
            "references",
        ),
        ("INSERT INTO forgotten VALUES ('d', 'unfinished', 'k')", "erasure"),
        ("DELETE FROM indication_members WHERE indication = 'COADREAD'", "indications"),
    ],
)
def test_each_kind_of_fault_is_seen(store: Store, change: str, check: str) -> None:
    with store.transaction():
        audit.record(store, "init")
    assert faults_of(store) == []
    store.run(change)
    assert {fault.check for fault in faults_of(store)} == {check}
    assert all(fault.remedy for fault in faults_of(store))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flips") / "s.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        store.run("INSERT INTO gene_aliases SELECT 's', md5(range::VARCHAR), 'alias', 'G' || range FROM range(30000)")
        store.run(
            "INSERT INTO scores SELECT 'r', 'p' || range, 'd', random(), 0, 0, 1, FALSE, 1, 1, 0, 0 FROM range(30000)"
        )
        store.run("DELETE FROM drug_names")
        with store.transaction():
            audit.record(store, "init")
    return path


@pytest.mark.parametrize("seed", range(24))
def test_a_flipped_bit_is_seen_or_harmless(filled: Path, tmp_path: Path, seed: int) -> None:
    generator = random.Random(seed)
    content = bytearray(filled.read_bytes())
    content[generator.randrange(12_288 if seed % 4 == 0 else len(content))] ^= 1 << generator.randrange(8)
    (tmp_path / "s.duckdb").write_bytes(content)
    failed = [finding for finding in doctor.examine(Settings(store=tmp_path / "s.duckdb")) if finding.state == "fail"]
    assert failed or fingerprint(tmp_path / "s.duckdb") == fingerprint(filled)
