"""What looks wrong in rows that can be read."""

import gzip
from pathlib import Path

import pytest

from screen.ingest.file_head import peek
from screen.ingest.row_doubts import row_doubts

TABLE = "patient_id,indication,age\nP1,BRCA,61\nP2,BRCA,47\nP3,BRCA,70"


def doubts(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return [one for one in row_doubts(peek(path)) if one.startswith("the last line has no line end")]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_last_line_without_its_end_is_seen(tmp_path: Path, end: str) -> None:
    assert bool(doubts(tmp_path / "p.csv", (TABLE + end).encode())) == (not end)


def test_what_was_unpacked_to_its_end_is_whole(tmp_path: Path) -> None:
    assert doubts(tmp_path / "p.csv.gz", gzip.compress(TABLE.encode())) == []


def test_one_row_written_by_hand_is_no_doubt(tmp_path: Path) -> None:
    assert doubts(tmp_path / "p.csv", b"patient_id,indication\nP1,BRCA") == []
