"""Changes of a file's structure: cells dropped, doubled and slid, quotes opened, rows cut, tables joined."""

import gzip
import random
import re

from tests.ingest.made_files import FORMATS, Format, Table


def written(table: Table, form: Format) -> str:
    def quoted(cell: str) -> str:
        special = form.delimiter in cell or '"' in cell or "\n" in cell
        return '"' + cell.replace('"', '""') + '"' if special else cell

    return form.above + "".join(form.delimiter.join(map(quoted, row)) + "\n" for row in table)


def _line(text: str, rng: random.Random, form: Format) -> tuple[list[str], int]:
    lines = text.split("\n")
    first = form.above.count("\n") + 1
    return lines, rng.randrange(first, len(lines) - 1)


def _cells(line: str, delimiter: str) -> list[str]:
    """As written, quotation marks included."""
    mark = re.escape(delimiter)
    return [hit[1] for hit in re.finditer(rf'(?:^|{mark})("(?:[^"]|"")*"|[^{mark}]*)', line)]


def drop_cell(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    cells = _cells(lines[at], form.delimiter)
    del cells[rng.randrange(len(cells))]
    lines[at] = form.delimiter.join(cells)
    return "\n".join(lines)


def double_cell(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    cells = _cells(lines[at], form.delimiter)
    place = rng.randrange(len(cells))
    cells.insert(place, cells[place])
    lines[at] = form.delimiter.join(cells)
    return "\n".join(lines)


def cut_row(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    # Within its last cell nobody can tell that a row was cut.
    lines[at] = lines[at][: rng.randrange(1, lines[at].rindex(form.delimiter))]
    return "\n".join(lines)


def open_quote(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    cells = _cells(lines[at], form.delimiter)
    place = rng.randrange(len(cells))
    cells[place] = '"' + cells[place]
    lines[at] = form.delimiter.join(cells)
    return "\n".join(lines)


def trailing(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    every = rng.random() < 0.5
    start = form.above.count("\n")
    return "\n".join(
        line + form.delimiter if line and ((every and n > start) or n == at) else line for n, line in enumerate(lines)
    )


def join_rows(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    lines[at : at + 2] = ["".join(lines[at : at + 2])]
    return "\n".join(lines)


def two_tables(text: str, rng: random.Random, form: Format) -> str:
    return text + text[len(form.above) :]


def other_line_ends(text: str, rng: random.Random, form: Format) -> str:
    return text.replace("\n", rng.choice(["\r", "\r\n"]))


def stray_return(text: str, rng: random.Random, form: Format) -> str:
    # Inside quotation marks it may stand.
    outside = [at for at in range(len(form.above), len(text)) if text.count('"', 0, at) % 2 == 0]
    at = rng.choice(outside)
    return text[:at] + "\r" + text[at:]


def cut_file(text: str, rng: random.Random, form: Format) -> str:
    lines, at = _line(text, rng, form)
    return "\n".join(lines[:at]) + "\n" + lines[at][: rng.randrange(lines[at].rindex(form.delimiter))]


def value_first(text: str, rng: random.Random, form: Format) -> str:
    """Every row without its first cell and with an empty one behind."""
    lines = text.split("\n")
    start = form.above.count("\n") + 1
    return "\n".join(
        line.partition(form.delimiter)[2] + form.delimiter if line and n >= start else line
        for n, line in enumerate(lines)
    )


MUTATIONS = (
    drop_cell,
    double_cell,
    cut_row,
    open_quote,
    trailing,
    join_rows,
    two_tables,
    other_line_ends,
    stray_return,
    cut_file,
    value_first,
)


def mutant(seed: int) -> tuple[Format, str, Table, bytes]:
    rng = random.Random(seed)
    form = FORMATS[seed % len(FORMATS)]
    mutate = MUTATIONS[seed // len(FORMATS) % len(MUTATIONS)]
    table = form.make(rng)
    content = mutate(written(table, form), rng, form)
    encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"])
    raw = content.encode(encoding)
    if rng.random() < 0.2:
        raw = gzip.compress(raw, mtime=0)
        if rng.random() < 0.3:
            raw = raw[: rng.randrange(4, len(raw))]
    return form, mutate.__name__, table, raw
