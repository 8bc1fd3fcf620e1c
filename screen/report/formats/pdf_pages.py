"""A digest of each page of a PDF over all that is drawn on it: operations, text, fonts, pictures, annotations."""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

_ELSEWHERE = {"/Parent", "/P", "/StructParent", "/StructParents", "/Dest"}
"""Entries that lead from a page to the rest of the document."""


def page_digests(content: bytes) -> Sequence[str]:
    """One SHA-256 a page; none where the file cannot be read."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        known: dict[int, str] = {}
        return [_digest(page, known) for page in reader.pages]
    except (PyPdfError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return []


def _digest(value: Any, known: dict[int, str]) -> str:
    from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

    if isinstance(value, IndirectObject):
        if value.idnum not in known:
            known[value.idnum] = "within itself"
            known[value.idnum] = _digest(value.get_object(), known)
        return known[value.idnum]
    parts = [type(value).__name__]
    if isinstance(value, DictionaryObject):
        names = sorted(set(value) - _ELSEWHERE - {"/Length"})
        parts += [f"{name} {_digest(value.raw_get(name), known)}" for name in names]
        if isinstance(value, StreamObject):
            parts.append(hashlib.sha256(value.get_data()).hexdigest())
    elif isinstance(value, list):
        parts += [_digest(part, known) for part in value]
    else:
        parts.append(repr(value))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
