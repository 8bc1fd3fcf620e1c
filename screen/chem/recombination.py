"""New molecules from the pieces of given ones."""

from collections.abc import Sequence
from itertools import islice
from random import Random
from typing import Any

from rdkit import Chem, rdBase

from screen.chem.parsing import parse


def recombine(smiles: Sequence[str], seed: int, tries: int = 200) -> list[str]:
    """New molecules put together from the BRICS fragments of given ones (Degen et al. 2008).

    Each fragment in turn is grown in ``tries`` steps with eight others drawn at random. Returns canonical SMILES of
    8 to 60 heavy atoms, sorted, each once.
    """
    from rdkit.Chem import BRICS

    with rdBase.BlockLogs():
        cut = (BRICS.BRICSDecompose(parse(one)) for one in smiles)  # type: ignore[no-untyped-call]
        fragments = sorted({text for texts in cut for text in texts if "*" in text})
        made: set[str] = set()
        for number, start in enumerate(fragments):
            others = Random(f"{seed}/{number}").sample(fragments, min(8, len(fragments)))
            pieces = [Chem.MolFromSmiles(text) for text in (start, *others)]
            grown = BRICS.BRICSBuild(  # type: ignore[no-untyped-call]
                pieces[1:], seeds=pieces[:1], onlyCompleteMols=False, scrambleReagents=False
            )
            made.update(filter(None, map(_complete, islice(grown, tries))))
    return sorted(made)


def _complete(product: Any) -> str:
    whole = all(atom.GetAtomicNum() for atom in product.GetAtoms()) and 8 <= product.GetNumHeavyAtoms() <= 60
    return Chem.MolToSmiles(product) if whole and not Chem.SanitizeMol(product, catchErrors=True) else ""
