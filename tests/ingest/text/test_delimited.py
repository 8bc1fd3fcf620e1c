"""Text and sheets as tables: every row with its line, nothing swallowed."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.text.delimited import find, numbers, read_table


def _table(path: Path, content: bytes):
    path.write_bytes(content)
    return read_table(peek(path))


def test_a_cell_is_trimmed_and_absent_values_are_null(tmp_path: Path) -> None:
    frame, notes = _table(tmp_path / "a.csv", b"name,AUC\n x ,NA\ny,\nz,0.5\n")
    assert frame["name"].to_list() == ["x", "y", "z"]
    assert frame["AUC"].to_list() == [None, None, "0.5"]
    assert frame["line"].to_list() == [2, 3, 4]
    assert notes == ()


def test_comment_lines_above_the_header_keep_the_line_numbers(tmp_path: Path) -> None:
    frame, _ = _table(tmp_path / "a.csv", b"# made by hand\nname,AUC\nx,1\n")
    assert frame["line"].to_list() == [3]


def test_letters_outside_utf8_are_read_and_said(tmp_path: Path) -> None:
    frame, notes = _table(tmp_path / "a.csv", "name,AUC\nCétuximab,1\n".encode("cp1252"))
    assert frame["name"][0] == "Cétuximab"
    assert "cp1252" in notes[0]


@pytest.mark.parametrize(
    ("content", "output"),
    [
        (b"a,b\n1,2,3\n", "line 2: 3 fields"),
        (b"a,b,c\n1,2,3\n4,5", "line 3: 2 fields"),
        (b'a,b\n"x,1\ny,2\n', "line 2: a quotation mark"),
        (b'a,b\n"x\ny",2\n', "quotation mark"),
        (b"a,a\n1,2\n", "'a' is there twice"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(tmp_path: Path, content: bytes, output: str) -> None:
    with pytest.raises(InputError, match=output):
        _table(tmp_path / "a.csv", content)


@pytest.mark.parametrize("cell", ["n.d.", "NaN", "inf", "0,93"])
def test_what_is_no_number_is_refused_with_its_line(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.tsv"
    frame, _ = _table(path, f"name\tAUC\nx\t1\ny\t{cell}\n".encode())
    with pytest.raises(InputError, match=r"column AUC, line 3"):
        numbers(frame, "AUC", path)


def test_a_sheet_reads_like_text(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["name", "COSMIC_ID", "AUC"], ["x", 905933, 0.25], ["y"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    head = peek(tmp_path / "a.xlsx")
    frame, _ = read_table(head)
    assert head.header == ("name", "COSMIC_ID", "AUC")
    assert frame.drop("line").rows() == [("x", "905933", "0.25"), ("y", None, None)]


def test_a_column_is_found_whatever_its_spelling() -> None:
    assert find(["Drug Name", "canonical_SMILES"], "drugname") == "Drug Name"
    assert find(["x"], "drugname") is None
