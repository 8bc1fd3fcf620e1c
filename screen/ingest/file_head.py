"""The first look at a file: is it there, is it whole, which encoding, which separator, which header."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from screen.errors import InputError
from screen.ingest.text.decoding import Decoded, decode, is_gzip, read_bytes
from screen.ingest.text.workbook import first_rows, is_workbook

_PEEK = 1 << 18
_PEEK_MOST = 1 << 24
_MAGIC = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "zip",
    b"\x89HDF": "hdf5",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
    b"BZh": "bzip2",
    b"\xfd7zX": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"BAM\x01": "bam",
    b"RDX": "r-data",
    b"X\n\x00\x00": "r-data",
    b"SQLi": "sqlite",
    b"\x80\x02": "pickle",
}
_LFS = b"version https://git-lfs"
_DELIMITERS = "\t,;|"


@dataclass(frozen=True)
class Head:
    """What the first 256 KiB of a file tell (more, where three lines are longer)."""

    path: Path
    raw: bytes
    """First bytes, decompressed."""
    gz: bool
    cut: bool = False
    """More follows than was looked at."""

    @cached_property
    def magic(self) -> str:
        """``text``, ``parquet``, ``workbook`` (xlsx), ``zip`` (any other), ``hdf5``, or what else it begins like."""
        found = next((name for mark, name in _MAGIC.items() if self.raw.startswith(mark)), "text")
        return "workbook" if found == "zip" and not self.gz and is_workbook(self.path) else found

    @cached_property
    def _decoded(self) -> Decoded:
        return decode(self.raw, str(self.path), cut=True) if self.magic == "text" else Decoded("", "")

    @property
    def encoding(self) -> str:
        """``utf-8-sig`` where the bytes allow it, else what fits best; empty for what is no text."""
        return self._decoded.encoding

    @cached_property
    def text(self) -> str:
        """The head decoded, lines ended by a line feed; a workbook's first rows with tabs; else empty."""
        if self.magic == "workbook":
            return "".join("\t".join(row) + "\n" for row in first_rows(self.path))
        return self._decoded.text

    @cached_property
    def lines(self) -> list[str]:
        """Whole lines of the head."""
        lines = self.text.split("\n")
        return lines[:-1] if self.cut else lines

    @cached_property
    def data_lines(self) -> list[str]:
        """The lines that hold anything, without the comments (``#``, ``!``) above the header."""
        filled = [line for line in self.lines if line.strip()]
        first = next((place for place, line in enumerate(filled) if line[0] not in "#!"), len(filled))
        return filled[first:]

    @cached_property
    def delimiter(self) -> str:
        """Of tab, comma, semicolon and pipe the one that cuts header and rows into equally many fields.

        Where none or several do, the most frequent in the header: cells may hold lists of their own.
        """
        if self.magic == "workbook":
            return "\t"
        counts = {mark: [_outside(line, mark) for line in self.data_lines[:3]] for mark in _DELIMITERS}
        even = [mark for mark in _DELIMITERS if _is_even(counts[mark])]
        return max(even or _DELIMITERS, key=lambda mark: counts[mark])

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Fields of the first line that is not a comment (``#``, ``!``), stripped."""
        return _fields_of(self.data_lines[0], self.delimiter) if self.data_lines else ()

    def has(self, *names: str) -> bool:
        """Whether the header holds all these columns (case as written)."""
        return set(names) <= set(self.header)

    def require(self, *names: str) -> None:
        """Raise an ``InputError`` for the first of these columns that the header lacks."""
        for name in names:
            if name not in self.header:
                raise InputError(
                    f"no column {name}",
                    where=str(self.path),
                    remedy=f"there are: {', '.join(self.header[:8]) or 'none'}; is --as right?",
                )


def peek(path: Path) -> Head:
    """Look at a file.

    Raises
    ------
    InputError
        Missing, a folder, empty, cut gzip, or a Git LFS pointer in place of the data.
    """
    if not path.exists():
        raise InputError("no such file", where=str(path), remedy="check the path")
    if path.is_dir():
        raise InputError("is a folder", where=str(path), remedy="name the files in it")
    raw, cut = _first_lines(path)
    if not raw.strip():
        raise InputError("the file is empty", where=str(path), remedy="fetch it again")
    if raw.startswith(_LFS):
        raise InputError("a Git LFS pointer, not the data", where=str(path), remedy="run: git lfs pull")
    return Head(path, raw, is_gzip(path), cut)


def _outside(line: str, mark: str) -> int:
    """Delimiters outside quotation marks."""
    return sum(part.count(mark) for part in line.split('"')[::2])


def _is_even(counts: Sequence[int]) -> bool:
    """As many in each row; R's header has one fewer, and a row may end in one more."""
    return len(counts) > 1 and counts[0] > 0 and len(set(counts[1:])) == 1 and counts[1] - counts[0] in (-1, 0, 1)


def _first_lines(path: Path) -> tuple[bytes, bool]:
    # The header of a wide matrix alone can be longer than one look: look further until there are a few lines.
    size = _PEEK
    raw = read_bytes(path, size)
    while len(raw) == size < _PEEK_MOST and raw[:4] not in _MAGIC and _line_ends(raw) < 3:
        size *= 8
        raw = read_bytes(path, size)
    return raw, len(raw) == size


def _line_ends(raw: bytes) -> int:
    return max(raw.count(b"\n"), raw.count(b"\r"))


def _fields_of(line: str, delimiter: str) -> tuple[str, ...]:
    """The fields of one line, without outer blanks; as they can be told where a quotation mark is left open."""
    try:
        return tuple(cell.strip() for cell in next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), []))
    except csv.Error:
        return tuple(cell.strip() for cell in line.split(delimiter))
