"""DrugBank: the vocabulary and its spreadsheet variant, the full XML, and the schema that is no data."""

import gzip
from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.drug_files import read

_KEY = "GHASVSINZRGABV-UHFFFAOYSA-N"
_VOCABULARY = (
    "DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\n"
    f"DB00544,X | Y,Fluorouracil,51-21-8,U3,5-Fluorouracil | 5-FU | Fluorouracil,{_KEY}\n"
    'DB00001,,Lepirudin,,,"[Leu1, Thr2]-63-desulfohirudin | R-hirudin",\n'
)
_XML = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<drugbank xmlns="http://www.drugbank.ca" version="5.1" exported-on="2024-01-03">
<drug type="small molecule"><drugbank-id primary="true">DB00544</drugbank-id><name>Fluorouracil</name>
<groups><group>approved</group></groups>
<indication>For adenocarcinoma of the colon. Not indicated in children.</indication>
<salts><salt><name>Fluorouracil sodium</name></salt></salts>
<synonyms><synonym language="english">5-FU</synonym></synonyms>
<pathways><pathway><drugs><drug><name>Leucovorin</name></drug></drugs></pathway></pathways>
<calculated-properties><property><kind>SMILES</kind><value>FC1=CNC(=O)NC1=O</value></property></calculated-properties>
</drug>
<drug type="biotech"><name>Cetuximab</name><indication/></drug>
</drugbank>
"""


@pytest.mark.parametrize(
    "content",
    [
        _VOCABULARY,
        "Column1;Column2;Column3;Column4;Column5;Column6;Column7\n"
        + _VOCABULARY.replace(",", ";").replace('"[Leu1; Thr2]-63', '"[Leu1, Thr2]-63'),
    ],
)
def test_a_vocabulary_gives_names_and_nothing_else(tmp_path: Path, content: str) -> None:
    batch = read(tmp_path / "names.csv", content)
    assert set(batch.tables) == {"drug_names"}
    assert batch.tables["drug_names"].select("name", "drug_id", "preferred", "authority", "alias_of").rows() == [
        ("Fluorouracil", _KEY, True, 2, None),
        ("Lepirudin", None, True, 2, None),
        ("5-Fluorouracil", _KEY, False, 2, "fluorouracil"),
        ("5-FU", _KEY, False, 2, "fluorouracil"),
        ("[Leu1, Thr2]-63-desulfohirudin", None, False, 2, "lepirudin"),
        ("R-hirudin", None, False, 2, "lepirudin"),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_the_full_xml_gives_structures_groups_and_sentences(tmp_path: Path, packed: bool) -> None:
    content = _XML.format(doctype="").encode()
    batch = read(tmp_path / "full.xml", gzip.compress(content) if packed else content)
    assert batch.snapshot_date == "2024-01-03"
    assert batch.tables["drug_names"].select("name", "drug_id").rows() == [
        ("Fluorouracil", _KEY),
        ("5-FU", _KEY),
        ("Fluorouracil sodium", _KEY),
        ("Cetuximab", None),
    ]
    assert batch.tables["drug_facts"].rows() == [("fluorouracil", "group", "approved")]
    assert batch.tables["indication_records"]["sentence"].to_list() == [
        "For adenocarcinoma of the colon.",
        "Not indicated in children.",
    ]


def test_a_document_type_is_refused_before_anything_is_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE drugbank [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(InputError, match="document type"):
        read(tmp_path / "full.xml", _XML.format(doctype=bomb))


def test_a_cut_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read to its end"):
        read(tmp_path / "full.xml", _XML.format(doctype="")[:-60])


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "drugs"), [("drugbank_vocabulary.csv", 19_842), ("drugbank_vocabulary_semicolon.csv", 14_315)]
)
def test_real_vocabularies(real_data: Path, name: str, drugs: int) -> None:
    batch = read(real_data / "evidence" / name)
    assert batch.notes[0].startswith(f"{drugs:,} drugs")
    if drugs == 19_842:
        assert batch.notes[0].endswith("5,220 without an InChIKey")


@pytest.mark.real
def test_the_schema_is_no_data(real_data: Path) -> None:
    with pytest.raises(InputError, match="schema, which describes the data"):
        read(real_data / "evidence" / "drugbank.xsd")
