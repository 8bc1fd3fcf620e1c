"""Whether plates of one organoid with one layout agree: the ceiling of any agreement with a prediction."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

FEWEST = 8
"""Doses below which there is no correlation."""
_KEY = ["layout", "treatment", "doses"]


@dataclass(frozen=True, kw_only=True)
class ReplicatePair:
    """Two plates of an organoid."""

    organoid_id: str
    first: str
    second: str
    doses: int
    """Treatments times doses on both."""
    r: float
    """Pearson, of viability."""
    difference: float
    """Median distance of viability."""
    failed: bool
    """One of them failed quality control."""


@dataclass(frozen=True, kw_only=True)
class Replicates:
    """All pairs, and what they say together."""

    pairs: tuple[ReplicatePair, ...]
    r: float | None
    """Over all pairs of plates that did not fail."""
    within: float | None
    """The same once each treatment and dose has its mean over organoids taken off: of what differs between organoids
    alone; None under three organoids."""


def replicates(plates: pl.DataFrame, wells: pl.DataFrame) -> Replicates:
    """Compare every two treated plates that share organoid and layout.

    Parameters
    ----------
    plates, wells : rows of ``lab_plates`` and ``lab_wells``
    """
    treated = plates.filter(pl.col("purpose") == "treated")
    held = wells.filter((pl.col("role") == "test") & pl.col("viability").is_not_null())
    means = (
        held.join(treated.select("plate_id", "layout"), on="plate_id")
        .group_by("plate_id", *_KEY)
        .agg(pl.col("viability").clip(upper_bound=2.0).mean())
    )
    found, joined = [], []
    for (organoid, _), rows in treated.group_by("organoid_id", "layout", maintain_order=True):
        for one, two in combinations(rows.to_dicts(), 2):
            both = means.filter(plate_id=one["plate_id"]).join(
                means.filter(plate_id=two["plate_id"]), on=_KEY, suffix="_again"
            )
            if both.height < FEWEST:
                continue
            failed = "fail" in (one["verdict"], two["verdict"])
            found.append(_pair(str(organoid), one["plate"], two["plate"], both, failed))
            joined += [] if failed else [both.with_columns(organoid_id=pl.lit(str(organoid)))]
    together = pl.concat(joined) if joined else None
    return Replicates(
        pairs=tuple(found),
        r=None if together is None else _r(together),
        within=None if together is None or together["organoid_id"].n_unique() < 3 else _r(_centred(together)),
    )


def _pair(organoid: str, first: str, second: str, both: pl.DataFrame, failed: bool) -> ReplicatePair:
    distance = (both["viability"] - both["viability_again"]).abs().median()
    return ReplicatePair(
        organoid_id=organoid,
        first=first,
        second=second,
        doses=both.height,
        r=_r(both),
        difference=float(distance),  # type: ignore[arg-type]  # of numbers
        failed=failed,
    )


def _centred(rows: pl.DataFrame) -> pl.DataFrame:
    middle = pl.mean_horizontal("viability", "viability_again").mean().over("treatment", "doses")
    return rows.with_columns(pl.col("viability", "viability_again") - middle)


def _r(rows: pl.DataFrame) -> float:
    one, two = (rows[name].to_numpy() for name in ("viability", "viability_again"))
    return float(np.corrcoef(one, two)[0, 1]) if np.ptp(one) > 0 and np.ptp(two) > 0 else 0.0
