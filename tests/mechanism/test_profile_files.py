"""Every format of perturbation profiles is read as it is, or refused in one sentence."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from screen.errors import InputError
from screen.mechanism.profile_files import read_profiles
from tests.mechanism.perturbed import GENES, wells, write_gct, write_gctx

SHARED = Path(__file__).parents[3] / "shared" / "data" / "signatures"


def test_gctx_and_gct_hold_the_same(tmp_path: Path) -> None:
    values, facts = wells(drugs=2, replicates=1, vehicles=6)
    write_gctx(tmp_path / "a.gctx", values, facts, GENES)
    write_gct(tmp_path / "a.gct", values, facts, GENES)
    one, two = read_profiles(tmp_path / "a.gctx"), read_profiles(tmp_path / "a.gct")
    assert one.genes == two.genes == tuple(GENES)
    assert (one.values == two.values).all()
    assert (one.values == values.astype(np.float32)).all()
    assert one.wells == two.wells
    assert (one.wells[0].drug, one.wells[0].dose, one.wells[0].hours, one.wells[0].cell) == ("first", 0.1, 24.0, "A1")
    assert [well.vehicle for well in one.wells].count(True) == 6
    assert one.wells[-1].dose is None


def test_probes_of_a_gene_are_averaged_and_those_without_one_left_out(tmp_path: Path) -> None:
    values, facts = wells(drugs=0, replicates=1, vehicles=0)
    symbols = ["A", "B", "A", "-666", *GENES[4:]]
    write_gctx(tmp_path / "a.gctx", values, facts, symbols)
    found = read_profiles(tmp_path / "a.gctx")
    assert found.genes[:3] == ("A", "B", GENES[4])
    assert found.values[:, 0] == pytest.approx(values[:, [0, 2]].mean(axis=1), rel=1e-6)
    assert found.notes == ("probes without a gene, left out: 1", "genes with several probes, averaged: 1")


def test_a_plain_table_has_a_signature_a_column(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("gene,imatinib,DMSO\nA,1.5,0\nB,-2,0.25\n")
    found = read_profiles(tmp_path / "t.csv")
    assert found.genes == ("A", "B")
    assert found.values.tolist() == [[1.5, -2.0], [0.0, 0.25]]
    assert [(well.drug, well.vehicle) for well in found.wells] == [("imatinib", False), ("DMSO", True)]


def test_one_cell_line_of_a_file(tmp_path: Path) -> None:
    values, facts = wells(drugs=0, replicates=1, vehicles=0)
    facts[0]["cell_id"] = "MCF7"
    write_gctx(tmp_path / "a.gctx", values, facts, GENES)
    assert len(read_profiles(tmp_path / "a.gctx", "mcf-7").wells) == 1
    with pytest.raises(InputError, match="no profile of cell line 'PC3'"):
        read_profiles(tmp_path / "a.gctx", "PC3")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.gmt", "A\t\tG1\tG2\n", "gene sets, not profiles"),
        ("a.csv", "gene,x\nA,1\nB,high\n", "line 3: 'high' is not a number"),
        ("a.csv", "gene,x\nA,1\nB,nan\n", "line 3: a value is missing"),
        ("a.csv", "gene,x\nA,1,2\n", "line 2: 2 values under 1 names"),
        ("a.csv", "gene\nA\n", "neither profiles nor a table"),
        ("a.gct", "#1.3\n3\t1\t0\t0\nid\tW\nA\t1\n", "it says 3 rows and 1 columns, and has 1 and 1"),
        ("a.gct", "#1.3\nx\nid\tW\n", "line 2 does not give the sizes"),
        ("a.gctx", "\x89HDF\r\n\x1a\nrest", "cannot be read as HDF5"),
    ],
)
def test_a_wrong_file_is_one_error(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=says):
        read_profiles(tmp_path / name)


def test_another_hdf5_file_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["X"] = np.zeros(3)
    with pytest.raises(InputError, match="HDF5 with X, neither"):
        read_profiles(tmp_path / "a.h5")


@pytest.mark.real
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/signatures")
def test_every_real_file_is_read_or_refused_in_one_sentence() -> None:
    read, refused = {}, {}
    for path in sorted(SHARED.rglob("*")):
        if path.is_file() and "fgsea_reference" not in path.parts:
            try:
                read[path.name] = read_profiles(path)
            except InputError as fault:
                refused[path.name] = fault
    assert all(fault.remedy and "\n" not in fault.what for fault in refused.values())
    assert {"test_l1000_highprecision.gctx", "sample_db.h5"} <= set(read)
    found = read["test_l1000_highprecision.gctx"]
    with h5py.File(SHARED / "test_l1000_highprecision.gctx") as file:
        assert (found.values == file["0/DATA/0/matrix"][:]).all()
        assert list(found.genes) == [one.decode() for one in file["0/META/ROW/pr_gene_symbol"][:]]
        assert [well.drug for well in found.wells] == [one.decode() for one in file["0/META/COL/pert_iname"][:]]


@pytest.mark.parametrize("drugs", [("DB00014", "DB00091"), ("CHEMBL25", "CHEMBL941"), ("BRD-K12343256", "BRD-A1")])
def test_a_table_of_drugs_is_no_table_of_genes(tmp_path: Path, drugs: tuple[str, str]) -> None:
    path = tmp_path / "summary.tsv"
    path.write_text("perturbagen\tdown\tup\n" + "".join(f"{drug}\t1\t2\n" for drug in drugs))
    with pytest.raises(InputError, match=r"its rows are drugs .*, not genes"):
        read_profiles(path)
