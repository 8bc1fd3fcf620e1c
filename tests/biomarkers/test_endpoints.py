"""The reviewed table of endpoints, and what it lets through."""

import csv

import pytest

from screen import indications, resources
from screen.biomarkers.endpoints import ENDPOINTS, endpoint_use
from screen.errors import InputError


def test_the_table_has_every_tumour_type_and_endpoint_once() -> None:
    with (resources.folder("db") / "indications" / "endpoints.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    pairs = [(row["code"], row["endpoint"]) for row in rows]
    single = {code for code in indications.all_codes() if indications.members(code) == (code,)}
    assert len(pairs) == len(set(pairs))
    assert {code for code, _ in pairs} <= single
    assert {endpoint for _, endpoint in pairs} == set(ENDPOINTS)
    assert {row["use"] for row in rows} == {"recommended", "caution", "refused"}
    assert all(row["basis"] for row in rows)
    assert all(row["reason"] for row in rows if row["use"] == "refused")


@pytest.mark.parametrize(
    ("code", "endpoint", "use"),
    [("KIRC", "OS", "recommended"), ("LGG", "OS", "caution"), ("GBMLGG", "OS", "caution"), ("KIRC", "dfi", "caution")],
)
def test_what_may_be_used(code: str, endpoint: str, use: str) -> None:
    found = endpoint_use(code, endpoint)
    assert (found.endpoint, found.use) == (endpoint.upper(), use)
    assert bool(found.reason) == (use != "recommended")


@pytest.mark.parametrize(
    ("code", "endpoint", "what"),
    [("THCA", "OS", "not to be used for THCA"), ("SKCM", "DFI", "not derived"), ("BRCA", "PFS", "no endpoint")],
)
def test_what_is_refused(code: str, endpoint: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        endpoint_use(code, endpoint)


def test_without_a_name_the_progression_free_interval_is_taken_unless_refused() -> None:
    assert endpoint_use("BRCA", None).endpoint == "PFI"
    assert endpoint_use("LAML", None).endpoint == "OS"
