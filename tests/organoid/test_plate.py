from collections import Counter

import pytest

from screen.errors import InputError
from screen.organoid.doses import Stock
from screen.organoid.plate import Well, inner, lay_out
from screen.organoid.request import Request
from screen.organoid.treatment import Treatment
from screen.organoid.well_contents import Compound, Filling, of_treatment, positive, same_vehicle

DOSES = (0.2, 2.0, 20.0, 200.0)


def wells(drugs: int, vehicle: str = "DMSO", **options: object) -> list[Well]:
    request = Request(**options)  # type: ignore[arg-type]
    killing = positive(Compound("kill", "kill", Stock("DMSO", 10.0)), 10.0, request)
    fillings: list[tuple[Filling, ...]] = []
    for i in range(drugs):
        name = f"d{i}"
        compound = Compound(name, name, Stock(vehicle, 10.0))
        treatment = Treatment(
            code=f"A{i}", set_name="A", drug_ids=(name,), names=(name,), mechanism="", place=1, score=1.0, reason=""
        )
        doses = {name: request.doses or DOSES}
        fillings.append(of_treatment(treatment, {name: compound}, doses, request))
    return lay_out(fillings, killing, request)


def repeats(laid: list[Well]) -> dict[tuple[object, ...], list[Well]]:
    found: dict[tuple[object, ...], list[Well]] = {}
    for well in laid:
        if well.filling.role == "test":
            found.setdefault((well.filling.treatment, well.filling.target_uM), []).append(well)
    return found


def test_every_well_of_every_plate_is_listed_once() -> None:
    laid = wells(16)
    assert Counter(w.plate for w in laid) == {"P1": 384, "T0": 384}
    assert len({(w.plate, w.name) for w in laid}) == len(laid)


def test_sixteen_drugs_take_192_test_wells_off_the_edge() -> None:
    tests = [w for w in wells(16) if w.filling.role == "test"]
    assert len(tests) == 192
    assert all((w.row, w.col) in inner(384) for w in tests)


def test_each_dose_is_there_once_a_replicate() -> None:
    groups = repeats(wells(16))
    assert len(groups) == 64
    assert all(sorted(w.replicate or 0 for w in group) == [1, 2, 3] for group in groups.values())


@pytest.mark.parametrize(
    "options",
    [{"drugs": 16}, {"drugs": 2, "plate": 96, "replicates": 3, "doses": (1.0, 2.0)}, {"drugs": 8, "replicates": 6}],
)
def test_on_one_plate_replicates_share_no_row_and_no_column(options: dict[str, object]) -> None:
    for group in repeats(wells(**options)).values():  # type: ignore[arg-type]
        assert {w.plate for w in group} == {"P1"}
        assert len({w.row for w in group}) == len({w.col for w in group}) == len(group)


def test_sixteen_drugs_split_over_small_plates_replicates_on_different_ones() -> None:
    laid = wells(16, plate=96)
    tests = Counter(w.plate for w in laid if w.filling.role == "test")
    assert set(tests.values()) <= {20, 24, 28, 32, 36, 40, 44, 48}
    assert sum(tests.values()) == 192
    assert all(len({w.plate for w in group}) == 3 for group in repeats(laid).values())


def test_forty_drugs_lie_on_three_plates() -> None:
    laid = wells(40)
    assert Counter(w.plate for w in laid if w.filling.role == "test") == {"P1": 160, "P2": 160, "P3": 160}


@pytest.mark.parametrize("plate", [384, 96])
def test_every_amount_of_dmso_on_a_plate_has_its_own_control(plate: int) -> None:
    laid = wells(16, plate=plate)
    for name in {w.plate for w in laid} - {"T0"}:
        here = [w for w in laid if w.plate == name]
        amounts = {role: {w.filling.dmso_nL for w in here if w.filling.role == role} for role in ("test", "vehicle")}
        killing = {w.filling.dmso_nL for w in here if w.filling.role == "positive"}
        assert amounts["test"] == amounts["vehicle"]
        assert killing <= amounts["vehicle"]


def test_an_aqueous_drug_has_its_vehicle_beside_it() -> None:
    vehicles = [w for w in wells(16, vehicle="water") if w.filling.role == "vehicle"]
    assert {(p.vehicle, float(p.volume_nL)) for w in vehicles for p in w.filling.parts} == {("water", 1000.0)}


def test_time_zero_holds_cells_and_blanks_alone() -> None:
    roles = Counter(w.filling.role for w in wells(16) if w.plate == "T0")
    assert roles == {"edge": 76, "unused": 278, "time_zero": 24, "blank": 6}


def test_wells_without_cells_and_those_left_over_lie_together() -> None:
    laid = wells(16)
    blanks = {(w.row, w.col) for w in laid if w.plate == "P1" and w.filling.role == "blank"}
    places = [i for i, place in enumerate(inner(384)) if place in blanks]
    assert places == list(range(places[0], places[0] + 6))
    cells = [(w.col, w.row) for w in laid if w.plate == "T0" and w.filling.role == "time_zero"]
    assert {col for col, _ in cells} == {2, 3}


def test_a_small_plate_has_controls_enough_for_z_prime() -> None:
    counts = Counter(w.filling.role for w in wells(8, plate=96) if w.plate == "P1")
    assert counts["positive"] >= 6
    assert counts["vehicle"] >= 6


def test_wells_are_filled_up_to_one_amount_of_dmso_below_the_limit() -> None:
    request = Request()
    known = {"d": Compound("d", "d", Stock("DMSO", 10.0))}
    one = Treatment(
        code="T01", set_name="A", drug_ids=("d",), names=("d",), mechanism="", place=1, score=1.0, reason=""
    )
    (filled,) = same_vehicle([of_treatment(one, known, {"d": (0.05, 0.5, 5.0, 50.0, 200.0)}, request)], request)
    assert [float(f.dmso_nL) for f in filled] == [250.0, 250.0, 250.0, 250.0, 1000.0]
    assert [float(f.parts[0].dose_uM) for f in filled] == [0.05, 0.5, 5.0, 50.0, 200.0]


def test_the_same_seed_gives_the_same_plate_and_another_another() -> None:
    assert wells(16, seed=5) == wells(16, seed=5)
    assert wells(16, seed=5) != wells(16, seed=6)


def test_what_fits_on_no_number_of_plates_is_refused() -> None:
    with pytest.raises(InputError, match="do not fit on"):
        wells(30, plate=96, replicates=6, doses=tuple(float(d) for d in range(1, 30)))
