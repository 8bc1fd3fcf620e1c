"""Which text of a structure file is the name."""

import pytest

from screen import chem

_BLOCK = "\n     x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 O   0  0\nM  END\n"


@pytest.mark.parametrize(
    ("title", "properties", "name", "synonyms"),
    [
        ("S7786", {"Catalog_Number": "S7786", "Name": "Erlotinib"}, "Erlotinib", ("S7786",)),
        ("", {"Cat.": "HY-50896", "Product Name": "Erlotinib"}, "Erlotinib", ()),
        (
            "",
            {"ChEBI ID": "CHEBI:114785", "ChEBI Name": "erlotinib", "Synonyms": "Tarceva\nOSI-774"},
            "erlotinib",
            ("Tarceva", "OSI-774"),
        ),
        ("CHEMBL553", {"chembl_id": "CHEMBL553", "chembl_pref_name": "ERLOTINIB"}, "ERLOTINIB", ("CHEMBL553",)),
        ("untitled", {"NAME": "Erlotinib"}, "Erlotinib", ()),
        ("Structure 12", {}, "", ()),
        ("erlotinib", {}, "erlotinib", ()),
        ("erlotinib", {"Name": "untitled"}, "erlotinib", ()),
        ("DB00530", {"GENERIC_NAME": "Erlotinib", "SYNONYMS": "a; b"}, "Erlotinib", ("DB00530", "a", "b")),
        ("x", {"ITEM_NAME": "Erlotinib", "Title": "sheet"}, "Erlotinib", ("sheet", "x")),
    ],
)
def test_the_name_of_an_sdf_record(title: str, properties: dict[str, str], name: str, synonyms: tuple[str]) -> None:
    record = title + _BLOCK + "".join(f">  <{key}>\n{value}\n\n" for key, value in properties.items())
    entry = chem.sdf_entry(record)
    assert (entry.name, entry.synonyms) == (name, synonyms)


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("CCO", 1, ("CCO", "")),
        ("CCO ethyl alcohol", 1, ("CCO", "ethyl alcohol")),
        ("CCO\tethanol\t7", 1, ("CCO", "ethanol")),
        ("CCO\tvendor\tethanol", 2, ("CCO", "ethanol")),
        ("CCO |r|\tethanol", 1, ("CCO |r|", "ethanol")),
        ("CCO\t|r|\tethanol", 1, ("CCO |r|", "ethanol")),
        ('CCO,"ethanol"', 1, ("CCO", "ethanol")),
        ("CCO;ethanol", 1, ("CCO", "ethanol")),
    ],
)
def test_a_line_of_smiles(line: str, column: int, expected: tuple[str, str]) -> None:
    assert chem.smiles_entry(line, column) == expected


@pytest.mark.parametrize(
    ("header", "column"),
    [("smiles\tname", 1), ("SMILES\tvendor\tMolecule Name", 2), ("smiles,id,title", 2), ("smiles x", 1)],
)
def test_the_column_of_names(header: str, column: int) -> None:
    assert chem.is_smiles_header(header)
    assert chem.name_column(header) == column
