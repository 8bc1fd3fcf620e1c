"""Checked rows of the store: values, unit, names."""

from pathlib import Path

import pytest

from screen.errors import InputError, ScreenError, UnitError
from screen.records import ReadOptions
from screen.store import Store, load, save
from tests.ingest.omics_files import profiles, read

SMALL = "patient_id,TP53,EGFR\nP1,1.5,-2\nP2,,4\n"


def test_missing_values_are_null_and_counted(tmp_path: Path) -> None:
    batch = read(tmp_path / "m.csv", SMALL, unit="z-score")
    assert profiles(batch) == {"P1": [1.5, -2.0], "P2": [None, 4.0]}
    assert batch.notes[:2] == ("2 patients x 2 genes", "unit: z-score (declared)")
    assert "1 values missing (25.0%), in 1 genes" in batch.notes


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("patient_id,TP53,EGFR\nP1,1,inf\nP2,3,4\n", "line 2, column EGFR: the value is infinite"),
        ("gene,P1,P2\nTP53,1,2\nEGFR,3,-inf\n", "column P2, line 3: the value is infinite"),
        ("patient_id,TP53,EGFR\nP1,,NA\nP2,NaN,\n", "every value is missing"),
        ("patient_id,TP53,EGFR\nP1,3,3\nP2,3,3\n", "every value is 3"),
        ("patient_id,TP53,EGFR\nP1,3,1\nP2,,\n", "no value at all for 1 samples: P2"),
        ("patient_id,mrn,TP53,EGFR\nP1,123,3,1\n", "direct identifiers of persons: mrn"),
        ("patient_id,date of birth,TP53,EGFR\nP1,1950-01-02,3,1\n", "direct identifiers"),
        ("patient_id,TP53,EGFR\nP1,low,1\nP2,low,3\n", "line 2, column TP53: 'low' is not a number"),
    ],
)
def test_values_that_say_nothing_are_refused(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path / "m.csv", content, unit="zscore")


@pytest.mark.parametrize(
    ("unit", "what"),
    [("tpm", "declared TPM, but the smallest value is -2"), ("furlongs", "no expression unit is called 'furlongs'")],
)
def test_a_wrong_unit(tmp_path: Path, unit: str, what: str) -> None:
    with pytest.raises(UnitError, match=what):
        read(tmp_path / "m.csv", SMALL, unit=unit)


def test_a_unit_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UnitError, match="look the same") as fault:
        read(tmp_path / "m.csv", "patient_id,TP53,EGFR\nP1,1.5,2\nP2,3.25,4\n")
    assert "--unit" in str(fault.value.remedy)
    assert "m.csv" in str(fault.value.where)


@pytest.mark.parametrize(("name", "dataset"), [("cohort.v2.csv.gz", "cohort.v2"), ("my.cohort.tsv", "my.cohort")])
def test_a_dataset_is_named_after_its_file(tmp_path: Path, name: str, dataset: str) -> None:
    assert read(tmp_path / name, SMALL, unit="zscore").tables["expression"]["dataset"][0] == dataset
    assert read(tmp_path / name, unit="zscore", dataset="MINE").tables["expression"]["dataset"][0] == "MINE"


def test_rows_come_back_from_the_store_as_they_were(tmp_path: Path, store: Store) -> None:
    batch, options = read(tmp_path / "m.csv", SMALL, unit="zscore"), ReadOptions(unit="zscore")
    source = save.source_of(tmp_path / "m.csv", options)
    with store.transaction():
        save.save_batch(store, source, batch)
    found = load.profiles(store, "patient", source.source_id)
    assert found.genes == ("TP53", "EGFR")
    assert found.levels[0].tolist() == [1.5, -2.0]
    assert found.levels[1, 0] != found.levels[1, 0]  # NaN


@pytest.mark.parametrize(
    "content",
    [
        "",
        "patient_id,TP53\n",
        "patient_id;TP53;EGFR\nP1;1,5;2,5\nP2;1;2\n",
        "a b c\n1 2 3\n",
        "TP53,EGFR\n",
        "patient_id,TP53,EGFR\nP1,1,2\nP2,1",
        b"\xff\xfep\x00a\x00t\x00i\x00e\x00n\x00t\x00",
        b"PK\x03\x04broken",
        b"\x89HDF\r\n\x1a\nbroken",
        b"\x1f\x8bbroken gzip",
    ],
)
def test_broken_files_are_one_clear_error(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(ScreenError) as fault:
        read(tmp_path / "m.csv", content, unit="zscore")
    assert "m.csv" in str(fault.value)
