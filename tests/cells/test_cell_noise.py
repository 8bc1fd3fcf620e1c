"""What simulated cells take over from a real file: planted noise is found again, wrong noise is seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.cells.blocks import matrix_of
from screen.cells.cell_matrix import CellMatrix
from screen.cells.cell_noise import CellNoise, estimate_noise, kinds_of, zeros_expected
from screen.cells.simulated_counts import draw_counts, draw_depths, resemblance
from screen.errors import InputError
from screen.ingest import registry
from screen.records import ReadOptions

PLANTED = CellNoise(
    cells=0,
    kinds=0,
    depth=tuple(np.exp(np.random.default_rng(2).normal(8.5, 0.4, 20_000)).tolist()),
    whole=True,
    dispersion=0.25,
    dropout=0.08,
    ambient=None,
)


def cells_with(noise: CellNoise, ambient: float, seed: int = 0) -> tuple[CellMatrix, np.ndarray]:
    """Three kinds of 300 cells over 900 genes, 60 of which each kind makes alone."""
    rng = np.random.default_rng(seed)
    profiles = np.tile(rng.gamma(0.5, 1, 900), (3, 1)) + 0.02
    for kind in range(3):
        profiles[:, 60 * kind : 60 * kind + 60] = 0
        profiles[kind, 60 * kind : 60 * kind + 60] = 2.0
    profiles /= profiles.sum(axis=1, keepdims=True)
    depths = replace(noise, depth=tuple(np.quantile(noise.depth, np.linspace(0, 1, 101)).tolist()))
    kinds, totals = np.repeat(np.arange(3), 300), draw_depths(900, depths, rng)
    values = draw_counts(profiles, kinds, totals, noise, ambient, rng)
    about = {"cell_id": [f"C{i}" for i in range(900)], "cell_type": [f"kind {k}" for k in kinds.tolist()]}
    texts = dict.fromkeys(("cell_id", "sample", "cell_type", "clone"), pl.String)
    cells = pl.DataFrame(about).with_columns(sample=None, clone=None, malignant=None).cast(texts)  # type: ignore[arg-type]
    genes = tuple(f"G{i}" for i in range(900))
    return CellMatrix(values, genes, "counts", totals * 2, cells, pl.DataFrame()), kinds


@pytest.mark.parametrize(("dispersion", "dropout"), [(0.25, 0.08), (0.5, 0.0), (0.1, 0.2)])
def test_planted_dispersion_and_dropout_are_found(dispersion: float, dropout: float) -> None:
    matrix, kinds = cells_with(replace(PLANTED, dispersion=dispersion, dropout=dropout), 0.0)
    found = estimate_noise(matrix, kinds)
    assert found.dispersion == pytest.approx(dispersion, abs=0.06)
    assert found.dropout == pytest.approx(dropout, abs=0.03)
    assert found.kinds == 3


def test_planted_ambient_molecules_are_found() -> None:
    shares = [estimate_noise(*cells_with(PLANTED, ambient)).ambient for ambient in (0.02, 0.10)]
    assert shares == pytest.approx([0.02, 0.10], abs=0.02)


def test_cells_simulated_anew_resemble_their_file_and_others_do_not() -> None:
    matrix, kinds = cells_with(PLANTED, 0.05)
    found = estimate_noise(matrix, kinds)
    near = resemblance(matrix, kinds, found, np.random.default_rng(1))
    assert near.depth_apart < 0.06
    assert near.zeros_apart < 0.02
    assert near.variance_ratio == pytest.approx(1, abs=0.1)
    assert near.variance_correlation > 0.95
    poisson = resemblance(matrix, kinds, replace(found, dispersion=0.0, dropout=0.0), np.random.default_rng(1))
    assert poisson.variance_ratio < 0.8
    assert poisson.zeros_apart > 0.02
    assert resemblance(matrix, kinds, found.at_depth(1_000), np.random.default_rng(1)).depth_apart > 0.5


def test_kinds_are_clusters_where_no_type_is_named() -> None:
    matrix, kinds = cells_with(PLANTED, 0.0)
    without = replace(matrix, cells=matrix.cells.with_columns(cell_type=pl.lit(None, pl.String)))
    found = kinds_of(without, 0)
    assert {tuple(np.unique(kinds[found == one])) for one in np.unique(found)} == {(0,), (1,), (2,)}


def test_what_tells_nothing_is_refused() -> None:
    matrix, kinds = cells_with(PLANTED, 0.0)
    with pytest.raises(InputError, match="do not say how many molecules"):
        estimate_noise(replace(matrix, unit="tpm"), kinds)
    with pytest.raises(InputError, match="fewer than 40 cells"):
        estimate_noise(matrix.take(np.arange(30)), kinds[:30])
    with pytest.raises(InputError, match="too few to estimate"):
        estimate_noise(matrix.with_genes(np.arange(3)), kinds)
    assert not estimate_noise(replace(matrix, totals=np.asarray(matrix.values.sum(axis=1)).ravel()), kinds).whole


def test_zeros_of_a_poisson_are_the_limit() -> None:
    means = np.array([0.5, 2.0])
    assert zeros_expected(means, 1e-7) == pytest.approx(np.exp(-means), rel=1e-4)
    assert (zeros_expected(means, 0.5) > np.exp(-means)).all()


@pytest.mark.real
def test_a_real_file_is_resembled(real_data: Path) -> None:
    batch = registry.read(real_data / "single_cell/10x_pbmc68k_reduced.h5ad", ReadOptions(dataset="x"))[1]
    matrix = matrix_of(batch.tables["cell_blocks"], batch.tables["gene_orders"]["genes"][0].to_list())
    kinds = kinds_of(matrix, 0)
    near = resemblance(matrix, kinds, estimate_noise(matrix, kinds), np.random.default_rng(0))
    assert (near.depth_apart < 0.1, near.zeros_apart < 0.04, near.variance_correlation > 0.95) == (True, True, True)
    assert near.variance_ratio == pytest.approx(1, abs=0.1)
