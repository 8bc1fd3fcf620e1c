"""The toy encoder that comes with the package, and the script that made it."""

import json
from hashlib import sha256
from pathlib import Path

from screen import resources
from screen.models.encoder import toy
from screen.models.encoder.drug_encoder import packaged
from screen.models.encoder.pretraining import Masking

FOLDER = resources.folder("db") / "encoders"


def test_its_record_belongs_to_its_weights() -> None:
    weights = (FOLDER / "toy-gcn.safetensors").read_bytes()
    record = json.loads((FOLDER / "toy-gcn.json").read_text(encoding="utf-8"))
    assert record["sha256"] == sha256(weights).hexdigest()
    assert record["sha256"].startswith(packaged().encoder_id)
    assert len(weights) <= 1_200_000


def test_it_learned_more_than_the_most_frequent_element() -> None:
    record = json.loads((FOLDER / "toy-gcn.json").read_text(encoding="utf-8"))
    assert record["held_out_accuracy"] > record["held_out_majority"] + 0.05
    assert record["held_out_loss_after"] < record["held_out_loss_before"]


def test_the_script_makes_one(tmp_path: Path) -> None:
    made = toy.make(tmp_path, tries=2, masking=Masking(epochs=1))
    assert (tmp_path / "toy-gcn.safetensors").read_bytes() == made.weights
    assert made.record["molecules"] > 67  # more than the drugs themselves
