"""One record of a measured figure: what was measured, of which model, where, and its 95% interval."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

ALL = "all"
"""Kind of the stratum that holds everything."""
OF_STUDY = ("seen lines", "unseen lines", "new drugs")
"""Kinds of strata that are a part of another screen, whose name they carry; printed ``CTRP seen lines``."""
_LESS, _BANDS = "_less_", "_far_less_near"


@dataclass(frozen=True)
class Estimate:
    """A value with its 95% interval; NaN for what could not be computed."""

    value: float
    low: float = np.nan
    high: float = np.nan


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A metric of one model in one stratum, or what the model has over a baseline in that metric.

    The fields are the columns of table ``evaluations``.
    """

    protocol: str
    model: str
    metric: str
    """Also of a difference: ``r_drug``."""
    baseline: str | None = None
    """With a baseline the value is the paired difference, model less baseline, on the same bootstrap draws."""
    stratum_kind: str = ALL
    """``all``, ``lineage``, ``pathway``, ``drug``, ``type``, ``within-drug``, ..."""
    stratum_name: str | None = None
    """Which one, where there are several of a kind."""
    indication: str | None = None
    """``None`` where it is not of one indication."""
    value: float | None = None
    """``None``: not evaluable, see ``note``."""
    low: float | None = None
    """Of the 95% interval."""
    high: float | None = None
    n: int = 0
    n_positive: int | None = None
    note: str | None = None
    evaluation_id: str | None = None
    """``None`` until it is stored."""

    @property
    def printed_metric(self) -> str:
        """As exports and reports print it: ``r_drug_less_ridge``."""
        return self.metric if self.baseline is None else f"{self.metric}{_LESS}{self.baseline}"

    @property
    def printed_stratum(self) -> str:
        """As exports and reports print it: ``all``, ``lineage:Lung``, ``CTRP seen lines``."""
        if self.stratum_name is None:
            return self.stratum_kind
        if self.stratum_kind in OF_STUDY:
            return f"{self.stratum_name} {self.stratum_kind}"
        return f"{self.stratum_kind}:{self.stratum_name}"

    def measured(self, estimate: Estimate) -> "Figure":
        """The figure with this value and interval."""
        value, low, high = (
            float(number) if np.isfinite(number) else None for number in (estimate.value, estimate.low, estimate.high)
        )
        return replace(self, value=value, low=low, high=high)

    def printed(self) -> dict[str, Any]:
        """The row that a model's manifest keeps: metric and stratum as printed."""
        row = asdict(self) | {"metric": self.printed_metric, "stratum": self.printed_stratum}
        for name in ("baseline", "stratum_kind", "stratum_name", "evaluation_id"):
            del row[name]
        return row


def from_printed(row: Mapping[str, Any]) -> Figure:
    """The figure of a row as :meth:`Figure.printed` makes it; the one place that reads that form."""
    metric, stratum = str(row["metric"]), str(row["stratum"])
    name, less, baseline = (metric, "", "") if metric.endswith(_BANDS) else metric.partition(_LESS)
    kind, colon, of = stratum.partition(":")
    study = next((kind for kind in OF_STUDY if stratum.endswith(f" {kind}")), None)
    if study is not None:
        kind, colon, of = study, ":", stratum.removesuffix(f" {study}")
    given = {key: value for key, value in row.items() if key not in ("metric", "stratum")}
    return Figure(
        metric=name, baseline=baseline if less else None, stratum_kind=kind, stratum_name=of if colon else None, **given
    )
