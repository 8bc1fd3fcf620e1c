"""Pictures of single cells: the same bytes, a table each, an order along a path; what is not there is said."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from screen.cells.cell_map import cell_map
from screen.cells.cell_matrix import CellMatrix
from screen.cells.pseudotime import pseudotime, root_of
from screen.errors import InputError
from screen.report.cell_picture_parts import CellPicture, Prediction
from screen.report.cell_pictures import PictureRequest, pictures

CELLS, GENES = 160, 60
HALF = np.arange(CELLS) < CELLS // 2


@pytest.fixture(scope="module")
def matrix() -> CellMatrix:
    rng = np.random.default_rng(0)
    means = np.exp(rng.normal(0, 1, GENES))[None].repeat(CELLS, axis=0)
    means[np.ix_(HALF, range(8))] *= 4
    values = csr_matrix(rng.poisson(means).astype(np.float32))
    cells = pl.DataFrame(
        {
            "cell_id": [f"C{i}" for i in range(CELLS)],
            "sample": ["s"] * CELLS,
            "cell_type": ["Malignant"] * CELLS,
            "clone": ["<A & B>" if one else "C" for one in HALF],
            "malignant": [True] * CELLS,
        }
    )
    umap = np.column_stack([np.where(HALF, 0, 5), np.zeros(CELLS)]) + rng.normal(size=(CELLS, 2))
    totals = np.asarray(values.sum(axis=1), np.float64).ravel()
    names = tuple(f"G{i}" for i in range(GENES))
    return CellMatrix(values, names, "counts", totals, cells, pl.DataFrame(), umap.astype(np.float32))


@pytest.fixture(scope="module")
def drawn(matrix: CellMatrix) -> list[CellPicture]:
    return pictures(matrix, [prediction()], {"drug/x": genes()}, REQUEST, 0)


REQUEST = PictureRequest(patient_id="P1", labels="clone", root="clone=C")


def prediction() -> Prediction:
    probability = np.where(HALF, 0.8, 0.2) + np.linspace(-0.1, 0.1, CELLS)
    probability[0] = np.nan
    return Prediction(drug="drug/x", model="scdeal", model_id="m", probability=probability, before=probability)


def genes() -> pl.DataFrame:
    rows = [(f"G{i}", "sensitive" if i < 8 else "resistant", i < 12, i < 4) for i in range(GENES)]
    found = pl.DataFrame(rows, schema=["gene", "role", "key_gene", "supported"], orient="row")
    return found.with_columns(model_id=pl.lit("m"), patient_id=pl.lit("P1"))


def test_every_picture_has_a_table_and_the_same_bytes(matrix: CellMatrix, drawn: list[CellPicture]) -> None:
    assert [one.name.split("-")[0] for one in drawn] == ["map", "violins", "key", "pseudotime"]
    again = pictures(matrix, [prediction()], {"drug/x": genes()}, REQUEST, 0)
    for one, other in zip(drawn, again, strict=True):
        assert (str(one.drawing), one.table.write_csv()) == (str(other.drawing), other.table.write_csv())
        ElementTree.fromstring(str(one.drawing))  # well-formed, whatever a clone is called
    places, violins, keys, course = (one.table for one in drawn)
    assert places.height == CELLS
    assert places["drug/x: probability"].null_count() == 1
    assert violins["group"].to_list() == ["C", "<A & B>"]
    assert keys["gene"].to_list() == [*(f"G{i}" for i in range(8)), *(f"G{i}" for i in range(8, 12))]
    assert course.height == CELLS - 1


def test_a_map_of_the_file_is_taken_as_it_is(matrix: CellMatrix) -> None:
    found = cell_map(matrix, np.zeros((CELLS, 3)), 0)
    assert found.says == "UMAP of the file"
    np.testing.assert_array_equal(found.places.astype(np.float32), matrix.umap)
    few = matrix.take(np.arange(5))
    assert "too few" in cell_map(replace(few, umap=None), np.eye(5), 0).says


def test_pseudotime_follows_a_path_from_its_root_and_stops_where_no_neighbour_leads() -> None:
    rng = np.random.default_rng(1)
    along = np.sort(rng.random(300))
    path = np.column_stack([np.cos(3 * along), np.sin(3 * along)]) + rng.normal(0, 0.02, (300, 2))
    points = np.vstack([path, rng.normal(50, 0.1, (40, 2))])
    root = root_of(points, np.arange(340) < 20)
    found = pseudotime(points, root)
    assert root < 20
    assert np.isnan(found[300:]).all()
    assert np.corrcoef(np.argsort(np.argsort(found[:300])), np.arange(300))[0, 1] > 0.95


def test_what_is_not_there_is_said(matrix: CellMatrix) -> None:
    for bad, words in (("stage=1", "no column"), ("clone=Z", "no cell has"), ("clone", "no value")):
        with pytest.raises(InputError, match=words):
            pictures(matrix, [], {}, replace(REQUEST, root=bad), 0)
