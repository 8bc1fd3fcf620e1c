"""A report's record as data and back: what is written, attached, compared and printed is the same to the last digit."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from screen.report.report_kinds import KINDS, Report, ReportKind

PLACES = 6
"""Decimals of a figure in the data; pages are printed of the rounded figures, so that they follow from the data."""
T = TypeVar("T")


def settled(value: T) -> T:
    """A record (or a part of one) with every figure rounded as the data have it."""
    if isinstance(value, float):
        return cast("T", round(value, PLACES))
    if is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: getattr(value, one.name) for one in fields(value)}
        changed = {name: new for name, part in parts.items() if (new := settled(part)) is not part}
        return cast("T", replace(value, **changed)) if changed else value
    if isinstance(value, Mapping):
        return cast("T", {name: settled(part) for name, part in value.items()})
    if isinstance(value, list | tuple):
        parts_of = [settled(part) for part in value]
        unchanged = all(new is old for new, old in zip(parts_of, value, strict=True))
        return value if unchanged else cast("T", type(value)(parts_of))
    return value


def as_json(report: Report) -> str:
    """The data of a report: its schema and every field; sorted, indented, figures to six places."""
    data = {"schema": KINDS[report.kind].schema, **_plain(report)}
    return json.dumps(data, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def from_data(kind: ReportKind, data: Mapping[str, Any]) -> Report | None:
    """The record that data were written from; None where they do not follow the schema."""
    try:
        return cast("Report", _adapter(kind.name).validate_python({k: v for k, v in data.items() if k != "schema"}))
    except ValidationError:
        return None


def json_schema(kind: ReportKind) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind's data, made from its records."""
    made = _adapter(kind.name).json_schema(mode="serialization")
    made["properties"] = {"schema": {"const": kind.schema}, **made["properties"]}
    made["required"] = sorted({*made.get("required", []), "schema", "kind"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": kind.schema,
        "title": f"crescreen: {kind.title}",
        **{name: value for name, value in made.items() if name != "title"},
    }


@lru_cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[name].record())


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, PLACES)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
