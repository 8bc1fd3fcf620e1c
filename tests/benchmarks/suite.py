"""Which benchmarks there are, and one of them run in a process of its own."""

import re
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.table import Row, absent

NAMES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if re.search(r"^def rows\(", path.read_text("utf-8"), re.MULTILINE)
)
"""Modules of this folder with a function ``rows``."""


def measured(name: str) -> list[Row]:
    """Rows of one module; a fault becomes a row that tells it."""
    sys.stderr.write(f"measuring {name}\n")
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        try:
            return alone.submit(_rows, name).result()
        except Exception as fault:
            return [absent(name, f"its process ended: {fault}")]


def _rows(name: str) -> list[Row]:
    return list(_until_a_fault(name))


def _until_a_fault(name: str) -> Iterator[Row]:
    # What was measured before a fault is kept.
    try:
        yield from import_module(f"tests.benchmarks.{name}").rows()
    except Exception as fault:
        traceback.print_exc()
        yield absent(name, f"failed: {type(fault).__name__}: {fault}")
