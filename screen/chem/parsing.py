"""SMILES to molecules, with the same complaint about what is none everywhere."""

from typing import Any

from rdkit import Chem

from screen.errors import InputError

LONGEST_SMILES = 2000

_PLACEHOLDER = Chem.MolFromSmarts("[#0]")


def parse(smiles: str) -> Any:
    """The molecule of a SMILES.

    Raises
    ------
    InputError
        Empty, over 2,000 characters, not a structure rdkit can read, or with placeholder atoms.
    """
    # What follows a blank is a name or a CXSMILES extension, which many files carry damaged.
    text = smiles.split(maxsplit=1)[0] if smiles.strip() else ""
    if not text:
        raise InputError("the SMILES is empty", where="structure")
    if len(text) > LONGEST_SMILES:
        raise unreadable(smiles, f"has {len(text)} characters, over {LONGEST_SMILES}")
    molecule = Chem.MolFromSmiles(text)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise unreadable(smiles, "cannot be read")
    if molecule.HasSubstructMatch(_PLACEHOLDER):
        raise unreadable(smiles, "has placeholder atoms (*, R)")
    return molecule


def unreadable(smiles: str, fault: str) -> InputError:
    """The complaint about one structure."""
    shown = smiles if len(smiles) <= 60 else f"{smiles[:57]}..."
    return InputError(f"SMILES {shown!r} {fault}", where="structure", remedy="check it against PubChem")
