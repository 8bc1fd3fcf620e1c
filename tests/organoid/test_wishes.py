"""What a lab wishes: left out, taken in, a list of its own, and what is never given to people."""

import csv
from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError
from screen.organoid import Request, plan, read_drugs_file, write_files
from screen.ranking.shortlists import tables
from screen.settings import Ranking
from screen.store import Store
from tests.organoid.conftest import Planner
from tests.report.filled import fill


def names(plan: object) -> list[str]:
    return [name for t in plan.treatments.filter("chosen")["drug_names"] for name in t]  # type: ignore[attr-defined]


def test_codes_are_no_names_of_wells(planned: Planner) -> None:
    made = planned()
    codes = made.treatments.filter("chosen")["treatment"].to_list()
    assert codes == [f"T{i:02d}" for i in range(1, 17)]
    assert not set(codes) & set(made.wells["well"])


def test_a_drug_left_out_is_followed_by_the_next(planned: Planner) -> None:
    first = planned()
    gone = first.treatments.filter((pl.col("set_name") == "B") & pl.col("chosen"))["drug_names"][0][0]
    made = planned(exclude=(gone,))
    assert gone not in names(made)
    assert len(made.treatments.filter("chosen")) == 16


def test_a_drug_taken_in_is_a_treatment_of_the_lab(planned: Planner) -> None:
    made = planned(include=("vorinostat",))
    row = made.treatments.row(0, named=True)
    assert (row["treatment"], row["set_name"], row["drug_names"]) == ("T01", "R", ["Vorinostat"])
    assert len(made.treatments.filter("chosen")) == 16


def test_a_list_of_the_lab_is_the_plan_with_its_stocks(planned: Planner, tmp_path: Path) -> None:
    file = tmp_path / "drugs.csv"
    file.write_text("drug,stock_mM\nVorinostat,50\nPaclitaxel\n", encoding="utf-8")
    only, stocks = read_drugs_file(file)
    made = planned(only=only, stocks=stocks)
    assert names(made) == ["Vorinostat", "Paclitaxel"]
    assert dict(made.compounds.select("name", "stock_mM").iter_rows())["Vorinostat"] == 50.0
    assert dict(made.compounds.select("name", "stock_mM").iter_rows())["Paclitaxel"] == 10.0


@pytest.mark.parametrize(("text", "says"), [("", "no drug"), ("a\na\n", "twice"), ("a,much\n", "no stock")])
def test_a_list_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "drugs.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_drugs_file(file)


def test_an_unknown_name_is_refused(planned: Planner) -> None:
    with pytest.raises(InputError, match="Nosuchdrug"):
        planned(exclude=("Nosuchdrug",))


def test_what_was_never_given_to_people_is_passed_over_unless_asked_for(store: Store) -> None:
    fill(store, patients=(12, 9, 7))
    edp = tables(store, Ranking(efficient_fraction=0.1)).edp
    first = plan(store, "STAD", Request(), edp)
    drug = first.treatments.filter(pl.col("set_name") == "B")["drug_ids"][0][0]
    store.run("UPDATE drugs SET hub_phase = 'Preclinical' WHERE drug_id = $drug", drug=drug)
    store.run("DELETE FROM evidence WHERE drug_id = $drug", drug=drug)
    usual, every = (plan(store, "STAD", Request(compounds=one), edp) for one in ("clinical", "all"))
    assert drug not in {d for ids in usual.treatments["drug_ids"] for d in ids}
    assert drug in {d for ids in every.treatments["drug_ids"] for d in ids}
    assert any("passed over" in line for line in usual.cautions)
    assert not any("passed over" in line for line in every.cautions)


def test_each_organoid_has_a_barcode_a_plate_and_the_template_holds_every_well(
    planned: Planner, tmp_path: Path
) -> None:
    made = planned(organoids=3)
    write_files(made, tmp_path)
    with (tmp_path / "labels.csv").open(encoding="utf-8") as stream:
        labels = list(csv.DictReader(stream))
    assert [row["barcode"] for row in labels] == [
        f"{made.plan_id[:8]}-O{o}-{plate}" for o in (1, 2, 3) for plate in ("P1", "T0")
    ]
    with (tmp_path / "results-template.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["plate", "well", "value"]
    inside = made.wells.filter(pl.col("role") != "edge").height
    assert len(rows) == 3 * inside
    assert all(row["value"] == "" for row in rows)
