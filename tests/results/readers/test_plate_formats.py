"""Exports of plate readers: every published example is read as an independent reading has it, or refused in one
sentence; damaged files never end in a traceback."""

import random
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from screen.errors import InputError
from screen.results.echo_reports import read_echo
from screen.results.readers.plate_formats import FORMATS, read_plates

REFUSED = {
    "spectral_scan.txt": "a spectrum",
    "file_with_no_delimiter_malformed.csv": "User:",
    "header_size_mismatch.txt": "96 wells",
    "lum_spectrum_columns.txt": "spectrum",
    "missing_measurement_table_row.txt": "3 rows",
    "multi-plate-block_non-unique_plate_ID.txt": "two plates",
    "spectramax340_kinetic_partial_plate.txt": "kinetic",
    "no_well_positions.xlsx": "well positions",
    "colwise.txt": "a time course",
    "rowwise.txt": "a time course",
    "example_data.txt": "a time course",
    "Example_dispenser.csv": "no export",
    "Example_list_output.csv": "no export",
}
"""File -> part of the sentence."""
TEXTS = {
    "abs450_96well_non_numeric": (r"^Results$", 2, "\t", 8, 12),
    "luminescence_no_results_table": (r"^Lum$", 2, "\t", 16, 24),
    "endpoint_singleplate_withFilter_withStepLabel": (r"^Results$", 2, "\t", 8, 12),
    "BMG Labtech format": (r"^Raw Data", 3, ",", 8, 12),
    "Transcreener": (r"^Raw Data", 3, ",", 16, 24),
    "Luminescence 1536": (r"^Raw Data", 3, ",", 32, 48),
    "PE_Envision_absorbance_A450": (r"^Results for A450", 2, ",", 8, 12),
    "luminescence_v3.5": (r"^BARCODE_1", 3, ",", 8, 12),
    "absorbance_endpoint_single_plate_example_01": (r"^Barcode:", 2, ",", 8, 12),
    "CTGLuminescence_20161124_001": (r"^Calculated results", 2, ";", 16, 24),
}
"""Part of a name -> line above the grid, lines between, separator, rows, columns."""


def exports(data: Path) -> list[Path]:
    files = [
        path for part in ("allotropy", "biotek_synergy", "d300e_combination") for path in (data / part).rglob("*.*")
    ]
    return sorted(
        path for path in [*files, *(data / "envision_cll_384" / "rawData").iterdir()] if "LICENSE" not in path.name
    )


@pytest.mark.real
def test_every_published_export_is_read_or_refused_in_a_sentence(real_data: Path) -> None:
    formats = set()
    for path in exports(real_data / "plates"):
        if path.parent.name == "beckman_echo":
            assert isinstance(read_echo(path), list)
        elif path.name in REFUSED:
            with pytest.raises(InputError, match=REFUSED[path.name]) as refused:
                read_plates(path)
            assert refused.value.remedy
        else:
            found = read_plates(path)
            formats.add(found.format)
            assert all(np.isfinite(one.values).any() for one in found.plates)
    assert len(formats) >= 8


def independent(path: Path, spec: tuple[str, int, str, int, int]) -> np.ndarray:
    anchor, below, mark, rows, cols = spec
    lines = path.read_bytes().decode("latin-1").replace("\r\n", "\n").split("\n")
    at = next(number for number, line in enumerate(lines) if re.search(anchor, line)) + below
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"  # a plate of 1536 wells goes on in small letters
    values = np.full((rows, cols), np.nan)
    for line in lines[at : at + rows]:
        letter, *cells = line.split(mark)
        for col, cell in enumerate(cells[:cols]):
            if re.fullmatch(r"-?\d+(\.\d+)?", cell.strip()):
                values[letters.index(letter), col] = float(cell)
    return values


@pytest.mark.real
@pytest.mark.parametrize("part", sorted(TEXTS))
def test_wells_equal_an_independent_reading(part: str, real_data: Path) -> None:
    path = next(one for one in exports(real_data / "plates") if part in one.name)
    expected = independent(path, TEXTS[part])
    assert np.array_equal(read_plates(path).plates[0].values, expected, equal_nan=True)


@pytest.mark.real
def test_workbooks_equal_an_independent_reading(real_data: Path) -> None:
    data = real_data / "plates" / "allotropy"
    for name, title in (
        ("thermo_skanit/skanit_data.xlsx", "Abs"),
        ("bmg_labtech_smart_control/fluorescence_endpoint_example2.xlsx", "Raw Data"),
    ):
        sheet = openpyxl.load_workbook(data / name, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
        titled = (at for at, row in enumerate(rows) if any(title in str(cell) for cell in row[:2]))
        above = next(at for at in titled if any(rows[at + step][0] == "A" for step in (1, 2, 3)))
        top = next(at for at in range(above, len(rows)) if rows[at][0] == "A")
        expected = [[row[1 + col] for col in range(12)] for row in rows[top : top + 8]]
        assert np.allclose(read_plates(data / name).plates[0].values, np.array(expected, float), rtol=1e-12)


@pytest.mark.real
def test_softmax_in_either_shape_holds_the_same_wells(real_data: Path) -> None:
    folder = real_data / "plates" / "allotropy" / "moldev_softmax_pro"
    as_list, as_plate = (
        read_plates(folder / f"MD_SMP_fluorescence_endpoint_partial_plate_example0{number}.txt").plates[0].values
        for number in (1, 2)
    )
    assert np.array_equal(as_list, as_plate, equal_nan=True)


@pytest.mark.real
def test_gen5_labels_decide_not_places(real_data: Path) -> None:
    """In this file the two wavelengths change places between rows."""
    path = real_data / "plates" / "allotropy" / "agilent_gen5" / "endpoint_wavelength_measurement_labels.txt"
    values = read_plates(path).plates[0].values
    text = path.read_text(encoding="latin-1").replace("\r", "")
    lines = [line.split("\t") for line in text.split("\n") if line.endswith("\t280")]
    assert np.allclose(values, [[float(cell) for cell in line[1:13]] for line in lines])


@pytest.mark.real
@pytest.mark.slow
def test_damaged_exports_never_end_in_a_traceback(real_data: Path, tmp_path: Path) -> None:
    """A thousand mutations: bytes changed, cut, doubled; a plate or an ``InputError``, never another fault."""
    generator = random.Random(11)
    files = [path for path in exports(real_data / "plates") if path.stat().st_size < 60_000]
    outcomes = {"read": 0, "refused": 0}
    for number in range(1000):
        source = files[number % len(files)]
        path = tmp_path / f"mutated{source.suffix}"
        path.write_bytes(mutated(source.read_bytes(), generator))
        outcomes[outcome(path)] += 1
    assert min(outcomes.values()) > 100


def outcome(path: Path) -> str:
    try:
        read_plates(path)
    except InputError:
        return "refused"
    return "read"


def mutated(raw: bytes, generator: random.Random) -> bytes:
    held = bytearray(raw)
    for _ in range(generator.randint(1, 8)):
        at, length = generator.randrange(len(held)), generator.randint(1, 60)
        change = generator.choice(["byte", "cut", "double", "insert"])
        if change == "byte":
            held[at] = generator.randrange(256)
        elif change == "cut":
            del held[at : at + length]
        elif change == "double":
            held[at:at] = held[at : at + length]
        else:
            held[at:at] = generator.choice([b"\n", b"\t", b",", b'"', b"A", b"1e9"])
        held = held or bytearray(b"\n")
    return bytes(held)


def grid(rows: int, cols: int, mark: str, *, comma: bool = False) -> tuple[str, np.ndarray]:
    values = np.round(np.random.default_rng(rows).uniform(1, 9, (rows, cols)), 2)
    cells = [[f"{value:.2f}".replace(".", "," if comma else ".") for value in row] for row in values]
    lines = [mark.join(["", *map(str, range(1, cols + 1))])]
    lines += [mark.join([chr(65 + number), *row]) for number, row in enumerate(cells)]
    return "\n".join(lines), values


@pytest.mark.parametrize(("mark", "comma"), [("\t", False), (";", True), ("\t", True), (",", False)])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "cp1252"])
def test_a_bare_grid_in_any_spelling(mark: str, comma: bool, encoding: str, tmp_path: Path) -> None:
    text, values = grid(8, 12, mark, comma=comma)
    path = tmp_path / "plate.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert np.allclose(read_plates(path).plates[0].values, values)


def test_thousands_or_decimals_are_not_guessed(tmp_path: Path) -> None:
    text, _ = grid(8, 12, ";")
    path = tmp_path / "plate.txt"
    path.write_text(re.sub(r"(\d)\.(\d\d)", r"\1,\g<2>0", text))
    with pytest.raises(InputError, match="decimal comma or thousands"):
        read_plates(path)


def test_a_long_table_may_hold_several_plates(tmp_path: Path) -> None:
    path = tmp_path / "wells.csv"
    path.write_text("Plate,Well,Signal\nX1,A01,10\nX1,A02,NA\nX2,A1,30\n")
    first, second = read_plates(path).plates
    assert (first.plate, first.values[0, 0], second.plate, second.values[0, 0]) == ("X1", 10.0, "X2", 30.0)
    assert np.isnan(first.values[0, 1])


def test_a_well_with_two_values_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wells.csv"
    path.write_text("Plate,Well,Signal\nX1,A01,10\nX1,A1,11\n")
    with pytest.raises(InputError, match="two values"):
        read_plates(path)


@pytest.mark.parametrize("name", ["Tecan i-control , 2.0", "GloMax Discover", "Victor Nivo"])
def test_readers_without_an_example_say_so(name: str, tmp_path: Path) -> None:
    text, values = grid(8, 12, "\t")
    path = tmp_path / "plate.txt"
    path.write_text(f"Application: {name}\nDate: 1.1.2026\n\n{text}\n")
    found = read_plates(path)
    assert found.format == "untested"
    assert "untested" in found.notes[0]
    assert np.allclose(found.plates[0].values, values)


def test_formats_are_named_once() -> None:
    names = [one.name for one in FORMATS]
    assert len(names) == len(set(names))
