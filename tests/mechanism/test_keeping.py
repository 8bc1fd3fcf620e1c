"""An illustration that is kept stands in the drug's report, in words and as a picture; nothing else changes."""

from pathlib import Path

import pytest

from screen.errors import InputError, StoreError
from screen.mechanism.docking_run import Docking, Pose
from screen.mechanism.keeping import keep_docking, keep_signature
from screen.mechanism.receptors import Box
from screen.mechanism.signature_run import SignatureRequest, signature
from screen.ranking.across_indications import across
from screen.report.content.drug_report import drug_report, with_lines
from screen.report.content.illustrations import drug_illustrations
from screen.report.drawing.figures import illustration_strip
from screen.store import open_store
from screen.store.migrations import migrate
from tests.command import fingerprint
from tests.mechanism.perturbed import GENES, wells, write_gctx
from tests.report.conftest import SETTINGS
from tests.report.filled import fill


@pytest.fixture(scope="module")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "s.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store)
        name = store.scalar("SELECT name FROM drugs JOIN run_drugs USING (drug_id) WHERE scored ORDER BY 1 LIMIT 1")
        store.run(
            """INSERT INTO drug_keys SELECT lower(name), drug_id FROM drugs
               WHERE lower(name) NOT IN (SELECT drug_key FROM drug_keys)"""
        )
    (path.parent / "name.txt").write_text(name)
    return path


@pytest.fixture
def drug(store_file: Path) -> str:
    return (store_file.parent / "name.txt").read_text()


def posed(name: str, role: str, energy: float) -> Pose:
    return Pose(
        name=name,
        smiles="C",
        heavy_atoms=20,
        role=role,
        energy=energy,
        seconds=9.0,
        file="p.mol",
        failed=("bond lengths",) if role == "decoy" else (),
        decoys_as_low=0.5 if role == "drug" else None,
    )


def docked(drug: str, *, shown: bool = True) -> Docking:
    redocked = posed("co-crystal ligand", "redocked", -11.0)
    return Docking(
        receptor="somewhere/r.pdbqt",
        receptor_sha256="ab" * 32,
        ligand_sha256="cd" * 32,
        box=Box((0, 0, 0), (20, 20, 20)),
        seed=1,
        exhaustiveness=8,
        rmsd=0.4,
        redocked=redocked,
        shown=shown,
        poses=(posed(drug, "drug", -9.5), posed("decoy one", "decoy", -7.25)),
    )


def test_drug_illustrations_stand_in_the_drugs_report(store_file: Path, drug: str, tmp_path: Path) -> None:
    values, facts = wells(drugs=6)
    for fact in facts:
        fact["pert_iname"] = {"first": drug}.get(fact["pert_iname"], fact["pert_iname"])
    write_gctx(tmp_path / "p.gctx", values, facts, GENES)
    found = signature(SignatureRequest(drug=drug, profiles=tmp_path / "p.gctx"))
    before = fingerprint(store_file, audit=False)
    keep_signature(found, drug, store_file)
    keep_signature(found, drug, store_file)
    keep_docking(docked(drug), [drug], store_file)
    after = fingerprint(store_file, audit=False)
    assert after.pop("illustrations")[0] == 2
    assert before.pop("illustrations")[0] == 0
    assert after == before
    with open_store(store_file) as store:
        report = drug_report(store, drug, SETTINGS, with_lines(store, across(store, SETTINGS.ranking)))
    docking, signed = report.illustrations
    assert docking.file == "r.pdbqt"
    assert [(one.name, one.value, one.group) for one in docking.says.molecules] == [
        ("co-crystal ligand", -11.0, "other"),
        (drug, -9.5, "drug"),
        ("decoy one", -7.25, "control"),
    ]
    assert any("fails PoseBusters' bond lengths" in line for line in docking.says.lines)
    assert "an effect on expression" in signed.says.lead
    assert any(line.startswith("Control, ") for line in signed.says.lines)
    for one in report.illustrations:
        picture = str(illustration_strip(one))
        assert picture.count("<path") + picture.count("<circle") + picture.count("<line") >= len(one.says.molecules)


def test_nothing_is_kept_where_there_is_nothing_to_show(store_file: Path, drug: str) -> None:
    with pytest.raises(InputError, match="was not found again"):
        keep_docking(docked(drug, shown=False), [drug], store_file)
    with pytest.raises(InputError, match="no drug was named"):
        keep_docking(docked(drug), [], store_file)
    with pytest.raises(InputError, match="kept in a store"):
        keep_docking(docked(drug), [drug], None)
    with pytest.raises(InputError, match="no drug 'aspirin of nowhere'"):
        keep_docking(docked(drug), ["aspirin of nowhere"], store_file)


def test_a_record_that_was_changed_is_refused_in_words(store_file: Path, drug: str) -> None:
    keep_docking(docked(drug), [drug], store_file)
    with open_store(store_file, write=True) as store:
        store.run("UPDATE illustrations SET record = replace(record, '-9.5', '\"<b>\"') WHERE kind = 'docking'")
        one = store.scalar("SELECT drug_id FROM illustrations WHERE kind = 'docking'")
        with pytest.raises(StoreError, match="cannot be read"):
            drug_illustrations(store, one)
