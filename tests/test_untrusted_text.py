"""Cells of hostile files are shown, not obeyed."""

import polars as pl
import pytest

from screen.untrusted_text import inert_cell, inert_cells, visible


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J\x1b]0;title\x07",
        "\x9b31m",
        "a\rb",
        "a\x08b",
        "\u202egnp.exe",
        "\u2066x\u2069",
        "a\u2028b",
        "zero\u200bwidth",
        "\ufeff",
        "\ud800",
        "\x00",
    ],
)
def test_what_a_terminal_obeys_is_written_out(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert shown.encode("ascii", "strict")
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["", "5-fluorouracil", "α-Tocopherol", "two\nlines", "a\tb", "日本語", "Ünïcode é"])
def test_plain_text_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+SUM(A1:A9)", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "-"])
def test_a_formula_is_text(cell: str) -> None:
    assert inert_cells(pl.DataFrame({"a": [cell]}))["a"].to_list() == [inert_cell(cell)] == ["'" + cell]


@pytest.mark.parametrize("cell", ["-1.5", "+3", "-.5", "1e-3", "-1E+10", "(-)-epicatechin", "olaparib", "", None])
def test_numbers_and_names_stay(cell: str | None) -> None:
    table = pl.DataFrame({"a": [cell], "n": [-1.5], "b": [True]}, schema_overrides={"a": pl.String})
    assert inert_cells(table).equals(table)
