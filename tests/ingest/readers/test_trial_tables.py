"""AACT dumps: pipes and line breaks inside quotes, old and new spellings, MeSH without ancestors."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest import registry
from screen.records import Batch, ReadOptions

STUDIES = (
    "nct_id|study_type|overall_status|phase|why_stopped\n"
    'NCT00000001|INTERVENTIONAL|TERMINATED|PHASE1/PHASE2|"\n   slow | low\n   accrual "\n'
    "NCT00000002|Interventional|Active, not recruiting|Phase 1/Phase 2|\n"
    "NCT00000003|INTERVENTIONAL|UNKNOWN_STATUS|NA|\n"
)


def read(path: Path, text: str) -> Batch:
    (path / "table.txt").write_text(text, encoding="utf-8")
    return registry.read(path / "table.txt", ReadOptions())[1]


def test_studies_in_old_and_new_spelling(tmp_path: Path) -> None:
    trials = read(tmp_path, STUDIES).tables["trials"]
    assert trials.select("status", "phase", "why_stopped").rows() == [
        ("TERMINATED", "PHASE1/PHASE2", "slow | low accrual"),
        ("ACTIVE_NOT_RECRUITING", "PHASE1/PHASE2", None),
        ("UNKNOWN", "NA", None),
    ]


def test_interventions_and_their_other_names(tmp_path: Path) -> None:
    named = read(tmp_path, 'id|nct_id|intervention_type|name|description\n1|NCT00000001|Combination Product|"A|B"|x\n')
    assert named.tables["trial_interventions"].row(0) == ("NCT00000001", "COMBINATION_PRODUCT", "A|B", None)
    others = read(tmp_path, "id|nct_id|intervention_id|name\n1|NCT00000001|7|RAD001\n")
    assert others.tables["trial_interventions"].row(0) == ("NCT00000001", "OTHER_NAME", "RAD001", None)


HEAD = "id|nct_id|mesh_term|downcase_mesh_term|mesh_type\n"


def test_mesh_ancestors_are_left_out(tmp_path: Path) -> None:
    batch = read(
        tmp_path, HEAD + "1|NCT00000001|Carcinoma, Renal Cell|x|mesh-list\n2|NCT00000001|Neoplasms|x|mesh-ancestor\n"
    )
    assert batch.tables["trial_conditions"].rows() == [("NCT00000001", "Carcinoma, Renal Cell", "mesh")]


def test_the_two_mesh_tables_are_told_apart_by_their_terms(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        HEAD
        + "".join(
            f"{i}|NCT00000001|{name}|x|mesh-list\n" for i, name in enumerate(("Everolimus", "Cisplatin", "Paclitaxel"))
        ),
    )
    assert batch.kind == "aact-browse-interventions"


@pytest.mark.parametrize(
    "text",
    [
        "nct_id|overall_status\nNCT12|COMPLETED\n",
        "nct_id|overall_status\n",
        "nct_id|overall_status\nNCT00000001|COMPLETED|more\n",
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path, text)


@pytest.mark.real
def test_the_private_subset(real_data: Path) -> None:
    tables = {
        path.stem: registry.read(path, ReadOptions())[1].tables
        for path in (real_data / "evidence" / "aact_subset").glob("*.txt")
    }
    trials = tables["studies"]["trials"]
    assert trials.height == trials["nct_id"].n_unique() == 1558
    assert trials.filter(nct_id="NCT00317642")["status"].to_list() == ["COMPLETED"]
    assert trials["status"].value_counts().filter(status="WITHDRAWN")["count"].to_list() == [66]
    assert tables["conditions"]["trial_conditions"].height == 3541


NAMES = "id|nct_id|name|downcase_name\n1|NCT01000001|Pancreatic Cancer|pancreatic cancer\n"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("conditions.txt", "aact-conditions"),
        ("my_trials.txt", "aact-conditions"),
        ("keywords.txt", "aact-keywords"),
        ("Keywords.TXT", "aact-keywords"),
    ],
)
def test_keywords_are_no_conditions(tmp_path: Path, file: str, kind: str) -> None:
    (tmp_path / file).write_text(NAMES)
    found, batch = registry.read(tmp_path / file, ReadOptions())
    assert found.name == kind
    assert batch.tables["trial_conditions"]["origin"].to_list() == [kind.removeprefix("aact-").rstrip("s")]


@pytest.mark.parametrize("file", ["browse_conditions.txt", "browse_interventions.txt"])
def test_the_mesh_tables_are_told_apart_by_their_names_first(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text(
        "id|nct_id|mesh_term|downcase_mesh_term|mesh_type\n1|NCT01000001|Aspirin|aspirin|mesh-list\n"
    )
    assert registry.read(tmp_path / file, ReadOptions())[0].name == "aact-" + file[:-4].replace("_", "-")


@pytest.mark.parametrize(
    "header",
    [
        "id|nct_id|name|city|state|zip|country",
        "id|nct_id|agency_class|lead_or_collaborator|name",
        "id|nct_id|gender|minimum_age|maximum_age",
        "id|nct_id|description",
        "id|nct_id|design_group_id|intervention_id",
        "id|nct_id|name|removed",
    ],
)
def test_other_tables_of_a_dump_are_left_aside_and_named(tmp_path: Path, header: str) -> None:
    row = "|".join(["1", "NCT01000001", *["x"] * (header.count("|") - 1)])
    (tmp_path / "t.txt").write_text(f"{header}\n{row}\n")
    kind, batch = registry.read(tmp_path / "t.txt", ReadOptions())
    assert kind.name == "aact-other"
    assert (batch.tables, "left aside" in batch.notes[0]) == ({}, True)
