"""Checkpoints of pretrained drug encoders (torch or safetensors), stored as safetensors and never as pickles."""

import hashlib

import polars as pl

from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.records import Batch, ReadOptions

_LEGACY_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
"""How torch.save began its files before it wrote zip archives."""


def _is_checkpoint(head: Head) -> bool:
    zipped = head.magic == "zip" and b"data.pkl" in head.raw[:4096]
    safetensors = head.raw[8:9] == b"{" and int.from_bytes(head.raw[:8], "little") < head.path.stat().st_size
    return zipped or safetensors or head.raw.startswith(_LEGACY_TORCH)


def _read(head: Head, options: ReadOptions) -> Batch:
    from screen.models.encoder.drug_encoder import read_checkpoint

    kind, weights = read_checkpoint(head.path)
    encoder_id = hashlib.sha256(weights).hexdigest()[:16]
    name = options.dataset or head.path.stem
    row = pl.DataFrame(
        {"encoder_id": [encoder_id], "name": [name], "kind": [kind], "toy": [False], "weights": [weights]}
    )
    return Batch("drug-encoder", {"drug_encoders": row}, (f"encoder {encoder_id}, {kind}, called {name}",))


KINDS = (Kind("drug-encoder", "a pretrained drug encoder", _is_checkpoint, _read),)
