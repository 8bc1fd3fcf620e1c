"""``--as`` names a kind that the file is not: one clear error."""

import shlex
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
from screen.store import open_store
from tests.command import crescreen
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


@pytest.mark.parametrize("age", ["61", "unknown"])
def test_patients_of_one_tumour_type_are_read_by_the_command_of_the_remedy(tmp_path: Path, age: str) -> None:
    table, store = tmp_path / "ov" / "clinical.csv", str(tmp_path / "s.duckdb")
    table.parent.mkdir()
    table.write_text(f"patient_id,age,vital_status,height (cm)\nP1,{age},dead,170\nP2,50,alive,180\n")
    crescreen("--store", store, "init")
    refused = crescreen("--store", store, "ingest", str(table))
    assert refused.code == 2
    command = shlex.split(refused.err.partition("crescreen ")[2])
    assert command[-4:] == ["--as", "clinical-table", "--indication", "OV"]
    assert crescreen("--store", store, *command).code == 0
    with open_store(tmp_path / "s.duckdb") as held:
        assert held.sql("SELECT indication FROM patients")["indication"].to_list() == ["OV", "OV"]
