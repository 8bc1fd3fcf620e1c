"""The Repurposing Hub: leading ! lines, CRLF, Mac Roman, vertical tabs, lists and blanks."""

from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError
from tests.ingest.drug_files import read

_TOP = '!Source\t"The Hub, Broad"\t\t\t\t\r\n!File_date\t3/24/2020\t\t\t\t\r\n'
_DRUGS = _TOP + "pert_iname\tclinical_phase\tmoa\ttarget\tdisease_area\tindication\r\n"
_SAMPLES = _TOP + (
    "broad_id\tpert_iname\tqc_incompatible\tpurity\tvendor\tcatalog_no\tvendor_name\texpected_mass\t"
    "smiles\tInChIKey\tpubchem_cid\tdeprecated_broad_id\r\n"
)


def _sample(number: str, name: str, smiles: str, vendor_name: str = "x", deprecated: str = "") -> str:
    return f"BRD-K{number}-001-01-1\t{name}\t0\t98\tTocris\t2073\t{vendor_name}\t46\t{smiles}\t\t\t{deprecated}\r\n"


def test_lists_are_split_and_trimmed(tmp_path: Path) -> None:
    row = "erlotinib\tLaunched\tEGFR inhibitor \tEGFR|NR1I2\toncology\tNSCLC| pancreatic cancer\r\n"
    batch = read(tmp_path / "hub.txt", _DRUGS + row)
    assert (batch.kind, batch.snapshot_date, batch.coverage) == ("repurposing-drugs", "2020-03-24", "partial")
    assert batch.tables["drug_facts"].select("field", "value").rows() == [
        ("disease_area", "oncology"),
        ("hub_phase", "Launched"),
        ("mechanism", "EGFR inhibitor"),
        ("target", "EGFR"),
        ("target", "NR1I2"),
    ]
    assert batch.tables["indication_records"]["condition"].to_list() == ["NSCLC", "pancreatic cancer"]


def test_a_blank_indication_keeps_the_phase_and_is_no_negative(tmp_path: Path) -> None:
    batch = read(tmp_path / "hub.txt", _DRUGS + "GSK1059615\tPhase 1\tPI3K inhibitor\tPIK3CA\t\t\r\n")
    row = batch.tables["indication_records"].row(0, named=True)
    assert (row["condition"], row["phase"], row["origin"]) == (None, "Phase 1", "repurposing_hub")
    assert "does not mean they have none" in batch.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "mac_roman", "cp1252"])
def test_letters_are_right_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    row = "venlafaxine\tLaunched\tserotonin–norepinephrine|krüppel\t\t\t\r\n"
    batch = read(tmp_path / "hub.txt", (_DRUGS + row).encode(encoding))
    values = batch.tables["drug_facts"].filter(field="mechanism")["value"].to_list()
    assert values == ["krüppel", "serotonin–norepinephrine"]
    assert any(encoding in note for note in batch.notes) == (not encoding.startswith("utf"))


def test_quoted_names_lose_their_quotes(tmp_path: Path) -> None:
    batch = read(tmp_path / "hub.txt", _DRUGS + '"[sar9,met(o2)11]-substance-p"\tPreclinical\t\t\t\t\r\n')
    assert batch.tables["drug_names"]["name"].to_list() == ["[sar9,met(o2)11]-substance-p"]


def test_a_drug_with_two_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has two rows"):
        read(tmp_path / "hub.txt", _DRUGS + "a\tLaunched\t\t\t\t\r\n" * 2)


def test_a_vertical_tab_ends_no_line(tmp_path: Path) -> None:
    batch = read(tmp_path / "hub.txt", _SAMPLES + _sample("11111111", "ethanol", "CCO", "CK-\x0b101"))
    assert batch.tables["drug_names"].filter(preferred=True).height == 1


def test_structures_are_standardised_without_their_cxsmiles(tmp_path: Path) -> None:
    rows = _sample("11111111", "ethanol", "CCO |&1:1,r|") + _sample("22222222", "ethanol", "OCC")
    batch = read(tmp_path / "hub.txt", _SAMPLES + rows)
    assert batch.tables["drug_structures"]["drug_id"].to_list() == ["LFQSCWFLJHTTHZ-UHFFFAOYSA-N"]
    assert batch.tables["drug_facts"].rows() == [("ethanol", "vendor", "Tocris|2073|x")]


def test_broad_numbers_old_and_new_are_synonyms(tmp_path: Path) -> None:
    old = "BRD-A33333333-001-01-1|BRD-A33333333-001-02-1"
    names = read(tmp_path / "hub.txt", _SAMPLES + _sample("11111111", "ethanol", "CCO", deprecated=old))
    synonyms = names.tables["drug_names"].filter(preferred=False)
    assert synonyms.select("name", "alias_of").rows() == [("BRD-K11111111", "ethanol"), ("BRD-A33333333", "ethanol")]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "drugs", "blank"),
    [("repurposing_drugs_20200324.txt", 6_798, 4_576), ("repurposing_drugs_20180907.txt", 6_125, None)],
)
def test_real_drugs(real_data: Path, name: str, drugs: int, blank: int | None) -> None:
    tables = read(real_data / "evidence" / name).tables
    assert tables["drug_names"].height == drugs
    assert tables["drug_facts"].filter(pl.col("value").str.contains("serotonin–norepinephrine")).height >= 7
    if blank is not None:
        assert tables["indication_records"]["condition"].null_count() == blank


@pytest.mark.real
@pytest.mark.slow
def test_real_samples(real_data: Path) -> None:
    batch = read(real_data / "evidence" / "repurposing_samples_20200324.txt")
    names = batch.tables["drug_names"].filter(preferred=True)
    assert (names.height, names["name"].n_unique()) == (13_553, 6_798)
    assert batch.tables["drug_problems"].height < 10
