"""A report's content as HTML, PDF or JSON: the same content, the same bytes for the same content."""

import gc
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screen import resources
from screen.errors import InputError
from screen.report import figures, words

if TYPE_CHECKING:
    from screen.report.indication import IndicationReport
    from screen.report.patient import PatientReport

    Report = PatientReport | IndicationReport

FORMATS = ("pdf", "html", "json")


def render(context: "Report", form: str, out: Path) -> Path:
    """Write a report into the folder ``out``, whole or not at all; the file written.

    Parameters
    ----------
    form : pdf, html or json

    Raises
    ------
    InputError
        Unknown format.
    """
    if form not in FORMATS:
        raise InputError(f"unknown format {form!r}", where="--format", remedy=f"known are: {', '.join(FORMATS)}")
    content = as_pdf(context) if form == "pdf" else (as_html if form == "html" else as_json)(context).encode()
    out.mkdir(parents=True, exist_ok=True)
    path = out / file_name(context, form)
    unfinished = out / f".{path.name}.part"
    unfinished.write_bytes(content)
    return unfinished.replace(path)


def file_name(context: "Report", form: str) -> str:
    """A harmless file name: ``patient-<id>.pdf``; what is not a letter, digit, dot or dash becomes ``_``."""
    plain = re.sub(r"[^A-Za-z0-9.-]", "_", context.subject)
    if plain != context.subject:
        plain = f"{plain[:60]}-{hashlib.sha256(context.subject.encode()).hexdigest()[:6]}"
    return f"{context.kind}-{plain}.{form}"


def as_json(context: "Report") -> str:
    """Sorted, indented, figures to six places."""
    return json.dumps(_plain(asdict(context)), sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def as_html(context: "Report") -> str:
    """One self-contained page."""
    return _environment().get_template(f"{context.kind}.html").render(report=context)


def as_pdf(context: "Report") -> bytes:
    """The same page, printed; nothing is fetched, tagged for readers, no wall clock."""
    from weasyprint import HTML

    html = as_html(context)
    with _fixed_clock(), _no_collection():
        return bytes(HTML(string=html, url_fetcher=_refuse).write_pdf(
            pdf_tags=True, pdf_identifier=hashlib.sha256(html.encode()).digest()[:16]))


@lru_cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(resources.folder("templates")), autoescape=True,
                       undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.update(figures=figures, words=words)
    made.filters.update(number=words.number, percent=words.percent, short=words.short, plain=words.plain)
    return made


def _refuse(url: str, *_: Any, **__: Any) -> Mapping[str, Any]:
    raise ValueError(f"a report fetches nothing: {url}")


@contextmanager
def _fixed_clock() -> Iterator[None]:
    # Subset fonts carry the moment they were made, unless this says otherwise.
    given = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = given or "0"
    try:
        yield
    finally:
        if given is None:
            del os.environ["SOURCE_DATE_EPOCH"]


@contextmanager
def _no_collection() -> Iterator[None]:
    # Laying out a page makes a million small objects that live to its end: looking for garbage among them takes a
    # quarter of the time and finds none.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
