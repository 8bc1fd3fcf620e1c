"""Protocol cross-study: another screen of the same lines, on another scale."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.evaluation.cell_lines.cross_study import Study, cross_study_figures
from screen.settings import Settings
from screen.tasks.progress import silent
from tests.evaluation.planted import benchmark

WORLD = benchmark()
SEEN = np.arange(60)


def test_lines_seen_and_unseen_and_new_drugs_stand_apart(tmp_path: Path) -> None:
    learned = np.full_like(WORLD.response[:, :12], np.nan)
    learned[SEEN] = WORLD.response[SEEN, :12]
    world = replace(
        WORLD, library=WORLD.library.take(range(12)), drugs=WORLD.drugs.take(np.arange(12)), response=learned
    )
    other = Study("OTHER", WORLD.drugs, 10 * np.log(WORLD.response))
    rows, predictions = cross_study_figures(
        world, [other], ["ridge", "mean-effects"], "ridge", Settings(workers=1), tmp_path, silent
    )
    found = {(row.printed_stratum, row.model, row.printed_metric): row for row in rows}
    assert set(predictions) == {"ridge", "mean-effects"}
    assert found["OTHER seen lines", "same-pair", "r_drug"].value == pytest.approx(1, abs=0.02)
    assert ("OTHER unseen lines", "same-pair", "r_drug") not in found
    assert found["OTHER unseen lines", "ridge", "r_res"].low > 0.3
    assert found["OTHER unseen lines", "ridge", "r_drug"].note == "12 lines, 12 drugs"
    fresh = found["OTHER new drugs", "mean-effects", "r_drug"]
    assert fresh.note == "72 lines, 4 drugs"
    assert ("OTHER new drugs", "ridge", "r_drug") not in found
    paired = found["OTHER seen lines", "ridge", "r_drug_less_same-pair"]
    assert paired.high < 0.1
