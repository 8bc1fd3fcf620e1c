"""What a response model may know of the drugs of a library."""

import numpy as np

from screen.models.contract import Drugs
from screen.records import Floats, Library


def features_of(library: Library, vectors: Floats) -> Drugs:
    """Fingerprints, targets, pathways and embeddings of d drugs; nothing of it comes from a measured response.

    Parameters
    ----------
    vectors : d x 300, embeddings in the library's order
    """
    from screen.chem import fingerprint

    bits = np.array([fingerprint(smiles) for smiles in library.smiles], np.bool_).reshape(len(library), -1)
    return Drugs(library.drug_ids, bits, library.targets, library.pathways, vectors)
