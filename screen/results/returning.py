"""Plates in, out and listed: the steps that commands and the Python API call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screen.results.returned import AddedPlate, Returned
from screen.settings import Settings
from screen.store import lab_results, open_store


@dataclass(frozen=True, kw_only=True)
class ListedPlate:
    """One plate in the store."""

    plate_id: str
    plate: str
    file: str
    lab: str
    organoid_id: str
    patient_id: str
    plan: str | None
    purpose: str
    verdict: str
    reason: str


def results_add(settings: Settings, files: Sequence[Path], returned: Returned) -> list[AddedPlate]:
    """Read a lab's plates into the store, judge them and fit their curves: all of them, or none.

    Raises
    ------
    InputError
        A file that cannot be read, does not fit its layout, or lay turned in the reader.
    StoreError
        No such plan, or a patient of theirs was erased.
    """
    from screen.results.adding import add_results

    with open_store(settings.store, write=True) as store, store.transaction():
        return add_results(store, files, returned)


def list_plates(settings: Settings) -> list[ListedPlate]:
    """Every plate that came back, in the order they were added."""
    with open_store(settings.store) as store:
        rows = lab_results.stored_plates(store).to_dicts()
    names = ListedPlate.__dataclass_fields__
    return [ListedPlate(file=row["file_name"], **{k: row[k] for k in names if k != "file"}) for row in rows]


def results_remove(settings: Settings, plates: Sequence[str]) -> list[str]:
    """Take plates out by their id, name or file, and fit what is left again; the ids taken out.

    Raises
    ------
    InputError
        Nothing of that name.
    """
    from screen.results.adding import remove_results

    with open_store(settings.store, write=True) as store, store.transaction():
        return remove_results(store, plates)
