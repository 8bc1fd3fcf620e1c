"""How long a command takes that only reads: the whole process, from its start to its end, on a small store."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from screen.store import open_store
from screen.store.migrations import migrate
from tests.benchmarks.processes import Spent, crescreen, python
from tests.benchmarks.table import Row, in_turn, row
from tests.report.filled import fill

Words = tuple[str, ...]
TARGET, TARGET_HELP = 1.5, 0.5
_NOTHING = "pass"
_LIBRARIES = "import typer, numpy, polars, duckdb, pyarrow"


def rows() -> Iterator[Row]:
    """One row a command."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        store = filled(work / "bench.duckdb")
        for words, library, target in commands(store, work):
            yield _row(words, library, target)


def commands(store: Path, work: Path) -> list[tuple[Words, str, float]]:
    """What is timed: words, the library beside it (empty: all that any command needs), the target in seconds."""
    with open_store(store) as held:
        patient = str(held.scalar("SELECT min(patient_id) FROM run_patients"))
    at = ("--store", str(store))
    report = ("report", "patient", patient, "--format", "json", "--out", str(work), *at)
    crescreen(*report)
    return [
        (("--help",), "typer", TARGET_HELP),
        (("status", *at), "", TARGET),
        (("sources",), "", TARGET),
        (("doctor", *at), "", TARGET),
        (("export", "edp", "--out", str(work / "edp.csv"), *at), "", TARGET),
        (("verify", str(work / f"patient-{patient}.json"), *at), "", TARGET),
        (report, "", TARGET),
    ]


def finished(words: Words) -> Spent:
    """A command of the table; ``doctor`` ends with 1 here, as the models of this store are made up."""
    return crescreen(*words, codes=(0, 1) if words[0] == "doctor" else (0,))


def _row(words: Words, library: str, target: float) -> Row:
    spent: list[Spent] = []
    code = f"import {library}" if library else _LIBRARIES
    taken = in_turn(
        {"ours": lambda: spent.append(finished(words)), "peer": lambda: python(code), "limit": lambda: python(_NOTHING)}
    )
    output = " ".join(word for word in words[:2] if not word.startswith(("/", "--store")))
    least = min(one.cpu for one in spent)
    return row(
        f"cold start: {output}",
        taken,
        note=f"target: {target} s; {least:.2f} CPU seconds at least; peer: python -c '{code}'; limit: python -c pass",
    )


def filled(path: Path) -> Path:
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(20, 3, 3))
    return path
