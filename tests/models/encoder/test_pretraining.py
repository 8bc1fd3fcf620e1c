"""Pretraining by attribute masking."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch

from screen.errors import InputError
from screen.models.encoder import pretraining
from screen.models.encoder.drug_encoder import DrugEncoder, read_checkpoint
from screen.models.encoder.pretraining import Masking, Pretrained, pretrain

MOLECULES = [f"{'C' * n}{end}" for n in range(2, 12) for end in ("c1ccncc1", "C(=O)O", "S(N)(=O)=O")]
SHORT = Masking(epochs=8, batch=9, seed=1)


@lru_cache
def pretrained() -> Pretrained:
    torch.set_num_threads(1)
    return pretrain(MOLECULES, SHORT)


def test_thirty_molecules_teach_something_in_a_few_steps() -> None:
    record = pretrained().record
    assert record["held_out_loss_after"] < 0.6 * record["held_out_loss_before"]
    assert (record["molecules"], record["molecules_held_out"]) == (27, 3)


def test_the_same_seed_gives_the_same_bytes_in_any_order_of_molecules() -> None:
    assert pretrain(MOLECULES[::-1], SHORT).weights == pretrained().weights


def test_another_seed_gives_another_encoder() -> None:
    assert pretrain(MOLECULES, replace(SHORT, epochs=1, seed=2)).weights != pretrained().weights


def test_what_is_written_can_be_ingested(tmp_path: Path) -> None:
    pretrained().write(tmp_path / "own" / "mine.safetensors")
    kind, weights = read_checkpoint(tmp_path / "own" / "mine.safetensors")
    assert DrugEncoder.from_bytes("mine", kind, False, weights).embed(["CCO"]).shape == (1, 300)
    assert json.loads((tmp_path / "own" / "mine.json").read_text())["seed"] == 1


def test_the_mean_drug_vector_is_zero() -> None:
    vectors = DrugEncoder.from_bytes("own", "gcn", False, pretrained().weights).embed(MOLECULES)
    assert np.linalg.norm(vectors.mean(0)) < 0.3 * np.linalg.norm(vectors, axis=1).mean()


def test_progress_is_told_and_can_stop_the_work() -> None:
    seen: list[tuple[int, int]] = []

    def stop_at_two(what: str, done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(MOLECULES, SHORT, stop_at_two)
    assert seen == [(1, 24), (2, 24)]


def test_at_least_one_atom_of_every_molecule_is_hidden() -> None:
    owners = np.repeat([0, 1, 2], [1, 20, 7])
    hidden = pretraining._hidden(owners, 0.15, np.random.default_rng(0))
    assert np.bincount(owners[hidden]).tolist() == [1, 4, 2]
    assert len(set(hidden.tolist())) == len(hidden)


def test_too_few_molecules_are_refused() -> None:
    with pytest.raises(InputError, match="too few"):
        pretrain(["CCO"] * 50)
