"""From a matrix of cells as a file has it to checked rows: roles, scale, genes, quality, blocks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.cells.blocks import block_rows
from screen.cells.cell_matrix import CellMatrix, Doubles
from screen.cells.quality import Quality, control
from screen.cells.roles import malignant_of, role_columns
from screen.cells.value_scale import Scale, linear, recognise_scale
from screen.errors import InputError
from screen.expression import named_unit
from screen.indications import require
from screen.ingest.cells.cell_table import with_table
from screen.ingest.profiles.identifiers import check_patient_id, refuse_direct
from screen.ingest.profiles.patient_ids import PATIENT_RECORDS
from screen.ingest.profiles.profile_rows import dataset_name
from screen.patient_identity import canonical_patient_id
from screen.records import Batch, ReadOptions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_LINEAR: dict[str, tuple[str, Any]] = {
    "counts": ("counts", ()),
    "cpm": ("cpm", ()),
    "tpm": ("tpm", ()),
    "log2cpm1": ("cpm", (lambda x: np.exp2(x) - 1,)),
    "log2tpm1": ("tpm", (lambda x: np.exp2(x) - 1,)),
}
"""Units that a user may declare."""
_PER_CENT = 1.5
"""A mitochondrial share above is in per cent."""


@dataclass(frozen=True)
class RawCells:
    """Cells as they lie in a file."""

    path: Path
    values: "csr_matrix"
    genes: tuple[str, ...]
    obs: pl.DataFrame
    """Text, ``cell_id`` first."""
    umap: Any = None
    notes: tuple[str, ...] = ()


def cell_batch(kind: str, raw: RawCells, options: ReadOptions) -> Batch:
    """Rows of ``cell_blocks``, ``cell_quality``, ``gene_orders`` and ``patient_records``.

    Raises
    ------
    InputError
        Direct identifiers, repeated cells, values without a recognisable scale, or no cell left.
    """
    where = str(raw.path)
    obs, table_notes = with_table(raw.obs, options.cells.table, where)
    refuse_direct(tuple(obs.columns), where)
    _refuse_twins(obs, where)
    roles = role_columns(obs.columns, dict(options.cells.columns), where)
    matrix, scale = _scaled(raw, obs, roles, options)
    genes, share = (_numbers(obs, roles.get(role)) for role in ("genes", "mito"))
    if share is not None and np.nanmax(share, initial=0) > _PER_CENT:
        share = share / 100
    quality = control(matrix, options.cells, genes, share)
    if not len(quality.rows):
        raise InputError(
            f"no cell is left: {quality.notes[0]}", where=where, remedy="give --min-genes or --max-mito a milder value"
        )
    if not len(quality.columns):
        raise InputError(
            f"{len(quality.rows)} cells, and no gene is in {options.cells.min_cells} of them",
            where=where,
            remedy="give the whole file: a few cells make no clone",
        )
    patients, patient_notes = _patients(obs, roles, raw.path, options)
    staying = matrix.take(quality.rows).with_genes(quality.columns)
    order = hashlib.sha256("\n".join(staying.genes).encode()).hexdigest()[:16]
    dataset = dataset_name(raw.path, options)
    says = f"values: {scale.says}"
    tables = {
        "gene_orders": pl.DataFrame({"gene_order_id": [order], "genes": [list(staying.genes)]}),
        "cell_blocks": block_rows(staying, [patients[int(i)] for i in quality.rows], dataset, order),
        "cell_quality": _quality_rows(matrix, quality, patients, roles, dataset, says),
        "patient_records": _records(sorted(set(patients)), options),
    }
    return Batch(kind, tables, (*raw.notes, says, *quality.notes, *table_notes, *patient_notes, *_role_notes(roles)))


def _refuse_twins(obs: pl.DataFrame, where: str) -> None:
    twins = obs.filter(obs["cell_id"].is_duplicated())["cell_id"].unique().sort().to_list()
    if twins:
        raise InputError(
            f"{len(twins)} cells stand twice in the file, {twins[0]} among them",
            where=where,
            remedy="give each cell a name of its own: adata.obs_names_make_unique()",
        )


def _scaled(raw: RawCells, obs: pl.DataFrame, roles: dict[str, str], options: ReadOptions) -> tuple[CellMatrix, Scale]:
    stated = _numbers(obs, roles.get("total"))
    scale = _declared(options) or recognise_scale(raw.values, stated, str(raw.path))
    values, genes = _one_column_a_gene(linear(raw.values, scale, stated), _named(raw.genes, options))
    sums = np.asarray(values.sum(axis=1), np.float64).ravel()
    if scale.unit == "counts":
        totals = sums if stated is None else np.maximum(sums, np.nan_to_num(stated))
    else:
        totals = np.full(len(sums), 1e6)
    taken = {"sample": "sample", "cell_type": "type", "clone": "clone"}
    cells = obs.select("cell_id").with_columns(
        (obs[roles[role]] if role in roles else pl.Series([None] * obs.height, dtype=pl.String)).alias(name)
        for name, role in taken.items()
    )
    if "sample" not in roles:
        cells = cells.with_columns(sample=_gem_groups(obs["cell_id"]))
    malignant = malignant_of(
        obs[roles["malignant"]] if "malignant" in roles else None, obs[roles["type"]] if "type" in roles else None
    )
    cells = cells.with_columns(malignant=pl.lit(None, pl.Boolean) if malignant is None else malignant)
    used = {"cell_id", *(roles[role] for role in ("patient", "sample", "type", "clone") if role in roles)}
    other = obs.select([name for name in obs.columns if name not in used])
    return CellMatrix(values, genes, scale.unit, totals, cells, other, raw.umap), scale


def _declared(options: ReadOptions) -> Scale | None:
    if options.unit is None:
        return None
    unit = named_unit(options.unit)
    if unit not in _LINEAR:
        raise InputError(
            f"cells in {options.unit}", where="--unit", remedy=f"one of: {', '.join(_LINEAR)}; or leave it out"
        )
    linear_unit, undo = _LINEAR[unit]
    return Scale(linear_unit, undo, 1.0, f"{options.unit}, as declared")


def _named(genes: Sequence[str], options: ReadOptions) -> tuple[str, ...]:
    # Mouse symbols are written like TP53's Trp53: most differ from the human one in case alone, and no table of
    # orthologues is read; what differs in more stays unknown to the models.
    return tuple(gene.upper() for gene in genes) if options.cells.species == "mouse" else tuple(genes)


def _one_column_a_gene(values: "csr_matrix", genes: tuple[str, ...]) -> tuple["csr_matrix", tuple[str, ...]]:
    """Columns of one gene added up."""
    from scipy.sparse import csr_matrix

    places = {gene: place for place, gene in enumerate(dict.fromkeys(genes))}
    if len(places) == len(genes):
        return values, genes
    rows = np.arange(len(genes))
    onto = csr_matrix((np.ones(len(genes), np.float32), (rows, [places[gene] for gene in genes])))
    return csr_matrix(values @ onto), tuple(places)


def _gem_groups(cells: pl.Series) -> pl.Series:
    """The number behind a barcode, where there are several: libraries of one aggregation."""
    ends = cells.str.extract(r"^[ACGTN]{10,}-(\d+)$", 1)
    return ends if ends.drop_nulls().n_unique() > 1 else pl.Series("sample", [None] * len(cells), pl.String)


def _numbers(obs: pl.DataFrame, column: str | None) -> Doubles | None:
    if column is None:
        return None
    values = obs[column].cast(pl.Float64, strict=False)
    return None if values.null_count() else values.to_numpy().astype(np.float64)


def _patients(
    obs: pl.DataFrame, roles: dict[str, str], path: Path, options: ReadOptions
) -> tuple[list[str], tuple[str, ...]]:
    if "patient" not in roles:
        name = dataset_name(path, options)
        return [name] * obs.height, (f"no column says whose the cells are: one patient, {name}; --dataset names it",)
    column = obs[roles["patient"]]
    if column.null_count():
        raise InputError(
            f"{column.null_count()} cells without a patient in column {roles['patient']}",
            where=str(path),
            remedy="fill them, or name another column, e.g. --cells patient=donor",
        )
    known = {one: canonical_patient_id(one) for one in column.unique().to_list()}
    for one in known.values():
        check_patient_id(one, f"{path}: column {roles['patient']}")
    return [known[one] for one in column], ()


def _records(patients: Sequence[str], options: ReadOptions) -> pl.DataFrame:
    code = None if options.indication is None else require(options.indication, "--indication")
    return pl.DataFrame(
        {"patient_id": patients, "indication": code, "authority": 1}, schema_overrides=PATIENT_RECORDS
    ).with_columns(
        pl.lit(None, kind).alias(name)
        for name, kind in PATIENT_RECORDS.items()
        if name not in ("patient_id", "indication", "authority")
    )


def _quality_rows(
    matrix: CellMatrix, quality: Quality, patients: Sequence[str], roles: dict[str, str], dataset: str, says: str
) -> pl.DataFrame:
    stays = np.zeros(len(matrix), np.bool_)
    stays[quality.rows] = True
    malignant = matrix.cells["malignant"]
    known = malignant.null_count() < len(malignant)
    frame = pl.DataFrame(
        {
            "patient_id": list(patients),
            "few_genes": quality.few_genes,
            "mitochondrial": quality.mitochondrial,
            "stays": stays,
            "malignant": malignant.fill_null(False).to_numpy() & stays,
        }
    )
    counted = frame.group_by("patient_id").agg(
        cells_read=pl.len().cast(pl.Int32),
        few_genes=pl.col("few_genes").sum().cast(pl.Int32),
        mitochondrial=pl.col("mitochondrial").sum().cast(pl.Int32),
        cells=pl.col("stays").sum().cast(pl.Int32),
        malignant=pl.col("malignant").sum().cast(pl.Int32) if known else pl.lit(None, pl.Int32),
    )
    return counted.sort("patient_id").with_columns(
        dataset=pl.lit(dataset),
        clone_column=pl.lit(roles.get("clone"), pl.String),
        type_column=pl.lit(roles.get("type") or roles.get("malignant"), pl.String),
        says=pl.lit("; ".join((says, *quality.notes))),
    )


def _role_notes(roles: dict[str, str]) -> tuple[str, ...]:
    named = [f"{role}: {column}" for role, column in roles.items()]
    return (f"columns taken: {', '.join(named)}",) if named else ("no column says a cell's patient, type or clone",)
