"""A report's record as data and back: what is written, attached, compared and printed is the same to the last digit."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cache, lru_cache
from math import isfinite
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from screen.report.report_kinds import KINDS, Report, ReportKind

PLACES = 6
"""Decimals of a figure in the data; pages are printed of the rounded figures, so that they follow from the data."""
T = TypeVar("T")


_TEXT: Callable[[str], str] = json.encoder.encode_basestring


def settled(value: T) -> T:
    """A record (or a part of one) with every figure rounded as the data have it."""
    if isinstance(value, float):
        return cast("T", round(value, PLACES))
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple):
        parts_of = [settled(part) for part in value]
        unchanged = all(new is old for new, old in zip(parts_of, value, strict=True))
        return value if unchanged else cast("T", type(value)(parts_of))
    if isinstance(value, Mapping):
        return cast("T", {name: settled(part) for name, part in value.items()})
    record: Any = value
    changed = {n: new for n in _names(record.__class__) if (new := settled(part := getattr(record, n))) is not part}
    return cast("T", replace(record, **changed)) if changed else value


def as_json(report: Report) -> str:
    """The data of a report: its schema and every field; sorted, indented, figures to six places."""
    fields_of = {"schema": KINDS[report.kind].schema, **{n: getattr(report, n) for n in _names(report.__class__)}}
    return _written(fields_of, "\n") + "\n"


def _written(value: Any, line: str) -> str:
    """As ``json.dumps(..., sort_keys=True, indent=1)`` writes it, a third of whose time it takes.

    Parameters
    ----------
    line : a line's end with the indent of what the value stands in
    """
    if isinstance(value, str):
        return _TEXT(value)
    if isinstance(value, float):
        # The plain float's digits: a figure of numpy is a float too, and would be written with its type.
        return float.__repr__(round(value, PLACES)) if isfinite(value) else json.dumps(float(value))
    if isinstance(value, list | tuple):
        inner = f"{line} "
        return _within("[", [_written(part, inner) for part in value], "]", line)
    if value is None or isinstance(value, int):
        return json.dumps(value)
    parts = value if isinstance(value, Mapping) else {name: getattr(value, name) for name in _names(value.__class__)}
    inner = f"{line} "
    named = [f"{_TEXT(str(name))}: {_written(parts[name], inner)}" for name in sorted(parts, key=str)]
    return _within("{", named, "}", line)


def _within(begin: str, parts: list[str], end: str, line: str) -> str:
    return f"{begin}{line} {f',{line} '.join(parts)}{line}{end}" if parts else begin + end


@cache
def _names(record: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(record))


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
