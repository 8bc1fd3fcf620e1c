"""Parquet in and out of an object store on this machine; refusals are one error."""

from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from tests.command import crescreen
from tests.library_screen.applied import ALCOHOLS
from tests.library_screen.test_library import contents
from tests.stand_in_bucket import bucket


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Those of the stand-in."""
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION": "eu", "ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return monkeypatch


def test_a_library_and_tables_in_an_object_store(
    ranked_store: Path, tmp_path: Path, credentials: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame({"name": [f"d{n}" for n in range(12)], "smiles": ALCOHOLS[:12]})
    stream = BytesIO()
    frame.write_parquet(stream)
    frame.write_parquet(tmp_path / "some.parquet")
    words = ("rank", "STAD", "--shard", "5", "--device", "cpu", "--store", str(ranked_store))
    assert crescreen(*words, "--library", str(tmp_path / "some.parquet"), "--out", str(tmp_path / "here")).code == 0
    objects = {"/lab/some.parquet": stream.getvalue()}
    with bucket(objects) as server:
        credentials.setenv("AWS_ENDPOINT_URL", server)
        there = crescreen(*words, "--library", "s3://lab/some.parquet", "--out", str(tmp_path / "there"))
        assert (there.code, there.err) == (0, ""), there.err
        gathered = crescreen("gather", str(tmp_path / "there"), "--to", "s3://lab/screens")
        assert (gathered.code, gathered.err) == (0, "")
        exported = crescreen("export", "scores", "--out", "s3://lab/scores.parquet", "--store", str(ranked_store))
        assert (exported.code, exported.err) == (0, "")
    assert contents(tmp_path / "there" / "STAD") == contents(tmp_path / "here" / "STAD")
    top = pl.read_parquet(BytesIO(objects["/lab/screens/STAD/top.parquet"]))
    assert top.equals(pl.read_parquet(tmp_path / "here" / "STAD" / "top.parquet"))
    assert pl.read_parquet(BytesIO(objects["/lab/scores.parquet"])).height > 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("rank", "STAD", "--library", "s3://lab/none.parquet"), "s3://lab/none.parquet: the object store does not"),
        (("rank", "STAD", "--library", "s3://lab/some.smi"), "cannot be read from '.smi'"),
        (("export", "scores", "--out", "s3://lab/scores.csv"), "cannot be written into an object store"),
    ],
)
def test_what_is_refused_is_one_error(
    ranked_store: Path, tmp_path: Path, credentials: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    out = () if words[0] == "export" else ("--out", str(tmp_path / "out"))
    with bucket({}) as server:
        credentials.setenv("AWS_ENDPOINT_URL", server)
        outcome = crescreen(*words, *out, "--store", str(ranked_store))
    assert (outcome.code, outcome.err.count("error:")) == (2, 1)
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_store_that_cannot_be_reached_is_one_error(
    ranked_store: Path, tmp_path: Path, credentials: pytest.MonkeyPatch
) -> None:
    credentials.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    outcome = crescreen("export", "scores", "--out", "s3://lab/scores.parquet", "--store", str(ranked_store))
    assert outcome.code == 2
    assert "the object store does not" in outcome.err
