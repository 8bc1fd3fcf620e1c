"""Pages as PDF/A-3a with the report's data attached: tagged, nothing fetched, no wall clock."""

import ctypes.util
import gc
import hashlib
import importlib
import os
import re
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from screen import resources
from screen.report.formats import pdf_accessibility

_PICTURE = re.compile('<svg [^>]*aria-label="([^"]*)"[^>]*>')
"""WeasyPrint takes a picture's alternative text from a title inside it; on a screen that would be a tooltip."""


_PRINTING = threading.Lock()


@dataclass(frozen=True)
class Printed:
    """A page as PDF."""

    content: bytes
    missing: str
    """Letters that no font here has, each once: they are drawn as boxes."""


def print_page(html: str, data: str, name: str) -> Printed:
    """Print a page that brings no stylesheet of its own; the same bytes for the same page and data.

    Parameters
    ----------
    html : the page, with title and language
    data : JSON, attached
    name : the attachment's file name

    Notes
    -----
    PDF/A-3a (ISO 19005-3) with the identification of PDF/UA-1 (ISO 14289-1). Stylesheet and fonts are read once a
    process. One page is printed at a time: what is set for the whole process meanwhile is put back.
    """
    identifier = hashlib.sha256((html + data).encode()).digest()[:16]
    missing: set[int] = set()

    def finish(document: Any, pdf: Any) -> None:
        pdf_accessibility.finish(document, pdf)
        missing.update(letter for font in document.fonts.values() for letter in font.missing)

    with _PRINTING, _fixed_clock(), _no_collection(), warnings.catch_warnings():
        _load()
        from weasyprint import HTML

        # WeasyPrint leaves the file of its colour profile to be closed when it is forgotten.
        warnings.simplefilter("ignore", ResourceWarning)
        page = HTML(string=_PICTURE.sub(r"\g<0><title>\1</title>", html), url_fetcher=_refuse)
        content = bytes(
            page.write_pdf(
                font_config=_fonts(),
                stylesheets=[_stylesheet()],
                pdf_variant="pdf/a-3a",
                pdf_identifier=identifier,
                attachments=[_attachment(data, name)],
                finisher=finish,
            )
        )
    return Printed(content, "".join(map(chr, sorted(missing))))


@lru_cache
def _load() -> None:
    with _exact_names_alone():
        importlib.import_module("weasyprint")


@contextmanager
def _exact_names_alone() -> Iterator[None]:
    # Before it takes a library's exact name, which the loader knows at once, cffi has ctypes search for it by ldconfig,
    # a compiler and a linker: a sixth of a second of every command that prints. WeasyPrint has no option for it.
    found = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = found


def _attachment(data: str, name: str) -> Any:
    from weasyprint import Attachment

    moment = datetime.fromtimestamp(0, UTC)
    return Attachment(
        string=data,
        name=name,
        description="Everything this report says, as data",
        created=moment,
        modified=moment,
        relationship="Data",
    )


@lru_cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@lru_cache
def _stylesheet() -> Any:
    from weasyprint import CSS

    text = (resources.folder("templates") / "style.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=_fonts(), url_fetcher=_refuse)


def _refuse(url: str, *_: Any, **__: Any) -> Mapping[str, Any]:
    raise ValueError(f"a report fetches nothing: {url}")


@contextmanager
def _fixed_clock() -> Iterator[None]:
    # Subset fonts carry the moment they were made, unless this says otherwise: fontTools asks for nothing else.
    given = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if given is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = given


@contextmanager
def _no_collection() -> Iterator[None]:
    # Laying out a page makes a million small objects that live to its end: looking for garbage among them takes a
    # quarter of the time and finds none.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
