"""A matrix file as it lies on disk."""

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.text.grid import Grid, read_grid


def grid(path: Path, content: str | bytes) -> Grid:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_grid(peek(path))


@pytest.mark.parametrize(
    "content",
    [
        b"id,TP53,EGFR\nP1,1.5,2\nP2,NA,4\n",
        b"\xef\xbb\xbfid,TP53,EGFR\r\nP1,1.5,2\r\nP2,,4\r\n\r\n",
        b"id\tTP53\tEGFR\nP1\t1.5\t2\nP2\tNaN\t4",
        b'"id";"TP53";"EGFR"\n"P1";"1.5";2\n"P2";#N/A;4\n',
        b"TP53\tEGFR\nP1\t1.5\t2\nP2\tNA\t4\n",
        b"# made by a tool\nid,TP53,EGFR\nP1,1.5,2\nP2,null,4\n",
        gzip.compress(b"id,TP53,EGFR\nP1,1.5,2\nP2,-,4\n"),
    ],
    ids=["csv", "bom-crlf", "tsv", "quoted", "r-row-names", "comment", "gzip"],
)
def test_the_same_matrix_in_many_dresses(tmp_path: Path, content: bytes) -> None:
    found = grid(tmp_path / "m.csv", content)
    assert found.columns == ("TP53", "EGFR")
    assert found.labels.to_series(0).to_list() == ["P1", "P2"]
    np.testing.assert_array_equal(found.levels, np.array([[1.5, 2], [np.nan, 4]], np.float32))


def test_a_pandas_parquet_has_its_ids_last(tmp_path: Path) -> None:
    frame = pl.DataFrame({"TP53": [1.0, None], "EGFR": [3, 4], "patient_id": ["P1", "P2"]})
    frame.write_parquet(tmp_path / "m.parquet")
    found = read_grid(peek(tmp_path / "m.parquet"))
    assert found.columns == ("TP53", "EGFR")
    assert found.labels.columns == ["patient_id"]
    assert np.isnan(found.levels[1, 0])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("id,TP53,EGFR\nP1,1,2\nP2,3\n", "line 3: 2 fields where the header has 3"),
        ("id,TP53,EGFR\nP1,1,2\nP2,3,4,5\n", "line 3: 4 fields"),
        ("id,TP53,EGFR\nP1,1,2\n\nP2,3,4\n", "line 3: 0 fields"),
        ("id,TP53,EGFR\nP1,1,2\nP2,3,high\n", "line 3, column EGFR: 'high' is not a number"),
        ('id;TP53;EGFR\nP1;1;2\nP2;3;"4,5"\n', "line 3, column EGFR: '4,5' is not a number"),
        ("id,TP53,TP53\nP1,1,2\n", "'TP53' is there twice"),
        ("id,TP53,EGFR\n", "a header and no rows"),
    ],
)
def test_a_broken_table_is_named_by_line_and_column(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        grid(tmp_path / "m.csv", content)


def test_a_cut_parquet_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a whole parquet file"):
        grid(tmp_path / "m.parquet", b"PAR1 and then nothing")


def test_a_header_longer_than_one_look(tmp_path: Path) -> None:
    genes = [f"GENENAME{i} ({i})" for i in range(20_000)]
    content = "," + ",".join(genes) + "\nACH-000001," + ",".join(["1.5"] * 20_000)
    assert len(content) > 1 << 18
    assert grid(tmp_path / "wide.csv", content).levels.shape == (1, 20_000)
