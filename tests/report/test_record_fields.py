"""Each figure of a report stands in its own field: a store of all-different values, read back from the JSON.

What is expected is written down or asked of the store by column name, never by the code under test. Two neighbouring
fields of one type always expect different values, so that exchanging them cannot go unseen.
"""

import dataclasses
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from screen.report.record_data import as_json
from screen.store import open_store
from screen.store.migrations import migrate
from tests.report.field_values import designed_store, expected_values
from tests.report.indication_values import expected_of_indication
from tests.report.places import Place, Starts

PLAIN = ("int", "float", "str", "bool")


@dataclasses.dataclass(frozen=True)
class Made:
    """The reports as JSON by kind, the record classes in them, and what is expected."""

    content: dict[str, Any]
    records: dict[str, type]
    places: list[Place]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with open_store(tmp_path_factory.mktemp("fields") / "fields.duckdb", create=True) as store:
        migrate(store)
        patient, indication, drug, dei = designed_store(store)
        content = {"patient": json.loads(as_json(patient)), "indication": json.loads(as_json(indication))}
        records = {type(one).__name__: type(one) for report in (patient, indication) for one in within(report)}
        yield Made(content, records, [*expected_values(store, drug), *expected_of_indication(store, drug, dei)])


def within(value: Any) -> Iterator[Any]:
    """Every record of a report."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield value
        for field in dataclasses.fields(value):
            yield from within(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from within(one)


def holds(values: dict[str, Any], found: dict[str, Any]) -> bool:
    return all(same(value, found[name]) for name, value in values.items())


def same(expected: Any, found: Any) -> bool:
    if isinstance(expected, Starts):
        return isinstance(found, str) and found.startswith(expected)
    if isinstance(expected, float):
        return found == pytest.approx(expected, abs=2e-6)
    return bool(expected == found)


def neighbours(record: type) -> Iterator[tuple[str, str]]:
    """Fields that stand beside each other and are of one plain type."""
    for one, other in pairwise(dataclasses.fields(record)):
        kinds = {str(one.type).removesuffix(" | None"), str(other.type).removesuffix(" | None")}
        kinds = {kind.removeprefix("<class '").removesuffix("'>") for kind in kinds}
        if len(kinds) == 1 and kinds <= {*PLAIN}:
            yield one.name, other.name


def test_every_field_holds_its_own_value(made: Made) -> None:
    for place in made.places:
        found = place.find(made.content[place.kind])
        wrong = {name: found[name] for name, value in place.values.items() if not same(value, found[name])}
        assert wrong == {}, f"{place.record}: expected {[place.values[name] for name in wrong]}"


def test_no_two_neighbours_can_be_exchanged_unseen(made: Made) -> None:
    unseen = []
    for record in (made.records[name] for name in sorted({place.record for place in made.places})):
        for one, other in neighbours(record):
            checked = [place for place in made.places if place.record == record.__name__]
            swapped = [(place, place.find(made.content[place.kind])) for place in checked]
            if all(holds(p.values, {**found, one: found[other], other: found[one]}) for p, found in swapped):
                unseen.append(f"{record.__name__}: {one} <-> {other}")
    assert "; ".join(unseen) == ""


def test_no_long_record_is_left_out(made: Made) -> None:
    long = {name for name, kind in made.records.items() if len(dataclasses.fields(kind)) > 4}
    # test_model_quality.py, test_class_accuracy.py, test_indication_lead.py
    elsewhere = {"Measure", "Class", "LeadDrug", "LineContrast"}
    plain = {name for name in long if list(neighbours(made.records[name]))}
    assert plain - {place.record for place in made.places} - elsewhere == set()
