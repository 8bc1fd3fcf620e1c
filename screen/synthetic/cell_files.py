"""Synthetic single cells of one breast tumour: three clones, one of them resistant to what the others respond to.

The clones share a lineage and differ in programmes; what works in each follows from the same pharmacology as in the
cohort. Cells are measured with library sizes that differ ten-fold, ambient molecules, two libraries of which the
second gains and loses genes (a batch), and normal cells among them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.random import Generator

from screen.records import ReadOptions
from screen.synthetic.biology import PROGRAMMES, Array, Biology, Facts, Tumours, draw_biology, draw_platform, read_facts
from screen.synthetic.cohort_files import CohortFile
from screen.synthetic.dose_response import area_under_curve, draw_pharmacology, true_potency

PATIENT = "SYN-BRCA-CELLS"
CLONES = ("clone A", "clone B", "clone C")
_SHARES = (0.55, 0.30, 0.15)
_HIGH: tuple[tuple[str, ...], ...] = (("mapk", "cyclin"), ("erbb", "cyclin"), ("pi3k",))
_DEPTH, _DEPTH_SPREAD = 60_000.0, 0.45
"""Median molecules of a cell, and the standard deviation of their logarithm."""
_AMBIENT = 0.05
_BATCH = 0.35
_NORMAL = 0.25
"""Share of normal cells."""
_LEVEL = 1.6


@dataclass(frozen=True)
class CellSet:
    """What was written, and what is true of it."""

    file: CohortFile
    clones: dict[str, str]
    """Cell -> its clone; normal cells are missing."""
    auc: dict[str, dict[str, float]]
    """Clone -> drug's name -> area under the curve before any assay, low = sensitive."""
    genes: dict[str, tuple[str, ...]]
    """Clone -> genes of the programmes that run high in it alone."""


def write_cells(
    folder: Path, seed: int = 0, cells: int = 1_200, *, batch: bool = True, shuffle: bool = False, column: bool = True
) -> CellSet:
    """Draw the cells and write them as AnnData.

    Parameters
    ----------
    seed : of the cohort they belong to (:func:`screen.synthetic.write_cohort`)
    batch : whether the second library shifts genes
    shuffle : deal each gene's level out among the malignant cells: no clone is left to be found
    column : whether the file says the clones
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = read_facts()
    shared = np.random.default_rng(seed).spawn(5)[0]
    biology, drugs = draw_biology(known, shared), draw_pharmacology(known, shared)
    platform, rng = draw_platform(biology, shared), np.random.default_rng((seed, 71))
    tumours = _clones(known, biology)
    levels = (biology.levels(tumours, rng) * platform.gain + platform.offset).clip(min=0.0)
    stroma = (biology.stroma * platform.gain + platform.offset).clip(min=0.0)
    whose = np.sort(rng.choice(4, cells, p=[*(share * (1 - _NORMAL) for share in _SHARES), _NORMAL]))
    library = rng.random(cells) < np.where(whose == 2, 0.7, 0.4)
    expected = np.exp2(np.vstack([levels, stroma])[whose]) - 1
    if batch:
        expected[library] *= np.exp(rng.normal(0, _BATCH, expected.shape[1]))
    if shuffle:
        malignant = whose < 3
        expected[malignant] = rng.permuted(expected[malignant], axis=0)
    counts, totals = _counts(expected, rng)
    path = folder / "synthetic_cells.h5ad"
    names = [f"CELL{number:05d}-{1 + int(second)}" for number, second in enumerate(library)]
    _write(path, counts, totals, biology.genes, names, whose, library, column, rng)
    auc = area_under_curve(true_potency(tumours, drugs))
    return CellSet(
        CohortFile(path, ReadOptions(indication="BRCA", dataset="synthetic-cells")),
        {name: CLONES[one] for name, one in zip(names, whose.tolist(), strict=True) if one < 3},
        {clone: dict(zip(known.drugs["name"], map(float, auc[row]), strict=True)) for row, clone in enumerate(CLONES)},
        {clone: _genes(known, row) for row, clone in enumerate(CLONES)},
    )


def _clones(known: Facts, biology: Biology) -> Tumours:
    lineage = known.lineage_of("BRCA")
    programmes = np.full((len(CLONES), len(PROGRAMMES)), -0.6)
    for row, high in enumerate(_HIGH):
        programmes[row, [PROGRAMMES.index(name) for name in high]] = _LEVEL
    return Tumours(CLONES, np.full(len(CLONES), lineage), programmes)


def _genes(known: Facts, clone: int) -> tuple[str, ...]:
    others = {name for row, high in enumerate(_HIGH) if row != clone for name in high}
    alone = [name for name in _HIGH[clone] if name not in others]
    return tuple(known.genes.filter(pl.col("programme").is_in(alone))["symbol"])


def _counts(expected: Array, rng: Generator) -> tuple[Array, Array]:
    """Molecules, and each cell's total over the whole transcriptome, of which these genes are a part."""
    totals = _DEPTH * rng.lognormal(0, _DEPTH_SPREAD, len(expected))
    soup = expected.mean(axis=0)
    mixed = (1 - _AMBIENT) * expected + _AMBIENT * soup
    return rng.poisson(mixed * totals[:, None] / 1e6).astype(np.float64), np.round(totals)


def _write(
    path: Path,
    counts: Array,
    totals: Array,
    genes: tuple[str, ...],
    names: list[str],
    whose: Any,
    library: Any,
    column: bool,
    rng: Generator,
) -> None:
    import anndata
    import pandas as pd
    from scipy.sparse import csr_matrix

    about = {
        "patient": [PATIENT] * len(names),
        "sample": np.where(library, "library 2", "library 1"),
        "cell_type": np.where(whose < 3, "Malignant", "Fibroblast"),
        "n_counts": totals,
        "n_genes": np.round(rng.normal(2_500, 300, len(names))).clip(800),
        "percent_mito": rng.beta(2, 60, len(names)),
    }
    if column:
        about["clone"] = [CLONES[one] if one < 3 else "normal" for one in whose.tolist()]
    matrix = csr_matrix(counts.astype(np.float32))
    obs, var = pd.DataFrame(about, index=names), pd.DataFrame(index=list(genes))
    anndata.AnnData(matrix, obs=obs, var=var).write_h5ad(path)
