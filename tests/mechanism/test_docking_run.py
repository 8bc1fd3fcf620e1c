"""Imatinib redocked where the extra and the structure are at hand; decoys of like size; a stored pose is read."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from screen import pipeline
from screen.chem.poses import heavy_atoms
from screen.errors import InputError
from screen.mechanism.docking_drugs import decoys_of, drugs_named
from screen.mechanism.docking_run import DockingRequest, docking
from screen.settings import Settings

SHARED = Path(__file__).parents[3] / "shared" / "data" / "docking"


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/docking")
@pytest.mark.skipif(find_spec("vina") is None or find_spec("meeko") is None, reason="needs crescreen[docking]")
def test_imatinib_is_redocked_and_a_second_run_reads_its_pose(tmp_path: Path) -> None:
    receptor, ligand = SHARED / "1iep_receptor.pdbqt", SHARED / "1iep_ligand.sdf"
    request = DockingRequest(receptor=receptor, ligand=ligand, out=tmp_path, exhaustiveness=2)
    first = docking(request)
    assert first.rmsd < 2
    assert first.shown
    assert first.redocked.failed == ()
    files = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.iterdir()}
    again = docking(request)
    assert again == first
    poses = {name: content for name, content in files.items() if name.startswith("pose-")}
    assert {name: ((tmp_path / name).stat().st_mtime_ns, (tmp_path / name).read_bytes()) for name in poses} == poses


@pytest.fixture
def store(tmp_path: Path) -> Path:
    drugs = {
        "imatinib": "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
        "nilotinib": "Cc1ccc(cc1Nc1nccc(n1)-c1cccnc1)C(=O)Nc1cc(cc(c1)C(F)(F)F)-n1cnc(C)c1",
        "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
        "gallium alkyl": f"C[Ga]({'C' * 17}){'C' * 18}",
        "long chain": "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC(=O)O",
    }
    table = tmp_path / "drugs.csv"
    table.write_text("name,smiles\n" + "".join(f"{name},{smiles}\n" for name, smiles in drugs.items()))
    settings = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, [table])
    return settings.store


def test_decoys_have_the_size_of_the_drug_and_another_structure(store: Path) -> None:
    named = drugs_named(["Imatinib"], store)
    decoys = decoys_of(named, store, 5, 1)
    assert decoys == decoys_of(named, store, 5, 1)
    assert [one.name for one in decoys] == ["long chain"]
    assert abs(heavy_atoms(decoys[0].smiles) - heavy_atoms(named[0].smiles)) <= 3


def test_a_drug_that_cannot_be_docked_is_refused_before_anything_is(store: Path) -> None:
    with pytest.raises(InputError, match=r"gallium alkyl is no single molecule of elements"):
        drugs_named(["imatinib", "gallium alkyl"], store)
