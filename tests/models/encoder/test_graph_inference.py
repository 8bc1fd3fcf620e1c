"""Inference without torch says what the torch module says."""

import numpy as np
import pytest
import torch
from safetensors.torch import save

from screen import chem
from screen.models.encoder.drug_encoder import DrugEncoder, collate
from screen.nn.graph_encoder import GraphEncoder, GraphKind

DRUGS = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "N.N.[Cl-].[Cl-].[Pt+2]",
    "O=c1[nH]cc(F)c(=O)[nH]1",
    "CN(C)C/C=C/C(N)=O",
    "[Li+]",
    "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
    "C[C@H](N)C(=O)O",
    "C#N",
]


def module(kind: GraphKind) -> GraphEncoder:
    """An encoder whose batch norms have seen something."""
    torch.manual_seed(0)
    made = GraphEncoder(kind)
    for norm in made.batch_norms:
        norm.running_mean.normal_(0, 0.3)
        norm.running_var.uniform_(0.5, 2.0)
        torch.nn.init.normal_(norm.weight, 1.0, 0.2)
        torch.nn.init.normal_(norm.bias, 0.0, 0.2)
    return made.eval()


@pytest.mark.parametrize("kind", ["gcn", "gin"])
def test_it_says_what_torch_says(kind: GraphKind) -> None:
    made = module(kind)
    graphs = [chem.graph(smiles) for smiles in DRUGS * 9]
    with torch.inference_mode():
        expected = made(*collate(graphs)).numpy()
    weights = save({name: tensor for name, tensor in made.state_dict().items() if "num_batches" not in name})
    found = DrugEncoder.from_bytes("own", kind, False, weights).embed_graphs(graphs)
    assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()
