"""Out-of-fold predictions as rows of table ``predictions``, so that anyone can count again."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_validation import ModelPredictions
from screen.evaluation.cell_lines.splits import Split


def prediction_rows(
    benchmark: BenchmarkData, split: Split, predictions: Mapping[str, ModelPredictions]
) -> pl.DataFrame | None:
    """protocol, model, fold, cell_line_id, drug_id, predicted, spread, measured: one row a pair tested; ``None`` where
    no model has any."""
    lines, drugs = np.array(benchmark.lines.subject_ids), np.array(benchmark.drugs.drug_ids)
    parts = []
    for model, result in predictions.items():
        for fold, found in zip(split.folds, result.folds, strict=False):
            shape = found.predicted.shape
            parts.append(
                pl.DataFrame(
                    {
                        "protocol": split.protocol,
                        "model": model,
                        "fold": fold.name,
                        "cell_line_id": np.repeat(lines[fold.test_lines], shape[1]),
                        "drug_id": np.tile(drugs[fold.test_drugs], shape[0]),
                        "predicted": found.predicted.ravel(),
                        "spread": np.full(shape, np.nan, np.float32).ravel()
                        if found.spread is None
                        else found.spread.ravel(),
                        "measured": benchmark.response[np.ix_(fold.test_lines, fold.test_drugs)].ravel(),
                    }
                )
            )
    return pl.concat(parts).with_columns(pl.col("spread", "measured").fill_nan(None)) if parts else None
