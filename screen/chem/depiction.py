"""A molecule drawn as SVG: strokes and letters alone, the same for the same SMILES."""

import re
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem.Draw import rdMolDraw2D

from screen.chem.parsing import parse


def depiction(smiles: str, width: int = 240, height: int = 160) -> str:
    """An ``<svg>`` element of the structure, black on nothing.

    Parameters
    ----------
    width, height : points

    Raises
    ------
    InputError
        The SMILES cannot be read.
    """
    with rdBase.BlockLogs():
        molecule = parse(smiles)
        Chem.rdDepictor.Compute2DCoords(molecule)
        drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
        options: Any = drawer.drawOptions()
        options.useBWAtomPalette()
        options.clearBackground = False
        drawer.DrawMolecule(molecule)
        drawer.FinishDrawing()
    made = drawer.GetDrawingText()
    # The declaration, comments and foreign namespaces have no place in a page.
    element = re.sub(r"<\?xml.*?\?>|<!--.*?-->", "", made, flags=re.S).strip()
    return re.sub(r"\s+(?:xmlns:\w+|xml:space|version|baseProfile)='[^']*'", "", element)
