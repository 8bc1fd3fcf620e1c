"""The append-only trail: each entry carries the hash of the one before, so a change shows."""

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import Any

from screen.store.database import Store

GENESIS = "0" * 64


def record(store: Store, action: str, **detail: Any) -> None:
    """Append one entry; call it inside the transaction it tells of. Never pass a patient id."""
    seq, previous = tip(store)
    entry = (seq + 1, _now(), action, json.dumps(detail, sort_keys=True, default=str))
    values = dict(zip(("seq", "moment", "action", "detail"), entry, strict=True))
    store.run(
        "INSERT INTO audit VALUES ($seq, $moment, $action, $detail, $previous, $hash)",
        **values,
        previous=previous,
        hash=_digest(previous, *entry),
    )


def tip(store: Store) -> tuple[int, str]:
    """Number and hash of the newest entry; every change of the store brings a new one."""
    row = store.sql("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").rows()
    return (int(row[0][0]), str(row[0][1])) if row else (0, GENESIS)


def first_broken(store: Store) -> int | None:
    """Sequence number of the first entry that does not follow from the one before; ``None`` if all do."""
    previous = GENESIS
    expected = 1
    for row in store.sql("SELECT * FROM audit ORDER BY seq").iter_rows(named=True):
        digest = _digest(previous, row["seq"], row["moment"], row["action"], row["detail"])
        if row["seq"] != expected or row["previous_hash"] != previous or row["hash"] != digest:
            return int(row["seq"])
        previous, expected = row["hash"], expected + 1
    return None


def _digest(previous: str, seq: int, moment: str, action: str, detail: str) -> str:
    return hashlib.sha256("\x1f".join((previous, str(seq), moment, action, detail)).encode()).hexdigest()


def _now() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
