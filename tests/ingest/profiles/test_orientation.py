"""Which axis holds the genes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.errors import InputError
from screen.ingest.profiles.orientation import orient
from screen.ingest.text.grid import Grid


def grid(rows: list[str], columns: list[str], header: str = "") -> Grid:
    levels = np.arange(len(rows) * len(columns), dtype=np.float32).reshape(len(rows), len(columns))
    return Grid(Path("m.csv"), pl.DataFrame({header: rows}), tuple(columns), levels, 2)


@pytest.mark.parametrize(
    ("samples", "genes"),
    [
        (["P1", "P2", "P3"], ["TP53", "EGFR", "KRAS", "BRAF"]),
        (["ACH-000001", "ACH-000002"], ["A1BG", "A2M", "AAAS", "C11orf95"]),
        (["TCGA-A1-A0SB-01A", "TCGA-A1-A0SD-01A"], ["ENSG00000141510.16", "ENSG00000146648.17", "ENSG00000133703.12"]),
        (["PDX_12", "PDX_14", "PDX_90"], ["TSPAN6 (7105)", "TNMD (64102)", "DPM1 (8813)"]),
        (["101", "102", "103"], ["AKT1", "CDH1", "HLA-A", "NKX2-1"]),
        (["Mary's tumour", "lung met"], ["TP53", "MYC"]),
    ],
)
def test_genes_are_found_on_either_axis(samples: list[str], genes: list[str]) -> None:
    for found in (orient(grid(samples, genes)), orient(grid(genes, samples))):
        assert found.samples == tuple(samples)
        assert found.genes == tuple(genes)
    assert found.levels[1, 2 if len(genes) > 2 else 1] == found.levels.T[2 if len(genes) > 2 else 1, 1]


def test_values_follow_their_names_when_turned() -> None:
    found = orient(grid(["TP53", "EGFR", "KRAS"], ["P1", "P2"]))
    assert found.levels[found.samples.index("P2"), found.genes.index("EGFR")] == 3
    assert (found.sample_places[1], found.gene_places[1]) == ("column P2", "line 3")


def test_the_header_decides_where_names_do_not() -> None:
    ids = ["10", "20", "30", "40"]
    assert orient(grid(ids, ["7", "8"], "entrez_gene_id")).genes == tuple(ids)
    assert orient(grid(ids, ["7", "8"], "patient_id")).samples == tuple(ids)
    with pytest.raises(InputError, match="cannot tell whether rows or columns are genes"):
        orient(grid(ids, ["7", "8"]))


def test_neither_axis_looks_like_genes() -> None:
    with pytest.raises(InputError, match="neither the rows nor the columns look like genes"):
        orient(grid(["Anna", "Bert"], ["weight (kg)", "height in cm"]))


@pytest.mark.parametrize("column", ["cellosaurus_id", "cell_line_name", "CCLE_Name", "RRID", "SANGER_MODEL_ID"])
def test_cell_lines_under_other_ids_are_not_taken_for_patients(column: str) -> None:
    with pytest.raises(InputError, match="by which no response or lineage is joined") as fault:
        orient(grid(["CVCL_1402", "CVCL_1515"], ["TP53", "EGFR", "KRAS", "BRAF"], column))
    assert "ModelID" in (fault.value.remedy or "")


def test_beside_depmap_s_id_other_ids_of_a_line_are_welcome() -> None:
    lines = grid(["ACH-000001", "ACH-000002"], ["TP53", "EGFR", "KRAS", "BRAF"], "ModelID")
    both = Grid(
        lines.path, lines.labels.with_columns(cell_line_name=pl.Series(["A", "B"])), lines.columns, lines.levels, 2
    )
    assert orient(both).samples == ("ACH-000001", "ACH-000002")
