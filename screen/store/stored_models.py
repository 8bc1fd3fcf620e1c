"""Models as the store holds them, each held against its seal: a changed byte is seen before it scores anybody.

A model's id says what it was made from, so that the same training has the same id on every processor. What came of it
is witnessed by the seal, a digest in its manifest and in the audit trail.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from screen.errors import StoreError
from screen.store.database import Store

_AGAIN = "restore the store from a backup, or train it again: crescreen train {code}"


SEAL, INPUTS = "seal", "inputs"
"""Fields of a manifest: digests of what is stored, and of what it was made from."""
LABS = "labs"
"""Field of a manifest: ``sources``, a row a laboratory, and ``unseen_by``, patient -> number of the member."""

ALTERATIONS = "alterations"
"""Field of a manifest: ``events`` (name, gene, kind) that drugs hang on, ``effects`` (drug, event, size, members)."""


def unseen_by(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Patients whose plates a model was trained with, and the member that never saw each."""
    return dict(manifest.get(LABS, {}).get("unseen_by", {}))


def model_id_of(manifest: Mapping[str, Any], weights: bytes) -> str:
    """16 hex digits of what a model was made from, the same on every processor; of an older one, of all its bytes."""
    return str(manifest[INPUTS])[:16] if INPUTS in manifest else seal_of(manifest, weights)[:16]


def seal_of(manifest: Mapping[str, Any], weights: bytes) -> str:
    """SHA-256 over a model's manifest, but for the seal in it, and its weights (safetensors)."""
    hashed = {name: value for name, value in manifest.items() if name != SEAL}
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode() + b"\x1f" + weights).hexdigest()


def is_as_stored(store: Store, model_id: str, manifest: Mapping[str, Any], weights: bytes) -> bool:
    """Whether a model is what was stored under its id: by its seal, and by that in the audit trail."""
    if model_id_of(manifest, weights) != model_id:
        return False
    if INPUTS not in manifest:
        return True
    trail = store.sql(
        """SELECT json_extract_string(detail, '$.seal') AS seal FROM audit
           WHERE action IN ('train', 'cells train') AND json_extract_string(detail, '$.model_id') = $id
             AND seal IS NOT NULL
           ORDER BY seq DESC LIMIT 1""",
        id=model_id,
    )["seal"]
    seal = seal_of(manifest, weights)
    return manifest.get(SEAL) == seal and trail.to_list() in ([], [seal])


def current_model(store: Store, code: str) -> tuple[dict[str, Any], bytes]:
    """Manifest and weights (safetensors) of the newest model of an indication.

    Raises
    ------
    StoreError
        There is none, or it is not what was stored under its id.
    """
    rows = store.sql("SELECT model_id, manifest, weights FROM current_models WHERE indication = $code", code=code)
    if rows.is_empty():
        raise StoreError(f"no model for {code}", where=str(store.path), remedy=f"run: crescreen train {code}")
    return _read(store, code, *rows.row(0))


def stored_model(store: Store, model_id: str) -> tuple[dict[str, Any], bytes]:
    """Manifest and weights of the model of this id, current or not.

    Raises
    ------
    StoreError
        It is not there, or it is not what was stored under its id.
    """
    rows = store.sql("SELECT indication, model_id, manifest, weights FROM models WHERE model_id = $id", id=model_id)
    if rows.is_empty():
        raise StoreError(
            f"no model {model_id!r}", where=str(store.path), remedy="see which there are: crescreen status"
        )
    return _read(store, *rows.row(0))


def _read(store: Store, code: str, model_id: str, text: str, weights: bytes) -> tuple[dict[str, Any], bytes]:
    manifest = read_manifest(text, model_id, code, store.path)
    if not is_as_stored(store, model_id, manifest, bytes(weights)):
        raise StoreError(
            f"the model {model_id} of {code} is not what was stored under this id: it was changed since",
            where=str(store.path),
            remedy=_AGAIN.format(code=code),
        )
    return manifest, bytes(weights)


def sound_model(store: Store, model_id: str) -> tuple[dict[str, Any], bytes] | None:
    """Manifest and weights under an id; none where there is no such model, or it was changed since it was stored."""
    rows = store.sql("SELECT indication, manifest, weights FROM models WHERE model_id = $id", id=model_id).rows()
    try:
        manifest = read_manifest(rows[0][1], model_id, rows[0][0], store.path) if rows else {}
    except StoreError:
        return None
    sound = rows and is_as_stored(store, model_id, manifest, bytes(rows[0][2]))
    return (manifest, bytes(rows[0][2])) if sound else None


def read_manifest(text: str, model_id: str, code: str, path: Path) -> dict[str, Any]:
    """A manifest from its text.

    Raises
    ------
    StoreError
        It is no JSON object.
    """
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        manifest = None
    if isinstance(manifest, dict):
        return manifest
    raise StoreError(
        f"the manifest of the model {model_id} of {code} cannot be read",
        where=str(path),
        remedy=_AGAIN.format(code=code),
    )


def changed_models(store: Store) -> list[str]:
    """Ids of models that are not what was stored under them, one at a time in memory."""
    ids = store.sql("SELECT model_id FROM models ORDER BY model_id")["model_id"]
    return [model_id for model_id in ids if sound_model(store, model_id) is None]
