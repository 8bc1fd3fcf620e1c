"""Single cells of every file form: what is read, what is refused, what stays in the store."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import polars as pl
import pytest
from scipy.sparse import csc_matrix, csr_matrix

from screen import pipeline
from screen.cells.blocks import matrix_of, packed, unpacked
from screen.cells.cell_matrix import CellMatrix
from screen.errors import InputError, StoreError
from screen.ingest import registry
from screen.records import Batch, CellOptions, ReadOptions
from screen.settings import Settings
from screen.store import cell_store, open_store
from tests.cells.cell_files import GENES, barcode, counts, obs, write_h5ad, write_tenx


def read(path: Path, unit: str | None = None, **options: Any) -> Batch:
    return registry.read(path, ReadOptions(unit=unit, cells=CellOptions(**options)))[1]


def cells_of(batch: Batch) -> CellMatrix:
    return matrix_of(batch.tables["cell_blocks"], batch.tables["gene_orders"]["genes"][0].to_list())


@pytest.mark.parametrize("form", [csr_matrix, csc_matrix, lambda x: x.toarray()])
def test_counts_are_read_whatever_their_form(tmp_path: Path, form: Any) -> None:
    values = counts()
    found = cells_of(batch := read(write_h5ad(tmp_path / "a.h5ad", form(values), obs())))
    assert batch.kind == "cells-h5ad"
    assert found.unit == "counts"
    order = [int(name.removeprefix("CELL")) for name in found.cells["cell_id"]]
    place = [GENES.index(gene) for gene in found.genes]
    assert (found.values.toarray() == values.toarray()[np.ix_(order, place)]).all()
    assert batch.tables["cell_quality"].select("patient_id", "cells").rows() == [("P1", 160), ("P2", 80)]


def test_a_layer_of_counts_goes_before_a_scaled_x(tmp_path: Path) -> None:
    values = counts()
    scaled = np.random.default_rng(1).normal(size=values.shape)
    batch = read(write_h5ad(tmp_path / "a.h5ad", scaled, obs(), layers={"counts": values}))
    assert "layer counts taken" in batch.notes
    assert cells_of(batch).values.sum() == pytest.approx(values.sum(), rel=0.01)


def test_a_scaled_x_alone_is_refused(tmp_path: Path) -> None:
    scaled = np.random.default_rng(1).normal(size=(240, 400))
    with pytest.raises(InputError, match="negative values"):
        read(write_h5ad(tmp_path / "a.h5ad", scaled, obs()))


def per_ten_thousand(values: Any) -> Any:
    return csr_matrix(values.multiply(1e4 / values.sum(axis=1)))


@pytest.mark.parametrize("times", [1, 2])
def test_a_logarithm_is_undone_as_often_as_it_was_taken(tmp_path: Path, times: int) -> None:
    values = per_ten_thousand(counts())
    for _ in range(times):
        values = values.log1p()
    batch = read(write_h5ad(tmp_path / "a.h5ad", values, obs()))
    assert any("taken twice" in note for note in batch.notes) == (times == 2)
    assert np.asarray(cells_of(batch).values.sum(axis=1)).ravel() == pytest.approx(1e6, rel=0.02)


def test_counts_come_back_from_a_logarithm_where_totals_are_stated(tmp_path: Path) -> None:
    values, about = counts(), obs()
    about["n_counts"] = np.asarray(values.sum(axis=1)).ravel()
    batch = read(write_h5ad(tmp_path / "a.h5ad", per_ten_thousand(values).log1p(), about))
    assert cells_of(batch).unit == "counts"
    assert cells_of(batch).values.sum() == pytest.approx(values.sum(), rel=0.01)


def test_values_of_no_known_scale_are_refused_until_their_unit_is_named(tmp_path: Path) -> None:
    values = csr_matrix(np.random.default_rng(3).gamma(1, 2, (240, 400)))
    path = write_h5ad(tmp_path / "a.h5ad", values, obs())
    with pytest.raises(InputError, match="which logarithm") as fault:
        read(path)
    assert "--unit" in str(fault.value.remedy)
    assert cells_of(read(path, "log2tpm1")).unit == "tpm"


def test_an_old_anndata_is_read(tmp_path: Path) -> None:
    values = counts()
    table = np.zeros(240, [("index", "S8"), ("louvain", "i1"), ("percent_mito", "<f4")])
    table["index"] = [f"CELL{i}" for i in range(240)]
    table["louvain"] = np.arange(240) % 2
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        file["X"] = np.random.default_rng(1).normal(size=values.shape)
        group = file.create_group("raw.X")
        group.attrs["h5sparse_format"], group.attrs["h5sparse_shape"] = "csr", values.shape
        group["data"], group["indices"], group["indptr"] = values.data, values.indices, values.indptr
        file["obs"] = table
        file["uns/louvain_categories"] = np.array([b"zero", b"one"])
        for name in ("var", "raw.var"):
            file[name] = np.array([(gene.encode(),) for gene in GENES], [("index", "S8")])
    found = cells_of(read(tmp_path / "a.h5ad"))
    assert found.column("louvain").unique().sort().to_list() == ["one", "zero"]  # type: ignore[union-attr]
    assert found.values.sum() == pytest.approx(values.sum(), rel=0.01)


def test_quality_control_is_the_published_one_and_said(tmp_path: Path) -> None:
    genes = (*(f"G{i}" for i in range(5998)), "MT-ND1", "RARE")
    values = np.zeros((240, 6000), np.float32)
    values[:, :300] = 1
    values[0, 150:300] = 0  # 150 genes
    values[1, 5998] = 40  # 12% mitochondrial
    values[2:4, 5999] = 1  # a gene in two cells
    batch = read(write_h5ad(tmp_path / "a.h5ad", csr_matrix(values), obs(), genes))
    assert batch.tables["cell_quality"].select(pl.sum("few_genes", "mitochondrial", "cells")).row(0) == (1, 1, 238)
    assert "RARE" not in cells_of(batch).genes
    assert any(note.startswith("quality control: 238 of 240 cells stay") for note in batch.notes)


def test_a_folder_of_10x_is_one_file_and_antibodies_are_no_genes(tmp_path: Path) -> None:
    kinds = ("Gene Expression",) * 399 + ("Antibody Capture",)
    folder = write_tenx(tmp_path / "lib1", counts(), GENES, kinds)
    batch = read(folder)
    assert batch.kind == "cells-10x-mtx"
    assert batch.tables["cell_quality"]["patient_id"].to_list() == ["lib1"]
    assert GENES[399] not in cells_of(batch).genes
    table = tmp_path / "cells.csv"
    table.write_text("barcode,patient,clone\n" + "".join(f"{barcode(i)},P9,{i % 2}\n" for i in range(240)))
    named = read(folder, table=table)
    assert named.tables["cell_quality"]["patient_id"].to_list() == ["P9"]
    assert cells_of(named).cells["clone"].unique().sort().to_list() == ["0", "1"]


def test_a_10x_file_of_two_genomes_wants_one_named(tmp_path: Path) -> None:
    values = counts(30)
    with h5py.File(tmp_path / "two.h5", "w") as file:
        for genome in ("hg19", "mm10"):
            group = file.create_group(genome)
            for name in ("genes", "gene_names"):
                group[name] = np.array([gene.encode() for gene in GENES])
            group["barcodes"] = np.array([barcode(i).encode() for i in range(30)])
            group["data"], group["indices"], group["indptr"] = values.data, values.indices, values.indptr
            group["shape"] = np.array([400, 30])
    with pytest.raises(InputError, match="2 genomes in one file: hg19, mm10") as fault:
        read(tmp_path / "two.h5")
    assert "--genome hg19" in str(fault.value.remedy)
    assert len(cells_of(read(tmp_path / "two.h5", genome="mm10"))) == 30


def test_counts_as_text_are_known_by_their_barcodes(tmp_path: Path) -> None:
    values = counts(60).toarray().astype(int)
    lines = ["gene," + ",".join(barcode(i) for i in range(60))]
    lines += [f"{gene}," + ",".join(map(str, values[:, j])) for j, gene in enumerate(GENES)]
    (tmp_path / "counts.csv").write_text("\n".join(lines) + "\n")
    batch = read(tmp_path / "counts.csv")
    assert batch.kind == "cells-table"
    assert cells_of(batch).values.sum() == pytest.approx(values.sum(), rel=0.01)


def test_a_sparse_matrix_that_points_beyond_itself_is_refused(tmp_path: Path) -> None:
    path = write_h5ad(tmp_path / "a.h5ad", counts(), obs())
    with h5py.File(path, "a") as file:
        file["X/indices"][0] = 5000
    with pytest.raises(InputError, match="do not fit each other"):
        read(path)


def test_a_block_comes_back_as_it_was() -> None:
    values = counts(50)
    assert (unpacked(packed(values), 400) != values).nnz == 0
    halves = values * 0.5
    assert (unpacked(packed(halves), 400) != halves).nnz == 0
    with pytest.raises(StoreError, match="damaged"):
        unpacked(packed(values)[:-9], 400)


def test_the_store_holds_blocks_once_and_forgets_a_patient(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(settings)
    path = write_h5ad(tmp_path / "a.h5ad", counts(), obs())
    for _ in range(2):
        pipeline.ingest(settings, [path], ReadOptions(indication="BRCA"))
    assert [(one.patient_id, one.cells, one.malignant) for one in pipeline.list_cells(settings)] == [
        ("P1", 160, 128),
        ("P2", 80, 64),
    ]
    pipeline.forget(settings, "P1")
    with open_store(settings.store) as store:
        assert store.sql("SELECT DISTINCT patient_id FROM cell_blocks")["patient_id"].to_list() == ["P2"]
        with pytest.raises(StoreError, match="no cells of patient"):
            cell_store.blocks_of(store, "P1")
        assert len(cell_store.blocks_of(store, "P2").blocks) == 1
