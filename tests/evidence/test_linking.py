"""Trials, labels and hub records linked to drugs and indications."""

import pytest

from screen.store import Store
from tests.evidence.filled import linked, record, source, trial


@pytest.fixture
def store(store: Store) -> Store:
    source(store, "T")
    source(store, "L", "nci-indications")
    return store


def test_a_trial_is_a_record_for_each_drug_and_each_indication(store: Store) -> None:
    trial(store, "NCT00000001", ["Colon Cancer", "Breast Cancer"], ["Everolimus + Cisplatin", "PROCEDURE: Surgery"])
    found = linked(store)
    assert found.select("drug_id", "indication").rows() == [
        ("CISPLATIN", "BRCA"),
        ("CISPLATIN", "COAD"),
        ("EVEROLIMUS", "BRCA"),
        ("EVEROLIMUS", "COAD"),
    ]
    assert found["combination"].all()


@pytest.mark.parametrize(
    ("drugs", "combination"),
    [
        (["Everolimus", "placebo"], False),
        (["Everolimus", "RAD001"], False),
        (["Everolimus", "OTHER_NAME: XYZ-1"], False),
        (["Everolimus", "COM701"], True),
        (["Everolimus", "Cisplatin"], True),
        (["Everolimus", "DEVICE: Cisplatin pump"], False),
    ],
)
def test_a_combination_has_more_than_one_drug(store: Store, drugs: list[str], combination: bool) -> None:
    trial(store, "NCT00000001", ["Breast Cancer"], drugs)
    assert linked(store).filter(drug_id="EVEROLIMUS")["combination"].to_list() == [combination]


def test_one_trial_in_three_sources_is_one_record(store: Store) -> None:
    source(store, "A", "aact-studies")
    source(store, "W", "clinicaltrials-csv")
    trial(store, "NCT00000001", ["Breast Cancer"], ["Everolimus"], "A", status="RECRUITING")
    trial(store, "NCT00000001", ["Breast Cancer"], ["Everolimus"], "W", status="COMPLETED", phase=None)
    newest = {"status": "TERMINATED", "updated": "2024-01-01", "phase": None}
    trial(store, "NCT00000001", ["Breast Cancer"], ["RAD001"], "T", **newest)
    assert linked(store).select("origin", "status", "phase", "record_date", "source_id").rows() == [
        ("clinicaltrials", "TERMINATED", "PHASE2", "2024-01-01", "T")
    ]


def test_the_tables_of_an_aact_dump_come_from_three_files(store: Store) -> None:
    for name in ("studies", "conditions", "interventions"):
        source(store, name, f"aact-{name}")
    trial(store, "NCT00000001", ["Breast Cancer"], ["Everolimus"], "studies")
    store.run("UPDATE trial_conditions SET source_id = 'conditions'")
    store.run("UPDATE trial_interventions SET source_id = 'interventions'")
    assert linked(store).select("origin", "source_id").rows() == [("aact", "studies")]


def test_withdrawn_trials_are_no_record_and_terminated_ones_are(store: Store) -> None:
    trial(store, "NCT00000001", ["Breast Cancer"], ["Everolimus"], status="WITHDRAWN")
    trial(store, "NCT00000002", ["Breast Cancer"], ["Everolimus"], status="TERMINATED")
    assert linked(store).select("status", "counts").rows() == [("WITHDRAWN", False), ("TERMINATED", True)]


def test_mesh_speaks_only_where_the_trials_own_words_lead_nowhere(store: Store) -> None:
    trial(store, "NCT00000001", ["Nonsquamous NSCLC", "mesh#Carcinoma, Non-Small-Cell Lung"], ["Everolimus"])
    trial(store, "NCT00000002", ["Cancer", "mesh#Breast Neoplasms", "keyword#colon cancer"], ["Everolimus"])
    assert linked(store).select("record_id", "indication").rows() == [("NCT00000002", "BRCA"), ("NCT00000001", "LUAD")]


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("Pazopanib Hydrochloride", ["PAZOPANIB"]),
        ("GEMCITABINE-CISPLATIN", ["CISPLATIN", "GEMCITABINE"]),
        ("Pembrolizumab", ["name:pembrolizumab"]),
    ],
)
def test_a_label_counts_for_the_substance(store: Store, written: str, ids: list[str]) -> None:
    record(store, "nci", written, "Sarcoma", "SARC")
    found = linked(store)
    assert found["drug_id"].to_list() == ids
    assert found.select("kind", "indication", "combination").unique().rows() == [("label", "SARC", len(ids) > 1)]


def test_two_phrases_for_one_indication_are_one_record(store: Store) -> None:
    record(store, "cancerdrugsdb", "Everolimus", "Metastatic Breast Cancer")
    record(store, "cancerdrugsdb", "Everolimus", "Advanced Breast Cancer")
    assert linked(store)["detail"].to_list() == ["Advanced Breast Cancer; Metastatic Breast Cancer"]


def test_a_tumour_outside_the_codes_is_evidence_in_the_records_words(store: Store) -> None:
    trial(store, "NCT00000001", ["Multiple  Myeloma", "Breast Cancer", "Pain"], ["Everolimus"])
    trial(store, "NCT00000002", ["Advanced Solid Tumors", "Pain"], ["Everolimus"])
    trial(store, "NCT00000003", ["Pain"], ["Everolimus"])
    trial(store, "NCT00000004", ["mesh#Lymphoma"], ["Everolimus"])
    record(store, "cancerdrugsdb", "Cisplatin", "Multiple Myeloma")
    record(store, "repurposing_hub", "Gemcitabine", "hypertension", phase="Launched")
    assert linked(store).select("drug_id", "kind", "indication", "record_id").rows() == [
        ("CISPLATIN", "label", "multiple myeloma", "cancerdrugsdb:cisplatin"),
        ("EVEROLIMUS", "trial", "BRCA", "NCT00000001"),
        ("EVEROLIMUS", "trial", "advanced solid tumors", "NCT00000002"),
        ("EVEROLIMUS", "trial", "lymphoma", "NCT00000004"),
        ("EVEROLIMUS", "trial", "multiple myeloma", "NCT00000001"),
        ("EVEROLIMUS", "trial", "pain", "NCT00000003"),
    ]


def test_blank_text_of_the_hub_is_no_record(store: Store) -> None:
    record(store, "repurposing_hub", "Everolimus", None, phase="Launched")
    record(store, "repurposing_hub", "Cisplatin", "bladder cancer", phase="Launched")
    assert linked(store).select("drug_id", "kind", "phase").rows() == [("CISPLATIN", "hub", "Launched")]


def test_a_sentence_that_denies_an_indication_is_none(store: Store) -> None:
    record(store, "drugbank", "Everolimus", "Everolimus is not indicated for the treatment of colon cancer.")
    record(store, "drugbank", "Everolimus", "For the treatment of advanced renal cell carcinoma.")
    assert linked(store)["indication"].to_list() == ["KICH", "KIRC", "KIRP"]


def test_what_finds_no_home_is_listed_with_its_count(store: Store) -> None:
    trial(store, "NCT00000001", ["Cancer", "Asthma", "adenocarcinoma, scirrhous"], ["COM701", "placebo"])
    trial(store, "NCT00000002", ["Cancer"], ["COM701", "DEVICE: Pump"])
    record(store, "nci", "Pembrolizumab", "Sarcoma", "SARC")
    linked(store)
    assert store.sql("FROM unlinked ORDER BY ALL").rows() == [
        ("condition", "Cancer", "trial", 2),
        ("condition", "adenocarcinoma, scirrhous", "trial", 1),
        ("drug", "com701", "trial", 2),
        ("drug", "pembrolizumab", "nci", 1),
    ]
    assert store.scalar("SELECT how FROM condition_codes WHERE condition = 'Asthma'") == "not a tumour"


def test_linking_again_changes_nothing(store: Store) -> None:
    trial(store, "NCT00000001", ["Colon Cancer"], ["Everolimus", "COM701"])
    record(store, "nci", "Cisplatin", "Sarcoma", "SARC")
    once, unlinked = linked(store), store.sql("FROM unlinked")
    assert linked(store).equals(once)
    assert store.sql("FROM unlinked").equals(unlinked)


def test_coverage_counts_records_and_those_linked(store: Store) -> None:
    trial(store, "NCT00000001", ["Colon Cancer"], ["Everolimus"])
    trial(store, "NCT00000002", ["Asthma"], ["Everolimus"])
    linked(store)
    assert store.query("coverage").drop("source_id").rows() == [
        ("T.txt", "trial", "clinicaltrials", "2026-01-01", "partial", 2, 2)
    ]
    assert store.query("evidence").columns == [
        "drug_id",
        "drug_name",
        "indication",
        "kind",
        "origin",
        "record_id",
        "phase",
        "status",
        "record_date",
        "combination",
        "counts",
        "detail",
    ]
