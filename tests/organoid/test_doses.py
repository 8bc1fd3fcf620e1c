from fractions import Fraction

import pytest

from screen.errors import InputError
from screen.organoid.doses import LEVELS, TOLERANCE, percent, shot, stock
from screen.organoid.request import Request


@pytest.mark.parametrize(
    ("dose", "level", "volume"),
    [(200, 1, 1000), (20, 1, 100), (2, 1, 10), (0.2, 10, 10), (0.05, 10, 2.5), (0.005, 100, 2.5)],
)
def test_a_dose_is_taken_from_the_strongest_source_that_can_give_it(dose: float, level: int, volume: float) -> None:
    one = shot(dose, 10.0, 50.0)
    assert (one.level, float(one.volume_nL), float(one.dose_uM)) == (level, volume, dose)


def test_rounding_is_said_in_the_dose() -> None:
    one = shot(6.32, 10.0, 50.0)
    assert (float(one.volume_nL), float(one.dose_uM)) == (32.5, 6.5)


def test_a_dose_too_far_off_is_taken_from_a_dilution() -> None:
    one = shot(0.7, 10.0, 50.0)
    assert (one.level, float(one.volume_nL)) == (10, 35.0)


@pytest.mark.parametrize("dose", [0.11, 0.37, 1.1, 3.16, 9.99, 31.6, 74.3, 316])
@pytest.mark.parametrize("well", [5.0, 30.0, 50.0, 200.0])
def test_every_transfer_is_whole_droplets_and_comes_to_the_dose(dose: float, well: float) -> None:
    one = shot(dose, 10.0, well)
    assert one.volume_nL >= Fraction(5, 2)
    assert one.volume_nL % Fraction(5, 2) == 0
    assert one.level in LEVELS
    if one.level != LEVELS[-1]:
        assert abs(one.dose_uM / Fraction(str(dose)) - 1) <= TOLERANCE


def test_less_than_a_droplet_and_more_than_a_well_are_refused() -> None:
    with pytest.raises(InputError, match="droplet"):
        shot(0.000001, 10.0, 50.0)
    with pytest.raises(InputError, match="more than a well"):
        shot(10_000, 10.0, 50.0)


def test_platinum_never_meets_dmso() -> None:
    request = Request()
    known = stock("Cisplatin", None, [], request)
    unknown = stock("newplatin", "N.N.[Cl-].[Cl-].[Pt+2]", [], request)
    assert (known.vehicle, known.mM) == ("saline", 3.3)
    assert (unknown.vehicle, unknown.mM) == ("water", 3.0)
    assert stock("Eloxatin", None, ["oxaliplatin"], request).vehicle == "water"
    assert stock("erlotinib", "C", [], request).vehicle == "DMSO"


def test_a_weaker_stock_asked_for_is_kept() -> None:
    assert stock("carboplatin", None, [], Request(stock_mM=5.0)).mM == 5.0


def test_percent_of_the_well() -> None:
    assert percent(Fraction(1000), 50.0) == 2.0
