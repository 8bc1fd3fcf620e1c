"""Clones of synthetic cells: found, scored as planted, covered; and what is said where there is none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.cells.blocks import matrix_of
from screen.cells.cell_matrix import CellMatrix
from screen.cells.clustering import cluster, purity
from screen.cells.coverage import covered_share, covering_set
from screen.cells.pseudobulk import pseudobulk, resampled
from screen.errors import InputError
from screen.ingest import registry
from screen.ranking.clone_groups import groups_of
from screen.ranking.clone_request import CloneRequest
from screen.synthetic.cell_files import PATIENT, CellSet, write_cells


def read(made: CellSet) -> CellMatrix:
    tables = registry.read(made.file.path, replace(made.file.options, kind="cells-h5ad"))[1].tables
    return matrix_of(tables["cell_blocks"], tables["gene_orders"]["genes"][0].to_list())


def request(**more: object) -> CloneRequest:
    return CloneRequest(patient_id=PATIENT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [0, 5])
def test_planted_clones_are_found_without_a_column(tmp_path: Path, seed: int) -> None:
    made = write_cells(tmp_path, seed, batch=False, column=False)
    found = groups_of(read(made), request(), seed)
    labels = {found.taken.cells["cell_id"][int(i)]: group.name for group in found.groups for i in group.cells}
    assert purity([labels[cell] for cell in labels], [made.clones[cell] for cell in labels]) > 0.9
    assert len(found.groups) == 3
    assert all(group.stability is not None and group.stability > 0.9 for group in found.groups)


def test_shuffled_cells_have_one_clone(tmp_path: Path) -> None:
    found = groups_of(read(write_cells(tmp_path, shuffle=True, column=False, batch=False)), request(), 0)
    assert [group.name for group in found.groups] == ["cluster 1"]


def test_a_clustering_is_the_same_twice(tmp_path: Path) -> None:
    matrix = read(write_cells(tmp_path, cells=400))
    assert (cluster(matrix, 3).labels == cluster(matrix, 3).labels).all()


def test_a_profile_is_the_share_of_molecules_per_million(tmp_path: Path) -> None:
    matrix = read(write_cells(tmp_path, cells=300))
    cells = np.arange(40)
    (profile,) = pseudobulk(matrix, [cells])
    expected = matrix.values[:40].toarray().sum(axis=0) / matrix.totals[:40].sum() * 1e6
    assert profile == pytest.approx(expected, rel=1e-5)
    again = resampled(matrix, cells, 200, np.random.default_rng(1))
    assert again.mean(axis=0).sum() == pytest.approx(profile.sum(), rel=0.02)
    assert (again.std(axis=0)[profile > 1] > 0).all()


def test_the_smallest_set_covers_what_one_drug_cannot() -> None:
    covers = np.array([[1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]], bool)
    shares, scores = (
        np.array([0.5, 0.3, 0.2]),
        np.array([[0.9, 0.1, 0.9, 0.4], [0.8, 0.1, 0.1, 0.4], [0.1, 0.9, 0.1, 0.4]]),
    )
    assert covered_share(covers, shares).tolist() == pytest.approx([0.8, 0.2, 0.5, 0.0])
    one = covering_set(covers, shares, scores, range(4), 0)
    assert (one.drugs, one.covered, one.reaches) == ((0, 1), 1.0, True)
    without = covering_set(covers, shares, scores, [2, 3], 0)
    assert (without.drugs, without.reaches) == ((2,), False)
    assert covering_set(np.zeros((3, 4), bool), shares, scores, range(4), 0).drugs == ()


def test_no_malignant_cells_is_one_sentence(tmp_path: Path) -> None:
    matrix = read(write_cells(tmp_path, cells=100))
    normal = matrix.take(np.flatnonzero(~matrix.cells["malignant"].to_numpy()))
    found = groups_of(normal, request(), 0)
    assert found.none == (
        f"None of the {len(normal)} cells of {PATIENT} is malignant (Fibroblast {len(normal)}), and {len(normal)} are "
        "too few for a clone of 50: no clone is scored."
    )
    taken = groups_of(normal, request(cells="all", min_cells=10, by="cluster"), 0)
    assert taken.none == ""
    assert taken.not_malignant == len(normal)


def test_cells_that_are_not_there_are_named(tmp_path: Path) -> None:
    matrix = read(write_cells(tmp_path, cells=100))
    with pytest.raises(InputError, match="no cells of type 'Epithelial'") as fault:
        groups_of(matrix, request(cells="Epithelial"), 0)
    assert "Fibroblast, Malignant" in str(fault.value.remedy)
    with pytest.raises(InputError, match="no column 'nothing'"):
        groups_of(matrix, request(by="nothing"), 0)


def test_the_same_seed_gives_the_same_cells(tmp_path: Path) -> None:
    one, two = write_cells(tmp_path / "a", 3, 200), write_cells(tmp_path / "b", 3, 200)
    assert (read(one).values != read(two).values).nnz == 0
    assert one.clones == two.clones
