"""Interventions as registries write them, and the drugs they mean."""

import pytest

from screen.evidence.drug_names import DrugNames, bare_name
from screen.records import drug_key

KNOWN = (
    "everolimus",
    "pazopanib",
    "paclitaxel",
    "carboplatin",
    "oxaliplatin",
    "leucovorin",
    "docetaxel",
    "prednisone",
    "bortezomib",
    "tremelimumab",
    "bicalutamide",
    "gemcitabine",
    "doxorubicin",
    "trastuzumab",
    "hyaluronidase",
    "dostarlimab",
    "prednisolone",
    "topotecan",
    "etoposide",
    "irinotecan",
    "cisplatin",
    "dexamethasone",
    "dexrazoxane",
    "lapatinib",
    "vinorelbine",
)


@pytest.fixture(scope="module")
def names() -> DrugNames:
    keys = {drug_key(name): name.upper() for name in KNOWN}
    odd = {
        "ddp": "name:mitometh",
        "ala": "LIPOIC",
        "dex": "COUGH",
        "fluorouracil": "5FU",
        "pazopanibhydrochloride": "name:pazopanibhydrochloride",
        "f": "WRONG",
    }
    return DrugNames(keys | odd)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pazopanib Hydrochloride 800 mg tablets", "PAZOPANIB"),
        ("clofarabine (iv formulation)", "?"),
        ("RAD001", "EVEROLIMUS"),
        ("Everolimus (RAD001)", "EVEROLIMUS"),
        ("bortezomib (Velcade, PS-341)", "BORTEZOMIB"),
        ("paclitaxel + carboplatin", "PACLITAXEL CARBOPLATIN"),
        ("Paclitaxel, carboplatin, and docetaxel", "PACLITAXEL CARBOPLATIN DOCETAXEL"),
        ("prednisone/prednisolone", "PREDNISONE PREDNISOLONE"),
        ("FOLFOX", "OXALIPLATIN 5FU LEUCOVORIN"),
        ("modified FOLFOX6", "OXALIPLATIN 5FU LEUCOVORIN"),
        ("chemotherapy (docetaxel and prednisone)", "DOCETAXEL PREDNISONE"),
        ("bicalutamide, CP-675,206 (tremelimumab)", "BICALUTAMIDE TREMELIMUMAB"),
        ("Carboplatin AUC 5", "CARBOPLATIN"),
        ("gemcitabine 1000 mg/m2 iv days 1, 8, 15 of a 28 day cycle", "GEMCITABINE"),
        ("oral topotecan", "TOPOTECAN"),
        ("Pegylated Liposomal Doxorubicin Hydrochloride", "DOXORUBICIN"),
        ("nab-paclitaxel", "PACLITAXEL"),
        ("Trastuzumab and hyaluronidase-oysk", "TRASTUZUMAB HYALURONIDASE"),
        ("Dostarlimab-gxly", "DOSTARLIMAB"),
        ("dostarlimab (TSR-042), an engineered antibody", "DOSTARLIMAB"),
        ("Herceptin®", "TRASTUZUMAB"),
        ("placebo", ""),
        ("Placebo for Everolimus", ""),
        ("everolimus placebo", ""),
        ("Surgery", ""),
        ("best supportive care", ""),
        ("f", ""),
        ("COM701", "?"),
        ("paclitaxel + COM701", "PACLITAXEL ?"),
        ("VP-16", "ETOPOSIDE"),
        ("CPT-11 and DDP", "IRINOTECAN CISPLATIN"),
        ("cDDP 75 mg/m2", "CISPLATIN"),
        ("dex", "?"),
        ("dex (dexamethasone)", "DEXAMETHASONE"),
        ("ALA", "?"),
        ("lapatinib in tandem with topotecan", "LAPATINIB TOPOTECAN"),
        ("vinorelbine ditartrate", "VINORELBINE"),
    ],
)
def test_what_an_intervention_is_made_of(names: DrugNames, text: str, expected: str) -> None:
    assert [part.drug_id or "?" for part in names.parts(text)] == expected.split()


def test_an_ambiguous_name_is_listed_with_what_it_may_mean(names: DrugNames) -> None:
    (part,) = names.parts("ALA")
    assert part.text == "ala (ambiguous: alpha-lipoic acid or aminolevulinic acid or alpha-linolenic acid)"
    assert names.parts("Dex", ["dexamethasone"])[0].drug_id == "DEXAMETHASONE"


def test_a_structure_is_taken_before_a_bare_name_of_the_salt(names: DrugNames) -> None:
    assert names.parts("Pazopanib (Votrient)")[0].drug_id == "PAZOPANIB"
    assert names.parts("Pazopanib-hydrochloride 200 mg")[0].drug_id == "PAZOPANIB"


def test_other_names_are_asked_only_where_the_name_leads_nowhere(names: DrugNames) -> None:
    assert names.parts("GSK4057190", ["Dostarlimab"])[0].drug_id == "DOSTARLIMAB"
    assert names.parts("Docetaxel", ["Paclitaxel"])[0].drug_id == "DOCETAXEL"
    assert names.parts("XYZ-1", ["Paclitaxel", "Docetaxel"])[0].drug_id is None


def test_a_drug_named_twice_is_one(names: DrugNames) -> None:
    assert len(names.parts("Everolimus + RAD001")) == 1


def test_the_bare_name_has_no_salt_and_no_form() -> None:
    assert bare_name("Glasdegib Maleate Tablets") == "glasdegib"
