"""Where two reports' data differ, field by field, in words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SHOWN = 4
"""Differences of one table named one by one."""
_MEASURED = re.compile(r"quality\.|known\.(measured|scopes|classes)|cautions(\[|: )(Accuracy|Not measured)\b")
"""Places that hold what was measured of the model, which a later evaluation may change."""
_NAMES = ("drug_id", "patient_id", "record_id", "sha256", "indication", "name", "title", "topic", "term")
"""Fields that tell one row of a table from another, the most telling first."""
_ABSENT = object()


def differences(written: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Every difference, by table; another model or another setting first, as it is the reason of all the rest."""
    order = sorted({*written, *now}, key=lambda table: (table != "provenance", table))
    return [
        line
        for table in order
        for line in _differences(table, written.get(table, _ABSENT), now.get(table, _ABSENT))
        if not line.startswith("provenance.trail.")
    ]


def is_measurement(difference: str) -> bool:
    """Whether a difference is in a figure measured of the model, not in a score, an order or a record."""
    return _MEASURED.match(difference) is not None


def shortened(lines: Sequence[str]) -> tuple[str, ...]:
    """The first SHOWN of each table, and how many more there are."""
    tables: dict[str, list[str]] = {}
    for line in lines:
        tables.setdefault(re.split(r"[.\[:]", line, maxsplit=1)[0], []).append(line)
    return tuple(line for name, found in tables.items() for line in _first(name, found))


def _first(name: str, lines: list[str]) -> list[str]:
    left = len(lines) - SHOWN
    return lines if left <= 0 else [*lines[:SHOWN], f"{name}: and {left} more"]


def _differences(where: str, written: Any, now: Any) -> Iterator[str]:
    if isinstance(written, dict) and isinstance(now, dict):
        for field in sorted({*written, *now}):
            yield from _differences(f"{where}.{field}", written.get(field, _ABSENT), now.get(field, _ABSENT))
    elif isinstance(written, list) and isinstance(now, list):
        yield from _of_rows(where, _by_name(written), _by_name(now))
    elif written is _ABSENT or now is _ABSENT or not _same(written, now):
        yield f"{where}: {_short(written)} in the file, {_short(now)} in the store"


def _same(written: Any, now: Any) -> bool:
    return isinstance(written, bool) == isinstance(now, bool) and bool(written == now)


def _of_rows(where: str, written: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    both = [name for name in written if name in now]
    yield from (f"{where}: {name} is not in the store's" for name in written if name not in now)
    yield from (f"{where}: {name} is not in the file's" for name in now if name not in written)
    if both != [name for name in now if name in written]:
        yield f"{where}: in another order"
    for name in both:
        yield from _differences(f"{where}[{name}]", written[name], now[name])


def _by_name(rows: Sequence[Any]) -> dict[str, Any]:
    """Rows by what names them, or by their place where nothing does."""
    names = [_name(row) for row in rows]
    if None in names or len({*names}) < len(names):
        names = [str(place) for place in range(1, len(rows) + 1)]
    return dict(zip(map(str, names), rows, strict=True))


def _name(row: Any) -> str | None:
    if isinstance(row, list) and row and isinstance(row[0], str):
        return row[0]
    if not isinstance(row, dict):
        return None
    for field in _NAMES:
        if isinstance(row.get(field), str):
            return str(row[field])
    return next((name for value in row.values() if (name := _name(value))), None)


def _short(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
