"""Small files of single cells, each written as the program it stands for writes it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.io import mmwrite
from scipy.sparse import csr_matrix

GENES = tuple(f"GENE{i}" for i in range(400))


def counts(cells: int = 240, seed: int = 1, genes: int = len(GENES)) -> Any:
    """cells x genes molecules: the second half of the cells has the first forty genes five times as high."""
    rng = np.random.default_rng(seed)
    means = rng.gamma(0.6, 1.2, genes)
    each = np.tile(means, (cells, 1)) * rng.lognormal(0, 0.3, (cells, 1))
    each[cells // 2 :, :40] *= 5
    return csr_matrix(rng.poisson(each).astype(np.float32))


def obs(cells: int = 240) -> pd.DataFrame:
    """Two patients, two types, a clone column."""
    half = np.arange(cells) >= cells // 2
    return pd.DataFrame(
        {
            "patient": np.where(np.arange(cells) % 3 == 0, "P2", "P1"),
            "sample": np.where(np.arange(cells) % 2 == 0, "S1", "S2"),
            "cell_type": pd.Categorical(np.where(np.arange(cells) % 5 == 4, "T cell", "Malignant")),
            "clone": np.where(half, "B", "A"),
        },
        index=[f"CELL{i}" for i in range(cells)],
    )


def write_h5ad(path: Path, values: Any, about: pd.DataFrame, genes: tuple[str, ...] = GENES, **more: Any) -> Path:
    """As anndata writes it now."""
    import anndata

    anndata.AnnData(values, obs=about, var=pd.DataFrame(index=list(genes)), **more).write_h5ad(path)
    return path


def write_tenx(folder: Path, values: Any, genes: tuple[str, ...], kinds: tuple[str, ...] | None = None) -> Path:
    """A folder of Cell Ranger 3."""
    folder.mkdir(parents=True)
    mmwrite(folder / "matrix.mtx", csr_matrix(values).T.astype(np.int32))
    rows = [f"ENSG{i:011d}\t{g}\t{(kinds or ('Gene Expression',) * len(genes))[i]}\n" for i, g in enumerate(genes)]
    (folder / "features.tsv").write_text("".join(rows))
    (folder / "barcodes.tsv").write_text("".join(f"{barcode(i)}\n" for i in range(values.shape[0])))
    return folder


def barcode(number: int) -> str:
    """A barcode of sixteen letters."""
    letters = "".join("ACGT"[number >> shift & 3] for shift in range(14, -2, -2))
    return f"AACCGGTT{letters}-1"
