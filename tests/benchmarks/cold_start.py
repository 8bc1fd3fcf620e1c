"""How long a command takes that only reads: the whole process, from its start to its end, on a small store."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from screen.store import open_store
from screen.store.migrations import migrate
from tests.benchmarks.processes import Spent, crescreen, python
from tests.benchmarks.table import Row, in_turn, row
from tests.report.filled import fill

TARGET, TARGET_HELP = 1.5, 0.5
_NOTHING = "pass"
_LIBRARIES = "import typer, numpy, polars, duckdb, pyarrow"


def rows() -> Iterator[Row]:
    """One row a command."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        store = _filled(work / "bench.duckdb")
        with open_store(store) as held:
            patient = str(held.scalar("SELECT min(patient_id) FROM run_patients"))
        report = ("report", "patient", patient, "--format", "json", "--out", str(work), "--store", str(store))
        crescreen(*report)
        yield _row(("--help",), "typer", TARGET_HELP)
        for words in (
            ("status",),
            ("sources",),
            ("doctor",),
            ("export", "edp", "--out", str(work / "edp.csv")),
            ("verify", str(work / f"patient-{patient}.json")),
        ):
            yield _row((*words, *(() if words == ("sources",) else ("--store", str(store)))), "", TARGET)
        yield _row(report, "", TARGET)


def _row(words: tuple[str, ...], library: str, target: float) -> Row:
    spent: list[Spent] = []
    code = f"import {library}" if library else _LIBRARIES
    taken = in_turn(
        {
            "ours": lambda: spent.append(crescreen(*words)),
            "peer": lambda: python(code),
            "limit": lambda: python(_NOTHING),
        }
    )
    output = " ".join(word for word in words[:2] if not word.startswith(("/", "--store")))
    least = min(one.cpu for one in spent)
    return row(
        f"cold start: {output}",
        taken,
        note=f"target: {target} s; {least:.2f} CPU seconds at least; peer: python -c '{code}'; limit: python -c pass",
    )


def _filled(path: Path) -> Path:
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(20, 3, 3))
    return path
