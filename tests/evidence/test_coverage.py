"""What a snapshot of evidence declares to have searched."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.evidence.coverage import Coverage, parse_coverage, read_coverage


def test_nothing_declared_is_partial() -> None:
    assert str(parse_coverage(None)) == "partial"


def test_groups_are_kept_as_their_members() -> None:
    assert str(parse_coverage("conditions:coadread, BRCA")) == "conditions:BRCA,COAD,READ"


def test_a_drug_list_becomes_keys(tmp_path: Path) -> None:
    listed = tmp_path / "drugs.txt"
    listed.write_text("Cisplatin\n\n5-Fluorouracil \n", encoding="utf-8")
    assert str(parse_coverage(f"drugs:{listed}")) == "drugs:5fluorouracil,cisplatin"


@pytest.mark.parametrize("text", ["most", "full:BRCA", "conditions:", "conditions:XYZ", "drugs:", "drugs:/nowhere.txt"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_coverage(text)


def test_an_empty_drug_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="empty"):
        parse_coverage(f"drugs:{tmp_path / 'none.txt'}")


def test_the_stored_form_reads_back() -> None:
    assert read_coverage("conditions:COAD,READ") == Coverage("conditions", ("COAD", "READ"))
    assert read_coverage(None) == Coverage("partial")
