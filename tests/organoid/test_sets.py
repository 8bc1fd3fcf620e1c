import polars as pl
import pytest

from screen.errors import StoreError
from screen.ranking.shortlists import tables
from screen.settings import Ranking
from screen.store import Store
from screen.store.plans import Plan
from tests.organoid.conftest import Planner


@pytest.fixture(scope="module")
def plan(planned: Planner) -> Plan:
    return planned()


def of_set(plan: Plan, name: str, *, chosen: bool = True) -> pl.DataFrame:
    return plan.treatments.filter((pl.col("set_name") == name) & (pl.col("chosen") == chosen))


def test_there_are_sixteen_treatments_and_runners_up_and_each_has_a_reason(plan: Plan) -> None:
    assert plan.treatments["chosen"].sum() == 16
    assert 0 < plan.treatments.height - 16 <= 12
    assert all(len(reason) > 20 for reason in plan.treatments["reason"])


def test_no_drug_of_a_b_or_d_is_in_twice(plan: Plan) -> None:
    drugs = plan.treatments.filter("chosen")["drug_ids"].explode()
    assert drugs.n_unique() == len(drugs)


def test_comparators_begin_with_the_combination(plan: Plan) -> None:
    assert of_set(plan, "C")["drug_names"].to_list()[0] == ["Oxaliplatin", "5-Fluorouracil"]
    assert of_set(plan, "C").height == 2


def test_favoured_drugs_are_not_approved_here_and_have_few_early_trials(plan: Plan, ranked: Store) -> None:
    drugs = [d for name in "AB" for ids in of_set(plan, name)["drug_ids"] for d in ids]
    held = ranked.sql(
        """SELECT count(*) FILTER (kind = 'label') AS labels, count(DISTINCT record_id) AS records,
                         count(*) FILTER (phase = 'PHASE3') AS late FROM evidence
                         WHERE counts AND indication = 'STAD' AND list_contains($drugs, drug_id)
                         GROUP BY drug_id""",
        drugs=drugs,
    )
    assert held["labels"].sum() == held["late"].sum() == 0
    assert (held["records"] <= 2).all()


def test_set_a_is_new_to_the_clinic(plan: Plan, ranked: Store) -> None:
    drugs = of_set(plan, "A")["drug_ids"].explode().to_list()
    assert (
        ranked.scalar(
            "SELECT count(*) FROM evidence WHERE counts AND list_contains($d, drug_id) AND "
            "(kind = 'label' OR indication = 'STAD')",
            d=drugs,
        )
        == 0
    )


def test_set_d_ranks_in_the_worse_half(plan: Plan) -> None:
    assert (of_set(plan, "D")["place"] > 30).all()


def test_over_the_cohort_the_order_is_that_of_edi(plan: Plan, ranked: Store) -> None:
    edi = tables(ranked, Ranking(efficient_fraction=0.1)).edi.filter(pl.col("indication") == "STAD")
    ranks = dict(edi.select("drug_id", "rank").rows())
    single = plan.treatments.filter(pl.col("place").is_not_null()).sort("place")
    held = [(place, ranks[ids[0]]) for ids, place in single.select("drug_ids", "place").rows() if ids[0] in ranks]
    assert len(held) > 3
    assert [rank for _, rank in held] == sorted(rank for _, rank in held)
    assert all(place >= rank for place, rank in held)


def test_a_patients_places_are_the_ranks_of_the_patient(planned: Planner, ranked: Store) -> None:
    plan = planned(patient_id="SYN-STAD-007")
    ranks = dict(ranked.sql("SELECT drug_id, rank FROM scores WHERE patient_id = 'SYN-STAD-007'").iter_rows())
    single = plan.treatments.filter(pl.col("place").is_not_null())
    assert [ranks[ids[0]] for ids in single["drug_ids"]] == single["place"].to_list()


def test_who_is_not_ranked_cannot_be_planned_for(planned: Planner) -> None:
    with pytest.raises(StoreError, match="no ranking of patient 'nobody'"):
        planned(patient_id="nobody")
    with pytest.raises(StoreError, match="crescreen rank LUAD"):
        planned(code="LUAD")


def test_a_drug_idle_in_culture_is_left_out_and_named(planned: Planner, ranked: Store) -> None:
    before = planned()
    (taken, *_) = before.treatments.filter((pl.col("set_name") == "B") & pl.col("chosen"))["drug_ids"][0]
    ranked.run("INSERT INTO drug_keys VALUES ('cyclophosphamide', $id)", id=taken)
    after = planned()
    ranked.run("DELETE FROM drug_keys WHERE drug_key = 'cyclophosphamide'")
    assert taken not in after.treatments["drug_ids"].explode().to_list()
    assert any(line.startswith("Left out: ") and "activated by the liver" in line for line in after.cautions)


def test_fewer_treatments_than_asked_for_are_said(planned: Planner) -> None:
    plan = planned(drugs=60)
    fewer = 60 - plan.treatments["chosen"].sum()
    assert fewer > 0
    assert f"Sets: {fewer} fewer treatments than requested: the ranking holds no more that fit any set" in plan.cautions
