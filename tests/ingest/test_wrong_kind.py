"""``--as`` names a kind that the file is not: one clear error."""

from pathlib import Path

import polars as pl
import pytest

from screen.errors import ScreenError
from screen.ingest.readers import (
    alteration_matrices,
    alteration_tables,
    cell_line_models,
    gene_lists,
    gene_names,
    given_drugs,
    line_alterations,
    matrices,
    outcomes,
    quantification,
)
from tests.ingest.omics_files import read

KINDS = [
    kind.name
    for module in (
        alteration_matrices,
        alteration_tables,
        cell_line_models,
        gene_lists,
        gene_names,
        given_drugs,
        line_alterations,
        matrices,
        outcomes,
        quantification,
    )
    for kind in module.KINDS
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", [b"colour,weight\nred,heavy\n", b"PK\x03\x04broken", b"{}", b"a\n", b"<html>"])
def test_another_file(tmp_path: Path, kind: str, content: bytes) -> None:
    with pytest.raises(ScreenError) as fault:
        read(tmp_path / "f.csv", content, kind=kind)
    assert "f.csv" in str(fault.value)


@pytest.mark.parametrize("kind", KINDS)
def test_another_parquet(tmp_path: Path, kind: str) -> None:
    pl.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}).write_parquet(tmp_path / "f.parquet")
    with pytest.raises(ScreenError):
        read(tmp_path / "f.parquet", kind=kind)
