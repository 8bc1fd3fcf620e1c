"""A report's data: its schema, and the way back to the record it was written from.

python -m tests.report.test_record_data     # writes the schemas again after a change of a record
"""

import json
from pathlib import Path

import pytest

from screen import resources
from screen.ranking.across_indications import Across
from screen.report.record_data import as_json, from_data, json_schema, settled
from screen.report.report_kinds import KINDS
from screen.store import Store
from tests.report.conftest import SETTINGS

SUBJECTS = {"patient": "SYN-BRCA-003", "indication": "STAD"}


def schema_file(name: str) -> Path:
    return resources.folder("templates") / "schemas" / f"{name}-report-{KINDS[name].version}.json"


def schema_text(name: str) -> str:
    return json.dumps(json_schema(KINDS[name]), indent=1) + "\n"


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_in_the_package_is_that_of_the_records(name: str) -> None:
    written = schema_file(name).read_text(encoding="utf-8")
    assert written == schema_text(name), "a field changed: raise the version if it went or means something else"
    assert json.loads(written)["properties"]["schema"] == {"const": KINDS[name].schema}


@pytest.mark.parametrize("name", SUBJECTS)
def test_data_lead_back_to_the_record(name: str, filled: Store, filled_tables: Across) -> None:
    kind = KINDS[name]
    report = kind.build(filled, SUBJECTS[name], SETTINGS, filled_tables)
    data = json.loads(as_json(report))
    assert data["schema"] == kind.schema
    assert from_data(kind, data) == settled(report)


def test_data_that_do_not_follow_the_schema_lead_nowhere(filled: Store, filled_tables: Across) -> None:
    kind = KINDS["patient"]
    data = json.loads(as_json(kind.build(filled, "SYN-BRCA-003", SETTINGS, filled_tables)))
    assert from_data(kind, {**data, "scored": "many"}) is None
    del data["cohort"]
    assert from_data(kind, data) is None


if __name__ == "__main__":
    for each in KINDS:
        schema_file(each).write_text(schema_text(each), encoding="utf-8")
