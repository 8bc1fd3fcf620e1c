"""Does a report still hold? Its tables are computed again from the store and compared with what the file says."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screen.errors import InputError
from screen.report.writing import context, tables_for
from screen.settings import Settings
from screen.store import open_store

KINDS = ("patient", "indication", "organoid")
SHOWN = 4
"""Differences of one table told one by one."""
_NAMES = ("drug_id", "patient_id", "record_id", "sha256", "indication", "name", "title", "topic", "term")
"""Fields that tell one row of a table from another, the most telling first."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What became of one report."""

    file: str
    report: str
    holds: str
    """``yes`` or ``no``."""
    pages: str
    """Of a PDF: whether the pages are, byte for byte, those this installation prints of the same data."""
    differences: tuple[str, ...]


def verify(settings: Settings, file: Path) -> Verification:
    """Compute a report again and compare; the settings must be those it was made with.

    Parameters
    ----------
    file : a report as JSON, or as PDF with the JSON attached

    Raises
    ------
    InputError
        Not a report.
    StoreError
        Its patient or indication is not ranked in this store, or the plan is not in it.
    """
    from screen.report.formats.rendering import as_json, as_pdf

    content = _bytes(file)
    said = _said(content, file)
    with open_store(settings.store) as store:
        subject = said.get("plan_id", said["subject"])
        tables = tables_for(store, said["kind"], [subject], settings)
        report = context(store, said["kind"], subject, settings, tables)
    now = json.loads(as_json(report))
    # Another model or another setting is the reason of all the rest.
    order = sorted({*said, *now}, key=lambda table: (table != "provenance", table))
    found = [line for table in order for line in _table(table, said.get(table), now.get(table))]
    pages = "" if not _is_pdf(content) else _DIFFER if found or as_pdf(report) != content else _SAME
    return Verification(
        file=file.name,
        report=f"{said['kind']} {said['subject']}",
        holds="no" if found else "yes",
        pages=pages,
        differences=tuple(found),
    )


_SAME = "as this installation prints them"
_DIFFER = "not those this installation prints today: the data, the program or the file has changed"


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise InputError(fault.strerror or "cannot be read", where=str(file), remedy="check the path") from None


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-")


def _said(content: bytes, file: Path) -> dict[str, Any]:
    try:
        said = json.loads(_attached(content) if _is_pdf(content) else content)
    except (ValueError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict) or said.get("kind") not in KINDS or not isinstance(said.get("subject"), str):
        raise InputError(
            "not a report of crescreen", where=str(file), remedy="give a report as JSON or PDF, as it was written"
        )
    return said


def _attached(content: bytes) -> bytes:
    """The JSON attached to a PDF; ``null`` where there is none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        for file in PdfReader(io.BytesIO(content)).attachment_list:
            if file.name.endswith(".json"):
                return file.content
    except (PyPdfError, KeyError, TypeError):
        raise ValueError("a damaged PDF") from None
    return b"null"


def _table(name: str, said: Any, now: Any) -> list[str]:
    found = list(_differences(name, said, now))
    left = len(found) - SHOWN
    return found if left <= 0 else [*found[:SHOWN], f"{name}: and {left} more"]


def _differences(where: str, said: Any, now: Any) -> Iterator[str]:
    if isinstance(said, dict) and isinstance(now, dict):
        for field in sorted({*said, *now}):
            yield from _differences(f"{where}.{field}", said.get(field), now.get(field))
    elif isinstance(said, list) and isinstance(now, list):
        yield from _of_rows(where, _by_name(said), _by_name(now))
    elif said != now:
        yield f"{where}: {_short(said)} in the file, {_short(now)} in the store"


def _of_rows(where: str, said: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    both = [name for name in said if name in now]
    yield from (f"{where}: {name} is not in the store's" for name in said if name not in now)
    yield from (f"{where}: {name} is not in the file's" for name in now if name not in said)
    if both != [name for name in now if name in said]:
        yield f"{where}: in another order"
    for name in both:
        yield from _differences(f"{where}[{name}]", said[name], now[name])


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
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
