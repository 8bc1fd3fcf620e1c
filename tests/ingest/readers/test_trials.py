"""ClinicalTrials.gov: four shapes of JSON, two generations of the website's table."""

import json
from pathlib import Path
from typing import Any

import pytest

from screen.errors import InputError
from screen.ingest import registry
from screen.records import Batch, ReadOptions

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "Everolimus in kidney cancer"},
        "statusModule": {
            "overallStatus": "WITHDRAWN",
            "whyStopped": "no funds",
            "startDateStruct": {"date": "2020-05"},
            "lastUpdatePostDateStruct": {"date": "2021-01-02"},
        },
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"]},
        "conditionsModule": {"conditions": ["Renal Cell Carcinoma"], "keywords": ["mTOR"]},
        "armsInterventionsModule": {
            "interventions": [
                {"type": "DRUG", "name": "Everolimus", "otherNames": ["RAD001"]},
                {"type": "PROCEDURE", "name": "Biopsy"},
            ]
        },
        "contactsLocationsModule": {"centralContacts": [{"name": "Jane Roe", "phone": "555-0100"}]},
    },
    "derivedSection": {
        "miscInfoModule": {"versionHolder": "2026-02-04"},
        "conditionBrowseModule": {"meshes": [{"term": "Carcinoma, Renal Cell"}], "ancestors": [{"term": "Neoplasms"}]},
    },
}


def read(path: Path, text: str, name: str = "trials.json", coverage: str | None = None) -> Batch:
    (path / name).write_text(text, encoding="utf-8")
    return registry.read(path / name, ReadOptions(coverage=coverage))[1]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"studies": [STUDY]}),
        json.dumps([STUDY]),
        json.dumps(STUDY),
        json.dumps(STUDY, indent=2),
        json.dumps(STUDY) + "\n" + json.dumps({"studies": []}) + "\n",
    ],
    ids=["page", "list", "study", "indented study", "one a line"],
)
def test_every_shape_gives_the_same_trial(tmp_path: Path, text: str) -> None:
    batch = read(tmp_path, text)
    assert batch.tables["trials"].rows() == [
        (
            "NCT00000001",
            "Everolimus in kidney cancer",
            "WITHDRAWN",
            "PHASE1/PHASE2",
            "INTERVENTIONAL",
            "no funds",
            "2020-05",
            "2021-01-02",
        )
    ]
    assert (batch.snapshot_date, batch.coverage) == ("2026-02-04", "partial")


def test_mesh_terms_are_taken_and_their_ancestors_are_not(tmp_path: Path) -> None:
    conditions = read(tmp_path, json.dumps(STUDY)).tables["trial_conditions"]
    assert conditions.select("condition", "origin").rows() == [
        ("Renal Cell Carcinoma", "condition"),
        ("mTOR", "keyword"),
        ("Carcinoma, Renal Cell", "mesh"),
    ]


def test_no_contact_person_leaves_the_file(tmp_path: Path) -> None:
    batch = read(tmp_path, json.dumps(STUDY))
    assert not any("Roe" in str(table.rows()) or "555" in str(table.rows()) for table in batch.tables.values())


def test_a_page_that_is_not_the_last_says_so(tmp_path: Path) -> None:
    assert "not the last" in read(tmp_path, json.dumps({"studies": [STUDY], "nextPageToken": "x"})).notes[0]


def test_a_study_without_a_number_is_listed(tmp_path: Path) -> None:
    other = {"protocolSection": {"identificationModule": {"nctId": "ISRCTN1"}}}
    batch = read(tmp_path, json.dumps([STUDY, other]))
    assert (batch.tables["trials"].height, "ISRCTN1" in batch.notes[0]) == (1, True)


def test_cut_json_names_the_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 1, column"):
        read(tmp_path, json.dumps([STUDY])[:-20])


def test_fields_of_the_wrong_kind_do_no_harm(tmp_path: Path) -> None:
    odd = json.loads(json.dumps(STUDY))
    odd["protocolSection"] |= {"conditionsModule": {"conditions": None}, "statusModule": [], "designModule": "x"}
    odd["protocolSection"]["armsInterventionsModule"] = {"interventions": [{"type": 3, "name": None}, 7]}
    batch = read(tmp_path, json.dumps(odd))
    assert batch.tables["trials"].row(0)[2:] == (None,) * 6
    assert batch.tables["trial_interventions"].is_empty()


NEW = (
    "NCT Number,Study Title,Study Status,Conditions,Interventions,Phases,Study Type,Start Date\n"
    'NCT00000002,"A, ""quoted"" title",ACTIVE_NOT_RECRUITING,Colon Cancer|Rectal Cancer,'
    'DRUG: Cisplatin|OTHER: Part 1: food,PHASE1|PHASE2,INTERVENTIONAL,"September 20, 2018"\n'
)
OLD = (
    "Rank,NCT Number,Title,Status,Conditions,Interventions,Phases,Study Type,Start Date,Last Update Posted\n"
    '1,NCT00000002,"A, ""quoted"" title","Active, not recruiting",Colon Cancer|Rectal Cancer,'
    'Drug: Cisplatin|Other: Part 1: food,Phase 1|Phase 2,Interventional,September 2018,"May 2, 2020"\n'
)


@pytest.mark.parametrize(("text", "start", "updated"), [(NEW, "2018-09-20", None), (OLD, "2018-09", "2020-05-02")])
def test_both_generations_of_the_website_table(tmp_path: Path, text: str, start: str, updated: str | None) -> None:
    batch = read(tmp_path, text, "ctg.csv", "conditions:COADREAD")
    assert batch.tables["trials"].rows() == [
        (
            "NCT00000002",
            'A, "quoted" title',
            "ACTIVE_NOT_RECRUITING",
            "PHASE1/PHASE2",
            "INTERVENTIONAL",
            None,
            start,
            updated,
        )
    ]
    assert batch.tables["trial_interventions"].rows() == [
        ("NCT00000002", "DRUG", "Cisplatin", []),
        ("NCT00000002", "OTHER", "Part 1: food", []),
    ]
    assert batch.coverage == "conditions:COAD,READ"


@pytest.mark.real
def test_the_private_records(real_data: Path) -> None:
    folder = real_data / "evidence"
    records = sorted((folder / "clinicaltrials_v2").glob("*.json"))
    assert len(records) == 190
    for path in records[::10]:
        assert registry.read(path, ReadOptions())[1].tables["trials"]["nct_id"].to_list() == [path.stem]
    assert registry.read(folder / "clinicaltrials_list.json", ReadOptions())[1].tables["trials"].height == 10
    website = registry.read(folder / "clinicaltrials_website.csv", ReadOptions())[1]
    assert website.tables["trials"].height == 682
    assert website.tables["trial_interventions"]["kind"].null_count() == 0
