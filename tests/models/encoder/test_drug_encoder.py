"""The drug encoder: equal to the published one, deaf to its neighbours, strict about its weights."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.torch import save_file

from screen.errors import InputError
from screen.models.encoder.drug_encoder import DrugEncoder, packaged, read_checkpoint

Tensors = dict[str, torch.Tensor]
DRUGS = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "N.N.[Cl-].[Cl-].[Pt+2]",
    "O=c1[nH]cc(F)c(=O)[nH]1",
    "CN(C)C/C=C/C(N)=O",
    "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
]


def published(kind: str) -> Tensors:
    """A state dict of the published shapes, written down apart from the module that loads it."""
    step = {
        "gcn": {"linear.weight": (300, 300), "linear.bias": (300,)},
        "gin": {"mlp.0.weight": (600, 300), "mlp.0.bias": (600,), "mlp.2.weight": (300, 600), "mlp.2.bias": (300,)},
    }
    layer = {**step[kind], "edge_embedding1.weight": (6, 300), "edge_embedding2.weight": (3, 300)}
    norm = dict.fromkeys(("weight", "bias", "running_mean", "running_var"), (300,))
    shapes: dict[str, tuple[int, ...]] = {"x_embedding1.weight": (120, 300), "x_embedding2.weight": (3, 300)}
    for number in range(5):
        shapes |= {f"gnns.{number}.{name}": shape for name, shape in layer.items()}
        shapes |= {f"batch_norms.{number}.{name}": shape for name, shape in norm.items()}
    source = torch.Generator().manual_seed(0)
    counters = {f"batch_norms.{number}.num_batches_tracked": torch.tensor(7) for number in range(5)}
    return {name: torch.rand(shape, generator=source) * 0.1 for name, shape in shapes.items()} | counters


@pytest.mark.real
def test_equal_to_the_published_encoder(real_data: Path) -> None:
    kind, weights = read_checkpoint(real_data / "weights" / "gcn_supervised_contextpred.pth")
    expected = pl.read_csv(real_data / "weights" / "expected_embeddings.csv")
    vectors = DrugEncoder.from_bytes("published", kind, False, weights).embed(expected["smiles"].to_list())
    assert kind == "gcn"
    np.testing.assert_allclose(vectors, expected.select(pl.col(r"^e\d+$")).to_numpy(), atol=1e-4)


@pytest.mark.real
def test_graphs_have_the_published_size(real_data: Path) -> None:
    from screen import chem

    for row in pl.read_csv(real_data / "weights" / "expected_embeddings.csv").iter_rows(named=True):
        graph = chem.graph(row["smiles"])
        assert (len(graph.atoms), int((graph.bonds[:, 1] > 0).sum())) == (row["atoms"], row["directed_bond_entries"])


@pytest.mark.parametrize("kind", ["gcn", "gin"])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_checkpoint_of_either_kind_loads(tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"encoder{suffix}"
    torch.save(published(kind), path) if suffix == ".pth" else save_file(published(kind), path)
    read, weights = read_checkpoint(path)
    vectors = DrugEncoder.from_bytes("own", read, False, weights).embed(DRUGS)
    assert read == kind
    assert vectors.shape == (5, 300)
    assert len(np.unique(vectors[:, 0])) == 5


def test_the_same_weights_have_the_same_identity_in_either_format(tmp_path: Path) -> None:
    torch.save(published("gcn"), tmp_path / "a.pth")
    save_file(published("gcn"), tmp_path / "a.safetensors")
    assert read_checkpoint(tmp_path / "a.pth") == read_checkpoint(tmp_path / "a.safetensors")


def test_a_vector_does_not_depend_on_the_other_drugs() -> None:
    encoder = packaged()
    together = encoder.embed(DRUGS * 40)
    for row, smiles in enumerate(DRUGS):
        np.testing.assert_allclose(encoder.embed([smiles])[0], together[row], atol=2e-6)


def test_the_same_drugs_give_the_same_bits() -> None:
    assert packaged().embed(DRUGS).tobytes() == packaged().embed(DRUGS).tobytes()


def test_a_drug_of_one_atom_and_no_drug_at_all() -> None:
    assert np.isfinite(packaged().embed(["[Li+]"])).all()
    assert packaged().embed([]).shape == (0, 300)


def test_the_packaged_encoder_is_named_toy_and_tells_drugs_apart() -> None:
    encoder = packaged()
    units = encoder.embed(DRUGS)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    assert (encoder.toy, encoder.name, encoder.kind) == (True, "toy-gcn", "gcn")
    assert np.triu(units @ units.T, 1).max() < 0.99


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda t: t.pop("gnns.3.linear.bias"), r"'gnns.3.linear.bias' is missing"),
        (lambda t: t.update(extra=torch.zeros(1)), r"'extra' is unknown"),
        (lambda t: t.update({"x_embedding1.weight": torch.zeros(119, 300)}), r"shape \(119, 300\), not \(120, 300\)"),
        (lambda t: t["gnns.0.linear.weight"].fill_(float("nan")), r"'gnns.0.linear.weight' holds .* not finite"),
        (lambda t: t.update({"gnns.0.linear.bias": torch.zeros(300, dtype=torch.int64)}), r"not finite numbers"),
        (lambda t: t.update(epoch=3), "something other than named tensors"),
    ],
)
def test_another_layout_is_refused_by_name(tmp_path: Path, change: Callable[[Tensors], object], fault: str) -> None:
    tensors = published("gcn")
    change(tensors)
    torch.save(tensors, tmp_path / "odd.pth")
    with pytest.raises(InputError, match=fault):
        read_checkpoint(tmp_path / "odd.pth")


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[:2000],
        lambda b: b[:50],
        lambda b: b"PK\x03\x04" + b"\x00" * 400,
        lambda b: b"",
        lambda b: bytes(8) + b"{" + b[:99],
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    torch.save(published("gcn"), tmp_path / "whole.pth")
    (tmp_path / "cut.pth").write_bytes(damage((tmp_path / "whole.pth").read_bytes()))
    with pytest.raises(InputError, match="not a checkpoint"):
        read_checkpoint(tmp_path / "cut.pth")


class Hostile:
    """Makes a directory when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("by_torch", [True, False])
def test_code_in_a_pickle_is_refused_and_not_run(tmp_path: Path, by_torch: bool) -> None:
    path, mark = tmp_path / "hostile.pth", tmp_path / "ran"
    with path.open("wb") as stream:
        torch.save(Hostile(str(mark)), stream) if by_torch else pickle.dump(Hostile(str(mark)), stream)
    with pytest.raises(InputError, match="not a checkpoint"):
        read_checkpoint(path)
    assert not mark.exists()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="'gat' is unknown"):
        DrugEncoder.from_bytes("x", "gat", False, b"")
