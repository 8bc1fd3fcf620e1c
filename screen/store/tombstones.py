"""What is kept of an erased patient: a keyed digest of the id, so that no later file brings the patient back.

A bare hash of a pseudonym hides nothing: all 11,000 TCGA barcodes are tried in a fraction of a second. The digest is
therefore made with a secret of 256 bits (HMAC-SHA256), which lies in a file of its own beside the store, readable by
its owner alone. Who has the store without that file cannot test a guess. A secret must be kept somewhere, since
without one the patient's next file looks like a new patient's; whoever hands a store on leaves it behind.

Tombstones of stores made before the secret was introduced are bare hashes of the id as it was then written; they are
heeded as they are.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from screen.errors import StoreError
from screen.patient_identity import erasure_keys
from screen.store.database import Store

LOST = "lost"
"""In place of a key's id: the user said that the key is lost."""
_BYTES = 32


def key_file(store: Path) -> Path:
    """The file with the secret of a store."""
    real = store.resolve()
    return real.with_name(f"{real.name}.key")


def tombstone(key: bytes, patient_id: str) -> str:
    """What the audit trail keeps of an erased patient."""
    return _digest(key, erasure_keys(patient_id)[0])


def key_id(key: bytes) -> str:
    """Says which key a tombstone was made with, and nothing of the key itself."""
    return _digest(key, "key")[:16]


def key_for_writing(path: Path) -> bytes:
    """The secret of a store, made if there is none."""
    there = _read(path)
    if there:
        return there
    key = secrets.token_bytes(_BYTES)
    draft = key_file(path).with_name(f".{key_file(path).name}.{secrets.token_hex(8)}")
    try:
        stream = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.write(stream, key.hex().encode() + b"\n")
            os.fsync(stream)
        finally:
            os.close(stream)
        os.replace(draft, key_file(path))
    except OSError as fault:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"the key of erasures cannot be written: {fault.strerror}",
            where=str(key_file(path)),
            remedy="make room and allow writing beside the store, then run the command again",
        ) from None
    return key


def state_of(store: Store, patient_id: str) -> str | None:
    """``unfinished`` or ``finished`` where this patient was erased before, in whatever spelling; else ``None``."""
    if not erased(store, [patient_id]):
        return None
    possible = _possible(_read(store.path), patient_id)
    rows = store.sql("SELECT digest, state FROM forgotten").rows()
    return max(str(state) for digest, state in rows if digest in possible)


def erased(store: Store, patient_ids: Iterable[str]) -> set[str]:
    """Those of these ids that are an erased patient's, in any spelling.

    Raises
    ------
    StoreError
        Patients were erased, and the key that tells which is missing.
    """
    rows = store.sql("SELECT digest, key_id FROM forgotten").rows()
    if not rows:
        return set()
    digests = {digest for digest, _ in rows}
    needed = {made_with for _, made_with in rows} - {"", LOST}
    key = _required(store, needed) if needed else b""
    return {one for one in set(patient_ids) if digests & _possible(key, one)}


def _possible(key: bytes, patient_id: str) -> set[str]:
    keyed = {_digest(key, spelling) for spelling in erasure_keys(patient_id)} if key else set()
    return keyed | {hashlib.sha256(patient_id.encode()).hexdigest()}


def _required(store: Store, needed: set[str]) -> bytes:
    path = key_file(store.path)
    if path.is_file() and path.stat().st_size == 0:
        return b""  # given up by the user, as the remedy below says
    key = _read(store.path)
    if key and {key_id(key)} == needed:
        return key
    raise StoreError(
        "the key that keeps erased patients out is missing" if not key else "is not the key of this store's erasures",
        where=str(path),
        remedy="put it back from where the store was copied; if it is lost for good, lay an empty file in its place: "
        "patients erased so far are then not recognised any more",
    )


def _read(store: Path) -> bytes:
    try:
        return bytes.fromhex(key_file(store).read_text(encoding="ascii"))
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as fault:
        raise StoreError(
            f"the key of erasures cannot be read: {fault}",
            where=str(key_file(store)),
            remedy="put it back from a backup",
        ) from None


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
