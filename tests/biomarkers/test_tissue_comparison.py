"""A gene in tumours against normal tissue on a synthetic pair of files: lower in tumours, as planted; nothing else."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import wilcoxon

from screen.biomarkers.tissue_comparison import tumour_normal
from screen.errors import InputError
from tests.command import crescreen

GENES = ("ABCG2", "TP53", "EGFR", "KRAS", "BRAF", "MYC", "PTEN", "RB1", "MDM2", "CDK4", "ERBB2", "SLFN11", "ABCB1",
         "KIT", "MET", "ALK", "RET", "ROS1", "JAK2", "FLT3", "ATM", "BRCA1")  # fmt: skip


def pair(folder: Path, *, patients: int = 30, normals: int = 12, shared: bool = True) -> tuple[Path, Path]:
    """ABCG2 two units lower in tumours; the first patients have normal tissue too, or others have it."""
    rng = np.random.default_rng(4)
    level = rng.normal(5, 1, (patients + normals, len(GENES)))
    ids = [f"TCGA-AA-{n:04}" for n in range(patients + normals)]
    healthy = level[:normals] if shared else level[patients:]
    tumours = level[:patients] + rng.normal(0, 0.3, (patients, len(GENES)))
    tumours[:, 0] -= 2
    of_normals = ids[:normals] if shared else ids[patients:]
    files = folder / "tumour.csv", folder / "normal.csv"
    for path, rows, names, code in zip(
        files, (tumours, healthy), (ids[:patients], of_normals), ("01A", "11A"), strict=True
    ):
        columns = {"sample": [f"{name}-{code}" for name in names]}
        pl.DataFrame(columns | {gene: rows[:, k].round(4) for k, gene in enumerate(GENES)}).write_csv(path)
    return files


def test_a_gene_lost_in_tumours_is_found_in_pairs(tmp_path: Path) -> None:
    tumour, normal = pair(tmp_path)
    found = tumour_normal("ABCG2", tumour, normal)
    assert (found.tumours, found.normals, found.pairs) == (30, 12, 12)
    assert found.low < -2 < found.high
    assert found.high < -1
    assert found.higher == 0
    x, y = (pl.read_csv(path)["ABCG2"].to_numpy()[:12] for path in (tumour, normal))
    assert found.p == pytest.approx(wilcoxon(x - y).pvalue)
    other = tumour_normal("TP53", tumour, normal)
    assert other.low < 0 < other.high
    assert other.p > 0.05


def test_without_pairs_the_tissues_are_compared_by_rank_sums(tmp_path: Path) -> None:
    found = tumour_normal("abcg2", *pair(tmp_path, shared=False))
    assert (found.pairs, found.test) == (0, "Wilcoxon rank sums")
    assert found.high < 0
    assert found.higher < 0.2


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    tumour, normal = pair(tmp_path)
    with pytest.raises(InputError, match="no gene OPALIN"):
        tumour_normal("OPALIN", tumour, normal)
    few = tmp_path / "few.csv"
    pl.read_csv(normal).head(3).write_csv(few)
    with pytest.raises(InputError, match="3 samples with ABCG2, 5 are needed"):
        tumour_normal("ABCG2", tumour, few)
    scaled = tmp_path / "scaled.csv"
    table = pl.read_csv(tumour)
    table.with_columns((pl.col(gene) - pl.col(gene).mean()) / pl.col(gene).std() for gene in GENES).write_csv(scaled)
    with pytest.raises(InputError, match="z-scored within this file"):
        tumour_normal("ABCG2", scaled, normal)


def test_the_command_says_the_same(tmp_path: Path) -> None:
    tumour, normal = pair(tmp_path)
    words = ["tumour-normal", "ABCG2", "--tumour", str(tumour), "--normal", str(normal)]
    found = json.loads(crescreen(*words, "--json").out)
    assert found["pairs"] == 12
    done = crescreen(*words)
    assert done.code == 0, done.err
    assert "lower in tumours" in done.out
