"""A file of single cells simulated from cell lines of the store, their responses known: what models are measured on.

Two shapes. Labelled cells: as many cells of each line, with the line's measured response to each drug named; whoever
measures a model on them leaves these lines out of what it learns from (column ``cell_line``). Mixtures: patients of two
lines each in stated proportions, for clones to be found.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.biomarkers.line_responses import drug_of, responses_of
from screen.cells.blocks import matrix_of
from screen.cells.cell_noise import CellNoise, estimate_noise, kinds_of
from screen.cells.simulated_counts import Resemblance, draw_counts, draw_depths, resemblance
from screen.errors import InputError
from screen.evaluation.cells.line_levels import LineLevels, line_levels
from screen.evaluation.cells.simulated_obs import LABEL, CellSimulation, labelled, mixed, rows_of_lines, with_label
from screen.ingest import registry
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from screen.tasks.files import draft_of

AMBIENT = 0.05
"""Share of ambient molecules where a file does not tell it and the user does not name it."""


@dataclass(frozen=True, kw_only=True)
class SimulatedCells:
    """What was written."""

    file: str
    cells: int
    lines: int
    genes: int
    labels: dict[str, str]
    """Column -> how many cells are sensitive and resistant."""
    notes: tuple[str, ...]


def simulate_cells(settings: Settings, wanted: CellSimulation, out: Path) -> SimulatedCells:
    """Write simulated cells as AnnData.

    Raises
    ------
    InputError
        A file without counts, a line or a drug that is not in the store, or proportions that are none.
    StoreError
        No expression of cell lines from which molecules can be drawn.
    """
    _check(wanted, out)
    rng = np.random.default_rng((settings.seed, 83))
    noise, near = _noise(wanted, settings.seed)
    with open_store(settings.store) as store:
        levels = line_levels(store, settings, wanted.levels_from)
        responses = responses_of(store, settings) if wanted.drugs else None
        drugs = [drug_of(store, responses, name) for name in wanted.drugs] if responses else []
        rows = rows_of_lines(store, levels, wanted, responses, drugs, rng)
    table, whose = mixed(wanted, levels, rows, rng) if wanted.mixtures else labelled(wanted, levels, rows)
    ambient = wanted.ambient if wanted.ambient is not None else AMBIENT if noise.ambient is None else noise.ambient
    shift = np.where(rng.random(len(levels.genes)) < wanted.shifted, rng.normal(0, wanted.shift, len(levels.genes)), 0)
    totals = draw_depths(len(whose), noise, rng)
    counts = draw_counts(_shifted(levels.shares, shift), whose, totals, noise, ambient, rng)
    table = table.with_columns(n_counts=pl.Series(totals))
    labels = {}
    for drug in drugs:
        assert responses is not None
        table, name, says = with_label(table, responses, drug)
        labels[name] = says
    about = {**asdict(wanted), "like": wanted.like.name, "seed": settings.seed, "levels": levels.says}
    facts = {"simulated": True, "request": about, "noise": asdict(noise), "ambient": ambient}
    _write(out, counts, table, levels.genes, shift, facts | {"label": LABEL} if drugs else facts)
    return SimulatedCells(
        file=str(out),
        cells=len(whose),
        lines=table["cell_line"].n_unique(),
        genes=len(levels.genes),
        labels=labels,
        notes=_notes(wanted, noise, near, ambient, levels),
    )


def _check(wanted: CellSimulation, out: Path) -> None:
    if out.suffix != ".h5ad":
        raise InputError(f"{out.name} is no name of an AnnData file", where="--out", remedy="end it in .h5ad")
    bad = [share for share in wanted.shares if not 0 < share < 1]
    if bad:
        raise InputError(f"a share of {bad[0]:g}", where="--share", remedy="between 0 and 1, e.g. --share 0.2")
    if wanted.mixtures and wanted.drugs:
        raise InputError(
            "labels of a mixture", where="--drugs", remedy="simulate labelled cells and mixtures in two calls"
        )


def _noise(wanted: CellSimulation, seed: int) -> tuple[CellNoise, Resemblance]:
    """The noise of the real file, and how far cells simulated with it resemble that file."""
    kind, batch = registry.read(wanted.like, ReadOptions(dataset="like"))
    if "cell_blocks" not in batch.tables:
        raise InputError(
            f"{kind.says}, no single cells", where=str(wanted.like), remedy="give a file of cells, e.g. of Cell Ranger"
        )
    matrix = matrix_of(batch.tables["cell_blocks"], batch.tables["gene_orders"]["genes"][0].to_list())
    kinds = kinds_of(matrix, seed)
    found = estimate_noise(matrix, kinds)
    near = resemblance(matrix, kinds, found, np.random.default_rng((seed, 89)))
    if wanted.depth is not None:
        return found.at_depth(wanted.depth), near
    if not found.whole:
        raise InputError(
            f"a file cut to {len(matrix.genes)} genes, {found.median_depth:.0f} molecules a cell: what whole cells "
            "have is not known",
            where=str(wanted.like),
            remedy="give the whole file, or the molecules of a middle cell: --depth 5000",
        )
    return found, near


def _shifted(shares: NDArray[np.float64], shift: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels on the other platform; these genes together keep their part of a cell."""
    moved = shares * np.exp2(shift)
    rescaled: NDArray[np.float64] = moved * (shares.sum(axis=1) / np.maximum(moved.sum(axis=1), 1e-12))[:, None]
    return rescaled


def _write(
    out: Path, counts: Any, table: pl.DataFrame, genes: Sequence[str], shift: NDArray[np.float64], facts: dict[str, Any]
) -> None:
    import anndata
    import pandas as pd

    obs = pd.DataFrame({name: table[name].to_list() for name in table.columns[1:]}, index=table["cell"].to_list())
    var = pd.DataFrame({"platform_shift": shift}, index=list(genes))
    with draft_of(out) as draft:
        made = anndata.AnnData(counts, obs=obs, var=var, uns={"simulation": json.dumps(facts, sort_keys=True)})
        made.write_h5ad(draft, compression="gzip")


def _notes(
    wanted: CellSimulation, noise: CellNoise, near: Resemblance, ambient: float, levels: LineLevels
) -> tuple[str, ...]:
    whence = (
        "as named"
        if wanted.ambient is not None
        else "estimated, at most"
        if noise.ambient is not None
        else "assumed: no kind of cell in the file lacks what another makes"
    )
    return (
        f"levels: {levels.says}",
        f"noise of {wanted.like.name}: {noise.cells} cells of {noise.kinds} kinds; median {noise.median_depth:,.0f} "
        f"molecules a cell, dispersion {noise.dispersion:.2f}, dropout {noise.dropout:.1%}, ambient {ambient:.1%} "
        f"({whence})",
        f"that file simulated anew beside itself: molecules a cell {near.depth_apart:.2f} apart (Kolmogorov-Smirnov), "
        f"zeros a gene {near.zeros_apart:.3f} apart on average, variance {near.variance_ratio:.2f} of the real one in "
        f"the middle gene, r {near.variance_correlation:.2f} over genes",
        f"{wanted.shifted:.0%} of the genes shifted, log2 of the shift with a standard deviation of {wanted.shift:g}",
        "simulated: leave these cell lines out of what a model learns before it is measured on them",
    )
