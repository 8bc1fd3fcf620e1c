"""Top doses of a lab's drugs: relative doses become concentrations, drug by drug."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.results.layouts import of_file
from screen.results.top_doses import read_top_doses, with_top_doses

LAYOUT = "well,drug,concentration\nA1,DMSO,\n" + "".join(
    f"{row}{col},{name},{dose}\n"
    for row, name in zip("BCDE", ("Foo", "Bar", "Foo + Bar", "Baz"), strict=True)
    for col, dose in enumerate((0.04, 0.2, 1), start=1)
)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_each_drug_has_its_own_top_and_a_drug_without_one_stays_relative(tmp_path: Path) -> None:
    layouts = of_file(written(tmp_path / "l.csv", LAYOUT), {})
    tops = read_top_doses(written(tmp_path / "t.csv", "drug;top_nM\nfoo;500\nBar;2000,0\nQuux;1\n"))
    (made,), notes = with_top_doses(layouts, tops)
    assert made.wells[(2, 3)].doses == (0.5,)
    assert made.wells[(2, 1)].doses == pytest.approx((0.02,))
    assert made.wells[(4, 2)].doses == pytest.approx((0.1, 0.4))
    assert [made.wells[(row, 3)].dose_unit for row in (2, 3, 4, 5)] == ["uM", "uM", "uM", "relative"]
    assert made.dose_unit == "relative"
    assert made.layout_id != layouts[0].layout_id
    assert notes == (
        "3 of 4 treatments have a top dose by t.csv",
        "relative doses stay: Baz",
        "in t.csv, not in the layout: Quux",
    )


def test_with_a_top_for_every_drug_the_plate_is_in_uM(tmp_path: Path) -> None:
    layouts = of_file(written(tmp_path / "l.csv", LAYOUT), {})
    (made,), _ = with_top_doses(layouts, read_top_doses(written(tmp_path / "t.csv", "Foo,1\nBar,2\nBaz,3\n")))
    assert made.dose_unit == "uM"
    assert made.wells[(5, 3)].doses == (3.0,)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty|no drug"),
        ("drug,top_uM\nFoo,much\n", "line 2: 'Foo much' is no drug with a dose above 0"),
        ("Foo,1\nfoo,2\n", "line 2: 'foo' is there twice"),
        ("Quux,1\n", "none of its 1 drugs is in the layout"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, what: str, tmp_path: Path) -> None:
    layouts = of_file(written(tmp_path / "l.csv", LAYOUT), {})
    with pytest.raises(InputError, match=what):
        with_top_doses(layouts, read_top_doses(written(tmp_path / "t.csv", text)))


def test_doses_with_a_unit_need_no_table(tmp_path: Path) -> None:
    layouts = of_file(written(tmp_path / "l.csv", LAYOUT), {}, "uM")
    with pytest.raises(InputError, match="have a unit already"):
        with_top_doses(layouts, read_top_doses(written(tmp_path / "t.csv", "Foo,1\n")))
