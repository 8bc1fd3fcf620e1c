"""Volumes and doses against a calculation that knows nothing of the package's own."""

from collections import defaultdict
from decimal import Decimal

import polars as pl
import pytest

from screen.store.plans import Plan
from tests.organoid.conftest import Planner


@pytest.fixture(
    scope="module",
    params=[{}, {"plate": 96}, {"drugs": 40}, {"doses": (0.07, 0.63, 6.32, 63.2)}, {"well_uL": 30.0, "stock_mM": 20.0}],
    ids=str,
)
def plan(request: pytest.FixtureRequest, planned: Planner) -> Plan:
    return planned(**request.param)


def test_every_transfer_is_whole_droplets(plan: Plan) -> None:
    assert plan.transfers["volume_nL"].min() >= 2.5  # type: ignore[operator]
    assert (plan.transfers["volume_nL"] % 2.5 == 0).all()


def test_what_goes_into_a_well_makes_its_dose_vehicle_and_volume(plan: Plan) -> None:
    well_nL = Decimal(str(plan.request["well_uL"])) * 1000
    strength = {(p, w): Decimal(str(c)) for p, w, c in plan.sources.select("plate", "well", "stock_mM").rows()}
    added: dict[tuple[str, str], list[tuple[str | None, str, Decimal, Decimal]]] = defaultdict(list)
    for move in plan.transfers.to_dicts():
        volume = Decimal(str(move["volume_nL"]))
        micromolar = strength[move["source_plate"], move["source_well"]] * 1000 * volume / well_nL
        added[move["plate"], move["well"]].append((move["drug_id"], move["vehicle"], volume, micromolar))
    for well in plan.wells.to_dicts():
        parts = added.pop((well["plate"], well["well"]), [])
        assert float(sum(p[2] for p in parts)) == well["volume_nL"]
        dmso = sum(p[2] for p in parts if p[1] == "DMSO")
        assert float(dmso * 100 / well_nL) == pytest.approx(well["vehicle_pct"], abs=1e-12)
        given = {p[0]: float(p[3]) for p in parts if p[0]}
        assert [given[d] for d in well["drug_ids"]] == pytest.approx(well["doses_uM"], abs=1e-9)
        assert all(abs(dose / well["target_uM"] - 1) <= 0.05 for dose in given.values())
    assert not added


def test_a_source_well_is_drawn_as_booked_and_never_dry(plan: Plan) -> None:
    drawn = plan.transfers.group_by("source_plate", "source_well").agg(pl.col("volume_nL").sum())
    booked = plan.sources.join(drawn, left_on=["plate", "well"], right_on=["source_plate", "source_well"], how="left")
    assert (booked["volume_nL"].fill_null(0) == booked["drawn_nL"]).all()
    passed = {parent: fill / 10 for parent, fill in plan.sources.select("parent", "fill_uL").rows() if parent}
    for row in plan.sources.to_dicts():
        left = row["fill_uL"] - row["drawn_nL"] / 1000 - passed.get(f"{row['plate']}:{row['well']}", 0)
        assert left >= 15
        assert row["fill_uL"] <= 60


def test_a_dilution_is_a_tenth_of_its_parent(plan: Plan) -> None:
    strength = {f"{p}:{w}": c for p, w, c in plan.sources.select("plate", "well", "stock_mM").rows()}
    for parent, strength_mM in plan.sources.filter(pl.col("parent").is_not_null()).select("parent", "stock_mM").rows():
        assert strength_mM * 10 == pytest.approx(strength[parent])


def test_a_well_that_would_run_out_is_followed_by_another(planned: Planner) -> None:
    plan = planned(drugs=40, replicates=6, doses=(0.2, 2.0, 20.0, 200.0))
    assert plan.sources.filter(pl.col("drug_id").is_null() & (pl.col("vehicle") == "DMSO")).height > 1
    assert any(line.startswith("Source wells: ") for line in plan.cautions)
