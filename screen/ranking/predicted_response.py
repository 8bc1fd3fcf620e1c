"""What a score says on the scale of the response (AUC), and where that lies among the cell lines measured.

A score is a probability read off a predicted response by one calibration a member. Here it is read back, by the mean
calibration of the members: exact where they share one, as those of the default do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from screen.models.bundle import Bundle
from screen.store import Store, stored_models

_CERTAIN = 1e-7
"""Scores nearer to 0 or 1 than this have no finite logit in single precision."""
_MEASURED = """
SELECT drug_id, list(value ORDER BY value) AS responses
FROM pair_responses WHERE dataset = $dataset AND metric = $metric AND ($drug IS NULL OR drug_id = $drug)
GROUP BY drug_id
"""
_MODELS = """
SELECT r.run_id, r.indication, r.model_id, m.manifest FROM runs r JOIN models m USING (model_id)
WHERE list_contains($runs, r.run_id) ORDER BY r.run_id
"""
METRIC = "AUC"
"""The response that scores are read back to."""


@dataclass(frozen=True)
class ResponseScale:
    """The logit of a score is slope times the predicted response plus intercept."""

    slope: float
    intercept: float

    def response(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Predicted responses of scores, in the shape given."""
        sure = np.clip(np.asarray(scores, np.float64), _CERTAIN, 1 - _CERTAIN)
        return np.asarray((np.log(sure / (1 - sure)) - self.intercept) / self.slope)

    def score(self, response: float) -> float:
        """The score of a predicted response."""
        return float(1 / (1 + np.exp(-(self.slope * response + self.intercept))))


@dataclass(frozen=True)
class Responses:
    """How scores of some runs are read back, and the responses measured on cell lines."""

    scales: Mapping[str, ResponseScale] = field(default_factory=dict)
    """By run; a run of a model whose output is no response has none."""
    lines: Mapping[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)
    """(run, drug) -> responses of the cell lines of all types in the model's data set, ascending."""

    def of(self, run_id: str, score: float | None) -> float | None:
        """The predicted response of a score; ``None`` where it cannot be read back."""
        scale = self.scales.get(run_id)
        return None if scale is None or score is None else float(scale.response(score))

    def line_place(self, run_id: str, drug_id: str, score: float) -> float | None:
        """Share of the drug's cell lines whose response is higher (less sensitive) than predicted; ties count half."""
        response, lines = self.of(run_id, score), self.lines.get((run_id, drug_id))
        if response is None or lines is None:
            return None
        return float(_places(lines, np.asarray([response]))[0])

    def least_score(self, run_id: str, drug_id: str, floor: float) -> float:
        """The score from which the predicted response is lower than in a share ``floor`` of the drug's lines."""
        scale, lines = self.scales.get(run_id), self.lines.get((run_id, drug_id))
        if scale is None or lines is None:
            return 0.0
        return scale.score(float(np.quantile(lines, 1 - floor)))


_SCALES: dict[tuple[Path, str], ResponseScale | None] = {}
"""(store, model) -> its scale. A model's id is made from its weights, so that what was read of them once holds."""


def responses(store: Store, run_ids: Sequence[str], drug_id: str | None = None) -> Responses:
    """Scales and measured lines of these runs; the lines of one drug alone where it is given."""
    scales: dict[str, ResponseScale] = {}
    lines: dict[tuple[str, str], NDArray[np.float64]] = {}
    measured: dict[str, dict[str, NDArray[np.float64]]] = {}
    for run_id, code, model_id, text in store.sql(_MODELS, runs=list(run_ids)).iter_rows():
        manifest = stored_models.read_manifest(text, model_id, code, store.path)
        if (store.path, model_id) not in _SCALES:
            weights = store.scalar("SELECT weights FROM models WHERE model_id = $id", id=model_id)
            _SCALES[store.path, model_id] = _scale(manifest, bytes(weights))
        scale = _SCALES[store.path, model_id]
        if scale is None:
            continue
        dataset = str(manifest["dataset"])
        if dataset not in measured:
            rows = store.sql(_MEASURED, dataset=dataset, metric=METRIC, drug=drug_id)
            measured[dataset] = {drug: np.asarray(values, np.float64) for drug, values in rows.iter_rows()}
        scales[run_id] = scale
        lines |= {(run_id, drug): values for drug, values in measured[dataset].items()}
    return Responses(scales, lines)


def _scale(manifest: dict[str, Any], weights: bytes) -> ResponseScale | None:
    """None for a model whose output is no response: it keeps no widths on that scale either."""
    if manifest.get("conformal") is None:
        return None
    slopes, intercepts = [], []
    for member in Bundle.from_bytes(manifest, weights).members:
        if "calibration" not in member:
            return None
        slope, intercept = map(float, member["calibration"])
        centre, spread = map(float, member.get("auc_scale", (0.0, 1.0)))
        slopes.append(slope / spread)
        intercepts.append(intercept - slope * centre / spread)
    return ResponseScale(float(np.mean(slopes)), float(np.mean(intercepts))) if slopes else None


def read_back(found: Responses, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of scores (run_id, drug_id, score, score_low, score_high) with ``response``, its ``response_low`` and
    ``response_high``, and ``line_place``; null where a score cannot be read back."""
    columns = {
        name: np.full(rows.height, np.nan) for name in ("response", "response_low", "response_high", "line_place")
    }
    placed = rows.select("run_id", "drug_id", "score", "score_low", "score_high").with_row_index("row")
    for (run_id,), of_run in placed.group_by("run_id"):
        scale = found.scales.get(str(run_id))
        if scale is None:
            continue
        at = of_run["row"].to_numpy()
        # A high score is a low response.
        for name, score in (("response", "score"), ("response_low", "score_high"), ("response_high", "score_low")):
            given = of_run[score].cast(pl.Float64).to_numpy()
            columns[name][at] = scale.response(given)
    for run_id, drug_id, at in _by_drug(placed) if found.lines else ():
        lines = found.lines.get((run_id, drug_id))
        if lines is not None:
            columns["line_place"][at] = _places(lines, columns["response"][at])
    return rows.with_columns(pl.Series(name, values, pl.Float64).fill_nan(None) for name, values in columns.items())


def _by_drug(placed: pl.DataFrame) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """Run, drug and rows of each pair; all rows in one array, since a frame for each of thousands of pairs is slow."""
    grouped = placed.group_by("run_id", "drug_id", maintain_order=True).agg("row")
    ends = np.cumsum(grouped["row"].list.len().to_numpy())
    rows = grouped["row"].explode().to_numpy()
    for (run_id, drug_id), at in zip(
        grouped.select("run_id", "drug_id").iter_rows(), np.split(rows, ends[:-1]), strict=True
    ):
        yield run_id, drug_id, at


def _places(lines: NDArray[np.float64], responses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of the lines, ascending, that are higher than each response; ties count half, NaN stays."""
    below, upto = (np.searchsorted(lines, responses, side) for side in ("left", "right"))
    return np.where(np.isnan(responses), np.nan, 1 - (below + upto) / 2 / len(lines))
