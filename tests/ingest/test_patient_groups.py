"""Columns of a clinical table that part its patients, and those that do not."""

from pathlib import Path

from tests.ingest.omics_files import read

HEAD = "patient_id,indication,age,sex,stage,OS,OS.time,subtype,her2,grade,weight,note,vital_status,one,mixed,nodes\n"


def row(number: int) -> str:
    return (
        f"P{number:03},BRCA,{50 + number},female,II,{number % 2},{100 + number},{'AB'[number % 2]},{number % 2},"
        f"G{number % 3},{60 + number},text {number},{('dead', 'alive')[number % 2]},same,"
        f"{'xyz'[number % 3]},{number % 7}\n"
    )


def test_groups_are_taken_and_measurements_outcomes_and_free_text_are_not(tmp_path: Path) -> None:
    batch = read(tmp_path / "clinical.csv", HEAD + "".join(map(row, range(20))))
    groups = batch.tables["patient_groups"]
    assert sorted(groups["name"].unique()) == ["grade", "her2", "mixed", "subtype"]
    assert groups.filter((groups["name"] == "subtype") & (groups["patient_id"] == "P003"))["value"].to_list() == ["B"]
    assert groups.height == 80
    assert any("setting strata): subtype, her2, grade, mixed" in note for note in batch.notes)


def test_unknown_cells_belong_to_no_group(tmp_path: Path) -> None:
    text = "patient_id,indication,subtype\n" + "".join(
        f"P{number:03},BRCA,{('A', 'B', 'Not Reported', '')[number % 4]}\n" for number in range(20)
    )
    groups = read(tmp_path / "clinical.csv", text).tables["patient_groups"]
    assert groups["value"].value_counts().sort("value").rows() == [("A", 5), ("B", 5)]
