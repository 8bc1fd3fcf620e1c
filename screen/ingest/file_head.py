"""The first look at a file: is it there, is it whole, which encoding, which separator, which header."""

import csv
import gzip
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from screen.errors import InputError

_PEEK = 1 << 18
_PEEK_MOST = 1 << 24
_MAGIC = {b"PAR1": "parquet", b"PK\x03\x04": "zip", b"\x89HDF": "hdf5"}
_LFS = b"version https://git-lfs"


@dataclass(frozen=True)
class Head:
    """What the first 256 KiB of a file tell (more, where three lines are longer)."""

    path: Path
    raw: bytes
    """First bytes, decompressed."""
    gz: bool
    cut: bool = False
    """More follows than was looked at."""

    @property
    def magic(self) -> str:
        """``parquet``, ``zip`` (xlsx, torch), ``hdf5`` or ``text``."""
        return _MAGIC.get(self.raw[:4], "text")

    @cached_property
    def encoding(self) -> str:
        """``utf-8-sig`` where the bytes allow it, else ``cp1252`` (its letters outside ASCII are doubtful)."""
        try:
            self.raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            cut_at_the_end = self.cut and fault.start >= len(self.raw) - 4
            return "utf-8-sig" if cut_at_the_end else "cp1252"
        return "utf-8-sig"

    @cached_property
    def text(self) -> str:
        """The head decoded; empty for binary files."""
        return self.raw.decode(self.encoding, "replace") if self.magic == "text" else ""

    @cached_property
    def lines(self) -> list[str]:
        """Whole lines of the head, split at LF and CRLF only."""
        lines = self.text.replace("\r\n", "\n").split("\n")
        return lines[:-1] if self.cut else lines

    @cached_property
    def delimiter(self) -> str:
        """Of tab, comma, semicolon and pipe the one most frequent in the header: cells may hold lists of their own."""
        sample = [line for line in self.lines if line.strip() and line[0] not in "#!"][:3]
        return max("\t,;|", key=lambda mark: [line.count(mark) for line in sample])

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Fields of the first line that is not a comment (``#``, ``!``), stripped."""
        for line in self.lines:
            if line.strip() and line[0] not in "#!":
                return tuple(name.strip() for name in next(csv.reader([line], delimiter=self.delimiter)))
        return ()

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
    return Head(path, raw, _packed(path), cut)


def _first_lines(path: Path) -> tuple[bytes, bool]:
    # The header of a wide matrix alone can be longer than one look: look further until there are a few lines.
    size = _PEEK
    raw = read_bytes(path, size)
    while len(raw) == size < _PEEK_MOST and raw[:4] not in _MAGIC and raw.count(b"\n") < 3:
        size *= 8
        raw = read_bytes(path, size)
    return raw, len(raw) == size


def _packed(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def read_bytes(path: Path, limit: int = -1) -> bytes:
    """The bytes of a file, decompressed when it is gzip."""
    try:
        with gzip.open(path) if _packed(path) else path.open("rb") as stream:
            return stream.read(limit)
    except (EOFError, gzip.BadGzipFile, OSError) as fault:
        raise InputError(
            f"cannot be read to its end ({fault}): cut or damaged", where=str(path), remedy="fetch it again"
        ) from None


def read_text(path: Path, encodings: tuple[str, ...] = ("utf-8-sig", "cp1252")) -> tuple[str, str]:
    """The whole text and the encoding that fitted; NUL bytes are refused."""
    raw = read_bytes(path)
    if b"\x00" in raw:
        raise InputError("holds NUL bytes: not a text file, or UTF-16", where=str(path), remedy="save it as UTF-8")
    for encoding in encodings:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise InputError(f"not text in {' or '.join(encodings)}", where=str(path), remedy="save it as UTF-8")


def read_rows(text: str, delimiter: str, where: str, *, skip: int = 0) -> tuple[list[str], list[list[str]]]:
    """Header and rows of delimited text with ``"`` quoting, control characters replaced by blanks.

    Raises
    ------
    InputError
        A row with another number of fields than the header, with its line number.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _ in range(skip):
        next(reader, None)
    header = [name.strip() for name in next(reader, [])]
    rows: list[list[str]] = []
    for row in reader:
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        if len(row) != len(header):
            raise InputError(
                f"line {reader.line_num}: {len(row)} fields where the header has {len(header)}",
                where=where,
                remedy="is the file whole? is the separator right?",
            )
        rows.append([_printable(cell) for cell in row])
    return header, rows


def _printable(cell: str) -> str:
    return cell if cell.isprintable() else "".join(c if c.isprintable() or c == "\n" else " " for c in cell).strip()
