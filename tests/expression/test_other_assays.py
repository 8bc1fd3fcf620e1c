"""Values that lie in expression's layout and are none."""

import numpy as np
import pytest

from screen.errors import UnitError
from screen.expression import check_unit, detect_unit, odd_profile
from screen.expression.other_assays import other_assay
from screen.records import Floats

RNG = np.random.default_rng(3)
GENES = 200
TYPICAL = np.exp2(RNG.normal(4, 3, GENES))


def tumours(samples: int) -> Floats:
    return np.asarray(TYPICAL * np.exp2(RNG.normal(0, 0.7, (samples, GENES))), np.float32)


ASSAYS = {
    "methylation": (RNG.beta(0.5, 0.5, (9, GENES)), "methylation"),
    "dependency": (RNG.uniform(0, 1, (9, GENES)), "probabilities"),
    "p-values of one": (RNG.uniform(0, 1, (1, GENES)), "p-values"),
    "mutated": (RNG.integers(0, 2, (9, GENES)), "mutated or not"),
    "damaging": (RNG.integers(0, 3, (9, GENES)), "genotypes"),
    "gistic": (RNG.integers(-2, 3, (9, GENES)), "GISTIC"),
    "gistic -1..1": (RNG.integers(-1, 2, (9, GENES)), "GISTIC"),
    "gsva": (RNG.uniform(-0.8, 0.8, (9, GENES)), "gene sets"),
    "copy number": (np.log2(RNG.normal(1, 0.1, (9, GENES)).clip(0.2) + 1), "copy numbers"),
    "copy number x 1000": (np.round(RNG.normal(1000, 90, (9, GENES))), "copy numbers"),
    "total copies": (np.where(RNG.uniform(size=(9, GENES)) < 0.04, 5, 2), "copy numbers"),
}


@pytest.mark.parametrize("name", ASSAYS)
@pytest.mark.parametrize("unit", [None, "log2tpm1", "zscore", "counts"])
def test_another_assay_is_refused_whatever_is_declared(name: str, unit: str | None) -> None:
    values, what = ASSAYS[name]
    levels = np.asarray(values, np.float32)
    with pytest.raises(UnitError, match=what):
        _ = detect_unit(levels) if unit is None else check_unit(levels, unit)  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    "levels",
    [
        tumours(9),
        np.log2(tumours(9) + 1),
        np.log2(tumours(1) + 0.001),
        RNG.normal(size=(9, GENES)),
        np.round(tumours(9)),
        np.array([[0.5, 0.25]]),  # too little to say anything
    ],
)
def test_expression_is_none_of_them(levels: Floats) -> None:
    assert other_assay(np.asarray(levels, np.float32)) is None


@pytest.mark.parametrize(
    ("column", "what"),
    [
        (RNG.uniform(0, 1, GENES), "between 0 and 1"),
        (RNG.permutation(GENES) + 1.0, "rank correlation"),
        (RNG.integers(10_000, 200_000_000, GENES), "rank correlation"),
    ],
)
@pytest.mark.parametrize("samples", [1, 2, 8])
def test_a_column_unlike_the_samples_is_found(column: Floats, what: str, samples: int) -> None:
    odd = odd_profile(np.asarray(np.vstack([tumours(samples), column]), np.float32))
    assert odd is not None
    assert odd[0] == samples
    assert what in odd[1]


def test_p_values_among_z_scores_are_found() -> None:
    levels = np.vstack([RNG.normal(size=(5, GENES)), RNG.uniform(0, 1, GENES)])
    assert odd_profile(np.asarray(levels, np.float32)) == (5, "all its values lie between 0 and 1")
    above = np.vstack([RNG.normal(size=(5, GENES)), RNG.gamma(1, 3, GENES)])
    assert odd_profile(np.asarray(above, np.float32)) == (
        5,
        "none of its values is negative, as those of the others are",
    )


def test_tumours_are_not_odd() -> None:
    assert odd_profile(tumours(2)) is None
    assert odd_profile(tumours(40)) is None
    assert odd_profile(np.asarray(RNG.normal(size=(40, GENES)), np.float32)) is None
