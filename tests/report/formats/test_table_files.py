"""Tables as files: what is written is read back, formulas stay text, the same table gives the same bytes."""

from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from screen.errors import InputError
from screen.report.formats import table_files
from screen.report.formats.table_files import write_table

FRAME = pl.DataFrame({"drug": ["=1+1", "cisplatin"], "score": [0.25, None], "codes": [["BRCA", "OV"], []]})


def test_a_workbook_holds_the_table_and_no_formula(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "a.xlsx", ".xlsx")
    rows = list(load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0] == ("drug", "score", "codes")
    assert rows[1][0] != "=1+1"
    assert str(rows[1][0]).endswith("=1+1")
    assert rows[1][1:] == (0.25, "BRCA|OV")
    assert rows[2][:2] == ("cisplatin", None)


def test_the_same_table_is_the_same_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(FRAME, tmp_path / "a.xlsx", ".xlsx")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_table(FRAME, tmp_path / "b.xlsx", ".xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 1)
    with pytest.raises(InputError, match="a sheet holds"):
        write_table(FRAME, tmp_path / "a.xlsx", ".xlsx")
