"""Drug vectors: the encoder in use, and the cache of its vectors in the store."""

import numpy as np
import polars as pl

from screen.errors import StoreError
from screen.models.encoder.drug_encoder import WIDTH, DrugEncoder, packaged
from screen.records import Floats, Library
from screen.store import Store

_CACHED = """
SELECT drug_id, embedding FROM drug_embeddings
WHERE encoder_id = $encoder AND drug_id IN (SELECT unnest($drugs))
"""


def current_encoder(store: Store) -> DrugEncoder:
    """The encoder ingested last, a real one before a toy; without any, the toy that comes with the package."""
    rows = store.sql("SELECT name, kind, toy, weights FROM drug_encoders ORDER BY toy, rowid DESC LIMIT 1")
    return DrugEncoder.from_bytes(*rows.row(0)) if rows.height else packaged()


def encoder_of(store: Store, encoder_id: str) -> DrugEncoder:
    """The encoder a model was trained with.

    Raises
    ------
    StoreError
        It is neither in the store nor in the package.
    """
    rows = store.sql("SELECT name, kind, toy, weights FROM drug_encoders WHERE encoder_id = $id", id=encoder_id)
    found = DrugEncoder.from_bytes(*rows.row(0)) if rows.height else packaged()
    if found.encoder_id != encoder_id:
        raise StoreError(
            f"drug encoder {encoder_id} is not in the store",
            where=str(store.path),
            remedy="ingest its checkpoint, or train again",
        )
    return found


def embeddings_of(store: Store, library: Library, encoder: DrugEncoder) -> Floats:
    """Vectors of a library's drugs, d x 300 in its order: from the cache where they are, else computed.

    Nothing is written, so a store open for reading will do; see :func:`save_embeddings`.
    """
    vectors = np.zeros((len(library), WIDTH), np.float32)
    known = _cached(store, library, encoder)
    missing = [row for row, drug_id in enumerate(library.drug_ids) if drug_id not in known]
    for row, drug_id in enumerate(library.drug_ids):
        if drug_id in known:
            vectors[row] = known[drug_id]
    if missing:
        vectors[missing] = encoder.embed([library.smiles[row] for row in missing])
    return vectors


def save_embeddings(store: Store, library: Library, encoder: DrugEncoder, vectors: Floats) -> int:
    """Keep the vectors (d x 300, in the library's order) that the cache lacks, in one statement; return how many."""
    known = _cached(store, library, encoder)
    rows = [row for row, drug_id in enumerate(library.drug_ids) if drug_id not in known]
    store.append(
        "drug_embeddings",
        pl.DataFrame(
            {
                "drug_id": pl.Series([library.drug_ids[row] for row in rows], dtype=pl.String),
                "encoder_id": pl.Series([encoder.encoder_id] * len(rows), dtype=pl.String),
                "embedding": pl.Series(vectors[rows].astype(np.float32), dtype=pl.Array(pl.Float32, WIDTH)),
            }
        ),
    )
    return len(rows)


def _cached(store: Store, library: Library, encoder: DrugEncoder) -> dict[str, Floats]:
    rows = store.sql(_CACHED, encoder=encoder.encoder_id, drugs=list(library.drug_ids))
    return dict(zip(rows["drug_id"], rows["embedding"].to_numpy(), strict=True))
