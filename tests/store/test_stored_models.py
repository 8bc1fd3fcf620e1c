"""A model whose bytes were changed scores nobody."""

import json

import numpy as np
import pytest

from screen.errors import StoreError
from screen.models.bundle import Bundle
from screen.store import Store, runs
from screen.store.stored_models import changed_models, current_model

MANIFEST = {"name": "toy", "genes": ["A", "B"], "evaluation": [], "floor": 0.1}


@pytest.fixture
def bundle(store: Store) -> Bundle:
    made = Bundle(dict(MANIFEST), {"duals": np.arange(4, dtype=np.float32)})
    runs.save_model(store, "STAD", made.model_id, *made.to_bytes())
    return made


def test_a_model_is_read_as_it_was_stored(store: Store, bundle: Bundle) -> None:
    manifest, weights = current_model(store, "STAD")
    assert Bundle.from_bytes(manifest, weights).model_id == bundle.model_id
    assert changed_models(store) == []


@pytest.mark.parametrize(
    "manifest", ["{", "[1]", "null", json.dumps(MANIFEST | {"floor": 0.2}), json.dumps({"name": "toy"}), "[" * 5000]
)
def test_a_changed_manifest_is_one_error(store: Store, bundle: Bundle, manifest: str) -> None:
    store.run("UPDATE models SET manifest = $text", text=manifest)
    with pytest.raises(StoreError, match=bundle.model_id):
        current_model(store, "STAD")
    assert changed_models(store) == [bundle.model_id]


def test_changed_weights_are_one_error(store: Store, bundle: Bundle) -> None:
    negated = Bundle(dict(MANIFEST), {"duals": -np.arange(4, dtype=np.float32)}).to_bytes()[1]
    store.run("UPDATE models SET weights = $weights", weights=negated)
    with pytest.raises(StoreError, match="changed since"):
        current_model(store, "STAD")
    assert changed_models(store) == [bundle.model_id]


def test_no_model_names_the_remedy(store: Store) -> None:
    with pytest.raises(StoreError, match="crescreen train STAD"):
        current_model(store, "STAD")


def test_an_id_of_inputs_is_held_by_its_seal_and_the_trail(store: Store) -> None:
    made = Bundle(MANIFEST | {"inputs": "ab" * 32}, {"duals": np.arange(4, dtype=np.float32)}).sealed()
    runs.save_model(store, "STAD", made.model_id, *made.to_bytes())
    assert (made.model_id, changed_models(store)) == ("ab" * 8, [])
    other = Bundle(made.manifest, {"duals": -np.arange(4, dtype=np.float32)}).sealed()
    runs.save_model(store, "STAD", other.model_id, *other.to_bytes())
    assert current_model(store, "STAD")[1] == made.to_bytes()[1], "made from the same elsewhere: the first one stays"
    manifest, weights = other.to_bytes()
    store.run("UPDATE models SET manifest = $text, weights = $weights", text=json.dumps(manifest), weights=weights)
    with pytest.raises(StoreError, match="changed since"):
        current_model(store, "STAD")
    assert changed_models(store) == [made.model_id]
    runs.save_model(store, "STAD", made.model_id, *made.to_bytes())
    assert changed_models(store) == []
