"""Write what a stage made: every function runs in one transaction of its caller or of its own."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.records import Batch, ReadOptions
from screen.store import tables
from screen.store.database import Store
from screen.store.mentions import unname
from screen.store.tombstones import erased


@dataclass(frozen=True)
class Source:
    """One file as it was read."""

    source_id: str
    sha256: str
    name: str
    size_bytes: int
    options: str
    """JSON of the reading options."""


def source_of(path: Path, options: ReadOptions) -> Source:
    """Identity of a file (or of a folder read as one): its bytes and the options it is read with."""
    digest = hashlib.sha256()
    size = 0
    for part in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if part.is_file():
            with part.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
                    size += len(block)
    sha256 = digest.hexdigest()
    requested = json.dumps(options.declared(), sort_keys=True)
    identity = hashlib.sha256(f"{sha256}\x1f{requested}\x1f{_naming(path, options)}".encode()).hexdigest()[:16]
    return Source(identity, sha256, path.name, size, requested)


def _naming(path: Path, options: ReadOptions) -> str:
    # The file's name is the name of its data set where none is declared.
    return "" if options.dataset else path.name


def known(store: Store, source: Source) -> bool:
    """Whether this file, read this way, is in the store already."""
    return store.scalar("SELECT 1 FROM source_files WHERE source_id = $id", id=source.source_id) is not None


def same_bytes(store: Store, source: Source) -> list[str]:
    """Source ids of the same bytes read another way: they are replaced, so nothing is doubled."""
    return store.sql(
        "SELECT source_id FROM source_files WHERE sha256 = $sha AND source_id <> $id",
        sha=source.sha256,
        id=source.source_id,
    )["source_id"].to_list()


def named(store: Store, name: str) -> list[str]:
    """Source ids of the files that are in the store under a name, or of the file with this source id."""
    return store.sql("SELECT source_id FROM source_files WHERE name = $name OR source_id = $name", name=name)[
        "source_id"
    ].to_list()


@dataclass(frozen=True)
class StoredRows:
    """What became of one file's rows."""

    rows: int
    notes: tuple[str, ...]
    """The reader's, and what was left out here."""


def save_batch(store: Store, source: Source, batch: Batch) -> StoredRows:
    """Store one file's rows; those of patients erased earlier are left out. Call inside a transaction."""
    gone = erased(store, _patients(batch))
    rows = left = 0
    for name, frame in batch.tables.items():
        table = tables.named(name)
        if table.kind == "shared":
            new = _append_new(store, table, frame)
            rows += new if name == "drug_encoders" else 0
        elif table.kind == "source":
            stored = _without_patients(table, frame, gone)
            store.append(name, stored.with_columns(source_id=pl.lit(source.source_id)))
            # The ranges of doses follow from the responses, which are counted.
            rows += stored.height if name != "response_ranges" else 0
            left += frame.height - stored.height
        else:
            raise KeyError(name)
    notes = batch.notes
    if left:
        notes = (*batch.notes, f"{left} rows left out, of patients erased earlier: {len(gone)}")
    saved = StoredRows(rows, notes)
    if rows or not left:
        _append_source(store, source, batch, saved)
        saved = _with_conflicts(store, source, batch, saved)
    if gone:
        unname(store, sorted(gone))
    return saved


def _append_source(store: Store, source: Source, batch: Batch, saved: StoredRows) -> None:
    row = {
        **{k: getattr(source, k) for k in ("source_id", "sha256", "name", "size_bytes", "options")},
        "kind": batch.kind,
        "row_count": saved.rows,
        "snapshot_date": batch.snapshot_date,
        "coverage": batch.coverage,
        "notes": list(saved.notes),
        "ingested": store.scalar("SELECT coalesce(max(ingested), 0) + 1 FROM source_files"),
    }
    texts: dict[str, Any] = {"snapshot_date": pl.String, "coverage": pl.String, "notes": pl.List(pl.String)}
    store.append("source_files", pl.DataFrame([row], schema_overrides=texts))


def _with_conflicts(store: Store, source: Source, batch: Batch, saved: StoredRows) -> StoredRows:
    """A note where a clinical table corrects an earlier one: the later holds."""
    if "patient_records" not in batch.tables or batch.tables["patient_records"].is_empty():
        return saved
    patients = batch.tables["patient_records"].select("patient_id").unique()
    rows = store.sql(
        """SELECT c.* FROM patient_conflicts c JOIN theirs USING (patient_id)
           WHERE EXISTS (SELECT 1 FROM patient_records p WHERE p.source_id = $source AND p.authority = 0
                         AND p.patient_id = c.patient_id) ORDER BY patient_id, field""",
        {"theirs": patients},
        source=source.source_id,
    ).rows()
    if not rows:
        return saved
    shown = "; ".join(f"{one}: {field} {taken}, before {', '.join(others)}" for one, field, taken, others in rows[:3])
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    note = (
        f"corrects what earlier clinical tables say ({shown}{more}); listed by: "
        "crescreen export conflicts --out conflicts.csv"
    )
    noted = StoredRows(saved.rows, (*saved.notes, note))
    store.run(
        "UPDATE source_files SET notes = $notes WHERE source_id = $id", notes=list(noted.notes), id=source.source_id
    )
    return noted


def _patients(batch: Batch) -> set[str]:
    return {
        str(one)
        for name, frame in batch.tables.items()
        if (table := tables.named(name)).patient
        for one in frame.filter(pl.sql_expr(table.where))[table.patient].unique().drop_nulls()
    }


def _without_patients(table: tables.Table, frame: pl.DataFrame, gone: set[str]) -> pl.DataFrame:
    if not gone or table.patient is None:
        return frame
    theirs = pl.sql_expr(table.where) & pl.col(table.patient).is_in(sorted(gone))
    return frame.filter(~theirs.fill_null(False))


def refuse_second_dataset(store: Store, source: Source, batch: Batch) -> None:
    """Responses of one data set come from one file: a second file of that name would be averaged into the first.

    Raises
    ------
    InputError
        The data set and metric are in the store from another file.
    """
    if "responses" not in batch.tables:
        return
    for dataset, metric in batch.tables["responses"].select("dataset", "metric").unique(maintain_order=True).rows():
        other = store.scalar(
            """SELECT name FROM source_files JOIN responses USING (source_id)
               WHERE dataset = $dataset AND metric = $metric LIMIT 1""",
            dataset=dataset,
            metric=metric,
        )
        if other is not None:
            raise InputError(
                f"{metric} of data set {dataset!r} is in the store already, from {other}",
                where=source.name,
                remedy=f"corrected: crescreen ingest {source.name} --replace {other}; else name it with --dataset",
            )


def _append_new(store: Store, table: tables.Table, frame: pl.DataFrame) -> int:
    key = str(table.key)
    present = store.sql(f"SELECT {key} FROM {table.name}")[key]
    new = frame.unique(key, keep="first", maintain_order=True).filter(~pl.col(key).is_in(present.implode()))
    store.append(table.name, new)
    return new.height


def remove_sources(store: Store, source_ids: Iterable[str]) -> None:
    """Take out every row of these files. Call inside a transaction."""
    for source_id in source_ids:
        for table in (*tables.of_kind("source"), tables.named("source_files")):
            store.run(f"DELETE FROM {table.name} WHERE source_id = $id", id=source_id)
