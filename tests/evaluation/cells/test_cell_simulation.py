"""Cells simulated from cell lines of the store: a file as any user's, its labels what was measured."""

from pathlib import Path

import anndata
import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.biomarkers.line_responses import drug_of, responses_of
from screen.errors import InputError, StoreError
from screen.evaluation.cells.cell_simulation import simulate_cells
from screen.evaluation.cells.line_levels import line_levels
from screen.evaluation.cells.simulated_obs import CellSimulation
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from screen.synthetic.cell_files import write_cells


@pytest.fixture(scope="module")
def like(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cells(tmp_path_factory.mktemp("like"), cells=500).file.path


def test_labels_are_the_measured_responses_of_the_lines(demo_store: Path, like: Path, tmp_path: Path) -> None:
    settings = Settings(store=demo_store)
    done = simulate_cells(
        settings, CellSimulation(like=like, drugs=("lapatinib",), count=10, cells=20), tmp_path / "s.h5ad"
    )
    made = anndata.read_h5ad(tmp_path / "s.h5ad")
    assert (made.n_obs, made.obs["cell_line"].nunique(), done.cells) == (200, 10, 200)
    with open_store(demo_store) as store:
        responses = responses_of(store, settings)
        drug = drug_of(store, responses, "lapatinib")
        levels = line_levels(store, settings)
    values = responses.values[:, responses.places[drug.drug_id]]
    for line, rows in made.obs.groupby("cell_line", observed=True):
        below = values[responses.lines.index(line)] < np.nanmedian(values)
        assert set(rows[f"response_{drug.name}"]) == {"sensitive" if below else "resistant"}
    shares = np.asarray(made.X.sum(axis=0)).ravel() / made.obs["n_counts"].sum()
    rows = [levels.lines.index(line) for line in made.obs["cell_line"].unique()]
    place = [levels.genes.index(gene) for gene in made.var_names]
    expected = levels.shares[rows].mean(axis=0)[place]
    unmoved = (made.var["platform_shift"] == 0).to_numpy() & (expected > 1e-4)
    moved = (made.var["platform_shift"] != 0).to_numpy() & (expected > 1e-4)
    spread = [float(np.std(np.log2(shares[one] / expected[one]))) for one in (unmoved, moved)]
    assert spread[0] < 0.25
    assert spread[1] > 0.45
    assert 0.2 < (made.var["platform_shift"] != 0).mean() < 0.5


def test_a_simulated_file_is_read_as_any_other(demo_store: Path, like: Path, tmp_path: Path) -> None:
    simulate_cells(
        Settings(store=demo_store), CellSimulation(like=like, drugs=("lapatinib",), count=4), tmp_path / "s.h5ad"
    )
    settings = Settings(store=tmp_path / "own.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, [tmp_path / "s.h5ad"], ReadOptions())
    (listed,) = pipeline.list_cells(settings)
    assert (listed.patient_id, listed.cells, listed.malignant) == ("SIMULATED", 200, 200)


def test_mixtures_have_the_planted_proportions_and_bytes(demo_store: Path, like: Path, tmp_path: Path) -> None:
    wanted = CellSimulation(like=like, mixtures=3, shares=(0.1, 0.4), cells=50)
    for name in ("a.h5ad", "b.h5ad"):
        simulate_cells(Settings(store=demo_store), wanted, tmp_path / name)
    assert (tmp_path / "a.h5ad").read_bytes() == (tmp_path / "b.h5ad").read_bytes()
    obs = pl.from_pandas(anndata.read_h5ad(tmp_path / "a.h5ad").obs.astype(str))
    counted = obs.group_by("patient", "cell_line").len().group_by("patient").agg(pl.col("len").sort())
    assert counted.sort("patient")["len"].to_list() == [[5, 45], [20, 30], [5, 45]]
    assert obs["cell_line"].n_unique() == 6


def test_what_cannot_be_simulated_is_refused(demo_store: Path, like: Path, tmp_path: Path) -> None:
    settings, out = Settings(store=demo_store), tmp_path / "s.h5ad"

    def refuses(match: str, **more: object) -> None:
        with pytest.raises((InputError, StoreError), match=match):
            simulate_cells(settings, CellSimulation(like=like, **more), out)  # type: ignore[arg-type]

    refuses("no expression of cell line 'NOBODY'", lines=("NOBODY",))
    refuses("a share of 1.5", mixtures=1, shares=(1.5,))
    refuses("labels of a mixture", mixtures=1, drugs=("lapatinib",))
    refuses("neither measured", drugs=("water",))
    refuses("no bulk data set", levels_from="nothing")
    with pytest.raises(InputError, match=r"end it in .h5ad"):
        simulate_cells(settings, CellSimulation(like=like), tmp_path / "s.csv")
    assert not out.exists()
