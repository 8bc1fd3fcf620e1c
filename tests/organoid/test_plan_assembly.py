import pytest

from screen.store import Store
from screen.store.plans import load_plan
from tests.organoid.conftest import Planner


def test_the_same_request_is_the_same_plan_under_the_same_id(planned: Planner, ranked: Store) -> None:
    one, two = planned(), planned()
    assert one.plan_id == two.plan_id
    assert one.wells.equals(two.wells)
    assert one.transfers.equals(two.transfers)
    assert ranked.scalar("SELECT count(*) FROM plans WHERE plan_id = $id", id=one.plan_id) == 1


def test_the_newest_plan_made_again_leaves_the_store_as_it_is(planned: Planner, ranked: Store) -> None:
    held = "SELECT plan_id, planned FROM plans ORDER BY planned"
    first = planned(seed=3)
    planned(seed=4)
    before, entries = ranked.sql(held).rows(), ranked.scalar("SELECT count(*) FROM audit")
    planned(seed=4)
    assert ranked.sql(held).rows() == before
    assert ranked.scalar("SELECT count(*) FROM audit") == entries
    planned(seed=3)
    assert ranked.sql(held).rows()[-1][0] == first.plan_id


def test_another_seed_is_another_plan(planned: Planner) -> None:
    assert planned(seed=1).plan_id != planned(seed=2).plan_id


def test_a_plan_is_read_back_as_it_was_made(planned: Planner, ranked: Store) -> None:
    made = planned(drugs=8)
    read = load_plan(ranked, made.plan_id)
    assert (read.request, read.cautions, read.method) == (made.request, made.cautions, made.method)
    for part in ("treatments", "wells", "sources", "transfers", "compounds"):
        frame = getattr(read, part)
        assert frame.equals(getattr(made, part).select(frame.columns))


def test_dmso_above_the_limit_is_said_with_its_remedy(planned: Planner) -> None:
    (line,) = [c for c in planned(doses=(0.2, 2.0, 20.0, 200.0)).cautions if c.startswith("DMSO: 2.00%")]
    assert not [c for c in planned().cautions if c.startswith("DMSO")]
    assert "200 µM" in line
    assert "stay at 50 µM" in line
    assert not [c for c in planned(doses=(0.5, 5.0, 50.0)).cautions if c.startswith("DMSO")]


def test_platinum_is_dissolved_in_water_and_the_plan_says_why(planned: Planner) -> None:
    plan = planned()
    vehicles = dict(plan.compounds.select("name", "vehicle").rows())
    assert vehicles["Oxaliplatin"] == "water"
    assert any("Oxaliplatin loses its activity in DMSO" in line for line in plan.cautions)


def test_masses_are_those_of_the_stock(planned: Planner) -> None:
    for row in planned().compounds.to_dicts():
        nanomoles = row["stock_mM"] * row["stock_uL"]
        assert row["mass_mg"] * 1e6 / row["molecular_weight"] == pytest.approx(nanomoles)
        assert row["mass_mg"] >= 1


def test_the_tube_holds_what_the_source_wells_take(planned: Planner) -> None:
    plan = planned(drugs=40)
    for row in plan.compounds.to_dicts():
        taken = sum(
            s["fill_uL"] for s in plan.sources.to_dicts() if s["drug_id"] == row["drug_id"] and s["parent"] is None
        )
        assert row["stock_uL"] >= 1.2 * taken


def test_vendors_come_from_the_samples(planned: Planner) -> None:
    rows = {row["name"]: row for row in planned().compounds.to_dicts()}
    assert (rows["Oxaliplatin"]["vendor"], rows["Oxaliplatin"]["catalogue"]) == ("Selleck", "S1000")
    assert rows["Oxaliplatin"]["others"] == ["Selleck S1001"]
    assert rows["staurosporine"]["vendor"] is None


def test_no_patient_id_enters_the_audit_trail(planned: Planner, ranked: Store) -> None:
    planned(patient_id="SYN-STAD-003")
    assert ranked.scalar("SELECT count(*) FROM audit WHERE action = 'plan'") > 0
    assert ranked.scalar("SELECT count(*) FROM audit WHERE contains(detail, 'SYN-')") == 0
