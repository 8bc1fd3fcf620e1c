"""How fast is it? Every benchmark of this folder in one table, each row beside a peer and the machine's limit.

    python -m tests.benchmarks [NAME ...] [--json bench.json]

Each module runs in a process of its own, one after the other; one that fails says so in its row.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from screen.tasks import cores
from tests.benchmarks.suite import NAMES, measured
from tests.benchmarks.table import Row

_PACKAGES = ("duckdb", "numba", "numpy", "polars", "torch", "weasyprint")
_COLUMNS = ("ours", "peer", "limit", "unit", "times peer", "times limit", "spread", "note")


def main() -> None:
    """Measure, print one table, write it as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}; default: all")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    args = parser.parse_args()
    unknown = sorted({*args.names} - {*NAMES})
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are: {', '.join(NAMES)}")
    rows = [row for name in args.names or NAMES for row in measured(name)]
    show(rows)
    args.json.write_text(json.dumps({"machine": machine(), "rows": [asdict(row) for row in rows]}, indent=1) + "\n")
    sys.stdout.write(f"-> {args.json}\n")


def show(rows: list[Row]) -> None:
    """One table on standard output."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("work", overflow="fold")
    for name in _COLUMNS:
        grid.add_column(name, overflow="fold", justify="left" if name in ("unit", "note") else "right")
    for row in rows:
        grid.add_row(
            row.work,
            _figure(row.ours),
            _figure(row.peer),
            _figure(row.limit),
            row.unit,
            _figure(row.ratio_peer),
            _figure(row.ratio_limit),
            _spread(row),
            row.note,
        )
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200).print(grid)
    sys.stdout.write(f"{', '.join(f'{what} {value}' for what, value in machine().items())}\n")


def machine() -> dict[str, Any]:
    """What it was measured on."""
    import torch

    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none"
    return {
        "processor": _processor(),
        "cores": cores(0),
        "memory_GiB": round(_memory(), 1),
        "gpu": gpu,
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.2e}" if abs(value) >= 1e5 else f"{value:.0f}"


def _spread(row: Row) -> str:
    return "-" if row.low is None else f"{_figure(row.low)} to {_figure(row.high)}"


if __name__ == "__main__":
    main()
