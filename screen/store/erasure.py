"""Erase a patient: from every table, from the file's free blocks, from what unfinished work left beside the store."""

import json
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screen.errors import StoreError
from screen.patient_identity import erasure_keys
from screen.settings import Settings
from screen.store import audit, patient_ids, tables
from screen.store.copying import draft_beside, publish, remove_drafts
from screen.store.database import Store
from screen.store.mentions import mention, unname
from screen.store.opening import open_store
from screen.store.stored_models import unseen_by
from screen.store.tombstones import LOST, key_for_writing, key_id, state_of, tombstone

_TRIES = 20
_OF_RUNS = ("scores", "score_updates", "heard_alterations", "run_patients", "run_drugs", "conditioned_runs")


@dataclass(frozen=True)
class Count:
    """Rows of one table."""

    table: str
    rows: int


def _nothing(_step: str) -> None:
    pass


def forget(settings: Settings, patient_id: str, progress: Callable[[str], None] = _nothing) -> list[Count]:
    """Erase a patient; rows erased by table.

    The rows go in one transaction, which leaves a tombstone (:mod:`screen.store.tombstones`) marked unfinished. Then
    the work folder goes (unfinished training and finished folds hold what came of the patient, and can be computed
    again), and the file is written anew, since a deleted row stays in its free blocks. A call that was killed or ran
    out of room in between is finished by the next. Reports, backups and library screens lie elsewhere: remove them by
    hand.

    Parameters
    ----------
    patient_id : in any spelling (:func:`screen.patient_identity.erasure_keys`)
    progress : called before each step with its name

    Raises
    ------
    StoreError
        No such patient, now or earlier; no room for the new file, which needs as much as the store takes.
    """
    path = settings.store.resolve() if settings.store.exists() else settings.store
    with draft_beside(path) as draft, open_store(path, write=True, copies=[draft]) as store:
        ids, state = _spellings_there(store, patient_id), state_of(store, patient_id)
        if not ids and state is None:
            raise StoreError(
                f"no patient {patient_id!r}", where=str(path), remedy=patient_ids.remedy_for(store, patient_id)
            )
        counts = _erase(store, patient_id, ids, progress)
        progress("work folder")
        for folder in (settings.work, path.with_name(f"{path.name}.tmp")):
            _remove(folder)
        if ids or state == "unfinished":
            _write_anew(store, path, draft, progress)
    progress("end")
    return counts


def unfinished(store: Store) -> int:
    """How many erasures were not finished."""
    return int(store.scalar("SELECT count(*) FROM forgotten WHERE state = 'unfinished'"))


def _spellings_there(store: Store, patient_id: str) -> list[str]:
    wanted = erasure_keys(patient_id)[0]
    held = {
        str(one)
        for table in tables.with_patients()
        for one in store.sql(f"SELECT DISTINCT {table.patient} AS id FROM {table.name} WHERE {table.where}")["id"]
        if one is not None
    }
    return sorted(one for one in held if one == patient_id or wanted in erasure_keys(one))


def _erase(store: Store, patient_id: str, ids: list[str], progress: Callable[[str], None]) -> list[Count]:
    """Everything that a transaction can do."""
    if not ids:
        return [Count(table.name, 0) for table in tables.with_patients()]
    progress("key")
    key = key_for_writing(store.path)
    with store.transaction():
        sources = _sources_of(store, ids)
        counts = [*_delete_owned(store, ids), *_delete_rows(store, ids, progress)]
        progress("source files")
        gone = _drop_empty(store, sources)
        progress("quotes")
        gone |= unname(store, ids)
        progress("models")
        counts += _delete_models(store, ids, gone)
        progress("tombstone")
        _bury(store, key, patient_id, sum(count.rows for count in counts))
    progress("committed")
    return counts


def _sources_of(store: Store, ids: list[str]) -> list[str]:
    found: set[str] = set()
    for table in tables.with_patients():
        if table.kind == "source":
            rows = store.sql(f"SELECT DISTINCT source_id FROM {table.name} WHERE {_mine(table)}", ids=ids)
            found |= set(rows["source_id"])
    return sorted(found)


def _mine(table: tables.Table) -> str:
    return f"{table.where} AND list_contains($ids, {table.patient})"


def _delete_owned(store: Store, ids: list[str]) -> list[Count]:
    counts = []
    for table in tables.with_owner():
        assert table.owner is not None
        owner, column = table.owner
        mine = f"{column} IN (SELECT {column} FROM {owner} WHERE {_mine(tables.named(owner))})"
        counts.append(_delete(store, table.name, mine, ids=ids))
    return counts


def _delete_rows(store: Store, ids: list[str], progress: Callable[[str], None]) -> list[Count]:
    counts = []
    for table in tables.with_patients():
        progress(table.name)
        counts.append(_delete(store, table.name, _mine(table), ids=ids))
    return counts


def _delete(store: Store, table: str, where: str, **values: Any) -> Count:
    rows = int(store.scalar(f"SELECT count(*) FROM {table} WHERE {where}", **values))
    if rows:
        store.run(f"DELETE FROM {table} WHERE {where}", **values)
    return Count(table, rows)


def _drop_empty(store: Store, sources: Iterable[str]) -> set[str]:
    """Take out the files of which nothing is left; their ids."""
    gone = set()
    for source in sources:
        facts = (table.name for table in tables.of_kind("source"))
        if not any(store.scalar(f"SELECT 1 FROM {name} WHERE source_id = $id LIMIT 1", id=source) for name in facts):
            store.run("DELETE FROM source_files WHERE source_id = $id", id=source)
            gone.add(source)
    return gone


def _delete_models(store: Store, ids: list[str], sources: set[str]) -> list[Count]:
    """Models trained with this patient's plates, on its file, or on one called after it; with their rankings."""
    pattern, models = mention(ids), []
    for model, manifest in store.sql("SELECT model_id, manifest FROM models").iter_rows():
        read = json.loads(manifest)
        origin, learned = read.get("patient_source", {}), set(ids) & set(unseen_by(read))
        if learned or origin.get("source_id") in sources or pattern.search(str(origin.get("dataset", ""))):
            models.append(model)
    if not models:
        return []
    runs = "run_id IN (SELECT run_id FROM runs WHERE list_contains($models, model_id))"
    counts = [_delete(store, table, runs, models=models) for table in _OF_RUNS]
    return [
        *counts,
        *(_delete(store, table, "list_contains($models, model_id)", models=models) for table in ("runs", "models")),
    ]


def _bury(store: Store, key: bytes, patient_id: str, rows: int) -> None:
    digest, made_with = tombstone(key, patient_id), key_id(key)
    store.run("UPDATE forgotten SET key_id = $lost WHERE key_id NOT IN ('', $key)", lost=LOST, key=made_with)
    store.run("DELETE FROM forgotten WHERE digest = $digest", digest=digest)
    store.run("INSERT INTO forgotten VALUES ($digest, 'unfinished', $key)", digest=digest, key=made_with)
    audit.record(store, "forget", tombstone=digest, rows=rows)


def _remove(folder: Path) -> None:
    """Take a folder away, even while another process still writes into it."""
    for tried in range(_TRIES):
        if not folder.exists():
            return
        try:
            shutil.rmtree(folder.resolve())
        except OSError as fault:
            if tried == _TRIES - 1:
                raise StoreError(
                    f"cannot be removed: {fault.strerror}",
                    where=str(folder),
                    remedy="end what is using it, then run the command again: it goes on where it stopped",
                ) from None
            time.sleep(0.05)
    if folder.is_symlink():
        folder.unlink()


def _write_anew(store: Store, path: Path, draft: Path, progress: Callable[[str], None]) -> None:
    """Copy what is left into a new file and put it in the store's place, while the old one is still locked."""
    try:
        store.run("CHECKPOINT")
        remove_drafts(path)
        progress("copy")
        store.copy_to(draft)
        progress("copied")
        with open_store(draft, write=True) as copy:
            copy.run("UPDATE forgotten SET state = 'finished'")
            progress("marked finished")
            copy.run("CHECKPOINT")
        progress("replace")
        publish(draft, path)
    except (StoreError, OSError) as fault:
        what = fault.what if isinstance(fault, StoreError) else str(fault.strerror)
        raise StoreError(
            f"the patient's rows are erased, but not yet the file's free blocks: {what}",
            where=str(path),
            remedy="make room for a second file of this size, then run the command again: it goes on where it stopped",
        ) from None
    progress("replaced")
