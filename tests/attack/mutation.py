"""Seeded changes of a file's bytes and structure, of any kind of file."""

import gzip
import random
from collections.abc import Callable
from dataclasses import dataclass

from screen.records import Batch, ReadOptions
from tests.ingest.made_files import Format
from tests.ingest.mutations import MUTATIONS

Change = Callable[[bytes, random.Random], bytes]


def flip(raw: bytes, rng: random.Random) -> bytes:
    """Some bits."""
    content = bytearray(raw)
    for _ in range(rng.choice([1, 2, 8, 64])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(content)


def cut(raw: bytes, rng: random.Random) -> bytes:
    """Its end is missing."""
    return raw[: rng.randrange(1, len(raw) + 1)]


def remove(raw: bytes, rng: random.Random) -> bytes:
    """A piece is missing."""
    at = rng.randrange(len(raw))
    return raw[:at] + raw[at + rng.choice([1, 7, 100, 4096]) :]


def repeat(raw: bytes, rng: random.Random) -> bytes:
    """A piece stands there many times."""
    at, size = rng.randrange(len(raw)), rng.choice([1, 20, 300])
    return raw[:at] + raw[at : at + size] * rng.choice([2, 50, 2000]) + raw[at + size :]


_ODD = (
    *(
        b"\0",
        b"\r",
        b'"',
        b"'",
        b"\x85",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x1b[2J",
        "\u202e".encode(),
        "\u2028".encode(),
    ),
    *(
        b"=cmd|' /C calc'!A0",
        b"NaN",
        b"inf",
        b"-inf",
        b"1e999",
        b"1e308",
        b"9" * 5000,
        b"[" * 3000,
        b"{" * 3000,
        b"a" * 200_000,
    ),
    *(b",", b"\t", b";", b"|", b"\n", b"\n\n\n", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"../../x", b"\\ud800", b"#", b"!"),
)


def insert(raw: bytes, rng: random.Random) -> bytes:
    """Something odd is in it."""
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(_ODD) + raw[at:]


def replace_number(raw: bytes, rng: random.Random) -> bytes:
    """A number is another, or none."""
    spans = [at for at in range(len(raw)) if raw[at : at + 1].isdigit()]
    if not spans:
        return insert(raw, rng)
    at = rng.choice(spans)
    return raw[:at] + rng.choice([b"", b"-", b"1e400", b"NA", b"0x10", b"1,5", b"99999999999999999999"]) + raw[at + 1 :]


def packed(raw: bytes, rng: random.Random) -> bytes:
    """Packed, and sometimes cut or followed by something."""
    content = gzip.compress(raw, mtime=0)
    return rng.choice([content, content[: rng.randrange(4, len(content))], content + b"more", content + content])


def recoded(raw: bytes, rng: random.Random) -> bytes:
    """Another encoding."""
    try:
        return raw.decode().encode(rng.choice(["utf-16", "utf-8-sig", "utf-16-le", "latin-1", "utf-32"]))
    except UnicodeError:
        return flip(raw, rng)


BYTES: tuple[Change, ...] = (flip, cut, remove, repeat, insert, replace_number, packed, recoded)


def shift_column(text: str, rng: random.Random, form: Format) -> str:
    """One column's cells stand a row lower."""
    lines, first = text.split("\n"), form.above.count("\n") + 1
    rows = [line.split(form.delimiter) for line in lines[first:] if line]
    if not rows:
        return text
    column = rng.randrange(min(map(len, rows)))
    cells = ["", *(row[column] for row in rows)]
    for row, cell in zip(rows, cells, strict=False):
        row[column] = cell
    return "\n".join([*lines[:first], *(form.delimiter.join(row) for row in rows), ""])


def shift_rows(text: str, rng: random.Random, form: Format) -> str:
    """From one row on every cell stands a column further."""
    lines = text.split("\n")
    first = rng.randrange(form.above.count("\n") + 1, len(lines))
    return "\n".join(
        form.delimiter + line.rpartition(form.delimiter)[0] if line and number >= first else line
        for number, line in enumerate(lines)
    )


def header_twice(text: str, rng: random.Random, form: Format) -> str:
    """The header stands in the middle again, with fewer or more columns."""
    lines = text.split("\n")
    header = lines[form.above.count("\n")]
    other = rng.choice([header, header.rpartition(form.delimiter)[0], header + form.delimiter + "more"])
    lines.insert(rng.randrange(form.above.count("\n") + 1, len(lines)), other)
    return "\n".join(lines)


def units_mixed(text: str, rng: random.Random, form: Format) -> str:
    """From one row on the matrix is not in logarithms, the ages are in days, the times in months."""
    lines = text.split("\n")
    start = form.above.count("\n")
    header = lines[start].split(form.delimiter)
    in_days = [place for place, name in enumerate(header) if name.startswith("age")]
    of_matrix = form.name == "matrix"
    if not in_days and not of_matrix:
        raise ValueError("no quantity of several units")
    for at in range(rng.randrange(start + 2, len(lines) - 1), len(lines) - 1):
        cells = lines[at].split(form.delimiter)
        for place in range(1, len(cells)) if of_matrix else in_days:
            cells[place] = f"{2 ** float(cells[place]) - 1:.2f}" if of_matrix else f"{float(cells[place]) * 365.25:.0f}"
        lines[at] = form.delimiter.join(cells)
    return "\n".join(lines)


STRUCTURE = (*MUTATIONS, shift_rows, header_twice)
"""None of them makes a cell that was not there: what is read of them has to be what was written."""
SLIDES = (shift_column,)
"""No reader can see a whole column that slid; it must read or refuse it."""


@dataclass(frozen=True)
class Textual:
    """What a change of structure has to know of a table."""

    delimiter: str
    above: str

    def form(self) -> Format:
        """As the changes take it."""
        return Format("any", "any", self.delimiter, lambda _: [], _no_facts, lambda _: {}, ReadOptions(), self.above)


def _no_facts(_: Batch) -> dict[str, set[tuple[object, ...]]]:
    return {}
