"""A library's file in pieces of so many molecules, each known by its content, none of them read into memory before.

A piece is read twice: to know its content, and to embed it. What is read the second time has to be what was read the
first time, so a file that is still being written leaves nothing wrong behind.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from screen import chem, object_stores
from screen.errors import InputError

KINDS = (".smi", ".smiles", ".sdf", ".parquet")
_NAMES = ("name", "id", "drug_name", "drug_id")
"""Columns of a Parquet file that may hold the name, the first one there is taken."""


@dataclass(frozen=True)
class Piece:
    """Consecutive molecules of a file."""

    file: Path
    start: int
    """First byte; of a Parquet file the first row."""
    end: int
    first: int
    """Number of its first molecule in the file, from 1: names the unnamed."""
    key: str
    """16 hex digits over the content."""


@dataclass(frozen=True)
class Entry:
    """One molecule as the file has it."""

    name: str
    smiles: str
    """Empty where a drawing cannot be read."""


def split_library(file: Path, size: int) -> list[Piece]:
    """Pieces of ``size`` molecules; blank lines of a SMILES file count as one.

    Raises
    ------
    InputError
        No such file, of another kind, empty or damaged.
    """
    if file.suffix not in KINDS:
        raise InputError(
            f"a library cannot be read from {file.suffix or 'a file without an ending'!r}",
            where=str(file),
            remedy=f"give one of: {', '.join(KINDS)}",
        )
    if object_stores.address(file):
        if file.suffix != ".parquet":
            raise InputError(
                f"a library in an object store cannot be read from {file.suffix or 'a file without an ending'!r}",
                where=str(object_stores.address(file)),
                remedy="give it as .parquet, or copy it to this machine first",
            )
    elif not file.is_file():
        raise InputError("no such file", where=str(file), remedy="check --library")
    try:
        found = list(_rows(file, size) if file.suffix == ".parquet" else _bytes(file, size))
    except OSError as fault:
        raise _unreadable(file, fault) from None
    if not found:
        raise InputError("no molecule in it", where=str(file), remedy="is the file whole?")
    return found


def entries(piece: Piece) -> list[Entry]:
    """The molecules of a piece, in the order of the file.

    Raises
    ------
    InputError
        The file is no longer what it was when its pieces were made.
    """
    stem = piece.file.name.split(".")[0]
    if piece.file.suffix == ".parquet":
        rows = _slice(piece.file, piece.start, piece.end - piece.start)
        _require_unchanged(piece, _digest_of_rows(rows))
        return _from_rows(rows, piece, stem)
    try:
        with piece.file.open("rb") as stream:
            stream.seek(piece.start)
            content = stream.read(piece.end - piece.start)
    except OSError as fault:
        raise _unreadable(piece.file, fault) from None
    _require_unchanged(piece, hashlib.sha256(piece.file.suffix.encode() + content).hexdigest())
    text = content.decode("utf-8", "replace")
    return list(_from_sdf(text, piece, stem) if piece.file.suffix == ".sdf" else _from_lines(text, piece, stem))


def _bytes(file: Path, size: int) -> Iterator[Piece]:
    ends = _ends_a_drawing if file.suffix == ".sdf" else _ends_a_line
    digest, start, at, count, first = hashlib.sha256(file.suffix.encode()), 0, 0, 0, 1
    with file.open("rb") as stream:
        for line in stream:
            digest.update(line)
            at += len(line)
            count += ends(line)
            if count == size:
                yield Piece(file, start, at, first, _key(digest.hexdigest(), first, file))
                digest, start, first, count = hashlib.sha256(file.suffix.encode()), at, first + size, 0
    if at > start:
        yield Piece(file, start, at, first, _key(digest.hexdigest(), first, file))


def _ends_a_line(_line: bytes) -> bool:
    return True


def _ends_a_drawing(line: bytes) -> bool:
    return line.startswith(b"$$$$")


def _key(content: str, first: int, file: Path) -> str:
    # The name of the file and the number are in the names of what has none.
    return hashlib.sha256(f"{content} {first} {file.name}".encode()).hexdigest()[:16]


def _rows(file: Path, size: int) -> Iterator[Piece]:
    start = 0
    while len(rows := _slice(file, start, size)):
        end = start + len(rows)
        yield Piece(file, start, end, start + 1, _key(_digest_of_rows(rows), start + 1, file))
        start = end


def _slice(file: Path, start: int, size: int) -> pl.DataFrame:
    """``name`` and ``smiles`` of some rows of a Parquet file."""
    try:
        with object_stores.refusals(file):
            frame = object_stores.scan(file)
            columns = frame.collect_schema().names()
        if "smiles" not in columns:
            raise InputError("no column 'smiles'", where=str(file), remedy="name the column of the structures smiles")
        named = next((name for name in _NAMES if name in columns), None)
        name = pl.lit(None, pl.String) if named is None else pl.col(named).cast(pl.String)
        with object_stores.refusals(file):
            return frame.slice(start, size).select(name=name, smiles=pl.col("smiles").cast(pl.String)).collect()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as fault:
        raise _unreadable(file, fault) from None


def _digest_of_rows(rows: pl.DataFrame) -> str:
    digest = hashlib.sha256()
    for row in rows.iter_rows():
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _unreadable(file: Path, fault: BaseException) -> InputError:
    lines = str(fault).strip().splitlines() or [type(fault).__name__]
    return InputError(f"cannot be read: {lines[0]}", where=str(file), remedy="fetch it again, whole")


def _require_unchanged(piece: Piece, content: str) -> None:
    if _key(content, piece.first, piece.file) != piece.key:
        raise InputError(
            "was changed while it was read",
            where=str(piece.file),
            remedy="run the same command again once nothing writes to it",
        )


def _from_rows(rows: pl.DataFrame, piece: Piece, stem: str) -> list[Entry]:
    return [
        Entry(name or f"{stem}-{number}", smiles or "")
        for number, (name, smiles) in enumerate(rows.iter_rows(), piece.first)
    ]


def _from_lines(text: str, piece: Piece, stem: str) -> Iterator[Entry]:
    with piece.file.open("rb") as stream:
        first = stream.readline(1 << 20).decode("utf-8", "replace")
    titled = chem.is_smiles_header(first)
    column = chem.name_column(first) if titled else 1
    width = chem.smiles_fields(first) if titled else 1
    # Not splitlines: a name may hold a separator that is no end of a line, such as U+2028.
    for number, line in enumerate(text.split("\n"), piece.first):
        if not line.strip() or (number == 1 and titled):
            continue
        smiles, name = chem.smiles_entry(line, column)
        if width > 1 and chem.smiles_fields(line) != width:  # its name would come from another column
            smiles, name = "", ""
        yield Entry(name or f"{stem}-{number}", smiles)


def _from_sdf(text: str, piece: Piece, stem: str) -> Iterator[Entry]:
    for number, record in enumerate(
        re.split(r"^\$\$\$\$[^\n]*\n?", text.replace("\r\n", "\n"), flags=re.MULTILINE), piece.first
    ):
        if record.strip():
            yield Entry(chem.sdf_entry(record).name or f"{stem}-{number}", chem.smiles_of(record))
