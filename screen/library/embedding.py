"""A piece of a library standardised and embedded: one Parquet file, by drug identity, kept for every later screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.library.pieces import Piece, entries
from screen.models.drug_encoder import WIDTH, DrugEncoder
from screen.records import Floats

RECIPE = 1
"""Raise when the same piece would give another file."""
_SCHEMA: dict[str, Any] = {"drug_id": pl.String, "name": pl.String, "smiles": pl.String, "reason": pl.String,
           "vector": pl.Array(pl.Float32, WIDTH)}


@dataclass(frozen=True)
class Embedding:
    """What one file is made from."""

    piece: Piece
    encoder: "KeptEncoder"


@dataclass(frozen=True)
class KeptEncoder:
    """An encoder whose weights lie in a file, so that every process reads them once."""

    name: str
    kind: str
    toy: bool
    weights: Path

    def load(self) -> DrugEncoder:
        """The encoder."""
        return _encoder(self)


@lru_cache(maxsize=2)
def _encoder(kept: KeptEncoder) -> DrugEncoder:
    return DrugEncoder.from_bytes(kept.name, kept.kind, kept.toy, kept.weights.read_bytes())


def embedded(task: Embedding) -> bytes:
    """Parquet: the piece's distinct drugs in the order of their ids, then what could not be read, with the reason.

    Of several entries with one identity the first stands.
    """
    from screen import chem

    found: dict[str, tuple[str, chem.Molecule, chem.MolGraph]] = {}
    failed: list[tuple[str, str, str]] = []
    for entry in entries(task.piece):
        try:
            molecule, graph = chem.standardise_with_graph(entry.smiles)
        except InputError as fault:
            failed.append((entry.name, entry.smiles, fault.what))
            continue
        found.setdefault(molecule.drug_id, (entry.name, molecule, graph))
    rows = [found[drug_id] for drug_id in sorted(found)]
    vectors = task.encoder.load().embed_graphs([graph for _, _, graph in rows])
    return _parquet([(name, molecule.drug_id, molecule.smiles) for name, molecule, _ in rows], vectors, failed)


def _parquet(rows: Sequence[tuple[str, str, str]], vectors: Floats, failed: Sequence[tuple[str, str, str]]) -> bytes:
    drugs = pl.DataFrame(rows, schema=["name", "drug_id", "smiles"], orient="row").with_columns(
        vector=pl.Series(vectors, dtype=_SCHEMA["vector"])) if rows else pl.DataFrame(schema=_SCHEMA)
    unread = pl.DataFrame(failed, schema=["name", "smiles", "reason"], orient="row")
    frames = [frame.select(pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
                           for name, kind in _SCHEMA.items()) for frame in (drugs, unread)]
    stream = BytesIO()
    pl.concat(frames).write_parquet(stream, compression="zstd", compression_level=1)
    return stream.getvalue()


def drugs_of(file: Path, *columns: str) -> pl.DataFrame:
    """Columns of the readable drugs of one file, in the order of their ids."""
    return pl.scan_parquet(file).filter(pl.col("drug_id").is_not_null()).select(columns).collect()


def vectors_of(file: Path) -> Floats:
    """D x 300."""
    return np.ascontiguousarray(drugs_of(file, "vector")["vector"].to_numpy(), np.float32).reshape(-1, WIDTH)


def unreadable_of(file: Path) -> pl.DataFrame:
    """``name``, ``smiles`` and ``reason`` of what could not be read."""
    return pl.scan_parquet(file).filter(pl.col("drug_id").is_null()).select("name", "smiles", "reason").collect()
