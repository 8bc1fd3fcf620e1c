"""A model's id and a run's are the same on another processor; what was computed there is said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from screen.settings import Settings
from screen.store import open_store
from screen.store.stored_models import current_model

ROOT = Path(__file__).parents[2]
_ROAD = """
import sys
from pathlib import Path
from screen import pipeline
from screen.settings import Settings, Training
settings = Settings(store=Path(sys.argv[1]), training=Training(folds=2), device="cpu")
(trained,) = pipeline.train(settings, ["STAD"], "pair-gp")
(ranked,) = pipeline.rank(settings, ["STAD"])
print(trained.model_id, ranked.run_id)
"""


@pytest.mark.slow
def test_another_processors_kernels_give_the_same_ids(demo_store: Path, tmp_path: Path) -> None:
    from screen import pipeline

    found, computed = [], []
    for kernel in ("Haswell", "Prescott"):
        store = tmp_path / f"{kernel}.duckdb"
        pipeline.backup(Settings(store=demo_store), store)
        environment = os.environ | {"OPENBLAS_CORETYPE": kernel, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", _ROAD, str(store)], env=environment, capture_output=True, text=True, check=True
        )
        found.append(done.stdout.split())
        with open_store(store) as held:
            manifest, _ = current_model(held, "STAD")
            computed.append(manifest["versions"]["model computed on"])
    assert found[0] == found[1]
    assert ["Haswell" in words for words in computed] == [True, False]
