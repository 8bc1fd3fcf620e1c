"""How fast a full expression matrix is ingested: 1,700 cell lines x 19,000 genes in DepMap's form, 390 MB of csv.

Ours checks every cell, names the unit, and leaves the matrix in the store, on disk; pandas and polars only read it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

from tests.benchmarks.processes import Spent, crescreen, python
from tests.benchmarks.table import Row, in_turn, row

LINES, GENES = 1700, 19000
TARGET_SECONDS, TARGET_MIB = 20, 2048
_PANDAS = "import sys, pandas; pandas.read_csv(sys.argv[1], index_col=0, dtype={0: str}, engine='c')"
_POLARS = """
import sys, polars
names = open(sys.argv[1]).readline().rstrip().split(",")
kinds = [polars.String, *[polars.Float32] * (len(names) - 1)]
polars.read_csv(sys.argv[1], schema=dict(zip(names, kinds)))
"""


def rows() -> Iterator[Row]:
    """Seconds and memory of ``crescreen ingest``, whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        file = write_matrix(work / "OmicsExpression.csv", LINES, GENES)
        spent: dict[str, list[Spent]] = {"ours": [], "peer": [], "limit": []}

        def ours() -> None:
            store = work / f"{len(spent['ours'])}.duckdb"
            crescreen("init", "--store", store)
            spent["ours"].append(crescreen("ingest", file, "--store", store))
            store.unlink()

        in_turn(
            {
                "ours": ours,
                "peer": lambda: spent["peer"].append(python(_PANDAS, file)),
                "limit": lambda: spent["limit"].append(python(_POLARS, file)),
            },
            warm=0,
        )
        yield row(
            f"ingest {LINES} x {GENES}",
            {name: [one.seconds for one in each] for name, each in spent.items()},
            note=f"asked: {TARGET_SECONDS} s; {_cpu(spent['ours'])} CPU seconds; peer: pandas.read_csv, "
            f"{_cpu(spent['peer'])}; limit: polars.read_csv, {_cpu(spent['limit'])}",
        )
        yield row(
            "its memory",
            {name: [one.peak for one in spent[name]] for name in ("ours", "peer")},
            unit="MiB",
            limit=TARGET_MIB,
            note="peer: pandas; limit: asked",
        )


def write_matrix(path: Path, lines: int, genes: int, seed: int = 0) -> Path:
    """Random log2(TPM + 1) in DepMap's form, a seventh of them 0, the others to twelve digits."""
    rng = np.random.default_rng(seed)
    values = np.clip(rng.gamma(1.5, 2.0, 1 << 16), 0, 16) * (rng.random(1 << 16) > 1 / 7)
    cells = [f"{value:.12g}" if value else "0.0" for value in values]
    with path.open("w", encoding="utf-8") as stream:
        stream.write("," + ",".join(f"GENE{gene} ({gene + 1})" for gene in range(genes)) + "\n")
        for line in range(lines):
            chosen = rng.integers(0, len(cells), genes).tolist()
            stream.write(f"ACH-{line:06d}," + ",".join(map(cells.__getitem__, chosen)) + "\n")
    return path


def _cpu(spent: list[Spent]) -> str:
    return f"{median(one.cpu for one in spent):.1f}"
