"""A changed file, and a store that it may not change where it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from screen.errors import ScreenError
from screen.records import Batch, ReadOptions


@dataclass(frozen=True)
class Mutant:
    """One changed file."""

    seed: int
    of: str
    change: str
    name: str
    content: bytes
    options: ReadOptions
    slid: Callable[[Batch], list[str]]
    """What was read that was not written."""


class StoreWatch:
    """A store into which mutants are ingested: refused ones may not change it."""

    def __init__(self, folder: Path) -> None:
        from screen import pipeline
        from screen.settings import Settings

        self._folder, self._settings = folder, Settings(store=folder / "watched.duckdb")
        pipeline.init(self._settings)
        self._before = self._print()

    def _print(self) -> object:
        from tests.command import fingerprint

        return fingerprint(self._settings.store)

    def verdict(self, mutant: Mutant) -> str:
        """As ``verdict`` of the mutants, of ``ingest``."""
        from screen import pipeline

        path = self._folder / Path(mutant.name).name
        path.write_bytes(mutant.content)
        try:
            pipeline.ingest(self._settings, [path], mutant.options)
        except ScreenError:
            return "refused" if self._print() == self._before else "STORE changed by a refused file"
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt):
                raise
            return f"TRACEBACK ingest {type(fault).__name__}: {str(fault)[:200]}"
        finally:
            path.unlink(missing_ok=True)
        self._before = self._print()
        return "read"
