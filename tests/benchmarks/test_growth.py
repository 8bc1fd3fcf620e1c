"""The picture of growth shows what was measured: exponents, lines as fitted, the same bytes each time."""

import numpy as np
import pytest

from tests.benchmarks import growth

SQUARE = {name: [0.002, 0.032, 0.512] for name in growth.BASE}
LINEAR = {name: [0.001, 0.004, 0.016] for name in growth.BASE}


def test_time_that_grows_with_the_square_has_exponent_two() -> None:
    assert growth.exponent(SQUARE["drugs"]) == pytest.approx(2)
    assert growth.output("drugs", SQUARE["drugs"]) == "to the power 2.00; 2 ms at 480"


def test_a_fitted_line_that_starts_below_the_first_point_is_drawn_there() -> None:
    low, high = growth.fitted(np.log10([1.0, 2.0, 100.0]))
    assert low < -0.1
    assert high - low == pytest.approx(growth.exponent([1.0, 2.0, 100.0]) * np.log10(16))


def test_the_picture_is_the_same_each_time_and_says_every_exponent() -> None:
    drawn = growth.drawn({"networks": SQUARE, "process": LINEAR})
    assert drawn == growth.drawn({"networks": SQUARE, "process": LINEAR})
    assert drawn.count("to the power 2.00") == drawn.count("to the power 1.00") == len(growth.BASE)
