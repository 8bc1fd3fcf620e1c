"""The layers against the formulas, by hand."""

import pytest
import torch

from screen.nn.graph_encoder import GCNLayer, GINLayer, GraphEncoder, GraphKind

ATOMS = torch.tensor([[5, 0], [5, 1], [7, 0], [6, 2]])
EDGES = torch.tensor([[0, 1, 1, 2, 1, 3], [1, 0, 2, 1, 3, 1]])
BONDS = torch.tensor([[0, 1], [0, 1], [1, 0], [1, 0], [3, 0], [3, 0]])
ONE_MOLECULE = torch.zeros(4, dtype=torch.long)


def encoder(kind: GraphKind) -> GraphEncoder:
    torch.manual_seed(0)
    return GraphEncoder(kind).eval()


def test_gcn_layer_is_its_formula() -> None:
    torch.manual_seed(0)
    layer, states = GCNLayer(), torch.randn(2, 300)
    edges, bonds = torch.tensor([[0, 1], [1, 0]]), torch.tensor([[2, 0], [2, 0]])
    types, directions = layer.edge_embedding1.weight, layer.edge_embedding2.weight
    moved = layer.linear(states)
    # Both atoms have degree 2 with their own loop: every c_ij is 1/2.
    expected = (moved[1] + types[2] + directions[0] + moved[0] + types[4] + directions[0]) / 2
    assert torch.allclose(layer(states, edges, bonds)[0], expected, atol=1e-6)


def test_gin_layer_is_its_formula() -> None:
    torch.manual_seed(0)
    layer, states = GINLayer(), torch.randn(2, 300)
    edges, bonds = torch.tensor([[0, 1], [1, 0]]), torch.tensor([[0, 2], [0, 2]])
    types, directions = layer.edge_embedding1.weight, layer.edge_embedding2.weight
    gathered = states[1] + types[0] + directions[2] + states[0] + types[4] + directions[0]
    assert torch.allclose(layer(states, edges, bonds)[0], layer.mlp(gathered), atol=1e-6)


@pytest.mark.parametrize("kind", ["gcn", "gin"])
def test_the_order_of_atoms_and_bonds_does_not_matter(kind: GraphKind) -> None:
    module, shuffled, bonds = encoder(kind), torch.tensor([2, 0, 3, 1]), torch.tensor([4, 2, 5, 0, 3, 1])
    place = torch.argsort(shuffled)
    renamed = module(ATOMS[shuffled], place[EDGES[:, bonds]], BONDS[bonds], ONE_MOLECULE, 1)
    assert torch.allclose(module(ATOMS, EDGES, BONDS, ONE_MOLECULE, 1), renamed, atol=1e-5)


@pytest.mark.parametrize("kind", ["gcn", "gin"])
def test_a_bond_matters(kind: GraphKind) -> None:
    module, other = encoder(kind), BONDS.clone()
    other[:2, 0] = 2
    changed = module(ATOMS, EDGES, other, ONE_MOLECULE, 1) - module(ATOMS, EDGES, BONDS, ONE_MOLECULE, 1)
    assert changed.abs().max() > 1e-4


def test_the_last_layer_is_not_cut_at_zero() -> None:
    assert encoder("gcn").atom_states(ATOMS, EDGES, BONDS).min() < 0
