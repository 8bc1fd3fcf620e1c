"""A written report as verification reads it: its form, its bytes, and the data it carries."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screen.errors import InputError
from screen.report.formats.page_data import data_of


@dataclass(frozen=True)
class ReportFile:
    """One file of a report."""

    form: str
    """json, pdf or html."""
    content: bytes
    data: dict[str, Any]


def read_report(file: Path) -> ReportFile:
    """Read a report, whatever its form.

    Raises
    ------
    InputError
        It cannot be read, or carries no data of a report.
    """
    content = _bytes(file)
    form = "pdf" if content.startswith(b"%PDF-") else "html" if content.lstrip().startswith(b"<!doctype") else "json"
    data = _parsed(content, form)
    if data is None and form == "html" and b"crescreen" in content:
        raise InputError(
            "an HTML report that carries no data, as older versions wrote it",
            where=str(file),
            remedy="verify its JSON or PDF, or write it again: crescreen report patient PATIENT",
        )
    if data is None:
        raise InputError(
            "not a report of crescreen", where=str(file), remedy="give a report as JSON, PDF or HTML, as it was written"
        )
    return ReportFile(form, content, data)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise InputError(fault.strerror or "cannot be read", where=str(file), remedy="check the path") from None


def _parsed(content: bytes, form: str) -> dict[str, Any] | None:
    try:
        text = _attached(content) if form == "pdf" else content.decode("utf-8")
        data = json.loads(data_of(text) if form == "html" else text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A field written twice could be read either way."""
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a field twice")
    return held


def _attached(content: bytes) -> str:
    """The JSON attached to a PDF."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with the file is told by the verdict

    try:
        attached = [one.content for one in PdfReader(io.BytesIO(content)).attachment_list if one.name.endswith(".json")]
    except (PyPdfError, LookupError, TypeError, AttributeError, RecursionError):
        raise ValueError("a damaged PDF") from None
    if len(attached) != 1:
        raise ValueError("no data, or more than one set of them")
    return attached[0].decode("utf-8")
