"""Workbooks: damaged, encrypted, or spanning more than a table can hold."""

import contextlib
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.text.grid import read_grid
from screen.ingest.text.workbook import first_rows, workbook_cells


def workbook(path: Path, rows: list[list[object]], sheet: str = "Sheet") -> Path:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def rewritten(path: Path, change: object) -> Path:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, change(name, content))  # type: ignore[operator]
    return path


def test_a_matrix_in_a_workbook(tmp_path: Path) -> None:
    grid = read_grid(peek(workbook(tmp_path / "m.xlsx", [["patient_id", "TP53"], ["P1", 1.5], ["P2", None]])))
    assert grid.labels["patient_id"].to_list() == ["P1", "P2"]
    assert grid.levels[0, 0] == 1.5
    assert grid.levels[1, 0] != grid.levels[1, 0]


@pytest.mark.parametrize("address", ["XFD1048576", "A9999999", "ZZZ5000"])
def test_a_cell_far_out_is_refused(tmp_path: Path, address: str) -> None:
    path = workbook(tmp_path / "m.xlsx", [["a", "b"], [1, 2]])
    rewritten(path, lambda name, raw: re.sub(rb'r="B2"', f'r="{address}"'.encode(), raw) if "sheet1" in name else raw)
    for look in (first_rows, workbook_cells):
        with pytest.raises(InputError, match=r"spans|not a workbook"):
            look(path)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "m.xlsx", [["a"]])
    rewritten(path, lambda name, raw: raw + b" " * 70_000_000 if "sheet1" in name else raw)
    with pytest.raises(InputError, match="unpacks to more"):
        workbook_cells(path)


@pytest.mark.parametrize("part", ["sheet1.xml", "workbook.xml", "styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<a", b"<?xml version='1.0' encoding='klingon'?><a/>"])
def test_a_damaged_part_is_one_error_or_harmless(tmp_path: Path, part: str, content: bytes) -> None:
    path = workbook(tmp_path / "m.xlsx", [["a", "b"], [1, 2]])
    rewritten(path, lambda name, raw: content if name.endswith(part) else raw)
    for look in (first_rows, workbook_cells):
        # Anything but an InputError ends the test.
        with contextlib.suppress(InputError):
            look(path)
