"""Rows of plates, layouts and reports of a dispenser keep their shape: a short, long or swallowed one is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.results.echo_reports import read_echo
from screen.results.layouts import of_file
from screen.results.readers.plate_formats import read_plates

GRID = "\t1\t2\t3\t4\nA\t1\t2\t3\t4\nB\t5\t6\t7\t8\nC\t9\t10\t11\t12\n"
TABLE = "plate,well,value,flag\nP1,A1,10,x\nP1,A2,20,x\nP1,A3,30,x\n"
LAYOUT = "well,drug,dose_uM,replicate\nA1,gefitinib,1,1\nA2,gefitinib,2,1\nA3,DMSO,,1\n"
ECHO = (
    "Source Well,Destination Plate Barcode,Destination Well,Transfer Volume,Actual Volume,Transfer Status\n"
    "A1,P1,B2,25,25,\nA2,P1,B3,25,5,MM0202\n\nInstrument Name,E1\n"
)


def layouts(path: Path) -> object:
    return of_file(path, {})


@pytest.mark.parametrize(
    ("read", "text", "right", "wrong"),
    [
        (read_plates, GRID, "B\t5\t6\t7\t8", "B\t5\t7\t8"),
        (read_plates, GRID, "B\t5\t6\t7\t8", "B\t5\t6\t6\t7\t8"),
        (read_plates, GRID, "C\t9\t10\t11\t12\n", "C\t9\t1"),
        (read_plates, GRID, "A\t1", "A\r\t1"),
        (read_plates, TABLE, "P1,A2,20,x", "P1,A2,20"),
        (read_plates, TABLE, "P1,A2,20,x", "P1,A2,20,x,y"),
        (read_plates, TABLE, "P1,A2,20,x", 'P1,A2,20,"x'),
        (layouts, LAYOUT, "A2,gefitinib,2,1", "A2,gefitinib,1"),
        (layouts, LAYOUT, "A2,gefitinib,2,1", 'A2,"gefitinib,2,1'),
        (read_echo, ECHO, "A2,P1,B3,25,5,MM0202", "A2,P1,B3,5,MM0202"),
        (read_echo, ECHO, "A2,P1,B3,25,5,MM0202", "A2,P1,B3,25,25,5,MM0202"),
    ],
)
def test_a_row_of_another_shape_is_refused(
    tmp_path: Path, read: Callable[[Path], object], text: str, right: str, wrong: str
) -> None:
    path = tmp_path / "plate.csv"
    path.write_text(text)
    read(path)
    path.write_bytes(text.replace(right, wrong).encode())
    assert path.read_text() != text
    with pytest.raises(InputError) as fault:
        read(path)
    assert "line" in str(fault.value) or "quotation" in str(fault.value)


def test_columns_that_no_row_of_a_grid_fills_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "half.txt").write_text("\t1\t2\t3\t4\t5\t6\nA\t1\t2\t3\nB\t5\t6\t7\n")
    (plate,) = read_plates(tmp_path / "half.txt").plates
    assert plate.values[0, :3].tolist() == [1, 2, 3]


@pytest.mark.parametrize("read", [read_plates, layouts, read_echo])
def test_a_cut_letter_is_no_traceback(tmp_path: Path, read: Callable[[Path], object]) -> None:
    (tmp_path / "cut.csv").write_bytes(ECHO.encode("utf-16")[:-1])
    with pytest.raises(InputError, match="text"):
        read(tmp_path / "cut.csv")
