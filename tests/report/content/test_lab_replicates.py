"""Replicate plates: how far they agree, and how far in what differs between organoids."""

import numpy as np
import polars as pl
import pytest

from screen.report.content.lab_replicates import replicates


def tables(organoids: int, noise: float, apart: float, failed: str = "") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two plates an organoid: 40 doses, with a part of each organoid's apart."""
    rng = np.random.default_rng(0)
    level = rng.uniform(0, 1, 40)
    plates, wells = [], []
    for number in range(organoids):
        mine = level + apart * rng.standard_normal(40)
        for copy in "ab":
            name = f"O{number}{copy}"
            plates.append((name, f"O{number}", "L", name, "treated", "fail" if name == failed else "pass"))
            wells += [(name, "test", f"T{k}", [1.0], float(mine[k] + noise * rng.standard_normal())) for k in range(40)]
    return (
        pl.DataFrame(plates, ["plate_id", "organoid_id", "layout", "plate", "purpose", "verdict"], orient="row"),
        pl.DataFrame(wells, ["plate_id", "role", "treatment", "doses", "viability"], orient="row"),
    )


def test_the_same_plate_twice_agrees_wholly() -> None:
    found = replicates(*tables(1, 0.0, 0.1))
    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.doses) == ("O0a", "O0b", 40)
    assert pair.r == pytest.approx(1.0)
    assert pair.difference == 0
    assert found.within is None


def test_what_is_of_the_organoid_alone_agrees_less_than_everything() -> None:
    found = replicates(*tables(5, 0.1, 0.1))
    assert found.r is not None
    assert found.within is not None
    assert 0.3 < found.within < 0.7 < found.r < 1
    nothing = replicates(*tables(5, 0.1, 0.0)).within
    assert nothing is not None
    assert abs(nothing) < 0.3


def test_a_failed_plate_is_shown_and_counts_in_no_mean() -> None:
    found = replicates(*tables(3, 0.1, 0.1, failed="O1b"))
    assert [pair.failed for pair in found.pairs] == [False, True, False]
    assert found.within is None


def test_plates_of_other_layouts_are_no_replicates() -> None:
    plates, wells = tables(1, 0.1, 0.1)
    assert not replicates(plates.with_columns(layout=pl.col("plate")), wells).pairs
