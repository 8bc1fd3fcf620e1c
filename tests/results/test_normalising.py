"""Viability is over the vehicle of the same percentage, less the blank; what is odd is flagged."""

import numpy as np
import pytest

from screen.results.layouts import Layout, LayoutWell
from screen.results.normalising import normalise
from screen.results.readers.plate_read import Place, PlateRead


def made(wells: dict[Place, tuple[LayoutWell, float]], **about: object) -> tuple[PlateRead, Layout]:
    values = np.full((8, 12), np.nan)
    for (row, col), (_, value) in wells.items():
        values[row - 1, col - 1] = value
    layout = {place: well for place, (well, _) in wells.items()}
    return (
        PlateRead(plate="P1", values=values, **about),  # type: ignore[arg-type]
        Layout(layout_id="l", plan=None, plate="P1", wells=layout, dose_unit="uM"),
    )


def vehicle(percent: float | None) -> LayoutWell:
    return LayoutWell(role="vehicle", vehicle_pct=percent)


def treated(percent: float | None) -> LayoutWell:
    return LayoutWell(role="test", treatment="X", drug_names=("X",), doses=(1.0,), vehicle_pct=percent)


def test_each_percentage_has_its_own_control() -> None:
    wells = {(2, col): (vehicle(0.1), 110.0) for col in (2, 3)} | {(3, col): (vehicle(2.0), 60.0) for col in (2, 3)}
    wells |= {(4, 2): (treated(0.1), 60.0), (4, 3): (treated(2.0), 35.0), (4, 4): (treated(0.9), 35.0)}
    wells |= {(5, col): (LayoutWell(role="blank"), 10.0) for col in (2, 3, 4)}
    found = normalise(*made(wells))
    assert found.viability[(4, 2)] == pytest.approx(0.5)
    assert found.viability[(4, 3)] == pytest.approx(0.5)
    assert found.flags[(4, 3)] == []
    assert "no vehicle control of 0.9%: that of 0.1%" in found.flags[(4, 4)]


def test_vehicle_wells_on_the_edge_are_left_out_where_enough_lie_inside() -> None:
    wells = {(2, col): (vehicle(None), 100.0) for col in range(2, 9)}
    wells |= {(1, col): (vehicle(None), 180.0) for col in range(1, 13)}
    wells[(4, 4)] = (treated(None), 50.0)
    assert normalise(*made(wells)).viability[(4, 4)] == pytest.approx(0.5)


def test_odd_wells_are_flagged_and_stay() -> None:
    wells = {(2, col): (vehicle(None), 110.0) for col in range(2, 5)}
    wells |= {(5, 2): (LayoutWell(role="blank"), 10.0)}
    wells |= {(4, 2): (treated(None), 210.0), (4, 3): (treated(None), 1.0), (4, 4): (treated(None), np.nan)}
    found = normalise(*made(wells, overflow=((4, 4),)))
    assert found.viability[(4, 2)] == pytest.approx(2.0)
    assert "counted as 1.5" in found.flags[(4, 2)][0]
    assert found.flags[(4, 3)] == ["below the blank"]
    assert found.flags[(4, 4)] == ["beyond what the reader measures"]
