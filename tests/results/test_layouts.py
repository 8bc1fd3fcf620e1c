"""Layouts of a lab's own: spellings, units, libraries, and what is wrong with a file."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.results.layouts import Layout, layout_for, of_file


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "layout.csv"
    path.write_text(text)
    return path


def test_names_roles_and_doses_are_read(tmp_path: Path) -> None:
    text = (
        "well;drug;dose_nM;role\nA01;DMSO;;\nA2;Foo;100;\nA3;Staurosporine_500nM;;\nA4;;;blank\nB1;Foo mit Bar;200;\n"
        "B2;PBS;;\nB3;;;\n"
    )
    (layout,) = of_file(written(tmp_path, text), {"foo": "KEY-FOO"})
    wells = layout.wells
    assert [wells[(1, col)].role for col in (1, 2, 3, 4)] == ["vehicle", "test", "positive", "blank"]
    assert wells[(1, 2)].doses == (0.1,)
    assert layout.dose_unit == "uM"
    assert wells[(2, 1)].drug_names == ("Foo", "Bar")
    assert wells[(2, 1)].drug_ids == ("KEY-FOO", "name:bar")
    assert [wells[(2, col)].role for col in (2, 3)] == ["untreated", "unused"]


def test_doses_without_a_unit_are_relative_unless_it_is_stated(tmp_path: Path) -> None:
    path = written(tmp_path, "well,drug,concentration\nA1,Foo,0.2\n")
    assert of_file(path, {})[0].dose_unit == "relative"
    stated = of_file(path, {}, "nM")[0]
    assert stated.dose_unit == "uM"
    assert stated.wells[(1, 1)].doses == pytest.approx((0.0002,))


def test_a_plate_takes_the_library_its_name_ends_in(tmp_path: Path) -> None:
    text = "well,drug,dose_uM,Library_ID\nA1,Foo,1,7\nA1,Bar,1,8\n"
    layouts = of_file(written(tmp_path, text), {})
    found = layout_for("170502_D004T01P006L08", "x", layouts, "x.txt")
    assert found.wells[(1, 1)].treatment == "Bar"
    with pytest.raises(InputError, match="any of the layout's plates"):
        layout_for("unnamed", "x", layouts, "x.txt")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("position of the moon,drug\nA1,Foo\n", "columns for well and drug"),
        ("well,drug,dose_uM\nA1,Foo,1\nA1,Bar,1\n", "line 3: well A1 is there twice"),
        ("well,drug,dose_uM\nA1,Foo,high\n", "line 2: dose 'high' is no number"),
        ("well,drug,dose_uM\n17,Foo,1\n", "line 2: '17' is no well"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=what):
        of_file(written(tmp_path, text), {})


def test_a_plate_s_name_is_found_in_barcode_or_file() -> None:
    layouts = [Layout(layout_id="l", plan=None, plate=name, wells={}, dose_unit="uM") for name in ("P1", "P11")]
    assert layout_for("ab12-P1", "x", layouts, "x").plate == "P1"
    assert layout_for("", "ab12_P11", layouts, "x").plate == "P11"
    with pytest.raises(InputError, match="may be any"):
        layout_for("", "P2", layouts, "x")
