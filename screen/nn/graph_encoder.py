"""The graph encoders of Hu et al. 2020 ("Strategies for pre-training graph neural networks", ICLR).

Parameter names and shapes are those of the published checkpoints, so a state dict loads as it is.
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch_geometric.nn import MessagePassing
from torch_geometric.utils import add_self_loops, degree, scatter

GraphKind = Literal["gcn", "gin"]

WIDTH = 300
LAYERS = 5
ATOM_TYPES = 120
"""Atomic numbers 1 to 118 at index 0 to 117, one spare, the mask."""
MASKED_ATOM = 119
CHIRALITIES = 3
BOND_TYPES = 6
"""Single, double, triple, aromatic, self-loop, mask."""
SELF_LOOP = 4
BOND_DIRECTIONS = 3


class BondLayer(MessagePassing):  # type: ignore[misc]
    """What both layers share: a vector for each bond, self-loops, messages summed at the target atom.

    e_ij = T[type] + D[direction];  m_i = sum over j in N(i) and i of c_ij (h_j + e_ij)
    """

    def __init__(self) -> None:
        super().__init__(aggr="add")
        self.edge_embedding1 = nn.Embedding(BOND_TYPES, WIDTH)
        self.edge_embedding2 = nn.Embedding(BOND_DIRECTIONS, WIDTH)
        for table in (self.edge_embedding1, self.edge_embedding2):
            nn.init.xavier_uniform_(table.weight)

    def gathered(self, states: Tensor, edges: Tensor, bonds: Tensor, *, normalised: bool) -> Tensor:
        """m_i of all atoms.

        Parameters
        ----------
        states : n x 300 float
        edges : 2 x m, source and target
        bonds : m x 2, type and direction
        normalised : c_ij = 1 / sqrt(d_i d_j) with degrees that count the self-loop, else 1
        """
        atoms = states.size(0)
        edges, _ = add_self_loops(edges, num_nodes=atoms)
        vectors = self.edge_embedding1(bonds[:, 0]) + self.edge_embedding2(bonds[:, 1])
        loop = self.edge_embedding1.weight[SELF_LOOP] + self.edge_embedding2.weight[0]
        vectors = torch.cat([vectors, loop.expand(atoms, WIDTH)])
        weights = torch.ones_like(edges[0], dtype=states.dtype)
        if normalised:
            roots = degree(edges[0], atoms, states.dtype).rsqrt()
            weights = roots[edges[0]] * roots[edges[1]]
        total: Tensor = self.propagate(edges, x=states, vectors=vectors, weights=weights)
        return total

    def message(self, x_j: Tensor, vectors: Tensor, weights: Tensor) -> Tensor:
        """c_ij (h_j + e_ij)."""
        return weights[:, None] * (x_j + vectors)


class GCNLayer(BondLayer):
    """h'_i = sum_j (W h_j + b + e_ij) / sqrt(d_i d_j): n x 300 -> n x 300 (Kipf and Welling 2017, with bonds)."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(WIDTH, WIDTH)

    def forward(self, states: Tensor, edges: Tensor, bonds: Tensor) -> Tensor:
        """One step of message passing."""
        return self.gathered(self.linear(states), edges, bonds, normalised=True)


class GINLayer(BondLayer):
    """h'_i = MLP(sum_j (h_j + e_ij)), the MLP 300-600-300: n x 300 -> n x 300 (Xu et al. 2019, with bonds)."""

    def __init__(self) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.ReLU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, states: Tensor, edges: Tensor, bonds: Tensor) -> Tensor:
        """One step of message passing."""
        updated: Tensor = self.mlp(self.gathered(states, edges, bonds, normalised=False))
        return updated


class GraphEncoder(nn.Module):
    """z = mean over atoms of h^5;  h^k = ReLU(BN_k(layer_k(h^(k-1)))), no ReLU at k = 5;  h^0 = A[type] + C[chirality].

    Frozen and in evaluation mode it is the drug encoder of DeepCRE, z its 300-wide drug vector.
    """

    def __init__(self, kind: GraphKind) -> None:
        super().__init__()
        self.x_embedding1 = nn.Embedding(ATOM_TYPES, WIDTH)
        self.x_embedding2 = nn.Embedding(CHIRALITIES, WIDTH)
        for table in (self.x_embedding1, self.x_embedding2):
            nn.init.xavier_uniform_(table.weight)
        layer = GCNLayer if kind == "gcn" else GINLayer
        self.gnns = nn.ModuleList(layer() for _ in range(LAYERS))
        self.batch_norms = nn.ModuleList(nn.BatchNorm1d(WIDTH) for _ in range(LAYERS))

    def atom_states(self, atoms: Tensor, edges: Tensor, bonds: Tensor) -> Tensor:
        """h^5 of every atom: n x 2 indices, 2 x m, m x 2 -> n x 300."""
        states: Tensor = self.x_embedding1(atoms[:, 0]) + self.x_embedding2(atoms[:, 1])
        for depth, (layer, norm) in enumerate(zip(self.gnns, self.batch_norms, strict=True), start=1):
            states = norm(layer(states, edges, bonds))
            states = states if depth == LAYERS else states.relu()
        return states

    def forward(self, atoms: Tensor, edges: Tensor, bonds: Tensor, owners: Tensor, molecules: int) -> Tensor:
        """z of every molecule: ``owners`` (n) numbers the molecule of each atom -> molecules x 300."""
        pooled: Tensor = scatter(self.atom_states(atoms, edges, bonds), owners, dim_size=molecules, reduce="mean")
        return pooled
