"""Each drug's doses: about its measured potency, under the vehicle's limit, right to the nanolitre."""

from dataclasses import replace
from fractions import Fraction

import pytest

from screen.organoid.doses import Stock
from screen.organoid.ladder import Potency, covered, ladder, potencies
from screen.organoid.request import Request
from screen.organoid.stronger_stocks import stronger_stocks
from screen.organoid.treatment import Treatment
from screen.organoid.well_contents import Compound
from screen.store import Store
from screen.store.lab_results import LEAST_SHARE
from tests.organoid.conftest import Planner


@pytest.mark.parametrize("ic50", [0.0004, 0.02, 0.5, 1.5])
@pytest.mark.parametrize("points", [4, 5, 7])
def test_a_ladder_brackets_the_median_ic50(ic50: float, points: int) -> None:
    made = ladder("x", Potency(ic50_uM=ic50, lines=400, tested_uM=1000.0), points, 50.0)
    doses = made.doses_uM
    assert len(doses) == points
    assert doses[0] < ic50 / 3
    assert doses[-1] > ic50 * 3
    assert max(doses) <= 50.0
    assert made.warns == ""
    assert f"{ic50:.3g}" in made.says


@pytest.mark.parametrize(("ic50", "trained"), [(0.002, (0.01, 10.0)), (60.0, (0.001, 1.0)), (0.0008, (0.001, 10.0))])
def test_a_ladder_beside_the_training_screens_doses_is_moved_to_half_of_them(
    ic50: float, trained: tuple[float, float]
) -> None:
    known = Potency(ic50_uM=ic50, lines=400, tested_uM=None)
    apart = ladder("x", known, 4, 1000.0)
    moved = ladder("x", replace(known, trained_uM=trained), 4, 1000.0)
    before, after = covered(apart.doses_uM, trained), covered(moved.doses_uM, trained)
    assert before is not None
    assert after is not None
    assert before < LEAST_SHARE
    assert after > before
    assert moved.doses_uM[0] < ic50 < moved.doses_uM[-1]
    assert "moved towards the doses of the training screen" in moved.says
    assert (moved.warns == "") == (after >= LEAST_SHARE)
    assert after >= LEAST_SHARE or "no ranking learns from it" in moved.warns


def test_a_ladder_inside_the_training_screens_doses_stays_about_the_ic50() -> None:
    known = Potency(ic50_uM=0.3, lines=400, tested_uM=10.0)
    assert (
        ladder("x", replace(known, trained_uM=(0.01, 10.0)), 4, 50.0).doses_uM == ladder("x", known, 4, 50.0).doses_uM
    )


def test_what_the_vehicle_does_not_allow_is_said() -> None:
    made = ladder("x", Potency(ic50_uM=120.0, lines=400, tested_uM=10.0), 4, 50.0)
    assert max(made.doses_uM) == 50.0
    assert "lies above the highest dose" in made.warns
    low = ladder("x", Potency(ic50_uM=20.0, lines=400, tested_uM=10.0), 4, 50.0)
    assert "extrapolated beyond the 10 µM tested" in low.warns


def test_potency_is_the_median_of_the_data_set_with_most_lines(store: Store) -> None:
    store.run("INSERT INTO drug_keys VALUES ('a', 'A')")
    store.run(
        """INSERT INTO responses BY NAME
           SELECT 's' AS source_id, if(i < 9, 'GDSC2', 'GDSC1') AS dataset, 'LN_IC50' AS metric,
                  'L' || i AS cell_line_ref, 'a' AS drug_key, 'a' AS drug_name, if(i < 9, ln(i + 1), 9.0) AS value,
                  1 AS repeats FROM range(13) r(i)"""
    )
    store.run("INSERT INTO response_ranges VALUES ('s', 'GDSC2', 'a', 0.001, 4.0)")
    found = potencies(store, ["A"])["A"]
    assert found.ic50_uM == pytest.approx(5.0)
    assert (found.lines, found.tested_uM) == (9, 4.0)


def test_a_stock_is_stronger_where_the_ic50_asks_for_it(store: Store) -> None:
    store.run("INSERT INTO drug_keys VALUES ('a', 'A'), ('b', 'B'), ('c', 'C')")
    store.run(
        """INSERT INTO responses BY NAME
           SELECT 's' AS source_id, 'GDSC2' AS dataset, 'LN_IC50' AS metric, 'L' || i AS cell_line_ref, k AS drug_key,
                  k AS drug_name, ln(v) AS value, 1 AS repeats
           FROM range(5) r(i), (VALUES ('a', 60.0), ('b', 1.0), ('c', 900.0)) d(k, v)"""
    )
    known = [Compound(d.upper(), d, Stock("DMSO", 10.0)) for d in "abc"]
    each = [
        Treatment(code=d, set_name="A", drug_ids=(d.upper(),), names=(d,), mechanism="", place=1, score=1.0, reason="")
        for d in "abc"
    ]
    made, notes = stronger_stocks(store, known, each, Request())
    assert [c.stock.mM for c in made] == [20.0, 10.0, 50.0]
    assert len(notes) == 2
    assert "look up whether it dissolves" in notes[0]
    mine, none = stronger_stocks(store, known, each, Request(stocks=(("a", 10.0), ("c", 10.0))))
    assert [c.stock.mM for c in mine] == [10.0, 10.0, 10.0]
    assert none == []


def test_doses_of_a_plan_follow_from_its_transfers(planned: Planner) -> None:
    """Counted here in nL and mM alone: volume times source over the well."""
    made = planned()
    well_nL = Fraction(str(made.request["well_uL"])) * 1000
    given: dict[tuple[str, str], list[float]] = {}
    dmso: dict[tuple[str, str], Fraction] = {}
    for row in made.transfers.to_dicts():
        place = (row["plate"], row["well"])
        volume = Fraction(str(row["volume_nL"]))
        if row["vehicle"] == "DMSO":
            dmso[place] = dmso.get(place, Fraction(0)) + volume
        if row["drug_id"]:
            given.setdefault(place, []).append(float(volume * Fraction(str(row["source_mM"])) * 1000 / well_nL))
    tests = [w for w in made.wells.to_dicts() if w["role"] == "test"]
    assert len(tests) == 192
    for well in tests:
        place = (well["plate"], well["well"])
        assert sorted(given[place]) == pytest.approx(sorted(well["doses_uM"]), rel=1e-9)
        assert float(dmso.get(place, Fraction(0)) / well_nL) * 100 <= made.request["dmso_limit_pct"] + 1e-9
