"""Clusters beside the truth: planted clones are found and score as they do, dealt-out cells are not."""

from pathlib import Path

import pytest

from screen import pipeline
from screen.errors import InputError
from screen.evaluation.cells.clone_recovery import clone_recovery
from screen.settings import Settings
from screen.synthetic.cell_files import PATIENT, write_cells


def ingested(folder: Path, start: Path | None = None, **more: bool) -> Settings:
    settings = Settings(store=folder / "cells.duckdb")
    if start is None:
        pipeline.init(settings)
    else:
        pipeline.backup(Settings(store=start), settings.store)
    made = write_cells(folder, cells=700, batch=False, **more)
    pipeline.ingest(settings, [made.file.path], made.file.options)
    return settings


def test_planted_clones_are_found_and_score_as_the_truth(ranked_store: Path, tmp_path: Path) -> None:
    (made,) = clone_recovery(ingested(tmp_path, ranked_store), "clone", model="STAD")
    assert (made.patient_id, made.groups, made.clusters, made.found) == (PATIENT, 4, 4, 4)
    assert made.agreement > 0.95
    assert made.same_class == 4
    assert made.coverage_apart == pytest.approx(0, abs=0.05)


def test_without_clones_none_is_found(tmp_path: Path) -> None:
    (made,) = clone_recovery(ingested(tmp_path, shuffle=True), "clone")
    assert made.groups == 4
    assert made.found <= 1  # the normal cells, which were not dealt out
    assert made.agreement < 0.6
    assert (made.same_class, made.coverage_apart) == (None, None)


def test_a_column_that_no_cells_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no patient's cells have a column 'karyotype'"):
        clone_recovery(ingested(tmp_path), "karyotype")
