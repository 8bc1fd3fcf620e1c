"""The next plate: by what its wells would add, by what they would find, without what was measured."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen import pipeline
from screen.errors import InputError
from screen.organoid import NextPlate, Request
from screen.organoid.candidates import current_run
from screen.organoid.planning import Planned
from screen.ranking.well_choice import WellChooser, well_chooser
from screen.settings import Settings, Training
from screen.store import open_store
from screen.store.plans import Plan, load_plan
from tests.ranking.test_with_results import add, ranked, result

COUNT = 8


@pytest.fixture
def settings(ranked_store: Path, quick: Training, tmp_path: Path) -> Settings:
    copy = tmp_path / "s.duckdb"
    pipeline.backup(Settings(store=ranked_store), copy)
    return Settings(store=copy, training=quick)


@pytest.fixture
def patient(settings: Settings) -> str:
    with open_store(settings.store) as store:
        return ranked(store)[0]


def planned(settings: Settings, out: Path, patient: str | None, **wanted: str) -> tuple[Planned, Plan]:
    request = Request(drugs=COUNT, doses=(1.0, 10.0), replicates=2)
    made = pipeline.plan_organoids(
        settings,
        "STAD",
        request,
        patient,
        out,
        formats=("html",),
        wanted=NextPlate(**wanted),  # type: ignore[arg-type]
    )
    with open_store(settings.store) as store:
        return made, load_plan(store, made.plan_id)


def chooser(settings: Settings, patient: str | None) -> WellChooser:
    with open_store(settings.store) as store:
        run = current_run(store, "STAD")
        drugs = store.sql("SELECT DISTINCT drug_id FROM scores WHERE run_id = $run ORDER BY 1", run=run)["drug_id"]
        return well_chooser(store, "STAD", run, patient, drugs.to_list())


def drugs_of(plan: Plan, name: str) -> list[str]:
    return [row["drug_ids"][0] for row in plan.treatments.filter("chosen", set_name=name).to_dicts()]


def test_informative_wells_remove_more_of_the_uncertainty_than_others(settings: Settings, patient: str) -> None:
    knows = chooser(settings, patient)
    rng = np.random.default_rng(0)
    best = knows.removed(knows.informative(COUNT))
    others = [knows.removed(rng.permutation(knows.order["score"])[:COUNT].tolist()) for _ in range(20)]
    assert best > max(others)
    assert 0 < best < 1


@pytest.mark.parametrize(
    ("wanted", "sizes"),
    [
        ({"aim": "best"}, (4, 4)),
        ({"aim": "personal"}, (4, 4)),
        ({"aim": "profile"}, (0, 8)),
        ({"aim": "best", "choose": "predicted"}, (8, 0)),
    ],
)
def test_an_aim_decides_how_many_wells_find_and_how_many_tell(
    settings: Settings, patient: str, tmp_path: Path, wanted: dict[str, str], sizes: tuple[int, int]
) -> None:
    made, plan = planned(settings, tmp_path, patient, **wanted)
    assert (len(drugs_of(plan, "P")), len(drugs_of(plan, "I"))) == sizes
    assert any("What each aim gives up" in one for one in made.cautions)
    page = (made.folder / next(one for one in made.files if one.endswith(".html"))).read_text(encoding="utf-8")
    assert "tell most of the drugs not on the plate" in page or sizes[1] == 0


def test_what_was_measured_is_left_out_and_the_ranking_with_results_decides(
    settings: Settings, patient: str, tmp_path: Path
) -> None:
    _, first = planned(settings, tmp_path, patient, aim="best", choose="predicted")
    add(settings, patient, -2.0)
    result(settings, patient)
    made, second = planned(settings, tmp_path, patient, aim="best")
    with open_store(settings.store) as store:
        measured = set(store.sql("SELECT drug_ids[1] AS drug FROM lab_curves")["drug"])
    chosen = {*drugs_of(second, "P"), *drugs_of(second, "I")}
    assert not chosen & measured
    assert len(chosen) == COUNT
    assert any("12 drugs measured before are left out; ranked with results" in one for one in made.cautions)
    assert second.plan_id != first.plan_id


def test_a_cohort_has_an_informative_plate_and_nothing_personal(settings: Settings, tmp_path: Path) -> None:
    made, plan = planned(settings, tmp_path, None, aim="profile")
    assert len(drugs_of(plan, "I")) == COUNT
    assert not any("personal, " in one for one in made.cautions)
    with pytest.raises(InputError, match="needs a patient"):
        planned(settings, tmp_path, None, aim="personal")


def test_the_same_request_gives_the_same_plan(settings: Settings, patient: str, tmp_path: Path) -> None:
    one, _ = planned(settings, tmp_path, patient)
    again, _ = planned(settings, tmp_path, patient)
    assert one.plan_id == again.plan_id


def test_an_unknown_aim_is_refused() -> None:
    with pytest.raises(InputError, match="aim"):
        NextPlate(aim="cheapest")  # type: ignore[arg-type]


def test_the_next_plate_heeds_what_the_lab_has_and_wants(settings: Settings, patient: str, tmp_path: Path) -> None:
    usual, _ = planned(settings, tmp_path, patient, aim="profile")
    with open_store(settings.store) as store:
        first = load_plan(store, usual.plan_id)
        named = dict(store.sql("SELECT drug_id, name FROM drugs WHERE smiles IS NOT NULL").iter_rows())
        ranks = store.sql(
            "SELECT drug_id FROM scores s JOIN current_runs USING (run_id) WHERE patient_id = $p ORDER BY rank",
            p=patient,
        )["drug_id"].to_list()
    informative = drugs_of(first, "I")
    last, shelf = ranks[-1], [named[drug] for drug in ranks[::3]]
    request = Request(drugs=COUNT, doses=(1.0, 10.0), replicates=2)
    wants = replace(request, exclude=(named[informative[0]],), include=(named[last],), only=tuple(shelf))
    made = pipeline.plan_organoids(
        settings, "STAD", wants, patient, tmp_path, formats=("json",), wanted=NextPlate(aim="best")
    )
    with open_store(settings.store) as store:
        plan = load_plan(store, made.plan_id)
    chosen = [*drugs_of(plan, "R"), *drugs_of(plan, "P"), *drugs_of(plan, "I")]
    assert chosen[0] == last
    assert len(chosen) == COUNT
    assert informative[0] not in chosen
    assert {named[drug] for drug in chosen[1:]} <= set(shelf)


def test_a_plate_of_nothing_is_refused(settings: Settings, patient: str, tmp_path: Path) -> None:
    with open_store(settings.store) as store:
        unscored = store.sql(
            "SELECT name FROM drugs WHERE smiles IS NOT NULL AND drug_id NOT IN (FROM scores SELECT drug_id) LIMIT 1"
        )["name"].to_list()
    named = tuple(unscored) or ("Paclitaxel",)
    request = Request(drugs=COUNT, doses=(1.0,), replicates=2, only=named, exclude=named)
    with pytest.raises(InputError, match="no drug is left to test"):
        pipeline.plan_organoids(settings, "STAD", request, patient, tmp_path, ("json",), NextPlate())
