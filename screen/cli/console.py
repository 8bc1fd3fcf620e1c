"""What a person sees in the terminal: progress, short tables, one clear error; or JSON for a machine."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any

from screen.untrusted_text import visible

_LONG = (list, tuple, dict)
_WIDTH = 160
"""Columns of a table that goes into a file or a pipe."""
_QUIET = 20.0
"""Seconds between two lines of progress where nobody watches a terminal."""


def as_document(result: Any) -> None:
    """The result as one JSON document on standard output."""
    sys.stdout.write(json.dumps(result, indent=2, sort_keys=True, default=str) + "\n")


def say(*lines: str) -> None:
    """Plain lines on standard output; markup characters are left alone."""
    sys.stdout.writelines(f"{visible(line)}\n" for line in lines)


def error(fault: object) -> None:
    """One clear error on standard error."""
    sys.stderr.write(f"error: {visible(str(fault))}\n")


def show(
    rows: Sequence[Any],
    store: Path | None = None,
    *,
    as_json: bool = False,
    headings: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Records of a pipeline step: a table with what needs more room beneath it, or JSON; then where the store is.

    Parameters
    ----------
    headings : of columns of the table that are not called like their field
    """
    plain = [asdict(row) for row in rows]
    if as_json:
        as_document(plain)
        return
    _table([{headings.get(k, k): v for k, v in row.items() if not isinstance(v, _LONG)} for row in plain])
    for row in plain:
        _beneath(row)
    if store is not None:
        where([store])


def _beneath(row: Mapping[str, Any]) -> None:
    name = str(next(iter(row.values())))
    for field, value in row.items():
        items = [f"{k}: {v}" for k, v in value.items()] if isinstance(value, dict) else value
        if isinstance(value, _LONG) and items:
            say(f"{name}, {field}:", *(f"  - {item}" for item in items))


def _table(rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name, value in rows[0].items():
        grid.add_column(name, overflow="fold", justify="right" if isinstance(value, int | float) else "left")
    for row in rows:
        grid.add_row(*(escape(_shown(value)) for value in row.values()))
    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH).print(grid)


def table(rows: Sequence[Mapping[str, Any]], store: Path, *lines: str) -> None:
    """A table with sentences beneath it, then where the store is."""
    _table(rows)
    say(*lines)
    where([store])


def where(paths: Sequence[Path]) -> None:
    """The last lines of a command: where its result is."""
    say(*(f"-> {path}" for path in paths))


def files(paths: Sequence[Path], *, as_json: bool = False) -> None:
    """What a command wrote, as its whole result."""
    if as_json:
        as_document(paths)
    else:
        where(paths)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Progress on standard error as a callback (label, done, total): a bar, or for a log a line now and then."""
    if not sys.stderr.isatty():
        yield _now_and_then()
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(label: str, done: int, total: int) -> None:
            bar.update(task, description=visible(label).replace("[", "\\["), completed=done, total=total)

        yield report


def _now_and_then() -> Callable[[str, int, int], None]:
    """Progress for a log: nothing of a short command, and one line in :data:`_QUIET` seconds of a long one."""
    written = monotonic()

    def report(label: str, done: int, total: int) -> None:
        nonlocal written
        if monotonic() - written < _QUIET:
            return
        written = monotonic()
        sys.stderr.write(f"{visible(label)}: {done} of {total}\n" if total else f"{visible(label)}\n")
        sys.stderr.flush()

    return report


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3f}" if isinstance(value, float) else visible(str(value))
