"""Plates in the terminal: a table that fits 100 columns, the reasons of what is to be looked at beneath it."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from screen.cli import console
from screen.results.returned import AddedPlate
from screen.results.returning import ListedPlate

_WIDTH = 100
_NAME = 36


def show_added(plates: Sequence[AddedPlate], store: Path, *, as_json: bool) -> None:
    """What became of each plate; notes that all share are said once."""
    if as_json:
        console.show(plates, as_json=True)
        return
    console.table([_row(one, stored="before" if one.repeated else "now") for one in plates], store, *_beneath(plates))


def show_listed(plates: Sequence[ListedPlate], store: Path, *, as_json: bool) -> None:
    """Every plate in the store."""
    if as_json:
        console.show(plates, as_json=True)
        return
    rows = [_row(one, lab=_short(one.lab, 14)) for one in plates]
    if not rows:
        console.say("no plate came back yet: crescreen results add FILES")
    console.table(rows, store, *_reasons(plates))


def _row(one: AddedPlate | ListedPlate, **further: Any) -> dict[str, Any]:
    return {
        "plate_id": one.plate_id,
        "plate": _short(one.plate, _NAME),
        "organoid": _short(one.organoid_id, 16),
        **further,
        "verdict": one.verdict,
    }


def _short(text: str, most: int) -> str:
    """The ends of a long name, which tell plates apart."""
    return text if len(text) <= most else f"{text[: most - 13]}…{text[-12:]}"


def _reasons(plates: Sequence[AddedPlate | ListedPlate]) -> Iterator[str]:
    for one in plates:
        if one.verdict != "pass":
            yield from _wrapped(f"{one.verdict} {_short(one.plate, _NAME)}: {one.reason}")


def _beneath(plates: Sequence[AddedPlate]) -> Iterator[str]:
    yield from _reasons(plates)
    by_note: dict[str, list[str]] = {}
    for one in plates:
        for note in one.notes:
            by_note.setdefault(note, []).append(_short(one.plate, _NAME))
    for note, names in by_note.items():
        which = "all plates" if len(names) == len(plates) and len(plates) > 1 else ", ".join(names)
        yield from _wrapped(f"{which}: {note}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
