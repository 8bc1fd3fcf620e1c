"""Makes the toy encoder that comes with the package: ``python -m screen.models.encoder.toy``.

Its molecules are BRICS recombinations of the demo's drugs: enough chemistry to try the road, not to trust a ranking.
"""

from dataclasses import replace
from pathlib import Path

import polars as pl

from screen import chem, resources
from screen.models.encoder.drug_encoder import TOY
from screen.models.encoder.pretraining import Masking, Pretrained, pretrain


def make(folder: Path, *, tries: int = 200, masking: Masking | None = None) -> Pretrained:
    """Recombine, pretrain on one thread, write ``toy-gcn.safetensors`` and ``.json`` into ``folder``."""
    import torch

    drugs = pl.read_csv(resources.folder("db") / "demo" / "drugs.csv", infer_schema=False)["smiles"].drop_nulls()
    parents = [chem.standardise(smiles).smiles for smiles in drugs]
    masking = masking or Masking(epochs=8)
    molecules = chem.recombine(parents, masking.seed, tries)
    torch.set_num_threads(1)
    made = pretrain([*parents, *molecules], masking)
    origin = {
        "made_by": "python -m screen.models.encoder.toy",
        "from": f"BRICS recombinations of {len(parents)} demo drugs",
    }
    toy = replace(made, record={"name": TOY, **origin, **made.record})
    toy.write(folder / f"{TOY}.safetensors")
    return toy


if __name__ == "__main__":
    make(resources.folder("db") / "encoders")
