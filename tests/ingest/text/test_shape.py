"""Fields are counted outside quotation marks; what slid, was cut or swallowed is refused with its line."""

import csv
import io

import numpy as np
import pytest

from screen.errors import InputError
from screen.ingest.text import shape
from screen.ingest.text.shape import Rows, refuse_uneven, rows_of


def rows(text: str, delimiter: str = ",") -> Rows:
    return rows_of(text.encode(), delimiter, "f.csv")


@pytest.mark.parametrize(
    ("text", "fields", "lines"),
    [
        ("a,b\n1,2\n", [2, 2], [1, 2]),
        ("a,b\n1,2", [2, 2], [1, 2]),
        ('a,b\n"x,y",2\n', [2, 2], [1, 2]),
        ('a,b\n"x ""y"", z",2\n', [2, 2], [1, 2]),
        ('a,b\n"",2\n', [2, 2], [1, 2]),
        ("a,b\n\n1,2\n  \n3,4\n", [2, 2, 2], [1, 3, 5]),
        ('a,b\n"x\ny",2\n3,4\n', [2, 2, 2], [1, 2, 4]),
        ('a,b\n5" disc,2\n', [2, 2], [1, 2]),
        ("a,b\n,\n", [2, 2], [1, 2]),
        ("a\n1\n", [1, 1], [1, 2]),
    ],
)
def test_rows_and_their_lines(text: str, fields: list[int], lines: list[int]) -> None:
    found = rows(text)
    assert found.fields.tolist() == fields
    assert found.lines.tolist() == lines


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64])
def test_blocks_may_end_anywhere(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(block)
    cells = ["", "x", "a,b", 'say "so"', "two\nlines", "1.5"]
    table = [[cells[i] for i in rng.integers(0, len(cells), 4)] + ["end"] for _ in range(40)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    monkeypatch.setattr(shape, "_BLOCK", block)
    found = rows(out.getvalue())
    assert found.fields.tolist() == [5] * 40
    assert [found.cells(i, ",") for i in range(40)] == [[cell.strip() for cell in row] for row in table]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1\n", "line 2: 1 fields where the header has 2"),
        ("a,b\n1,2\n3,4,5\n6,7\n", "line 3: 3 fields"),
        ("a,b\n1,2\n\n3\n", "line 4: 1 fields"),
        ('a,b\n"x\ny",2\n3\n', "line 2: a quotation mark"),
        ('a,b\n1,2\n"3,4\n5,6\n', "line 3: a quotation mark"),
        ('a,b\n1,"2\n3,"4"\n5,6\n', "line 2: a quotation mark"),
        ('a,b\n"1"x,2\n', "line 2: a quotation mark"),
    ],
)
def test_an_uneven_row_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        refuse_uneven(rows(text), 2, "f.csv")


def test_a_line_break_may_be_allowed() -> None:
    refuse_uneven(rows('a,b\n"x\ny",2\n'), 2, "f.csv", line_breaks=True)
