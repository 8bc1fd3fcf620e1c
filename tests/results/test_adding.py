"""A lab's plates come back: joined to their plan, judged, fitted; once, all or nothing, out again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from screen.errors import InputError
from screen.results.adding import add_results, remove_results
from screen.results.returned import Returned
from screen.settings import Settings
from screen.store import Store, audit, forget, lab_results, open_store
from screen.synthetic.returned_plates import write_plates
from tests.results.conftest import SEED, ReturnedPlan

TABLES = ("lab_plates", "lab_wells", "lab_curves", "lab_combinations")


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    # The order in which plates came counts up: a plate added again comes later.
    rest = {"lab_plates": "* EXCLUDE added"}
    return {name: store.sql(f"SELECT {rest.get(name, '*')} FROM {name} ORDER BY ALL").rows() for name in TABLES}


def add(store: Store, returned: ReturnedPlan, *files: Path, **about: object) -> list[str]:
    with store.transaction():
        done = add_results(store, files or returned.files, Returned(plan=returned.plan.plan_id, **about))  # type: ignore[arg-type]
    return [one.verdict for one in done]


def _area(viability: Callable[[float], float], low: float, high: float) -> float:
    """Above a planted curve, between two doses."""
    fine = np.linspace(np.log10(low), np.log10(high), 2001)
    return float(1 - np.trapezoid([viability(10**dose) for dose in fine], fine) / (fine[-1] - fine[0]))


def test_planted_curves_are_found(lab_store: Store, returned: ReturnedPlan) -> None:
    verdicts = add(lab_store, returned)
    assert set(verdicts) <= {"pass", "look"}
    curves = lab_store.query("curves")
    assert curves.height == len(returned.truth)
    ranges = lab_store.sql("SELECT treatment, aac_low_dose, aac_high_dose FROM lab_curves").rows()
    true = {name: _area(returned.truth[name].at, low, high) for name, low, high in ranges}
    errors = [row["aac"] - true[row["treatment"]] for row in curves.to_dicts()]
    assert np.mean(np.abs(errors)) < 0.03
    held = [row["low"] <= true[row["treatment"]] <= row["high"] for row in curves.to_dicts()]
    assert np.mean(held) > 0.8
    assert curves["gr_max"].null_count() == 0


def test_a_plate_that_names_no_plan_is_never_joined_by_guess(
    lab_store: Store, returned: ReturnedPlan, tmp_path: Path
) -> None:
    foreign = tmp_path / "P1.txt"
    foreign.write_bytes(returned.files[0].read_bytes().replace(returned.plan.plan_id[:8].encode(), b"plate"))
    with pytest.raises(InputError, match="no plan is named") as fault, lab_store.transaction():
        add_results(lab_store, [foreign], Returned())
    assert returned.plan.plan_id in str(fault.value.remedy)
    named = tmp_path / f"{returned.plan.plan_id[:8]}-P1.txt"
    named.write_bytes(foreign.read_bytes())
    with lab_store.transaction():
        assert len(add_results(lab_store, [named], Returned())) == 1


def test_an_export_cut_in_half_is_refused(lab_store: Store, returned: ReturnedPlan, tmp_path: Path) -> None:
    whole = returned.files[0].read_bytes()
    half = tmp_path / returned.files[0].name
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError), lab_store.transaction():
        add_results(lab_store, [half], Returned(plan=returned.plan.plan_id))
    assert contents(lab_store)["lab_plates"] == []


def test_a_patient_is_the_plan_s(lab_store: Store, returned: ReturnedPlan) -> None:
    add(lab_store, returned)
    assert set(lab_results.stored_plates(lab_store)["patient_id"]) == {returned.plan.patient_id}
    assert lab_results.fitted_responses(lab_store)["usable"].all()


def test_the_same_files_twice_change_nothing(lab_store: Store, returned: ReturnedPlan) -> None:
    add(lab_store, returned)
    before = contents(lab_store)
    with lab_store.transaction():
        again = add_results(lab_store, returned.files, Returned(plan=returned.plan.plan_id))
    assert all(one.repeated for one in again)
    assert contents(lab_store) == before


def test_a_plate_added_removed_and_added_again(lab_store: Store, returned: ReturnedPlan) -> None:
    add(lab_store, returned)
    before = contents(lab_store)
    with lab_store.transaction():
        remove_results(lab_store, [returned.files[0].name])
    assert contents(lab_store) != before
    add(lab_store, returned, returned.files[0])
    assert contents(lab_store) == before
    assert audit.first_broken(lab_store) is None


def test_two_labs_stay_apart(lab_store: Store, returned: ReturnedPlan) -> None:
    add(lab_store, returned, lab="north")
    add(lab_store, returned, lab="south")
    curves = lab_store.query("curves")
    assert sorted(set(curves["lab"])) == ["north", "south"]
    assert curves.filter(curves["lab"] == "north").height == curves.height / 2


def test_a_spoiled_plate_fails_and_its_wells_are_not_used(
    lab_store: Store, returned: ReturnedPlan, tmp_path: Path
) -> None:
    first = returned.plan.wells["plate"][0]
    files, _ = write_plates(returned.plan.wells, returned.plan.plan_id, tmp_path / "bad", SEED, spoiled=first)
    verdicts = add(lab_store, returned, *files)
    assert verdicts[0] == "fail"
    plates = lab_results.stored_plates(lab_store)
    assert "every other row" in plates["reason"][0] or "error" in plates["reason"][0]
    responses = lab_results.fitted_responses(lab_store)
    if plates.filter(plates["purpose"] == "treated").height == 1:
        assert not responses["usable"].any()
        assert set(responses["why_not"]) == {"its plate failed quality control"}
    else:
        assert responses["usable"].all()
        assert not responses["plate"].str.contains(plates["plate"][0], literal=True).any()


def test_a_plate_turned_in_the_reader_is_refused(lab_store: Store, returned: ReturnedPlan, tmp_path: Path) -> None:
    lines = returned.files[0].read_text().split("\n")
    rows = [line.split("\t") for line in lines[3:-1]]
    turned = [[chr(65 + at), *reversed(row[1:])] for at, row in enumerate(reversed(rows))]
    path = tmp_path / returned.files[0].name
    path.write_text("\n".join([*lines[:3], *("\t".join(row) for row in turned), ""]))
    with pytest.raises(InputError, match="turned by 180 degrees"):
        add(lab_store, returned, path)
    assert all(not rows for rows in contents(lab_store).values())


def test_plates_are_forgotten_with_their_patient(lab_store: Store, returned: ReturnedPlan) -> None:
    add(lab_store, returned)
    lab_store.close()
    forget(Settings(store=lab_store.path), str(returned.plan.patient_id))
    with open_store(lab_store.path) as after:
        assert all(not rows for rows in contents(after).values())


def test_wells_that_were_not_dispensed_are_flagged_and_left_out(
    lab_store: Store, returned: ReturnedPlan, tmp_path: Path
) -> None:
    test = returned.plan.wells.filter(returned.plan.wells["role"] == "test").to_dicts()[0]
    report = tmp_path / "echo.csv"
    report.write_text(
        "Run ID,1\n\n[EXCEPTIONS]\nSource Plate Name,Destination Plate Barcode,Destination Well,Transfer Volume,"
        f"Actual Volume,Transfer Status\nS,{test['plate']},{test['well']},100,0,no fluid\n"
    )
    add(lab_store, returned, *returned.files, report)
    wells = lab_store.query("wells")
    flagged = wells.filter(wells["flags"].str.contains("not dispensed").fill_null(False))
    assert flagged["well"].to_list() == [test["well"]]
    curve = lab_store.query("curves").filter(treatment=test["treatment"])
    assert curve["wells"][0] == 11


def test_what_macos_lays_beside_a_file_is_ignored_with_a_word(
    lab_store: Store, returned: ReturnedPlan, tmp_path: Path
) -> None:
    beside = tmp_path / f"._{returned.files[0].name}"
    beside.write_bytes(b"\x00\x05\x16\x07" + bytes(100))
    with lab_store.transaction():
        done = add_results(lab_store, [returned.files[0], beside], Returned(plan=returned.plan.plan_id))
    assert len(done) == 1
    assert any("macOS" in note for note in done[0].notes)


@pytest.mark.slow
def test_a_killed_call_leaves_the_store_as_it_was_or_done(returned: ReturnedPlan, tmp_path: Path) -> None:
    """kill -9 at twenty moments of ``results add``: nothing or everything is there, the chain is intact, it can be
    run again."""
    settings = tmp_path / "killed.duckdb"
    settings.write_bytes(returned.store.read_bytes())
    command = [
        sys.executable,
        "-m",
        "screen.cli",
        "results",
        "add",
        *map(str, returned.files),
        "--store",
        str(settings),
    ]
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - start
    with open_store(settings) as store:
        done = contents(store)
    states = set()
    for moment in np.linspace(0.3, 1.02, 20):
        settings.write_bytes(returned.store.read_bytes())
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * moment)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with open_store(settings) as store:
            found = contents(store)
            assert found == done or all(not rows for rows in found.values())
            assert audit.first_broken(store) is None
        states.add(found == done)
    subprocess.run(command, check=True, capture_output=True)
    with open_store(settings) as store:
        assert contents(store) == done
    assert False in states
