"""A report's data: its schema, and the way back to the record it was written from.

python -m tests.report.test_record_data     # writes the schemas again after a change of a record
"""

import json
from pathlib import Path

import numpy as np
import pytest

from screen import resources
from screen.ranking.across_indications import Across
from screen.report.record_data import PLACES, _written, as_json, from_data, json_schema, settled
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


def test_values_are_written_as_the_standard_library_writes_them() -> None:
    values = {
        "b": [1.5, np.float64(0.1234567), -0.0, 1e-9, 1e22, 3, True, None, 'é\n\u2028"<&\x1f'],
        "a": {"empty": [], "none": {}, "nested": ({"x": (np.float64(2.0),)},)},
    }
    plain = json.loads(json.dumps(values), parse_float=lambda text: round(float(text), PLACES))
    assert _written(values, "\n") == json.dumps(plain, sort_keys=True, indent=1, ensure_ascii=False)


def test_data_that_do_not_follow_the_schema_lead_nowhere(filled: Store, filled_tables: Across) -> None:
    kind = KINDS["patient"]
    data = json.loads(as_json(kind.build(filled, "SYN-BRCA-003", SETTINGS, filled_tables)))
    assert from_data(kind, {**data, "scored": "many"}) is None
    del data["cohort"]
    assert from_data(kind, data) is None


if __name__ == "__main__":
    for each in KINDS:
        schema_file(each).write_text(schema_text(each), encoding="utf-8")
