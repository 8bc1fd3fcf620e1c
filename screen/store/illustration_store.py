"""Illustrations of a drug's mechanism in the store: the newest of a kind and file."""

from dataclasses import dataclass

from screen.store import audit
from screen.store.database import Store


@dataclass(frozen=True, kw_only=True)
class StoredIllustration:
    """A row; what it says is the report's to read."""

    drug_id: str
    kind: str
    """signature or docking."""
    file: str
    """Its name, without folders."""
    sha256: str
    record: str
    """JSON."""


def save_illustrations(store: Store, rows: list[StoredIllustration]) -> None:
    """Store them in place of earlier ones of the same drug, kind and file."""
    with store.transaction():
        for row in rows:
            store.run(
                "INSERT OR REPLACE INTO illustrations VALUES ($drug_id, $kind, $file, $sha256, $record)", **vars(row)
            )
        audit.record(store, "illustrate", kinds=sorted({row.kind for row in rows}), drugs=len(rows))


def illustrations_of(store: Store, drug_id: str) -> list[StoredIllustration]:
    """Those of a drug, signatures last."""
    rows = store.sql("SELECT * FROM illustrations WHERE drug_id = $id ORDER BY kind, file, sha256", id=drug_id)
    return [StoredIllustration(**row) for row in rows.to_dicts()]
