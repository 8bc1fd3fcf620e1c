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
    monkeypatch.setitem(module.FEWEST, "mutation", 10)
    with open_store(store_of(tmp_path).store) as store:
        assert line_alterations(store, LINES) is None


LONG = (
    "COSMIC.ID,IDENTIFIER,GENE,SAMPLE,TISSUE.TYPE,TYPE",
    *(f"{1000 + i},BCR-ABL,BCR-ABL,L{i},LCML,Point.mutation" for i in range(3)),
    *(f"{1000 + i},KIT,KIT,L{i},SKCM,Point.mutation" for i in range(3, 12)),
)


def test_a_line_of_a_list_of_fusions_counts_as_looked_at_and_a_list_of_mutations_found_does_not_count(
    tmp_path: Path,
) -> None:
    settings = store_of(tmp_path)
    ingest(settings, tmp_path / "long.csv", "\n".join(LONG) + "\n")
    with open_store(settings.store) as store:
        found = line_alterations(store, (*LINES, "ACH-999999"))
    assert found is not None
    assert found.names == ("BRAF mutation", "ABL1 fusion"), "of KIT only altered lines are known"
    assert found.kinds == ("mutation", "fusion")
    expected = np.array([1.0] * 3 + [0.0] * 9 + [np.nan], np.float32)
    assert np.array_equal(found.values[:, 1], expected, equal_nan=True)


def test_a_gene_goes_by_every_name_that_is_its_own(tmp_path: Path) -> None:
    settings = store_of(tmp_path)
    names = "symbol_or_alias,approved_symbol\nBRAF,BRAF\nB-raf,BRAF\nRAF,BRAF\nRAF,RAF1\nRAF1,RAF1\n"
    ingest(settings, tmp_path / "names.csv", names)
    with open_store(settings.store) as store:
        found = line_alterations(store, LINES)
    assert found is not None
    assert found.called == (frozenset({"BRAF", "B-RAF"}),)
