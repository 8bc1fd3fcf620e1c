"""Parts of a screen that any batch system can run, and the step that gathers them.

Part i of n takes every n-th task of each step. A step needs the whole of the step before it: a part computes what can
be computed now, waits for the others where it may, and leaves the rest to its next call or to ``gather``.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screen.errors import InputError, NotReady
from screen.library_screen import steps, stored_screen
from screen.library_screen.results import copy_tables
from screen.library_screen.screening import PatientsToScreen, ScreenRequest, embedding_place, made_ready, scoring_place
from screen.library_screen.steps import Embedded, Screen, Screened, embedded, finish, join_brackets
from screen.settings import Settings
from screen.tasks.cache import Task, WorkPlace, intact, load_or_compute
from screen.tasks.progress import Progress, silent

_LOOK = 2.0
"""Seconds between two looks for the files of other parts."""
_MOST = 1_000_000


@dataclass(frozen=True)
class Part:
    """Which part of how many."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> "Part":
        """``i/n``, counted from 0 or from 1: part n is part 0.

        Raises
        ------
        InputError
            Not two numbers, or i above n.

        >>> Part.parse("4/4")
        Part(number=0, of=4)
        """
        number, slash, of = text.partition("/")
        if not (slash and all(one.isascii() and one.isdigit() and len(one) < 8 for one in (number, of))):
            raise _no_part(text)
        if not (0 < int(of) <= _MOST and int(number) <= int(of)):
            raise _no_part(text)
        return cls(int(number) % int(of), int(of))

    def share(self, things: Sequence[Task]) -> list[Task]:
        """Every n-th."""
        return list(things[self.number :: self.of])


@dataclass(frozen=True)
class PartDone:
    """What a part has done so far."""

    indication: str
    part: str
    pieces: int
    """Of the library, of this part."""
    embedded: int
    scored: int
    """Of its pieces; 0 while other parts are missing: run it again, or gather."""
    folder: str


def _no_part(text: str) -> InputError:
    return InputError(f"{text!r} is no part", where="--part", remedy="give i/n, such as 1/8, 2/8, ... 8/8")


def screen_part(
    request: ScreenRequest, applicants: PatientsToScreen, part: Part, wait: float, progress: Progress
) -> PartDone:
    """Compute one part, as far as the other parts allow.

    Parameters
    ----------
    wait : minutes to wait for the other parts in all

    Raises
    ------
    InputError
        The library cannot be read, or parts of another screen wait in the same folder.
    """
    until = time.monotonic() + 60 * wait
    screen = made_ready(request, applicants)
    stored_screen.keep(request.work, screen, part.of)
    place = embedding_place(request, progress)
    tasks_of_all: Sequence[Task] = screen.embedding_tasks()
    mine = part.share(tasks_of_all)
    load_or_compute(mine, place, "standardising and embedding")
    done = PartDone(screen.indication, f"{part.number}/{part.of}", len(mine), len(mine), 0, str(request.work))
    if (files := _all_there(tasks_of_all, place, until)) is None:
        return done
    scoring = scoring_place(request, screen, progress)
    scored = _score(embedded(screen, files, request.work), part, scoring, until)
    return replace(done, scored=scored)


def _score(found: Embedded, part: Part, place: WorkPlace, until: float) -> int:
    """Shards of this part that were scored."""
    brackets = found.bracket_tasks(steps.WIDTHS[0])
    load_or_compute(part.share(brackets), place, "bracketing the thresholds")
    if (files := _all_there(brackets, place, until)) is None:
        return 0
    mine = part.share(found.shard_tasks(join_brackets(files, place.folder)))
    return len(load_or_compute(mine, place, "scoring"))


def _all_there(wanted: Sequence[Task], place: WorkPlace, until: float) -> list[Path] | None:
    """The files of all parts' tasks, once they are there; None where they are not there in time."""
    files = [place.folder.absolute() / task.file_name for task in wanted]
    while missing := _missing(files):
        if time.monotonic() >= until:
            return None
        place.progress("waiting for other parts", len(files) - len(missing), len(files))
        time.sleep(_LOOK)
    return files


def _missing(files: Sequence[Path]) -> list[Path]:
    names = {path.name for path in files[0].parent.iterdir()} if files else set()
    absent = [file for file in files if file.name not in names]
    return absent or [file for file in files if not intact(file)]


def gather(settings: Settings, folder: Path, to: Path | None = None, progress: Progress = silent) -> list[Screened]:
    """Merge the parts of the screens in a folder and write their tables; what is not scored yet is scored here.

    It may be run again: the same tables are written. It needs neither the store nor the library.

    Parameters
    ----------
    to : where in an object store the tables are copied

    Raises
    ------
    NotReady
        Parts are missing.
    InputError
        There is no screen in the folder.
    """
    out = folder.absolute()
    found = stored_screen.stored(out / "work") if (out / "work").is_dir() else []
    if not found:
        raise InputError(
            "no part of a screen is here",
            where=str(folder),
            remedy="first: crescreen rank CODE --library FILE --out DIR --part 1/8",
        )
    for screen, parts in found:
        _require_embedded(screen, parts, out)
    done = [_gather_one(settings, screen, parts, out, progress) for screen, parts in found]
    for one in done if to else []:
        copy_tables(Path(one.folder), Path(f"{to}/{one.indication}"))
    return done


def _require_embedded(screen: Screen, parts: int, out: Path) -> None:
    files = [out / "work" / task.file_name for task in screen.embedding_tasks()]
    place_of = {file: place for place, file in enumerate(files)}
    missing = sorted({place_of[file] % parts for file in _missing(files)})
    if missing:
        names = ", ".join(f"{number or parts}/{parts}" for number in missing[:20])
        more = ", ..." if len(missing) > 20 else ""
        raise NotReady(
            f"{screen.indication}: {len(missing)} of {parts} parts are missing: {names}{more}",
            where=str(out),
            remedy="run each: crescreen rank CODE --library FILE --out DIR --part 1/8",
        )


def _gather_one(settings: Settings, screen: Screen, parts: int, out: Path, progress: Progress) -> Screened:
    request = ScreenRequest(
        screen.library, 1, out, screen.fraction, settings.workers, screen.patients.device, settings.cluster
    )
    files = [request.work / task.file_name for task in screen.embedding_tasks()]
    place = scoring_place(request, screen, progress)
    done = finish(embedded(screen, files, request.work), out, place)
    stored_screen.keep_gathered(request.work, screen, parts)
    return done
