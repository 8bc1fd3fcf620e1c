"""The demo's drugs are facts: each structure is its own InChIKey's, and agrees with the published tables."""

import io
from pathlib import Path

import polars as pl
import pytest

from screen.records import drug_key
from screen.resources import folder


def demo_drugs() -> list[dict[str, str]]:
    table = pl.read_csv(folder("db") / "demo" / "drugs.csv", infer_schema=False)
    return table.filter(pl.col("smiles").is_not_null()).to_dicts()


@pytest.fixture(scope="module")
def recorded(real_data: Path) -> dict[str, set[str]]:
    """Drug key -> every InChIKey under that name in the Repurposing Hub and in DrugBank's vocabulary."""
    text = (real_data / "evidence" / "repurposing_samples_20200324.txt").read_text(encoding="utf-8")
    hub = pl.read_csv(io.StringIO(text), separator="\t", comment_prefix="!", infer_schema=False)
    bank = pl.read_csv(real_data / "evidence" / "drugbank_vocabulary.csv", infer_schema=False)
    named = [
        *hub.select("pert_iname", "InChIKey").iter_rows(),
        *hub.select("vendor_name", "InChIKey").iter_rows(),
        *bank.select("Common name", "Standard InChI Key").iter_rows(),
    ]
    keys: dict[str, set[str]] = {}
    for name, key in named:
        if name and key and len(key) == 27:
            keys.setdefault(drug_key(name), set()).add(key)
    return keys


def test_some_sixty_drugs_with_a_structure_and_two_without() -> None:
    table = pl.read_csv(folder("db") / "demo" / "drugs.csv", infer_schema=False)
    assert (len(demo_drugs()), table.height) == (67, 69)
    assert table["name"].is_unique().all()
    assert set(table["status"]) == {"approved", "investigational", "preclinical"}


def test_every_structure_has_the_identity_written_beside_it() -> None:
    from screen import chem

    wrong = [d["name"] for d in demo_drugs() if chem.standardise(d["smiles"]).drug_id != d["inchikey"]]
    assert wrong == []


@pytest.mark.real
def test_every_inchikey_is_recorded_under_the_same_name(recorded: dict[str, set[str]]) -> None:
    """In full, stereochemistry included, by at least one source; sources that draw no or other stereo may disagree."""
    missing = [d["name"] for d in demo_drugs() if d["inchikey"] not in recorded[drug_key(d["name"])]]
    assert missing == []


@pytest.mark.real
def test_where_sources_disagree_on_a_structure_it_is_stereo_or_a_metal(recorded: dict[str, set[str]]) -> None:
    other = {d["name"] for d in demo_drugs() for key in recorded[drug_key(d["name"])] if key[:14] != d["inchikey"][:14]}
    assert other == {"cisplatin", "oxaliplatin"}, "platinum: sources draw bonds to the metal, or none"


@pytest.mark.real
def test_every_cid_is_that_of_the_library(real_data: Path) -> None:
    library = pl.read_csv(real_data / "drugs" / "drug_library.csv", infer_schema=False)
    cids = {drug_key(n): c for n, c in library.select("drug_name", "pubchem_cid").iter_rows() if c}
    known = [d for d in demo_drugs() if drug_key(d["name"]) in cids]
    assert len(known) >= 50
    assert [d["name"] for d in known if cids[drug_key(d["name"])] != d["pubchem_cid"]] == []
