"""What a drug is: SMILES -> standard molecule -> identity, graph, fingerprint. The only importer of rdkit.

A drug's identity is the InChIKey of its parent: salts and solvents off, charges balanced. The standard InChI already
makes most tautomers one, so no canonical tautomer is computed (slow, and it can erase stereochemistry). Complexes of
metals are kept whole: the metal is the drug. Of a mixture of organic molecules the largest stands for all.
"""

from screen.chem.fingerprints import FINGERPRINT_BITS, fingerprint, scaffold
from screen.chem.graphs import MolGraph, graph
from screen.chem.molecules import Molecule, smiles_of, standardise, standardise_with_graph, structures
from screen.chem.parsing import LONGEST_SMILES
from screen.chem.recombination import recombine

__all__ = [
    "FINGERPRINT_BITS",
    "LONGEST_SMILES",
    "MolGraph",
    "Molecule",
    "fingerprint",
    "graph",
    "recombine",
    "scaffold",
    "smiles_of",
    "standardise",
    "standardise_with_graph",
    "structures",
]
