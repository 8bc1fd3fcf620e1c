import csv
from collections import Counter
from pathlib import Path

import pytest

from screen.organoid import write_files
from screen.organoid.worklist import position
from screen.store.plans import Plan
from tests.organoid.conftest import Planner


@pytest.fixture(scope="module")
def plan(planned: Planner) -> Plan:
    return planned()


@pytest.fixture(scope="module")
def out(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    write_files(plan, folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_layout_has_a_row_a_well_and_the_columns_agreed(out: Path) -> None:
    wells = rows(out / "layout.csv")
    assert list(wells[0]) == [
        "plate",
        "well",
        "row",
        "col",
        "role",
        "drug_id",
        "drug_name",
        "set",
        "dose_uM",
        "replicate",
        "vehicle_pct",
        "volume_nL",
    ]
    assert len(wells) == 2 * 384
    assert Counter(w["role"] for w in wells)["test"] == 192
    assert all(w["well"] == w["row"] + w["col"] for w in wells)


def test_a_combination_joins_its_ids(out: Path) -> None:
    (pair,) = {w["drug_id"] for w in rows(out / "layout.csv") if "+" in w["drug_id"]}
    assert len(pair.split("+")) == 2
    assert {w["dose_uM"] for w in rows(out / "layout.csv") if w["drug_id"] == pair} == {"0.01", "0.1", "1", "10"}


def test_a_combination_whose_doses_differ_names_both(planned: Planner, tmp_path: Path) -> None:
    write_files(planned(stock_mM=13.0), tmp_path)
    doses = {w["dose_uM"] for w in rows(tmp_path / "layout.csv") if "+" in w["drug_id"]}
    assert any("+" in dose for dose in doses)


def test_the_pick_list_carries_every_transfer(out: Path, plan: Plan) -> None:
    picks = rows(out / "echo.csv")
    assert len(picks) == plan.transfers.height == len(rows(out / "transfers.csv"))
    assert all(float(p["Transfer Volume"]) % 2.5 == 0 for p in picks)
    assert {p["Source Plate Type"] for p in picks} == {"384PP_DMSO2", "384PP_AQ_BP2"}


def test_worklists_pair_aspirations_with_dispenses_of_the_same_volume(out: Path, plan: Plan) -> None:
    for name in ("tecan-sources.gwl", "tecan-transfers.gwl"):
        steps = [line.split(";") for line in (out / name).read_text(encoding="utf-8").splitlines()[1:]]
        assert [s[0] for s in steps] == ["A", "D", "W"] * (len(steps) // 3)
        assert all(a[6] == d[6] for a, d in zip(steps[::3], steps[1::3], strict=True))
        assert all(len(s) == 10 for s in steps if s[0] != "W")


def test_the_first_worklist_fills_every_source_well(out: Path, plan: Plan) -> None:
    filled: Counter[tuple[str, int]] = Counter()
    for line in (out / "tecan-sources.gwl").read_text(encoding="utf-8").splitlines():
        if line.startswith("D;"):
            _, plate, _, _, place, _, volume, *_ = line.split(";")
            filled[plate, int(place)] += round(float(volume) * 1000)
    assert filled == {(s["plate"], position(s["well"], 384)): s["fill_uL"] * 1000 for s in plan.sources.to_dicts()}


@pytest.mark.parametrize(("well", "plate", "number"), [("A1", 96, 1), ("H1", 96, 8), ("A2", 96, 9), ("P24", 384, 384)])
def test_positions_count_down_the_columns(well: str, plate: int, number: int) -> None:
    assert position(well, plate) == number


def test_the_same_plan_writes_the_same_bytes(out: Path, plan: Plan, tmp_path: Path) -> None:
    assert all(path.read_bytes() == (out / path.name).read_bytes() for path in write_files(plan, tmp_path))
