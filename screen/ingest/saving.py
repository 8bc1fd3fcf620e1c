"""One file into the store, and what has to be derived again because of it."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

from screen import evidence
from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.profile_summary import about_profiles
from screen.records import ReadOptions
from screen.store import Store, audit, drug_identity, save, tables

_NOTHING_NEW = "the same bytes are in the store already: nothing changed"


@dataclass(frozen=True)
class Ingested:
    """What became of one file."""

    file: str
    kind: str
    rows: int
    repeated: bool
    """The same bytes, read the same way, were in the store already: nothing was changed."""
    says: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Saved:
    """One file in the store."""

    ingested: Ingested
    changed: frozenset[str]
    """Tables whose rows it changed."""
    source_id: str


def save_file(store: Store, kind: Kind, head: Head, options: ReadOptions) -> Saved:
    """Read one file and save its rows; the same bytes read another way before are replaced. Call inside a transaction.

    Raises
    ------
    InputError
        The file cannot be read as it is, has no rows, or brings a data set that another file has brought.
    """
    source = save.source_of(head.path, options)
    repeated = save.known(store, source)
    rows, changed = 0, frozenset[str]()
    notes: tuple[str, ...] = (_NOTHING_NEW,) if repeated else ()
    if not repeated:
        batch = kind.read(head, options)
        changed = frozenset(table for table, frame in batch.tables.items() if frame.height)
        if batch.tables and not changed:
            raise InputError("a header but no rows", where=str(head.path), remedy="fetch it again")
        if replaced := save.same_bytes(store, source):
            save.remove_sources(store, replaced)
            changed |= {table.name for table in (*tables.of_kind("source"), *tables.of_kind("shared"))}
        save.refuse_second_dataset(store, source, batch)
        stored = save.save_batch(store, source, batch)
        rows, notes = stored.rows, stored.notes
    audit.record(store, "ingest", sha256=source.sha256, kind=kind.name, rows=rows, repeated=repeated)
    return Saved(Ingested(source.name, kind.name, rows, repeated, kind.says, notes), changed, source.source_id)


def described(store: Store, done: Sequence[Saved]) -> list[Ingested]:
    """What is said of each file: its own notes, and of profiles what only the store knows."""
    more = about_profiles(store, [one.source_id for one in done if not one.ingested.repeated])
    return [replace(one.ingested, notes=(*one.ingested.notes, *more.get(one.source_id, ()))) for one in done]


def rebuild_derived(store: Store, changed: Set[str], progress: Callable[[str], None]) -> None:
    """Rebuild what follows from the tables that changed, and nothing else: names of drugs, then linked evidence."""
    names = bool(changed & drug_identity.READ_TABLES)
    if names:
        progress("resolving drugs")
        drug_identity.resolve_drugs(store)
    if names or changed & evidence.READ_TABLES:
        progress("linking evidence")
        evidence.refresh(store)


def replace_file(store: Store, name: str) -> frozenset[str]:
    """Take an earlier file out for a corrected one; the tables whose rows that changed. Call inside a transaction.

    Raises
    ------
    InputError
        No file of this name is in the store.
    """
    earlier = save.named(store, name)
    if not earlier:
        raise InputError(
            f"no file named {name!r} is in the store",
            where="--replace",
            remedy="see which there are: crescreen status; or leave --replace out",
        )
    save.remove_sources(store, earlier)
    audit.record(store, "replace", sources=sorted(earlier))
    return frozenset(table.name for table in (*tables.of_kind("source"), *tables.of_kind("shared")))
