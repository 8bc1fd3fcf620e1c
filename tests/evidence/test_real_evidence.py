"""The real evidence, linked: known facts are found, nothing is dropped unseen."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from screen.evidence import refresh
from screen.ingest import registry
from screen.records import ReadOptions
from screen.store import Store, open_store, save
from screen.store.drug_identity import resolve_drugs
from screen.store.migrations import migrate

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def evidence(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = real_data / "evidence"
    files = [
        real_data / "drugs" / "GDSC_drugs.csv",
        folder / "repurposing_drugs_20200324.txt",
        folder / "nci_drug_indications.csv",
        folder / "cancerdrugsdb.txt",
        folder / "oncotree.json",
        folder / "clinicaltrials_website.csv",
        folder / "clinicaltrials_list.json",
        *sorted((folder / "aact_subset").glob("*.txt")),
        *sorted((folder / "clinicaltrials_v2").glob("*.json")),
    ]
    with open_store(tmp_path_factory.mktemp("real") / "s.duckdb", create=True) as store:
        migrate(store)
        with store.transaction():
            for path in files:
                save.save_batch(store, save.source_of(path, ReadOptions()), registry.read(path, ReadOptions())[1])
            resolve_drugs(store)
            refresh(store)
        yield store


def pairs(store: Store, drug: str, kind: str) -> set[str]:
    found = store.query("evidence")
    return set(found.filter((found["drug_name"].str.to_lowercase() == drug) & (found["kind"] == kind))["indication"])


def test_known_labels_are_found(evidence: Store) -> None:
    assert {"KIRC", "BRCA"} <= pairs(evidence, "everolimus", "label")
    assert pairs(evidence, "vemurafenib", "label") >= {"SKCM"}
    assert "HNSC" in pairs(evidence, "pembrolizumab", "label")


def test_known_absences_stay_absent(evidence: Store) -> None:
    assert "PRAD" not in pairs(evidence, "vemurafenib", "label")
    assert "GBM" not in pairs(evidence, "lapatinib", "label")
    assert evidence.scalar("SELECT count(*) FROM searched") == 0


def test_the_hub_gives_records_for_drugs_with_an_indication_only(evidence: Store) -> None:
    linked = evidence.sql("SELECT count(DISTINCT record_id) FROM evidence WHERE kind = 'hub'").item()
    assert 180 < linked < 250


def test_withdrawn_trials_are_shown_and_do_not_count(evidence: Store) -> None:
    assert evidence.scalar("SELECT count(*) FROM evidence WHERE status = 'WITHDRAWN'") > 30
    assert evidence.scalar("SELECT count(*) FROM evidence WHERE counts AND status = 'WITHDRAWN'") == 0


def test_nearly_every_tumour_text_is_recognised(evidence: Store) -> None:
    how = dict(evidence.sql("SELECT how, count(DISTINCT condition) FROM condition_codes GROUP BY how").iter_rows())
    assert how["unmapped"] < 20
    assert how["oncotree"] + how["synonym"] > 1000


def test_no_condition_and_no_trial_drug_is_dropped_unseen(evidence: Store) -> None:
    assert (
        evidence.scalar("""SELECT count(*) FROM trial_conditions WHERE origin <> 'keyword'
                              AND condition NOT IN (SELECT condition FROM condition_codes)""")
        == 0
    )
    listed = set(evidence.sql("SELECT text FROM unlinked WHERE what = 'drug'")["text"])
    assert {"com701", "hs-20093"} <= listed
    assert not any("placebo" in text for text in listed)


def test_no_pair_of_a_trial_and_a_measured_drug_is_lost(evidence: Store, real_data: Path) -> None:
    """Counted here from the files alone: interventions that are a drug's name or synonym, letter by letter."""
    names: dict[str, set[str]] = {}
    with (real_data / "drugs" / "GDSC_drugs.csv").open(encoding="utf-8") as stream:
        listed = list(csv.DictReader(stream))
    for row in listed:
        for name in (row["DRUG_NAME"], *(row["DRUG_SYNONYMS"] or "").split(",")):
            if len(_key(name)) > 2:
                names.setdefault(_key(name), set()).add(row["DRUG_NAME"])
    with (real_data / "evidence" / "aact_subset" / "interventions.txt").open(encoding="utf-8") as stream:
        written = [(row["nct_id"], _key(row["name"])) for row in csv.DictReader(stream, delimiter="|")]
    expected = {(nct, name) for nct, name in written if len(names.get(name, ())) == 1}
    linked = set(
        evidence.sql("""SELECT e.record_id, k.drug_key FROM evidence e JOIN drug_keys k USING (drug_id)
                        WHERE e.kind = 'trial'""").iter_rows()
    )
    assert len(expected) > 800
    assert expected - {(nct, _key(key)) for nct, key in linked} == set()


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
