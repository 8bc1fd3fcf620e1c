"""Structure files: SMILES lines and SDF."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.readers import structures
from tests.ingest.drug_files import read

_ETHANOL, _BENZENE = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "UHOVQNZJYSORNB-UHFFFAOYSA-N"
_SDF = """{title}
  made by hand

  2  1  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 {second}   0  0
  1  2  1  0
M  END
> <GENERIC_NAME>
{name}

$$$$
"""


@pytest.mark.parametrize(
    "content",
    [
        "CCO ethanol\nc1ccccc1 benzene\n",
        "CCO\tethanol\r\nc1ccccc1\tbenzene\r\n",
        "SMILES Name\nCCO ethanol\nc1ccccc1 benzene",
        "CCO |&1:1| ethanol\nc1ccccc1 benzene\n",
        "# a comment\nCCO ethanol\n\nc1ccccc1 benzene\n",
    ],
)
def test_smiles_lines_are_read_with_or_without_header(tmp_path: Path, content: str) -> None:
    batch = read(tmp_path / "a.smi", content)
    assert batch.kind == "smiles-file"
    assert batch.tables["drug_names"].select("name", "drug_id").rows() == [("ethanol", _ETHANOL), ("benzene", _BENZENE)]


def test_a_molecule_without_a_name_is_called_by_its_line(tmp_path: Path) -> None:
    assert read(tmp_path / "lib.smi", "CCO\nc1ccccc1\n").tables["drug_names"]["name"].to_list() == ["lib-1", "lib-2"]


def test_an_unreadable_line_is_listed(tmp_path: Path) -> None:
    batch = read(tmp_path / "a.smi", "CCO ethanol\nCCCN amine\nC1CC( broken\n")
    assert batch.tables["drug_problems"]["name"].to_list() == ["broken"]


@pytest.mark.parametrize("content", ["TP53\t1.5\nEGFR\t2.0\nKRAS\t0.1\n", "hello world\n", "ACH-1,0.5\n", "id\n1\n2\n"])
def test_what_is_no_structure_file_is_not_taken_for_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    assert not any(kind.recognises(peek(tmp_path / "a.txt")) for kind in structures.KINDS)


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the SMILES"):
        read(tmp_path / "a.smi", "C1CC( broken\nxyz other\n", kind="smiles-file")


def test_sdf_names_come_from_a_property_and_the_title_is_a_synonym(tmp_path: Path) -> None:
    content = _SDF.format(title="methanol", second="O", name="other") + _SDF.format(title="", second="N", name="amine")
    batch = read(tmp_path / "a.sdf", content)
    assert batch.tables["drug_names"].select("name", "drug_id", "preferred").rows() == [
        ("other", "OKKJLVBELUTLKV-UHFFFAOYSA-N", True),
        ("amine", "BAVYZALUXZFZLV-UHFFFAOYSA-N", True),
        ("methanol", "OKKJLVBELUTLKV-UHFFFAOYSA-N", False),
    ]


def test_two_structures_under_one_title_stay_two_drugs(tmp_path: Path) -> None:
    content = _SDF.format(title="lead", second="O", name="") + _SDF.format(title="lead", second="N", name="")
    batch = read(tmp_path / "a.sdf", content)
    assert batch.tables["drug_names"]["name"].to_list() == ["lead", "lead (a-2)"]
    assert any("told apart by number" in note for note in batch.notes)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("CCO\tethanol\t12.50\tin stock\nCCN\tethylamine\t3\tno\n", ["ethanol", "ethylamine"]),
        ("smiles\tvendor\tmolecule_name\nCCO\tX\tethanol\nCCN\tY\tethylamine\n", ["ethanol", "ethylamine"]),
        ("CCO,ethanol\nCCN,ethylamine\n", ["ethanol", "ethylamine"]),
        ("CCO |r| ethanol\nCCN |r|\tethylamine\n", ["ethanol", "ethylamine"]),
        ("CCO ethyl alcohol\rCCN ethyl amine\r", ["ethyl alcohol", "ethyl amine"]),
        ("CCO one\x0btwo\nCCN x\n", ["one\x0btwo", "x"]),
    ],
)
def test_smiles_tables_of_many_dresses(tmp_path: Path, content: str, names: list[str]) -> None:
    batch = read(tmp_path / "a.smi", content, kind="smiles-file")
    assert batch.tables["drug_names"]["name"].to_list() == names


def test_an_sdf_record_that_is_no_molecule_is_listed(tmp_path: Path) -> None:
    broken = _SDF.format(title="bad", second="Zz", name="")
    batch = read(tmp_path / "a.sdf", _SDF.format(title="methanol", second="O", name="") + broken)
    assert batch.tables["drug_problems"]["name"].to_list() == ["bad"]
    with pytest.raises(InputError, match="no structure can be read"):
        read(tmp_path / "b.sdf", broken)
