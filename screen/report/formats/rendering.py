"""A report's content as HTML, PDF or JSON: the same content, the same bytes for the same content."""

import base64
import hashlib
import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screen import resources
from screen.errors import InputError
from screen.report.content import glossary
from screen.report.drawing import figures
from screen.report.file_names import safe_name
from screen.report.formats.page_data import data_block
from screen.report.formats.pdf import print_page
from screen.report.record_data import as_json, settled
from screen.report.report_kinds import Report, kind_of
from screen.tasks.files import write_whole

if TYPE_CHECKING:
    from jinja2 import Environment

Words = Any
"""The module ``glossary``, or what has its names."""
FORMATS = ("pdf", "html", "json")
_LOG = logging.getLogger("screen.report")


def render(context: Report, form: str, out: Path) -> Path:
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
    write_whole(path, content)
    return path


def file_name(context: Report, form: str) -> str:
    """``patient-<id>.pdf``, harmless whatever the id."""
    return f"{safe_name(context.kind, context.subject)}.{form}"


def as_html(context: Report) -> str:
    """One self-contained page: its style, the script of its tables and its data are in it, and nothing else may run
    or load."""
    data = data_block(as_json(context))
    return _page(context, style=_template("style.css"), script=_template("tables.js"), data=data)


def as_pdf(context: Report) -> bytes:
    """The same page, printed, with the JSON attached.

    Where no font here has some of its letters, the page says which and spells them as numbers, and so does the log.
    """
    data, name = as_json(context), file_name(context, "json")
    printed = print_page(_page(context), data, name)
    if not printed.missing:
        return printed.content
    letters = " ".join(f"U+{ord(letter):04X}" for letter in printed.missing)
    _LOG.warning(
        "%s: no font of this machine has %d of the letters in it (%s, %s), which the PDF draws as boxes; install one "
        "that has (Debian: fonts-noto-core, fonts-noto-cjk), or read the HTML page",
        file_name(context, "pdf"),
        len(printed.missing),
        printed.missing,
        letters,
    )
    return print_page(_page(context, missing=letters), data, name).content


def as_framed(context: Report, layout: str, words: Words, **frame: Any) -> str:
    """The same page for a screen, within another layout that extends ``base.html``, where nothing stands inline.

    Parameters
    ----------
    words : as of :func:`environment`
    frame : what the layout needs
    """
    kind = kind_of(context.kind)
    page = environment(words).get_template(kind.template)
    # A style that is not empty is the sign of a screen; the layout's block of assets prints none of it.
    return page.render(
        layout=layout,
        report=settled(context),
        report_id=_report_id(context),
        terms=kind.terms,
        style="linked",
        script="",
        data="",
        missing="",
        **frame,
    )


def _report_id(context: Report) -> str:
    """Of what a report says, so that two prints of it have one id."""
    return hashlib.sha256(as_json(context).encode()).hexdigest()[:12]


def _page(context: Report, *, style: str = "", script: str = "", data: str = "", missing: str = "") -> str:
    from markupsafe import Markup

    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    kind = kind_of(context.kind)
    return (
        environment()
        .get_template(kind.template)
        .render(
            layout="base.html",
            report=settled(context),
            report_id=_report_id(context),
            terms=kind.terms,
            style=Markup(style),
            script=Markup(script),
            script_hash=digest,
            data=Markup(data),
            missing=missing,
        )
    )


@lru_cache
def _template(name: str) -> str:
    return (resources.folder("templates") / name).read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def environment(words: Words = glossary) -> "Environment":
    """What renders templates: they escape by themselves, and a name that is not there is an error.

    Parameters
    ----------
    words : the glossary, or what has its names
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(figures=figures, words=words)
    made.filters.update(
        number=glossary.number,
        percent=glossary.percent,
        short=glossary.short,
        plain=glossary.plain,
        spelt=glossary.spelt,
    )
    return made
