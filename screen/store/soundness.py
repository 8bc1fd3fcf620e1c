"""Whether a store is what was written into it: every row read, every reference followed, every hash made again."""

from dataclasses import dataclass

from screen.errors import ScreenError, StoreError
from screen.store import audit, migrations, tables
from screen.store.database import Store
from screen.store.erasure import unfinished
from screen.store.stored_models import changed_models

RESTORE = "restore the store from a backup"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or why it could not be looked at."""

    check: str
    finding: str
    remedy: str


def faults_of(store: Store) -> list[Fault]:
    """What is wrong with a store; a check that cannot be carried out is a fault itself."""
    checks = {
        "rows": _unreadable,
        "audit trail": _broken_trail,
        "models": _changed_models,
        "references": _broken_references,
        "erasure": _unfinished_erasure,
        "indications": _other_members,
    }
    found: list[Fault] = []
    for name, check in checks.items():
        try:
            found += check(store)
        except StoreError as fault:
            found.append(Fault(name, fault.what, fault.remedy or RESTORE))
        except Exception as fault:  # a damaged row may raise anything in whatever reads it
            found.append(Fault(name, f"cannot be checked: {type(fault).__name__}: {fault}"[:200], RESTORE))
    return found


def _unreadable(store: Store) -> list[Fault]:
    """Read every column of every row; DuckDB holds each block against its checksum as it reads it."""
    bad = []
    for table in tables.TABLES:
        try:
            store.scalar(f"SELECT bit_xor(hash(t)) FROM {table.name} t")
        except ScreenError as fault:
            bad.append(f"{table.name} ({fault.what})")
        except Exception as fault:  # as above
            bad.append(f"{table.name} ({type(fault).__name__})")
    return [Fault("rows", f"cannot be read: {', '.join(bad)}"[:400], RESTORE)] if bad else []


def _broken_trail(store: Store) -> list[Fault]:
    broken = audit.first_broken(store)
    return (
        [] if broken is None else [Fault("audit trail", f"entry {broken} does not follow from the one before", RESTORE)]
    )


def _changed_models(store: Store) -> list[Fault]:
    changed = changed_models(store)
    text = f"not what was stored under their ids: {', '.join(changed)}"
    return [Fault("models", text, f"{RESTORE}, or train these again")] if changed else []


def _broken_references(store: Store) -> list[Fault]:
    rows = store.query("broken_references").rows()
    text = ", ".join(f"{number} {what}" for what, number in rows)
    return [Fault("references", text, RESTORE)] if rows else []


def _unfinished_erasure(store: Store) -> list[Fault]:
    number = unfinished(store)
    text = f"{number} patients erased, but not from the file's free blocks"
    return [Fault("erasure", text, "run the same command forget again: it goes on where it stopped")] if number else []


def _other_members(store: Store) -> list[Fault]:
    same = store.sql("FROM indication_members ORDER BY ALL").equals(migrations.members_listed())
    return [] if same else [Fault("indications", "the store lists other tumour types", "run: crescreen init")]
