"""One plate as a reader's export holds it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError

SHAPES = ((2, 3), (3, 4), (4, 6), (6, 8), (8, 12), (16, 24), (32, 48))
"""Rows and columns of the plates that are made: 6 to 1536 wells."""
Place = tuple[int, int]
"""Row and column, from 1."""
_WELL = re.compile(r"^\s*([A-Pa-p]|[Aa][A-Fa-f]|[Q-Zq-z])\s*0*([1-9]\d?)\s*$")


@dataclass(frozen=True, kw_only=True)
class PlateRead:
    """One plate, one measurement."""

    plate: str
    """Barcode or name; '' where the file has none."""
    values: NDArray[np.float64]
    """rows x columns, NaN where nothing was measured."""
    assay: str = "not stated"
    """luminescence, fluorescence, absorbance, count or not stated."""
    measurement: str = ""
    """Which of the file's measurements it is."""
    others: tuple[str, ...] = ()
    """Further measurements of the plate, not taken."""
    overflow: tuple[Place, ...] = ()
    """Wells beyond what the reader measures."""


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """One export."""

    path: Path
    format: str
    says: str
    plates: tuple[PlateRead, ...]
    notes: tuple[str, ...] = ()


def well_place(text: str) -> Place | None:
    """Row and column of a well's name (``B2``, ``B02``, ``AF48``); None for another text."""
    hit = _WELL.match(text)
    if not hit:
        return None
    row = 0
    for letter in hit[1].upper():
        row = 26 * row + ord(letter) - 64
    return row, int(hit[2])


def row_number(text: str) -> int | None:
    """1 for A, 27 for AA; None for another text."""
    plain = text.strip().upper()
    if not re.fullmatch(r"[A-Z]|A[A-F]", plain):
        return None
    return ord(plain) - 64 if len(plain) == 1 else 26 + ord(plain[1]) - 64


def well_name(row: int, col: int) -> str:
    """``B2``; row 27 is AA."""
    return f"{chr(64 + row) if row <= 26 else 'A' + chr(38 + row)}{col}"


def plate_of(
    values: Mapping[Place, float], path: Path, *, plate: str = "", least: Place = (1, 1), **about: object
) -> PlateRead:
    """A plate of the smallest shape that holds these wells.

    Raises
    ------
    InputError
        No well has a number, or a well lies outside 1536.
    """
    if not any(np.isfinite(list(values.values()))):
        raise InputError(
            "no well holds a number", where=str(path), remedy="export the measured values, not the layout alone"
        )
    rows, cols = (max([least[side], *(place[side] for place in values)]) for side in (0, 1))
    shape = next((one for one in SHAPES if one[0] >= rows and one[1] >= cols), None)
    if shape is None:
        raise InputError(
            f"well {well_name(rows, cols)} lies outside a plate of 1536 wells",
            where=str(path),
            remedy="is the header of the columns whole?",
        )
    whole = np.full(shape, np.nan)
    for (row, col), value in values.items():
        whole[row - 1, col - 1] = value
    return replace(PlateRead(plate=clean_name(plate), values=whole), **about)  # type: ignore[arg-type]


def clean_name(text: str) -> str:
    """A plate's name or barcode without the spreadsheet's ``="..."``."""
    return re.sub(r'^=?"+|"+$', "", text.strip()).strip().strip('"').strip()


def assay_of(*texts: str) -> str:
    """What was measured, by the words around it."""
    together = " ".join(texts).lower()
    words = {
        "luminescence": ("lumin", " lum", "ctg", "glo", "rlu"),
        "fluorescence": ("fluor", "(fi)", "htrf", "alexa", "ex="),
        "absorbance": ("absorb", "abs", " od", "photometric"),
        "count": ("cell count", "cell_count", "object count"),
    }
    return next((name for name, signs in words.items() if any(sign in f" {together}" for sign in signs)), "not stated")


def unique_plates(plates: Sequence[PlateRead], path: Path) -> tuple[PlateRead, ...]:
    """Plates whose names tell them apart: those without one are numbered where there are several.

    Raises
    ------
    InputError
        Two plates of one name.
    """
    named = tuple(
        one if one.plate or len(plates) == 1 else replace(one, plate=f"plate {number}")
        for number, one in enumerate(plates, start=1)
    )
    names = [one.plate for one in named]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"two plates are called {twice!r}",
            where=str(path),
            remedy="give each its own name or barcode in the export, or export them one by one",
        )
    return named
