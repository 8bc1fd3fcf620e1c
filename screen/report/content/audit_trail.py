"""The audit trail as a report witnesses it: how many entries, and a digest over what they say was done."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from screen.store import Store

_ENTRIES = "SELECT seq, action, detail FROM audit WHERE seq <= $most ORDER BY seq"


@dataclass(frozen=True)
class AuditTrail:
    """The trail of the store at the time of the report."""

    entries: int
    digest: str
    """SHA-256 over number, action and detail of each entry. Not over the moments: the same steps give the same report
    whenever they are taken; that no moment was changed is what ``doctor`` looks at."""


def read_trail(store: Store, most: int | None = None) -> AuditTrail:
    """The trail, or its first ``most`` entries."""
    rows = store.sql(_ENTRIES, most=2**62 if most is None else most).rows()
    return AuditTrail(len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest())


def trail_faults(store: Store, entries: int, digest: str) -> Iterator[str]:
    """What is wrong with the store's trail by a report that saw ``entries`` of it."""
    now = read_trail(store, entries)
    if now.entries < entries:
        yield f"audit trail: {entries} entries when the report was written, {now.entries} in the store: it was cut"
    elif now.digest != digest:
        yield f"audit trail: its first {entries} entries are not those the report was written after"


def measured_since(store: Store, entries: int) -> bool:
    """Whether the trail tells of an evaluation, or of a training, after its first ``entries`` entries."""
    found = store.scalar(
        "SELECT count(*) FROM audit WHERE seq > $entries AND action IN ('evaluate', 'train')", entries=entries
    )
    return bool(found)
