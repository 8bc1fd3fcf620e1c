"""A plate that lay turned or mirrored in the reader is always found where its controls lie five deviations apart."""

import numpy as np
import pytest

from screen.errors import InputError
from screen.results.layouts import Layout, LayoutWell
from screen.results.orientation import refuse_cut, refuse_turned
from screen.results.readers.plate_read import PlateRead

TURNS = {
    "turned by 180": lambda values: values[::-1, ::-1],
    "left to right": lambda values: values[:, ::-1],
    "top to bottom": lambda values: values[::-1, :],
}


def plate(seed: int, apart: float) -> tuple[Layout, np.ndarray]:
    """A random layout with six vehicle, six killed and six empty wells; doses of drugs elsewhere."""
    rng = np.random.default_rng(seed)
    places = [(row, col) for row in range(2, 16) for col in range(2, 24)]
    rng.shuffle(places)
    roles = ["vehicle"] * 6 + ["positive"] * 6 + ["blank"] * 6
    wells, values = {}, np.full((16, 24), 100.0)
    for number, place in enumerate(map(tuple, places)):
        role = roles[number] if number < len(roles) else "test"
        mean = {"vehicle": 100.0, "positive": 100.0 - 5 * apart, "blank": 100.0 - 5 * apart}.get(role)
        level = rng.uniform(100.0 - 5 * apart, 100.0) if mean is None else mean
        values[place[0] - 1, place[1] - 1] = level + 5 * rng.standard_normal()
        wells[(int(place[0]), int(place[1]))] = LayoutWell(role=role)
    return Layout(layout_id="l", plan=None, plate="P1", wells=wells, dose_unit="uM"), values


@pytest.mark.parametrize("how", sorted(TURNS))
def test_every_turned_plate_is_found(how: str) -> None:
    for seed in range(100):
        layout, values = plate(seed, apart=5.0)
        with pytest.raises(InputError, match=how):
            refuse_turned(PlateRead(plate="P1", values=TURNS[how](values)), layout, "P1.txt")


def test_plates_that_lay_right_pass() -> None:
    for apart in (0.5, 2.0, 5.0, 20.0):
        for seed in range(100):
            layout, values = plate(seed, apart)
            refuse_turned(PlateRead(plate="P1", values=values), layout, "P1.txt")


def test_a_plate_that_ends_before_its_layout_is_refused() -> None:
    layout, values = plate(1, apart=5.0)
    refuse_cut(PlateRead(plate="P1", values=values), layout, "P1.txt")
    values[9:] = np.nan
    with pytest.raises(InputError, match=r"holds numbers up to row I of 24 columns; its layout goes on to well O23"):
        refuse_cut(PlateRead(plate="P1", values=values), layout, "P1.txt")
    with pytest.raises(InputError, match="of 12 columns"):
        refuse_cut(PlateRead(plate="P1", values=np.ones((16, 12))), layout, "P1.txt")
