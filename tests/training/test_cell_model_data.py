"""Cells from the store beside cell lines: one logarithm, whatever the file had taken, and genes that both have."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from screen import pipeline
from screen.cells.cell_matrix import CellMatrix
from screen.errors import InputError, StoreError
from screen.ranking.cell_steps import matrix_of_patient
from screen.settings import Settings
from screen.store import open_store
from screen.synthetic.cell_files import PATIENT, write_cells
from screen.training.cell_model_data import bulk_lines, levels_over, measured_drug, shared_space
from tests.cells.cell_files import GENES, counts, obs, write_h5ad


def cells_of(values: csr_matrix, folder: Path, name: str) -> CellMatrix:
    settings = Settings(store=folder / f"{name}.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, [write_h5ad(folder / f"{name}.h5ad", values, obs())])
    with open_store(settings.store) as store:
        return matrix_of_patient(store, "P1")


def test_a_logarithm_taken_once_or_twice_by_the_file_gives_the_levels_of_its_counts(
    demo_store: Path, tmp_path: Path
) -> None:
    whole = counts()
    per = csr_matrix(whole.multiply(1e4 / whole.sum(axis=1)))
    once, twice = per.log1p(), per.log1p().log1p()
    with open_store(demo_store) as store:
        index = bulk_lines(store, Settings(store=demo_store)).index
    found = {
        name: levels_over(cells_of(values.astype(np.float32), tmp_path, name), GENES, index).toarray()
        for name, values in (("counts", whole), ("once", once), ("twice", twice))
    }
    assert found["counts"].max() > 3
    assert found["once"] == pytest.approx(found["counts"], abs=2e-2)
    assert found["twice"] == pytest.approx(found["counts"], abs=2e-2)


def test_lines_and_cells_share_their_genes(demo_store: Path, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "copy.duckdb")
    pipeline.backup(Settings(store=demo_store), settings.store)
    pipeline.ingest(settings, [(made := write_cells(tmp_path, cells=200)).file.path], made.file.options)
    with open_store(settings.store) as store:
        lines, cells = bulk_lines(store, settings), matrix_of_patient(store, PATIENT)
        drug = measured_drug(store, lines, "Trametinib")
        with pytest.raises(InputError, match="not measured in"):
            measured_drug(store, lines, "aqua")
    space = shared_space(lines, cells)
    assert space.genes == tuple(sorted(set(lines.genes) & set(cells.genes)))
    assert space.lines.shape == (len(lines.line_ids), len(space.genes))
    assert space.cells.shape == (len(cells), len(space.genes))
    response = lines.response(drug.drug_id)
    assert np.isfinite(response).sum() > 100
    assert drug.name.lower() == "trametinib"


def test_cells_of_other_genes_are_refused(demo_store: Path, tmp_path: Path) -> None:
    with open_store(demo_store) as store:
        lines = bulk_lines(store, Settings(store=demo_store))
    with pytest.raises(InputError, match="genes of the cells is one of"):
        shared_space(lines, cells_of(counts(), tmp_path, "other"))


def test_a_store_without_lines_says_so(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "empty.duckdb")
    pipeline.init(settings)
    with open_store(settings.store) as store, pytest.raises(StoreError, match="no expression of cell lines"):
        bulk_lines(store, settings)
