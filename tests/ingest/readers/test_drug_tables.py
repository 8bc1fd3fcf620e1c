"""Tables of drugs: GDSC's, the library, and what people write themselves."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest.readers.drug_tables import split_synonyms
from tests.ingest.drug_files import read

_ERLOTINIB = "AAKJLRGGTJKAMG-UHFFFAOYSA-N"
_SMILES = "COCCOC1=C(C=C2C(=C1)C(=NC=N2)NC3=CC=CC(=C3)C#C)OCCOC"


@pytest.mark.parametrize(
    "header", ["drug_name,smiles", "Name;Canonical SMILES", "Compound Name\tSMILES", "DRUG_NAME,SMILES"]
)
def test_columns_may_be_spelled_as_people_do(tmp_path: Path, header: str) -> None:
    mark = next(m for m in ",;\t" if m in header)
    batch = read(tmp_path / "drugs.csv", f"{header}\nErlotinib{mark}{_SMILES}\n")
    assert batch.kind == "drug-table"
    assert batch.tables["drug_names"].rows() == [("erlotinib", "Erlotinib", _ERLOTINIB, True, 0, None)]
    assert batch.tables["drug_structures"]["drug_id"].to_list() == [_ERLOTINIB]


def test_synonyms_follow_their_main_name(tmp_path: Path) -> None:
    row = f'1,Erlotinib,EGFR,"Tarceva, -, ERLOTINIB",{_SMILES}\n'
    batch = read(tmp_path / "gdsc.csv", "DRUG_ID,DRUG_NAME,PUTATIVE_TARGET,DRUG_SYNONYMS,SMILES\n" + row)
    names = batch.tables["drug_names"]
    assert names.filter(preferred=False).select("name", "alias_of").rows() == [("Tarceva", "erlotinib")]


def test_lists_in_cells_do_not_pass_for_the_separator(tmp_path: Path) -> None:
    batch = read(tmp_path / "d.csv", f"name,smiles,synonyms\nErlotinib,{_SMILES},Tarceva|OSI-774|CP-358774|R-1415\n")
    assert batch.tables["drug_names"].height == 5


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Velban", ["Velban"]),
        ("1,3-bis(2-chloroethyl)-1-nitrosourea, BCNU", ["1,3-bis(2-chloroethyl)-1-nitrosourea", "BCNU"]),
        ("Hirudin, recombinant | Lepirudin", ["Hirudin, recombinant", "Lepirudin"]),
        ("AZD2281; Lynparza", ["AZD2281", "Lynparza"]),
    ],
)
def test_synonyms_are_split_where_a_list_is_meant(cell: str, names: list[str]) -> None:
    assert split_synonyms(cell) == names


def test_an_unreadable_structure_is_listed_and_its_name_kept(tmp_path: Path) -> None:
    batch = read(tmp_path / "d.csv", f"name,smiles\nErlotinib,{_SMILES}\nBroken,C1CC(\nAntibody,\n")
    assert batch.tables["drug_problems"]["name"].to_list() == ["Broken"]
    assert batch.tables["drug_names"].select("name", "drug_id").rows() == [
        ("Erlotinib", _ERLOTINIB),
        ("Broken", None),
        ("Antibody", None),
    ]
    assert "3 drugs, 2 with SMILES, 1 by name only" in batch.notes


@pytest.mark.parametrize(
    ("rows", "text"),
    [("A,C1CC(\nB,hello\n", "none of the SMILES"), ("", "holds no drug"), (f",{_SMILES}\n", "line 2: no name")],
)
def test_a_table_without_drugs_is_refused(tmp_path: Path, rows: str, text: str) -> None:
    with pytest.raises(InputError, match=text):
        read(tmp_path / "d.csv", "name,smiles\n" + rows)


def test_targets_pathway_and_pubchem_are_facts(tmp_path: Path) -> None:
    row = f'Erlotinib,"EGFR, ERBB2",EGFR signaling,176870.0,{_SMILES}\n'
    facts = read(tmp_path / "d.csv", "drug_name,target,pathway,pubchem_cid,smiles\n" + row).tables["drug_facts"]
    assert facts.select("field", "value").rows() == [
        ("pathway", "EGFR signaling"),
        ("pubchem_cid", "176870"),
        ("target", "EGFR"),
        ("target", "ERBB2"),
    ]


def test_markup_in_a_name_stays_text(tmp_path: Path) -> None:
    names = read(tmp_path / "d.csv", f"name,smiles\n<script>x</script>,{_SMILES}\n").tables["drug_names"]
    assert names["name"][0] == "<script>x</script>"


@pytest.mark.real
def test_real_library(real_data: Path) -> None:
    batch = read(real_data / "drugs" / "drug_library.csv")
    assert "1,046 drugs, 565 with SMILES, 481 by name only" in batch.notes
    assert batch.tables["drug_problems"].is_empty()


@pytest.mark.real
def test_real_gdsc_table(real_data: Path) -> None:
    batch = read(real_data / "drugs" / "GDSC_drugs.csv")
    assert batch.tables["drug_names"].filter(preferred=True)["drug_key"].n_unique() == 286
    assert batch.tables["drug_structures"].height > 220
