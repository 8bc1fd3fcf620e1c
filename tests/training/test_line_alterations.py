"""Alterations that a model may learn from: those that enough lines have, one time each."""

from pathlib import Path

import numpy as np
import pytest

from screen import pipeline
from screen.settings import Settings
from screen.store import open_store
from screen.training import line_alterations as module
from screen.training.line_alterations import line_alterations
from tests.alterations.ingested import ingest

LINES = tuple(f"ACH-{number:06d}" for number in range(1, 13))
MODEL = (
    "ModelID,CellLineName,OncotreeLineage,COSMICID",
    *(f"{line},L{i},Skin,{1000 + i}" for i, line in enumerate(LINES)),
)
FEATURES = (
    "COSMIC_ID,TISSUE_FACTOR,MSI_FACTOR,BRAF_mut,NRAS_mut,TP53_mut",
    *(f"{1000 + i},skin,0,{int(i < 9)},{int(i < 9)},{int(i < 2)}" for i in range(11)),
)


def store_of(folder: Path) -> Settings:
    settings = Settings(store=folder / "s.duckdb")
    pipeline.init(settings)
    for name, rows in (("Model.csv", MODEL), ("features.csv", FEATURES)):
        ingest(settings, folder / name, "\n".join(rows) + "\n")
    return settings


def test_frequent_alterations_of_lines_looked_at_are_read_once_each(tmp_path: Path) -> None:
    with open_store(store_of(tmp_path).store) as store:
        found = line_alterations(store, LINES)
        assert found is not None
        assert found.genes == ("BRAF",), "NRAS is altered in the same lines, TP53 in two"
        assert found.names == ("BRAF mutation",)
        assert found.datasets == ("features",)
        expected = np.array([[float(i < 9)] for i in range(11)] + [[np.nan]], np.float32)
        assert np.array_equal(found.values, expected, equal_nan=True)


def test_a_store_without_frequent_alterations_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST", 10)
    with open_store(store_of(tmp_path).store) as store:
        assert line_alterations(store, LINES) is None
