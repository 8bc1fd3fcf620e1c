"""SMILES to molecules, with the same complaint about what is none everywhere."""

import re
from typing import Any

from rdkit import Chem

from screen.errors import InputError

LONGEST_SMILES = 2000

_RACEMIC = re.compile(r"&\d+:(\d+)(?![\d,]*\d)")
"""CXSMILES: one centre that is there in both hands; a group of several stands for one pair of mirror images."""
_PLACEHOLDER = Chem.MolFromSmarts("[#0]")


def parse(smiles: str) -> Any:
    """The molecule of a SMILES.

    Raises
    ------
    InputError
        Empty, over 2,000 characters, not a structure rdkit can read, or with placeholder atoms.
    """
    # What follows a blank is a name or a CXSMILES extension, which many files carry damaged.
    text, _, extension = smiles.strip().partition(" ")
    if not text:
        raise InputError("the SMILES is empty", where="structure")
    if len(text) > LONGEST_SMILES:
        raise unreadable(smiles, f"has {len(text)} characters, over {LONGEST_SMILES}")
    molecule = Chem.MolFromSmiles(text)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise unreadable(smiles, "cannot be read")
    if molecule.HasSubstructMatch(_PLACEHOLDER):
        raise unreadable(smiles, "has placeholder atoms (*, R)")
    _flatten_racemic(molecule, extension)
    return molecule


def _flatten_racemic(molecule: Any, extension: str) -> None:
    """Take the hand off each centre that a CXSMILES extension calls racemic: drawn is but one of both."""
    if not extension.startswith("|"):
        return
    for place in _RACEMIC.findall(extension.split("|")[1]):
        if int(place) < molecule.GetNumAtoms():
            molecule.GetAtomWithIdx(int(place)).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    Chem.AssignStereochemistry(molecule, cleanIt=True, force=True)


def unreadable(smiles: str, fault: str) -> InputError:
    """The complaint about one structure."""
    shown = smiles if len(smiles) <= 60 else f"{smiles[:57]}..."
    return InputError(f"SMILES {shown!r} {fault}", where="structure", remedy="check it against PubChem")
