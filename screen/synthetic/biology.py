"""Latent programmes of synthetic tumours, and the expression that shows them in cell lines and in patients."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from screen.resources import folder

Array = NDArray[np.float64]

PROGRAMMES = ("mapk", "erbb", "repair", "cyclin", "pi3k", "chromatin", "proliferation", "interferon")
STROMA = "stroma"
_LINEAGE_SPREAD = 0.5
_MARKER = 3.0
_NOISE = 0.3


@dataclass(frozen=True)
class Facts:
    """The tables of ``db/demo/``: what is real in the demo."""

    drugs: pl.DataFrame
    """With the ``programme`` planted for their mechanism; null where nothing is."""
    genes: pl.DataFrame
    lineages: pl.DataFrame

    def lineage_of(self, indication: str) -> int:
        """Row of the lineage whose TCGA code is ``indication``."""
        return self.lineages["tcga"].to_list().index(indication)


def read_facts() -> Facts:
    """Read ``db/demo/``."""
    drugs, planted, genes, lineages = (
        pl.read_csv(folder("db") / "demo" / f"{name}.csv", infer_schema=False)
        for name in ("drugs", "planted", "genes", "lineages")
    )
    return Facts(
        drugs.join(planted, on="mechanism", how="left", maintain_order="left"),
        genes,
        lineages.with_columns(pl.col("lines").cast(pl.Int64)),
    )


@dataclass(frozen=True)
class Tumours:
    """n synthetic tumours before anything is measured."""

    ids: tuple[str, ...]
    lineage: NDArray[np.intp]
    """Length n, row in ``Facts.lineages``."""
    programmes: Array
    """n x K activity of ``PROGRAMMES``, about standard normal."""

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, rows: slice) -> "Tumours":
        """Some of them."""
        return Tumours(self.ids[rows], self.lineage[rows], self.programmes[rows])


@dataclass(frozen=True)
class Biology:
    """What cell lines and patients share: how programmes and lineages show in g genes, log2(TPM + 1)."""

    genes: tuple[str, ...]
    base: Array
    """Length g: level of a gene where nothing drives it."""
    loadings: Array
    """K x g."""
    markers: Array
    """L x g: what a lineage adds."""
    lineage_means: Array
    """L x K: where a lineage's tumours lie on the programmes."""
    stroma: Array
    """Length g: level in normal tissue around a tumour."""

    def levels(self, tumours: Tumours, rng: Generator) -> Array:
        """Expression of the tumour cells alone, n x g, log2(TPM + 1), not yet measured."""
        driven: Array = self.base + tumours.programmes @ self.loadings + self.markers[tumours.lineage]
        return (driven + rng.normal(0, _NOISE, driven.shape)).clip(min=0.0)


def draw_biology(known: Facts, rng: Generator) -> Biology:
    """How genes follow programmes: a fifth of a programme's genes fall where it rises, every gene feels the others."""
    group = known.genes["programme"].to_numpy()
    in_programme = np.stack([group == name for name in PROGRAMMES])
    sign = np.where(rng.random(in_programme.shape) < 0.2, -1.0, 1.0)
    loadings = in_programme * sign * rng.uniform(0.7, 1.3, in_programme.shape) + rng.normal(0, 0.08, in_programme.shape)
    marks = np.stack([group == name for name in known.lineages["lineage"]]) * _MARKER
    special = np.isin(group, [STROMA, *known.lineages["lineage"]])
    base = np.where(special, rng.uniform(0.5, 2.0, len(group)), rng.uniform(2.0, 6.5, len(group)))
    stroma = np.where(group == STROMA, rng.uniform(6.0, 9.0, len(group)), rng.uniform(0.5, 4.5, len(group)))
    means = rng.normal(0, _LINEAGE_SPREAD, (known.lineages.height, len(PROGRAMMES)))
    return Biology(tuple(known.genes["symbol"]), base, loadings, marks, means - means.mean(axis=0), stroma)


def draw_tumours(ids: tuple[str, ...], lineage: NDArray[np.intp], biology: Biology, rng: Generator) -> Tumours:
    """Tumours scattered about the means of their lineages."""
    scatter = rng.normal(0, np.sqrt(1 - _LINEAGE_SPREAD**2), (len(ids), len(PROGRAMMES)))
    return Tumours(ids, lineage, biology.lineage_means[lineage] + scatter)


def measure_lines(lines: Tumours, biology: Biology, rng: Generator) -> Array:
    """Cell lines as sequenced: n x g, log2(TPM + 1), each library a little deeper or shallower."""
    measured: Array = biology.levels(lines, rng) + rng.normal(0, 0.15, (len(lines), 1))
    return measured.clip(min=0.0)


@dataclass(frozen=True)
class Platform:
    """How the patients' laboratory differs from the cell lines': per gene a gain and an offset, length g each."""

    gain: Array
    offset: Array


def draw_platform(biology: Biology, rng: Generator) -> Platform:
    """Another library preparation: genes gain or lose by it."""
    count = len(biology.genes)
    return Platform(rng.uniform(0.75, 1.1, count), rng.normal(0, 0.4, count))


def measure_patients(patients: Tumours, biology: Biology, platform: Platform, rng: Generator) -> Array:
    """Tumour samples as sequenced: n x g, log2(TPM + 1).

    Tumour cells and stroma mix in TPM, not in logarithms: purity lies between about 0.4 and 0.95.
    """
    purity = 0.3 + 0.7 * rng.beta(4, 3, (len(patients), 1))
    tumour = np.exp2(biology.levels(patients, rng)) - 1
    around = np.exp2(np.maximum(biology.stroma + rng.normal(0, 0.3, tumour.shape), 0.0)) - 1
    mixed = np.log2(purity * tumour + (1 - purity) * around + 1)
    measured: Array = mixed * platform.gain + platform.offset + rng.normal(0, 0.2, mixed.shape)
    return measured.clip(min=0.0)
