"""Changes of the audit trail and of models, each seen; untouched reports, none of them accused.

``python -m tests.attack.changed_store --changes 100 --reports 300``
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from screen import pipeline
from screen.models.bundle import Bundle
from screen.settings import Settings
from screen.store import Store, open_store, runs
from screen.store.migrations import migrate
from tests.report.filled import fill

Change = Callable[[Store, random.Random], None]


def _entry(store: Store, rng: random.Random) -> int:
    return int(rng.choice(store.sql("SELECT seq FROM audit")["seq"].to_list()))


def entry_changed(store: Store, rng: random.Random) -> None:
    """One field of one entry."""
    column, value = rng.choice(
        [("action", "'other'"), ("detail", "'{}'"), ("moment", "'1999-01-01'"), ("hash", "repeat('0', 64)")]
    )
    store.run(f"UPDATE audit SET {column} = {value} WHERE seq = $seq", seq=_entry(store, rng))


def entry_removed(store: Store, rng: random.Random) -> None:
    """One entry, or all from it on."""
    sign = rng.choice(["=", ">="])
    store.run(f"DELETE FROM audit WHERE seq {sign} $seq", seq=_entry(store, rng))


def trail_rewritten(store: Store, rng: random.Random) -> None:
    """Everything from one entry on with right hashes."""
    from screen.store import audit

    first = _entry(store, rng)
    rows = store.sql("FROM audit WHERE seq >= $seq ORDER BY seq", seq=first).to_dicts()
    store.run("DELETE FROM audit WHERE seq >= $seq", seq=first)
    for row in rows:
        audit.record(store, row["action"], **(json.loads(row["detail"]) | {"x": rng.random()}))


def weights_changed(store: Store, rng: random.Random) -> None:
    """A bit of a model's weights."""
    model_id, weights = store.sql("SELECT model_id, weights FROM models WHERE name = 'toy'").row(0)
    content = bytearray(weights)
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    store.run("UPDATE models SET weights = $w WHERE model_id = $id", w=bytes(content), id=model_id)


def manifest_changed(store: Store, rng: random.Random) -> None:
    """A field of a model's manifest, its seal made anew."""
    model_id, text, weights = store.sql("SELECT model_id, manifest, weights FROM models WHERE name = 'toy'").row(0)
    bundle = Bundle.from_bytes(json.loads(text), bytes(weights))
    name = rng.choice(sorted(set(bundle.manifest) - {"inputs", "seal"}))
    other = Bundle(bundle.manifest | {name: rng.random()}, bundle.tensors).sealed()
    store.run("UPDATE models SET manifest = $m WHERE model_id = $id", m=json.dumps(other.manifest), id=model_id)


CHANGES: tuple[Change, ...] = (entry_changed, entry_removed, trail_rewritten, weights_changed, manifest_changed)


def filled(home: Path, patients: int) -> Settings:
    """A store with rankings, and a model whose id is that of its inputs."""
    settings = Settings(store=home / "filled.duckdb", workers=1)
    with open_store(settings.store, create=True) as store:
        migrate(store)
        fill(store, patients=(patients, 3, 3))
        made = Bundle({"name": "toy", "evaluation": [], "inputs": "cd" * 32}, {"duals": np.arange(64.0)}).sealed()
        runs.save_model(store, "KIRC", made.model_id, *made.to_bytes())
    return settings


def changes(home: Path, count: int, seed: int = 0) -> list[str]:
    """Changes that neither ``doctor`` nor ``verify`` sees."""
    settings, rng = filled(home, 3), random.Random(seed)
    (report,) = pipeline.report_patients(settings, ["SYN-BRCA-001"], ["json"], home)
    unseen = []
    for number in range(count):
        change, copy = CHANGES[number % len(CHANGES)], home / "changed.duckdb"
        shutil.copy(settings.store, copy)
        with open_store(copy, write=True) as store:
            change(store, rng)
        other = Settings(store=copy)
        faults = [one for one in pipeline.doctor(other) if one.state == "fail"]
        if not faults and pipeline.verify(other, report).holds == "yes":
            unseen.append(f"{number}: {change.__name__}")
    return unseen


def untouched(home: Path, count: int) -> list[str]:
    """Reports that were not touched and are accused."""
    settings = filled(home, count - count // 10)
    with open_store(settings.store) as store:
        people = store.sql("SELECT DISTINCT patient_id FROM run_patients ORDER BY 1")["patient_id"].to_list()
    some = people[: count // 20]
    files = [
        *pipeline.report_patients(settings, people[: count - 2 * len(some)], ["json"], home / "data"),
        *pipeline.report_patients(settings, some, ["html", "pdf"], home / "pages"),
    ]
    found = []
    for file in files:
        verdict = pipeline.verify(settings, file)
        if (verdict.holds, verdict.differences) != ("yes", ()):
            found.append(f"{file.name}: {verdict.holds} {verdict.differences[:2]}")
    print(f"{len(files)} untouched reports")
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--reports", type=int, default=300)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        unseen = changes(Path(home), words.changes)
    print(f"{words.changes} changes of trail and models: {len(unseen)} unseen", *unseen, sep="\n")
    with tempfile.TemporaryDirectory() as home:
        accused = untouched(Path(home), words.reports)
    print(f"{words.reports} untouched reports: {len(accused)} accused", *accused, sep="\n")
    sys.exit(bool(unseen or accused))


if __name__ == "__main__":
    main()
