"""A piece of a library standardised and embedded: one Parquet file, by drug identity, kept for every later screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen import chem
from screen.errors import InputError
from screen.library_screen.pieces import Piece, entries
from screen.models import Drugs
from screen.models.encoder.drug_encoder import WIDTH, DrugEncoder
from screen.records import Floats
from screen.tasks.cache import content_key

Bits = NDArray[np.uint8]

RECIPE = 2
"""Raise when the same piece would give another file."""
_SCHEMA: dict[str, Any] = {
    "drug_id": pl.String,
    "name": pl.String,
    "smiles": pl.String,
    "reason": pl.String,
    "bits": pl.Array(pl.UInt8, chem.FINGERPRINT_BITS // 8),
    "vector": pl.Array(pl.Float32, WIDTH),
}
KNOWN = ("drug_id", "bits", "vector")
"""Columns that a model may know a drug by: packed Morgan bits, embedding."""


@dataclass(frozen=True)
class EmbeddingTask:
    """What one file is made from."""

    piece: Piece
    encoder: "StoredEncoder"
    encoder_id: str

    @property
    def file_name(self) -> str:
        """Of the piece's drugs."""
        return f"drugs-{content_key([self.piece.key, self.encoder_id, RECIPE])}.parquet"

    def compute(self) -> bytes:
        """See :func:`embed_piece`."""
        return embed_piece(self)


@dataclass(frozen=True)
class StoredEncoder:
    """An encoder whose weights lie in a file, so that every process reads them once."""

    name: str
    kind: str
    toy: bool
    weights: Path

    def load(self) -> DrugEncoder:
        """The encoder."""
        return _encoder(self)


@lru_cache(maxsize=2)
def _encoder(stored: StoredEncoder) -> DrugEncoder:
    return DrugEncoder.from_bytes(stored.name, stored.kind, stored.toy, stored.weights.read_bytes())


def embed_piece(task: EmbeddingTask) -> bytes:
    """Parquet: the piece's distinct drugs in the order of their ids, then what could not be read, with the reason.

    Of several entries with one identity the first stands.
    """
    found: dict[str, tuple[str, chem.Molecule, chem.MolGraph, Bits]] = {}
    failed: list[tuple[str, str, str]] = []
    for entry in entries(task.piece):
        try:
            molecule, graph = chem.standardise_with_graph(entry.smiles)
            bits = np.packbits(chem.fingerprint(molecule.smiles))
        except InputError as fault:
            failed.append((entry.name, entry.smiles, fault.what))
            continue
        found.setdefault(molecule.drug_id, (entry.name, molecule, graph, bits))
    rows = [found[drug_id] for drug_id in sorted(found)]
    vectors = task.encoder.load().embed_graphs([graph for _, _, graph, _ in rows])
    return _parquet(
        [(name, molecule.drug_id, molecule.smiles) for name, molecule, _, _ in rows],
        [bits for *_, bits in rows],
        vectors,
        failed,
    )


def _parquet(
    rows: Sequence[tuple[str, str, str]], bits: Sequence[Bits], vectors: Floats, failed: Sequence[tuple[str, str, str]]
) -> bytes:
    drugs = (
        pl.DataFrame(rows, schema=["name", "drug_id", "smiles"], orient="row").with_columns(
            bits=pl.Series(np.stack(bits), dtype=_SCHEMA["bits"]), vector=pl.Series(vectors, dtype=_SCHEMA["vector"])
        )
        if rows
        else pl.DataFrame(schema=_SCHEMA)
    )
    unread = pl.DataFrame(failed, schema=["name", "smiles", "reason"], orient="row")
    frames = [
        frame.select(
            pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
            for name, kind in _SCHEMA.items()
        )
        for frame in (drugs, unread)
    ]
    stream = BytesIO()
    pl.concat(frames).write_parquet(stream, compression="zstd", compression_level=1)
    return stream.getvalue()


def drugs_of(file: Path, *columns: str) -> pl.DataFrame:
    """Columns of the readable drugs of one file, in the order of their ids."""
    return pl.scan_parquet(file).filter(pl.col("drug_id").is_not_null()).select(columns).collect()


def drugs_of_frame(frame: pl.DataFrame) -> Drugs:
    """What is known of the drugs of a frame (``KNOWN``): their structure; no target or pathway of an unseen drug."""
    bits, vectors = (np.ascontiguousarray(frame[name].to_numpy()) for name in ("bits", "vector"))
    return Drugs(
        tuple(frame["drug_id"]),
        np.unpackbits(bits, axis=1).astype(np.bool_),
        (frozenset[str](),) * frame.height,
        ("",) * frame.height,
        vectors,
    )


def unreadable_of(file: Path) -> pl.DataFrame:
    """``name``, ``smiles`` and ``reason`` of what could not be read."""
    return pl.scan_parquet(file).filter(pl.col("drug_id").is_null()).select("name", "smiles", "reason").collect()
