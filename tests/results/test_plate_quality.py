"""The spoiled plate among real ones is found, and each plate is judged by the best killing control on it."""

from pathlib import Path

import pytest

from screen.results.layouts import layout_for, of_file
from screen.results.normalising import normalise
from screen.results.plate_quality import Quality, judge
from screen.results.readers.plate_formats import read_plates


@pytest.fixture(scope="module")
def colorectal(real_data: Path) -> dict[str, Quality]:
    folder = real_data / "organoids" / "crc_betge2022"
    layouts = of_file(folder / "Layouts.csv", {})
    found = {}
    for path in sorted((folder / "ctg_raw" / "HC1092").glob("*.TXT")):
        (read,) = read_plates(path).plates
        layout = layout_for(read.plate, path.stem, layouts, str(path))
        found[path.stem] = judge(layout, normalise(read, layout), read.values.shape)
    return found


@pytest.mark.real
def test_the_spoiled_plate_alone_fails(colorectal: dict[str, Quality]) -> None:
    assert len(colorectal) == 12
    failed = {name: one for name, one in colorectal.items() if one.verdict == "fail"}
    assert [name[-16:] for name in failed] == ["2_D004T01P006L08"]
    assert "every other row" in next(iter(failed.values())).reason


@pytest.mark.real
def test_staurosporine_that_kills_little_does_not_judge(colorectal: dict[str, Quality]) -> None:
    """It leaves Z' at 0.15 on a plate that bortezomib shows to be sound."""
    for one in colorectal.values():
        assert one.killing_control is not None
        assert one.killing_control.startswith("Bortezomib")
        assert "Z'" in one.reason
