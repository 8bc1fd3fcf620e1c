"""Files as printed: many of a kind are one line, and no two sets of files look the same."""

from dataclasses import replace

from screen.report.content.provenance import MANY, SourceFile, gathered, span

TRIAL = SourceFile(
    name="a.json", kind="clinicaltrials-v2", sha256="0" * 64, snapshot_date="2025-01-01", coverage="partial", rows=3
)


def test_many_files_of_a_kind_are_one_line() -> None:
    files = [replace(TRIAL, name=f"{n}.json", snapshot_date=f"2025-01-0{n + 1}") for n in range(MANY + 1)]
    labels = replace(TRIAL, name="labels.csv", kind="nci-indications")
    trials, other = gathered([*files, labels])
    assert (trials.name, trials.rows) == ("5 files: 0.json to 4.json", 15)
    assert trials.snapshot_date == "2025-01-01 to 2025-01-05"
    assert other == labels


def test_another_file_among_many_is_another_hash() -> None:
    files = [TRIAL] * (MANY + 1)
    assert gathered(files)[0].sha256 != gathered([*files[:-1], replace(TRIAL, sha256="1" * 64)])[0].sha256


def test_a_few_files_are_listed_one_by_one() -> None:
    assert gathered([TRIAL] * MANY) == (TRIAL,) * MANY


def test_dates_span_from_first_to_last() -> None:
    assert span([None, "2025-02-01", "2024-01-01"]) == "2024-01-01 to 2025-02-01"
    assert span(["2024-01-01", None]) == "2024-01-01"
    assert span([None]) is None
