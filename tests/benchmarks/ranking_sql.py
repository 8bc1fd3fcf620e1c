"""How fast EDP, EDI and DEI follow from the scores on disk: 10,000 patients x 7,000 drugs, ten indications."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from screen.ranking.shortlists import tables
from screen.records import Floats
from screen.settings import Ranking
from screen.store import Store, open_store
from screen.store.migrations import migrate
from tests.benchmarks.processes import python
from tests.benchmarks.table import Row, in_turn, row

PATIENTS, DRUGS = 10_000, 7_000
CODES = ("BRCA", "COAD", "GBM", "KIRC", "KIRP", "LGG", "LUAD", "LUSC", "READ", "STAD")
TARGET_SECONDS = 30
_OURS = """
import sys
from pathlib import Path
from screen.ranking.shortlists import tables
from screen.settings import Ranking
from screen.store import open_store
with open_store(Path(sys.argv[1])) as store:
    tables(store, Ranking())
"""
_SCORES = """
INSERT INTO scores (run_id, patient_id, drug_id, score, score_sd, selective, rank, tied, rank_low, rank_high)
SELECT $run, p.patient_id, d.drug_id, score, 0.05, score, 1, FALSE, 1, 1
FROM (SELECT patient_id, row_number() OVER (ORDER BY patient_id) AS i FROM run_patients WHERE run_id = $run) p
CROSS JOIN (SELECT drug_id, row_number() OVER (ORDER BY drug_id) AS j FROM drugs) d,
LATERAL (SELECT (((j * 7919) % 1000 + hash(i * 1000003 + j + $number * 999983) % 1000) / 2000)::FLOAT AS score)
"""


def rows() -> Iterator[Row]:
    """Scores a second, and the memory of the process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.duckdb"
        fill(path, PATIENTS, DRUGS)
        scores = np.random.default_rng(0).random((PATIENTS, DRUGS), dtype=np.float32)
        with open_store(path) as store:
            taken = in_turn(
                {
                    "ours": lambda: tables(store, Ranking()),
                    "peer": lambda: _partitioned(scores),
                    "limit": lambda: _scan(store),
                },
                warm=0,
            )
        size = PATIENTS * DRUGS
        yield row(
            f"EDP, EDI, DEI of {PATIENTS} x {DRUGS}",
            taken,
            unit="scores/s",
            amount=size,
            note=f"asked: {size / TARGET_SECONDS:.2g}; peer: EDP alone by numpy.partition of a matrix in memory; "
            "limit: DuckDB reading the columns once",
        )
        yield row("its memory", {"ours": [python(_OURS, path).peak]}, unit="MiB", note="one process, ended")


def fill(path: Path, patients: int, drugs: int) -> None:
    """A store that holds scores and what belongs to them, patients dealt evenly over the indications."""
    with open_store(path, create=True) as store:
        migrate(store)
        store.run(
            """INSERT INTO drugs (drug_id, name, smiles, molecular_weight, targets, aliases, screened)
                     SELECT upper(left(md5(i::VARCHAR), 14)) || '-UHFFFAOYSA-N', 'drug ' || i, 'C', 300, [], [], TRUE
                     FROM range($drugs) r (i)""",
            drugs=drugs,
        )
        for number, code in enumerate(CODES):
            with store.transaction():
                _run(store, code, number, patients // len(CODES))


def _run(store: Store, code: str, number: int, patients: int) -> None:
    run = f"{number:016x}"
    store.run("INSERT INTO runs VALUES ($run, $code, 'model', '{}', $number)", run=run, code=code, number=number + 1)
    store.run("INSERT INTO run_drugs (run_id, drug_id, scored) SELECT $run, drug_id, TRUE FROM drugs", run=run)
    store.run(
        """INSERT INTO run_patients
                 SELECT $run, $code || '-' || lpad(i::VARCHAR, 6, '0'), 's', 's', 1, [], [], 0, 0.5, TRUE
                 FROM range($patients) r (i)""",
        run=run,
        code=code,
        patients=patients,
    )
    store.run(_SCORES, run=run, number=number)


def _partitioned(scores: Floats) -> int:
    """Indices of each patient's best 5%, in order."""
    entering, found = -(-scores.shape[1] // 20), 0
    for row_ in scores:
        best = np.argpartition(row_, -entering)[-entering:]
        found += len(best[np.argsort(-row_[best], kind="stable")])
    return found


def _scan(store: Store) -> None:
    store.sql("SELECT max(score), max(selective), max(run_id), max(patient_id), max(drug_id) FROM scores")
