"""What molecules have in common: fingerprints and scaffolds."""

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase
from rdkit.Chem import rdFingerprintGenerator
from rdkit.Chem.Scaffolds import MurckoScaffold

from screen.chem.parsing import parse

FINGERPRINT_BITS = 2048

_MORGAN = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=FINGERPRINT_BITS)


def fingerprint(smiles: str) -> NDArray[np.bool_]:
    """Morgan fingerprint of radius 2 (ECFP4), length 2048."""
    with rdBase.BlockLogs():
        return np.asarray(_MORGAN.GetFingerprintAsNumPy(parse(smiles)), np.bool_)


def scaffold(smiles: str) -> str:
    """Bemis-Murcko scaffold as canonical SMILES; empty for a molecule without a ring."""
    with rdBase.BlockLogs():
        frame = MurckoScaffold.GetScaffoldForMol(parse(smiles))  # type: ignore[no-untyped-call]
        return Chem.MolToSmiles(frame)
