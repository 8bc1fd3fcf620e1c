"""Models as the store holds them, each held against its id: a changed byte is seen before it scores anybody."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from screen.errors import StoreError
from screen.store.database import Store

_AGAIN = "restore the store from a backup, or train it again: crescreen train {code}"


def model_id_of(manifest: Mapping[str, Any], weights: bytes) -> str:
    """16 hex digits of SHA-256 over a model's manifest and its weights (safetensors)."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode() + b"\x1f" + weights).hexdigest()[:16]


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
    if model_id_of(manifest, bytes(weights)) != model_id:
        raise StoreError(
            f"the model {model_id} of {code} is not what was stored under this id: it was changed since",
            where=str(store.path),
            remedy=_AGAIN.format(code=code),
        )
    return manifest, bytes(weights)


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
    changed = []
    for model_id in store.sql("SELECT model_id FROM models ORDER BY model_id")["model_id"]:
        row = store.sql("SELECT indication, manifest, weights FROM models WHERE model_id = $id", id=model_id).row(0)
        try:
            manifest = read_manifest(row[1], model_id, row[0], store.path)
        except StoreError:
            changed.append(model_id)
            continue
        if model_id_of(manifest, bytes(row[2])) != model_id:
            changed.append(model_id)
    return changed
