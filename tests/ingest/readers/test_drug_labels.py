"""Labelled indications: lists in Python's writing, HTML in cells, prose."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest import registry
from screen.records import Batch, ReadOptions

NCI = "PubChemId,DrugName,DrugType,DrugAliases,DrugIndicationsExtended,DrugIndications\n"
CDDB = "Product\tEMA\tGeneric\tDrugBank ID\tIndications\tLast Update\t\r\n"


def read(path: Path, text: str) -> Batch:
    (path / "labels.txt").write_text(text, encoding="utf-8", newline="")
    return registry.read(path / "labels.txt", ReadOptions())[1]


def test_each_code_of_the_list_is_a_record(tmp_path: Path) -> None:
    batch = read(
        tmp_path, NCI + "C_1,Pazopanib Hydrochloride,Compound,N/A,\"['Kidney', 'Sarcoma']\",\"['KIRC', 'SARC']\"\n"
    )
    assert batch.tables["indication_records"].select("drug_key", "condition", "indication").rows() == [
        ("pazopanibhydrochloride", "Kidney", "KIRC"),
        ("pazopanibhydrochloride", "Sarcoma", "SARC"),
    ]


@pytest.mark.parametrize("cell", ["KIRC", "[1, 2]", "__import__('os').system('true')", "[" * 5000, "{'a': 1}"])
def test_anything_but_a_list_of_texts_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(InputError, match=r"line 2 \(X\)"):
        read(tmp_path, NCI + f'C_1,X,Compound,N/A,"[\'Kidney\']","{cell}"\n')


def test_a_code_nobody_knows_stays_as_text(tmp_path: Path) -> None:
    batch = read(tmp_path, NCI + "C_1,X,Compound,N/A,\"['Somewhere']\",\"['XXXX']\"\n")
    assert batch.tables["indication_records"].select("condition", "indication").rows() == [("Somewhere", None)]
    assert "XXXX" in batch.notes[0]


def test_html_is_resolved_before_the_list_is_cut(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        CDDB + '<b>Drug&amp;Co</b>\tY\tN\t<a href="u">DB1</a>\tNon-Hodgkin&#39;s Lymphoma (NHL); '
        "Ovarian Cancer\t01/02/2022\t\r\nOther\tY\tN\t\t\t14/11/2021\t\r\n",
    )
    records = batch.tables["indication_records"]
    assert records.select("drug_name", "condition").rows() == [
        ("Drug&Co", "Non-Hodgkin's Lymphoma (NHL)"),
        ("Drug&Co", "Ovarian Cancer"),
    ]
    assert batch.snapshot_date == "2022-02-01"
    assert "Other" in batch.notes[0]


@pytest.mark.real
def test_the_private_tables(real_data: Path) -> None:
    nci = registry.read(real_data / "evidence" / "nci_drug_indications.csv", ReadOptions())[1].tables[
        "indication_records"
    ]
    assert nci["drug_name"].n_unique() == 234
    assert nci["indication"].null_count() == 0
    assert nci.filter(drug_name="Everolimus", indication="KIRC").height == 1
    _, cddb = registry.read(real_data / "evidence" / "cancerdrugsdb.txt", ReadOptions())
    assert cddb.tables["indication_records"]["drug_name"].n_unique() == 280
    assert not cddb.tables["indication_records"]["condition"].str.contains("&|<").any()
