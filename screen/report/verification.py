"""Does a report still hold? Its data are held against the store, its pages against its data, the trail against both."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from screen.report import comparison
from screen.report.content.audit_trail import measured_since, trail_faults
from screen.report.formats.pdf_pages import page_digests
from screen.report.formats.rendering import as_html, as_pdf
from screen.report.record_data import as_json, from_data
from screen.report.report_file import ReportFile, read_report
from screen.report.report_kinds import kind_of, require_schema
from screen.settings import Settings
from screen.store import Store, open_store

SAME = "as printed from its data"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What became of one report."""

    file: str
    report: str
    holds: str
    """``yes`` or ``no``: its data are the store's, its pages its data's, and the trail is that of its time."""
    pages: str
    """Of a PDF or an HTML page: whether it is, byte for byte, what this installation prints of the data in it."""
    differences: tuple[str, ...]
    notes: tuple[str, ...]
    """What is new and no fault: measured of the model since."""


def verify(settings: Settings, file: Path) -> Verification:
    """Make a report again and compare; the settings must be those it was made with.

    Parameters
    ----------
    file : a report as JSON, PDF or HTML

    Raises
    ------
    InputError
        Not a report, or of a schema this program does not know.
    StoreError
        Its patient or indication is not ranked in this store, or the plan is not in it.
    """
    written = read_report(file)
    require_schema(written.data, str(file))
    with open_store(settings.store) as store:
        return held_against(store, written, made_again(store, written.data, settings), file.name)


def made_again(store: Store, data: Mapping[str, Any], settings: Settings) -> Mapping[str, Any]:
    """The data of the same report, made from the store."""
    kind = kind_of(data["kind"])
    subject = str(data.get(kind.subject_field) or data["subject"])
    made: dict[str, Any] = json.loads(
        as_json(kind.build(store, subject, settings, kind.tables(store, [subject], settings)))
    )
    return made


def held_against(store: Store, written: ReportFile, now: Mapping[str, Any], name: str) -> Verification:
    """Judge a report that was read.

    Parameters
    ----------
    now : the data of the same report, made from the store
    name : the file's
    """
    entries, digest = _trail(written.data)
    found = comparison.differences(written.data, now)
    later = measured_since(store, entries)
    since = [line for line in found if later and comparison.is_measurement(line)]
    wrong = [*trail_faults(store, entries, digest), *(line for line in found if line not in since)]
    pages = "" if written.form == "json" else _pages(written)
    return Verification(
        file=name,
        report=f"{written.data['kind']} {written.data['subject']}",
        holds="no" if wrong or pages not in ("", SAME) else "yes",
        pages=pages,
        differences=comparison.shortened(wrong),
        notes=("the model was measured since",) * bool(since) + comparison.shortened(since),
    )


def _trail(data: Mapping[str, Any]) -> tuple[int, str]:
    """Entries and digest by the report; a report that says neither has seen nothing, which no trail agrees with."""
    provenance = data.get("provenance")
    trail = provenance.get("trail") if isinstance(provenance, dict) else None
    if isinstance(trail, dict) and isinstance(trail.get("entries"), int) and 0 <= trail["entries"] < 2**62:
        return trail["entries"], str(trail.get("digest"))
    return 0, ""


def _pages(written: ReportFile) -> str:
    printed = _printed(json.dumps(written.data), written.form)
    if printed == written.content:
        return SAME
    if printed is None:
        return "cannot be printed again: the data in it are not a report's"
    if written.form == "html":
        return "not what this installation prints of the data in it: the page, or the program, has changed"
    return _which(_digests(written.content), _digests(printed))


@lru_cache(maxsize=4)
def _printed(data: str, form: str) -> bytes | None:
    """The file that follows from a report's data, None where none does."""
    from jinja2 import TemplateError

    parsed = json.loads(data)
    try:
        report = from_data(kind_of(parsed["kind"]), parsed)
        return None if report is None else as_pdf(report) if form == "pdf" else as_html(report).encode()
    except (TemplateError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
        return None


@lru_cache(maxsize=4)
def _digests(content: bytes) -> Sequence[str]:
    return page_digests(content)


def _which(file: Sequence[str], printed: Sequence[str]) -> str:
    if len(file) != len(printed):
        return f"{len(file)} in the file, {len(printed)} printed from the data in it"
    changed = [str(number) for number, (one, other) in enumerate(zip(file, printed, strict=True), 1) if one != other]
    if not changed:
        return "as printed from its data, but the file was changed outside them"
    pages = f"page {changed[0]} is" if len(changed) == 1 else f"pages {', '.join(changed)} are"
    return f"{pages} not what this installation prints of the data in it: the pages, or the program, have changed"
