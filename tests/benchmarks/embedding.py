"""Structures to drug vectors on one core: standardising, graphs, the encoder, beside torch-geometric and rdkit's loops.

    python -m tests.benchmarks embedding

Of the encoder the floor is the machine's own matrix product, timed in turn, at the FLOP of its layers alone.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
import torch
from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize
from safetensors.torch import save
from threadpoolctl import threadpool_limits

from screen import chem, resources
from screen.chem import parents
from screen.models.encoder.drug_encoder import DrugEncoder, collate
from screen.nn.graph_encoder import GraphEncoder, GraphKind
from screen.records import Floats
from tests.benchmarks.table import Row, in_turn, row

SIDE, MOLECULES, ATOMS = 1024, 400, 512
FLOP = {"gcn": 5 * 2 * 300 * 300, "gin": 5 * 2 * 2 * 300 * 600}
"""Of an atom."""


def structures() -> list[str]:
    """Molecules recombined from the demo's drugs, of 8 to 60 heavy atoms."""
    drugs = pl.read_csv(resources.folder("db") / "demo" / "drugs.csv", infer_schema=False)["smiles"].drop_nulls()
    made = chem.recombine([chem.standardise(smiles).smiles for smiles in drugs], 0, tries=20)
    return made[:: max(1, len(made) // MOLECULES)][:MOLECULES]


def rows() -> Iterator[Row]:
    """Either encoder, then the way of a library from text to vector."""
    torch.set_num_threads(1)
    smiles = structures()
    with threadpool_limits(1):
        for kind in ("gcn", "gin"):
            yield _encoder(smiles, kind)
        yield _standardising(smiles)
        yield _whole(smiles)


def _encoder(smiles: list[str], kind: GraphKind) -> Row:
    graphs, module = [chem.graph(one) for one in smiles], GraphEncoder(kind).eval()
    ours, A = encoder(module, kind), np.ones((SIDE, SIDE), np.float32)
    flop = FLOP[kind] * sum(len(graph.atoms) for graph in graphs)
    taken = in_turn(
        {"ours": lambda: ours.embed_graphs(graphs), "peer": lambda: by_torch(module, graphs), "limit": lambda: A @ A}
    )
    return row(
        f"encoder {kind}, 5 x 300, graphs to vectors",
        taken,
        unit="molecules/s",
        amount={"ours": len(graphs), "peer": len(graphs), "limit": len(graphs) * 2 * SIDE**3 / flop},
        note="peer: torch-geometric in batches of 512 atoms; limit: GEMM of its layers; one thread, fp32",
    )


def _standardising(smiles: list[str]) -> Row:
    taken = in_turn(
        {
            "ours": lambda: [chem.standardise_with_graph(one) for one in smiles],
            "peer": lambda: [by_loops(one) for one in smiles],
        }
    )
    return row(
        "standard molecule, InChIKey and graph from SMILES",
        taken,
        unit="molecules/s",
        amount=len(smiles),
        note="peer: every step of rdkit's Cleanup on each, graphs atom by atom",
    )


def _whole(smiles: list[str]) -> Row:
    module = GraphEncoder("gcn").eval()
    ours = encoder(module, "gcn")
    taken = in_turn(
        {
            "ours": lambda: ours.embed_graphs([chem.standardise_with_graph(one)[1] for one in smiles]),
            "peer": lambda: by_torch(module, [by_loops(one) for one in smiles]),
        }
    )
    return row(
        "SMILES to vectors, standardised, gcn",
        taken,
        unit="molecules/s",
        amount=len(smiles),
        note="peer: both peers above; one process, a library takes one a core",
    )


def encoder(module: GraphEncoder, kind: str) -> DrugEncoder:
    """Our inference with the weights of a torch module."""
    remaining = {name: tensor for name, tensor in module.state_dict().items() if "num_batches" not in name}
    return DrugEncoder.from_bytes("bench", kind, False, save(remaining))


def by_torch(module: GraphEncoder, graphs: list[chem.MolGraph]) -> Floats:
    """Batches of molecules of like size, one after the other."""
    waiting, output = sorted(graphs, key=lambda graph: len(graph.atoms)), []
    with torch.inference_mode():
        while waiting:
            size = max(1, ATOMS // len(waiting[0].atoms))
            output.append(module(*collate(waiting[:size])).numpy())
            waiting = waiting[size:]
    return np.concatenate(output)


def by_loops(smiles: str) -> chem.MolGraph:
    """The usual way: all cleaning steps, then a loop over atoms and one over bonds."""
    cleaned = parents._cleaned(Chem.MolFromSmiles(smiles), has_counter_metal=False)
    largest = rdMolStandardize.LargestFragmentChooser(preferOrganic=True).choose(cleaned)
    molecule = parents._UNCHARGER.uncharge(largest)
    Chem.MolToInchiKey(molecule)  # type: ignore[no-untyped-call]
    again = Chem.MolFromSmiles(Chem.MolToSmiles(molecule))
    atoms = [(atom.GetAtomicNum() - 1, int(atom.GetChiralTag()) % 3) for atom in again.GetAtoms()]
    ends, bonds = [], []
    for bond in again.GetBonds():
        pair = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        ends += [pair, pair[::-1]]
        bonds += [(int(bond.GetBondTypeAsDouble()) % 4, int(bond.GetBondDir()) % 3)] * 2
    return chem.MolGraph(np.array(atoms), np.array(ends).reshape(-1, 2).T, np.array(bonds).reshape(-1, 2))


if __name__ == "__main__":
    from tests.benchmarks.__main__ import show

    show(list(rows()))
