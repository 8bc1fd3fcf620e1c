"""What a drug is: SMILES -> standard molecule -> identity, graph, fingerprint. The only importer of rdkit.

A drug's identity is the InChIKey of its parent: salts and solvents off, charges balanced. The standard InChI already
makes most tautomers one, so no canonical tautomer is computed (slow, and it can erase stereochemistry). Complexes of
metals are kept whole: the metal is the drug. A mixture of organic molecules of like size is kept whole, a racemate is
drawn without the centres that differ: neither is one of its parts.
"""

from screen.chem.fingerprints import FINGERPRINT_BITS, fingerprint, scaffold
from screen.chem.graphs import MolGraph, graph
from screen.chem.molecules import Molecule, smiles_of, standardise, standardise_with_graph, structures
from screen.chem.parents import is_doubtful
from screen.chem.parsing import LONGEST_SMILES
from screen.chem.recombination import recombine
from screen.chem.structure_text import SdfEntry, is_smiles_header, name_column, sdf_entry, smiles_entry, smiles_fields

__all__ = [
    "FINGERPRINT_BITS",
    "LONGEST_SMILES",
    "MolGraph",
    "Molecule",
    "SdfEntry",
    "fingerprint",
    "graph",
    "is_doubtful",
    "is_smiles_header",
    "name_column",
    "recombine",
    "scaffold",
    "sdf_entry",
    "smiles_entry",
    "smiles_fields",
    "smiles_of",
    "standardise",
    "standardise_with_graph",
    "structures",
]
