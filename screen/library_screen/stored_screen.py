"""A screen as a file of its work folder: what ``gather`` needs besides the files of the tasks."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from screen.errors import InputError
from screen.library_screen.embedding import StoredEncoder
from screen.library_screen.pieces import Piece
from screen.library_screen.shard_scoring import StoredPatients
from screen.library_screen.steps import Screen
from screen.tasks.cache import intact, store_file

_VERSION = 1
_PART = "crescreen rank CODE --library FILE --out DIR --part 1/8"
_OPEN, _GATHERED = "screen", "gathered"
_DIFFERENCES = {
    "library": "library",
    "pieces": "library, or the value of --shard",
    "patients": "model or device",
    "encoder_id": "drug encoder",
    "patient_ids": "patients",
    "refused": "patients",
    "fraction": "ranking.efficient_fraction",
}
"""Field of a stored screen -> what another run of the command had otherwise."""


def keep(work: Path, screen: Screen, parts: int) -> None:
    """Store the screen that parts are computed of.

    Raises
    ------
    InputError
        Other parts of another screen of the indication wait in the same folder.
    """
    file, content = _file(work, _OPEN, screen.indication), _content(screen, parts)
    if intact(file):
        there = json.loads(file.read_bytes())
        for field, words in _DIFFERENCES.items():
            if there.get(field) != content[field]:
                raise InputError(
                    f"parts of {screen.indication} that wait here were computed with another {words}",
                    where=str(work.parent),
                    remedy="run all parts with the same store, library and settings, or name another folder: --out",
                )
    store_file(file, _bytes(content))


def keep_gathered(work: Path, screen: Screen, parts: int = 1) -> None:
    """Store a screen whose tables are written; its parts wait no more."""
    store_file(_file(work, _GATHERED, screen.indication), _bytes(_content(screen, parts)))
    _file(work, _OPEN, screen.indication).unlink(missing_ok=True)


def stored(work: Path) -> list[tuple[Screen, int]]:
    """The screens of a folder by indication, with the number of their parts: those that wait before those gathered."""
    found: dict[str, Path] = {}
    for kind in (_GATHERED, _OPEN):
        for file in sorted(work.glob(f"{kind}-*.json")):
            found[file.stem.removeprefix(f"{kind}-")] = file
    return [_read(file, work) for _, file in sorted(found.items())]


def _file(work: Path, kind: str, indication: str) -> Path:
    return work / f"{kind}-{indication}.json"


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, indent=1).encode()


def _content(screen: Screen, parts: int) -> dict[str, Any]:
    patients = asdict(screen.patients) | {
        name: getattr(screen.patients, name).name for name in ("manifest", "weights", "scaled")
    }
    return {
        "version": _VERSION,
        "parts": parts,
        "indication": screen.indication,
        "library": screen.library.name,
        "pieces": [[piece.start, piece.end, piece.first, piece.key] for piece in screen.pieces],
        "encoder": asdict(screen.encoder) | {"weights": screen.encoder.weights.name},
        "encoder_id": screen.encoder_id,
        "patients": patients,
        "patient_ids": list(screen.patient_ids),
        "refused": dict(screen.refused),
        "fraction": screen.fraction,
    }


def _read(file: Path, work: Path) -> tuple[Screen, int]:
    if not intact(file):
        raise _damaged(file)
    held = json.loads(file.read_bytes())
    if held["version"] != _VERSION:
        raise InputError(
            f"written by another version of crescreen (layout {held['version']})",
            where=str(file),
            remedy=f"run the parts again: {_PART}",
        )
    library, patients, encoder = Path(held["library"]), held["patients"], held["encoder"]
    for name in ("manifest", "weights", "scaled"):
        patients[name] = work / patients[name]
        if not intact(patients[name]):
            raise _damaged(patients[name])
    screen = Screen(
        indication=held["indication"],
        library=library,
        pieces=tuple(Piece(library, *piece) for piece in held["pieces"]),
        encoder=StoredEncoder(**encoder | {"weights": work / encoder["weights"]}),
        encoder_id=held["encoder_id"],
        patients=StoredPatients(**patients),
        patient_ids=tuple(held["patient_ids"]),
        refused=held["refused"],
        fraction=held["fraction"],
    )
    return screen, held["parts"]


def _damaged(file: Path) -> InputError:
    return InputError("is missing, or not as it was written", where=str(file), remedy=f"run any part again: {_PART}")
