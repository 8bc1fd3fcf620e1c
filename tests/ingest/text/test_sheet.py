"""The header made as wide as the rows where the difference has one meaning, else refused."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.text.grid import read_grid
from screen.ingest.text.sheet import Sheet, read_sheet


def sheet(path: Path, content: str | bytes, **how: object) -> Sheet:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_sheet(peek(path), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("id,b\n1,2\n", ("id", "b")),
        ("id,b,\n1,2,\n3,4,\n", ("id", "b")),
        ("id,b\n1,2,\n3,4,\n", ("id", "b")),
        ("id,b,\n1,2\n3,4\n", ("id", "b")),
        ('"b","c"\n"1",x,y\n"2",x,y\n', ("", "b", "c")),
        ("# note\n\nid,b\n1,2\n", ("id", "b")),
        ("!note\nid,b\n1,2\n!table_end\n", ("id", "b")),
        ("id;b\r1;2\r3;4\r", ("id", "b")),
        ("\ufeffid\tb\r\n1\t2\r\n", ("id", "b")),
        ("id\tb\n1\t2\n".encode("utf-16"), ("id", "b")),
        ("id\tb\n1\t2\n".encode("utf-16-le"), ("id", "b")),
        ("a note, with commas\tb\n1\t2\n3\t4\n", ("a note, with commas", "b")),
    ],
)
def test_what_is_understood(tmp_path: Path, content: str | bytes, header: tuple[str, ...]) -> None:
    found = sheet(tmp_path / "f.csv", content)
    assert found.header == header
    frame = found.frame({f"c{i}": __import__("polars").String for i in range(len(header))})
    assert frame.width == len(header)
    assert frame.null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,b\n1,2,\n3,4\n", "line 2: 3 fields"),
        ("id,b\n1,2\n3,4,\n", "line 3: 3 fields"),
        ("id,b\nP1,2,5\nP2,4,5\n", "line 2: 3 fields"),
        ("id,b\n1,2\nid,b\n3,4\n", "line 3: the header again"),
        ("id,b\n1,2\nid,b", "line 3: the header again"),
        ("id,b\rc,d\n1,2\n", "line 1: a carriage return within the line"),
        ("id,id\n1,2\n", "line 1, column 2: 'id' is there twice"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sheet(tmp_path / "f.csv", content)


@pytest.mark.parametrize("first", ["patient_id", "sample", "Hugo_Symbol", "ModelID", "gene", "id"])
def test_a_value_more_in_each_row_names_no_patient(tmp_path: Path, first: str) -> None:
    (tmp_path / "m.csv").write_text(f"{first},TP53,EGFR\nP1,1.5,2.5,3\nP2,1.5,2.5,4\n")
    with pytest.raises(InputError, match="line 2: 4 fields where the header has 3"):
        read_grid(peek(tmp_path / "m.csv"))


@pytest.mark.parametrize("first", ["patient_id", "sample", "Hugo_Symbol"])
def test_a_comma_behind_each_row_shifts_nothing(tmp_path: Path, first: str) -> None:
    (tmp_path / "m.csv").write_text(f"{first},TP53,EGFR\nP1,1.5,2.5,\nP2,3.5,4.5,\n")
    grid = read_grid(peek(tmp_path / "m.csv"))
    assert grid.columns == ("TP53", "EGFR")
    assert grid.labels[first].to_list() == ["P1", "P2"]
    assert grid.levels.tolist() == [[1.5, 2.5], [3.5, 4.5]]


def test_values_are_no_ids(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("patient_id,TP53,EGFR\n11.317,1.5,2.5\nP2,3.5,4.5\n")
    with pytest.raises(InputError, match=r"line 2, column patient_id: '11.317' is a measured value"):
        read_grid(peek(tmp_path / "m.csv"))
