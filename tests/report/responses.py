"""A store whose scores can be read back to responses: calibrated members, and cell lines measured with every drug."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import save

from screen.store import Store

SLOPE, INTERCEPT = -20.0, 18.0
LINES = tuple(0.7 + 0.006 * i for i in range(100))
"""Responses of the cell lines to every drug."""


def give_responses(store: Store) -> None:
    """Six members of one calibration in every model, and 100 cell lines a drug."""
    calibration = np.array([SLOPE, INTERCEPT], np.float32)
    weights = save({f"member.{i}.calibration": calibration for i in range(6)})
    store.run(
        """UPDATE models SET weights = $weights,
           manifest = json_merge_patch(manifest, '{"conformal": {"level": 0.9, "overall": 0.1}}')""",
        weights=weights,
    )
    store.run(
        """INSERT INTO responses BY NAME
           SELECT $source AS source_id, 'GDSC2' AS dataset, 'AUC' AS metric, 'line ' || i AS cell_line_ref, drug_key,
                  drug_key AS drug_name,
                  0.7 + 0.006 * i AS value, 1 AS repeats
           FROM drug_keys, range(100) r(i)""",
        source="d" * 16,
    )


def read_back(row: Mapping[str, Any]) -> dict[str, Any]:
    """response, its interval and line_place of a row with score, score_low and score_high."""

    def response(score: float) -> float:
        sure = min(max(score, 1e-7), 1 - 1e-7)
        return (math.log(sure / (1 - sure)) - INTERCEPT) / SLOPE

    found = response(row["score"])
    return {
        "response": found,
        "response_low": response(row["score_high"]),
        "response_high": response(row["score_low"]),
        "line_place": sum(one > found for one in LINES) / len(LINES),
    }
