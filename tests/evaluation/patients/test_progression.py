"""Cox regression on planted hazards."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from screen.evaluation.patients.cohort_scores import CohortScores
from screen.evaluation.patients.progression import survival_figures

RNG = np.random.default_rng(5)
P = 400
PATIENTS = tuple(f"P{i:03d}" for i in range(P))
SCORES = RNG.normal(size=(P, 3)).astype(np.float32)
TREATED = np.arange(P) % 2 == 0
GIVEN = pl.DataFrame(
    {
        "patient_id": [p for p, positive in zip(PATIENTS, TREATED, strict=True) if positive],
        "drug_id": [f"D{i % 2}" for i in range(P // 2)],
    }
)


def figures(effect: float, reference: CohortScores | None = None) -> dict[tuple[str, str], Any]:
    drug = np.zeros(P, int)
    drug[TREATED] = [i % 2 for i in range(P // 2)]
    risk = np.where(TREATED, effect * SCORES[np.arange(P), drug], 0)
    days = RNG.exponential(300 * np.exp(-risk)) + 1
    followed = pl.DataFrame(
        {
            "patient_id": PATIENTS,
            "type": ["A", "B", "B", "A"] * (P // 4),
            "days": days,
            "event": RNG.random(P) < 0.8,
            "treated": TREATED,
        }
    )
    table = reference or CohortScores(PATIENTS, ("D0", "D1", "D2"), np.ones(3, bool), {"planted": SCORES})
    rows = survival_figures(table, followed, GIVEN, None)
    return {(row.printed_metric, row.printed_stratum): row for row in rows}


@pytest.fixture(scope="module")
def planted() -> dict[tuple[str, str], Any]:
    return figures(-0.7)


def test_a_score_that_protects_the_treated_is_found(planted: dict[tuple[str, str], Any]) -> None:
    positive = planted["pfi_hazard_ratio", "treated"]
    assert positive.value == pytest.approx(np.exp(-0.7), abs=0.12)
    assert positive.high < 0.7
    assert (positive.n, positive.model) == (P // 2, "planted")


def test_it_says_nothing_of_the_others_and_the_two_differ(planted: dict[tuple[str, str], Any]) -> None:
    others = planted["pfi_hazard_ratio", "no-drug-on-record"]
    assert others.low < 1 < others.high
    assert planted["pfi_hazard_ratio_interaction", "treated-against-others"].high < 0.9


def test_few_events_are_not_evaluable() -> None:
    few = CohortScores(PATIENTS[:20], ("D0", "D1", "D2"), np.ones(3, bool), {"planted": SCORES[:20]})
    row = figures(-0.7, few)["pfi_hazard_ratio", "treated"]
    assert row.value is None
    assert str(row.note).startswith("not evaluable: ")


def test_a_score_that_is_the_same_for_everybody_is_not_evaluable() -> None:
    same = np.repeat(np.array([[0.1, 0.7, 0.3]], np.float32), P, axis=0)
    found = figures(-0.7, CohortScores(PATIENTS, ("D0", "D1", "D2"), np.ones(3, bool), {"constant": same}))
    assert {row.value for row in found.values()} == {None}
    assert all("not evaluable" in row.note for row in found.values())


def test_a_regression_that_does_not_converge_is_not_evaluable() -> None:
    scores = np.zeros((P, 3), np.float32)
    scores[0] = 1.0  # one treated patient; all of the others score the same
    found = figures(-0.7, CohortScores(PATIENTS, ("D0", "D1", "D2"), np.ones(3, bool), {"one": scores}))
    row = found["pfi_hazard_ratio", "no-drug-on-record"]
    assert (row.value, row.note) == (None, "not evaluable: the regression does not converge")
