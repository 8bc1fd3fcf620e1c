"""A library's file in pieces of so many molecules, each told by its content, none of them read into memory before."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from screen.errors import InputError

KINDS = (".smi", ".smiles", ".sdf", ".parquet")
_HEADER = re.compile(r"^#?\s*(canonical_|isomeric_)?smiles\b", re.IGNORECASE)
_NAMES = ("name", "id", "drug_name", "drug_id")
"""Columns of a Parquet file that may hold the name, the first one there is taken."""
_BLOCK = 1 << 20


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


def pieces(file: Path, size: int) -> list[Piece]:
    """Pieces of ``size`` molecules; blank lines of a SMILES file count as one.

    Raises
    ------
    InputError
        No such file, of another kind, or empty.
    """
    if file.suffix not in KINDS:
        raise InputError(
            f"a library cannot be read from {file.suffix or 'a file without an ending'!r}",
            where=str(file),
            remedy=f"give one of: {', '.join(KINDS)}",
        )
    if not file.is_file():
        raise InputError("no such file", where=str(file), remedy="check --library")
    found = list(_rows(file, size) if file.suffix == ".parquet" else _bytes(file, size))
    if not found:
        raise InputError("no molecule in it", where=str(file), remedy="is the file whole?")
    return found


def entries(piece: Piece) -> list[Entry]:
    """The molecules of a piece, in the order of the file."""
    stem = piece.file.name.split(".")[0]
    if piece.file.suffix == ".parquet":
        return _from_rows(piece, stem)
    with piece.file.open("rb") as stream:
        stream.seek(piece.start)
        text = stream.read(piece.end - piece.start).decode("utf-8", "replace")
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
    frame = pl.scan_parquet(file)
    if "smiles" not in frame.collect_schema().names():
        raise InputError("no column 'smiles'", where=str(file), remedy="name the column of the structures smiles")
    with file.open("rb") as stream:
        content = _digest(stream)
    total = frame.select(pl.len()).collect().item()
    for start in range(0, total, size):
        end = min(start + size, total)
        yield Piece(file, start, end, start + 1, _key(f"{content} {end}", start + 1, file))


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _from_rows(piece: Piece, stem: str) -> list[Entry]:
    frame = pl.scan_parquet(piece.file)
    named = next((name for name in _NAMES if name in frame.collect_schema().names()), None)
    name = pl.lit(None, pl.String) if named is None else pl.col(named).cast(pl.String)
    rows = (
        frame.slice(piece.start, piece.end - piece.start)
        .select(name=name, smiles=pl.col("smiles").cast(pl.String))
        .collect()
    )
    return [
        Entry(name or f"{stem}-{number}", smiles or "")
        for number, (name, smiles) in enumerate(rows.iter_rows(), piece.first)
    ]


def _from_lines(text: str, piece: Piece, stem: str) -> Iterator[Entry]:
    for number, line in enumerate(text.splitlines(), piece.first):
        if not line.strip() or (number == 1 and _HEADER.match(line)):
            continue
        smiles, _, name = line.strip().replace("\t", " ").partition(" ")
        yield Entry(name.strip() or f"{stem}-{number}", smiles)


def _from_sdf(text: str, piece: Piece, stem: str) -> Iterator[Entry]:
    from screen import chem

    for number, record in enumerate(
        re.split(r"^\$\$\$\$[^\n]*\n?", text.replace("\r\n", "\n"), flags=re.MULTILINE), piece.first
    ):
        if record.strip():
            yield Entry(record.split("\n", 1)[0].strip() or f"{stem}-{number}", chem.smiles_of(record))
