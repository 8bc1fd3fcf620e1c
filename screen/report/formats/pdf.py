"""Pages as PDF/A-3a with the report's data attached: tagged, nothing fetched, no wall clock."""

import ctypes.util
import gc
import hashlib
import importlib
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from screen import resources
from screen.report.formats import pdf_accessibility

_PICTURE = re.compile('<svg [^>]*aria-label="([^"]*)"[^>]*>')
"""WeasyPrint takes a picture's alternative text from a title inside it; on a screen that would be a tooltip."""


def as_pdf(html: str, data: str, name: str) -> bytes:
    """Print a page that brings no stylesheet of its own; the same bytes for the same page and data.

    Parameters
    ----------
    html : the page, with title and language
    data : JSON, attached
    name : the attachment's file name

    Notes
    -----
    PDF/A-3a (ISO 19005-3) with the identification of PDF/UA-1 (ISO 14289-1). Stylesheet and fonts are read once a
    process.
    """
    identifier = hashlib.sha256((html + data).encode()).digest()[:16]
    with _fixed_clock(), _no_collection(), warnings.catch_warnings():
        _load()
        from weasyprint import HTML

        # WeasyPrint leaves the file of its colour profile to be closed when it is forgotten.
        warnings.simplefilter("ignore", ResourceWarning)
        page = HTML(string=_PICTURE.sub(r"\g<0><title>\1</title>", html), url_fetcher=_refuse)
        return bytes(
            page.write_pdf(
                font_config=_fonts(),
                stylesheets=[_stylesheet()],
                pdf_variant="pdf/a-3a",
                pdf_identifier=identifier,
                attachments=[_attachment(data, name)],
                finisher=pdf_accessibility.finish,
            )
        )


@lru_cache
def _load() -> None:
    """Load WeasyPrint without its search for libraries: that runs ldconfig, a compiler and a linker for each of them,
    and then takes the exact name, which the loader knows at once."""
    found = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        importlib.import_module("weasyprint")
    finally:
        ctypes.util.find_library = found


def _attachment(data: str, name: str) -> Any:
    from weasyprint import Attachment

    moment = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
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
