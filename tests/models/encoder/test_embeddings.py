"""Which encoder is in use, and the cache of vectors."""

import numpy as np
import polars as pl

from screen.models.encoder import embeddings
from screen.models.encoder.drug_encoder import DrugEncoder, packaged
from screen.records import Floats, Library
from screen.store import Store, open_store

LIBRARY = Library(("A", "B", "C"), ("a", "b", "c"), ("CCO", "CCN", "c1ccccc1"), (frozenset(),) * 3, ("",) * 3)


def add_encoder(store: Store, name: str, *, toy: bool) -> None:
    store.append(
        "drug_encoders",
        pl.DataFrame([{"encoder_id": name, "name": name, "kind": "gcn", "toy": toy, "weights": name.encode()}]),
    )


def test_without_any_the_toy_is_used_and_says_so(store: Store) -> None:
    assert embeddings.current_encoder(store) == packaged()


def test_the_newest_real_encoder_comes_before_any_toy(store: Store) -> None:
    for name, toy in (("first", False), ("second", False), ("plaything", True)):
        add_encoder(store, name, toy=toy)
    assert embeddings.current_encoder(store).name == "second"


def test_vectors_come_in_the_order_of_the_library(store: Store) -> None:
    vectors = embeddings.embeddings_of(store, LIBRARY, packaged())
    np.testing.assert_allclose(vectors, packaged().embed(LIBRARY.smiles), atol=1e-6)


def test_cached_vectors_come_back_bit_by_bit(store: Store) -> None:
    encoder = packaged()
    vectors = embeddings.embeddings_of(store, LIBRARY, encoder)
    assert embeddings.save_embeddings(store, LIBRARY, encoder, vectors) == 3
    backwards = LIBRARY.take([2, 1, 0])
    assert embeddings.embeddings_of(store, backwards, encoder).tobytes() == vectors[::-1].tobytes()


def test_what_is_cached_is_not_computed_again(store: Store) -> None:
    encoder, part = packaged(), LIBRARY.take([1])
    marked: Floats = np.full((1, 300), 7, np.float32)
    embeddings.save_embeddings(store, part, encoder, marked)
    vectors = embeddings.embeddings_of(store, LIBRARY, encoder)
    assert vectors[1].tolist() == [7.0] * 300
    assert embeddings.save_embeddings(store, LIBRARY, encoder, vectors) == 2
    assert embeddings.save_embeddings(store, LIBRARY, encoder, vectors) == 0


def test_vectors_of_another_encoder_are_not_taken(store: Store) -> None:
    encoder = packaged()
    other = DrugEncoder.from_bytes("other", "gcn", False, b"other")
    embeddings.save_embeddings(store, LIBRARY, other, np.ones((3, 300), np.float32))
    assert embeddings.embeddings_of(store, LIBRARY, encoder)[0, 0] != 1


def test_a_store_open_for_reading_is_enough(store: Store) -> None:
    store.run("CHECKPOINT")
    store._connection.close()
    with open_store(store.path) as reading:
        assert embeddings.embeddings_of(reading, LIBRARY, embeddings.current_encoder(reading)).shape == (3, 300)
