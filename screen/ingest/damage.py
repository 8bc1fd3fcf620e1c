"""The one place that turns whatever a parser raises on a damaged file into one error."""

import csv
import gzip
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree

from polars.exceptions import PanicException, PolarsError

from screen.errors import InputError, ScreenError

_AGAIN = "is the file whole? fetch it again"
_FAULTS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...] = (
    ((EOFError, zlib.error, gzip.BadGzipFile), "cannot be unpacked to its end: cut or damaged", "fetch it again"),
    ((zipfile.BadZipFile, zipfile.LargeZipFile), "not a whole zip archive or workbook", _AGAIN),
    (json.JSONDecodeError, "not JSON", _AGAIN),
    (RecursionError, "nested too deeply", _AGAIN),
    (ElementTree.ParseError, "not well-formed XML", _AGAIN),
    (csv.Error, "not a table of delimited text", "is the separator right? is a quotation mark left open?"),
    (UnicodeError, "letters that are no text", "save it as UTF-8"),
    (MemoryError, "needs more memory than there is", "is it the file you mean? split it, or give the machine more"),
    ((PanicException, PolarsError, struct.error), "cannot be read", _AGAIN),
    (IsADirectoryError, "is a folder", "name the files in it"),
    (FileNotFoundError, "no such file", "check the path"),
    (PermissionError, "may not be read", "allow reading it: chmod a+r"),
    (OSError, "cannot be read", _AGAIN),
)
_LONGEST = 160


@contextmanager
def as_input_errors(where: str) -> Iterator[None]:
    """Whatever is raised inside leaves as one ``InputError`` that names the file; the cause stays attached.

    Errors meant for the user pass as they are, and so does an interruption from the keyboard.
    """
    try:
        yield
    except ScreenError:
        raise
    except (Exception, PanicException) as fault:
        raise _remarks(fault, where) from fault


def _remarks(fault: BaseException, where: str) -> InputError:
    for kinds, what, remedy in _FAULTS:
        if isinstance(fault, kinds):
            return InputError(f"{what}{_detail(fault)}", where=where, remedy=remedy)
    return InputError(f"cannot be read as it is: {type(fault).__name__}{_detail(fault)}", where=where, remedy=_AGAIN)


def _detail(fault: BaseException) -> str:
    first = (str(fault).splitlines() or [""])[0].strip()
    return f" ({first[:_LONGEST]})" if first and first.isprintable() else ""
