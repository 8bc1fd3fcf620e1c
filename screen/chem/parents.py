"""The parent of a drug as it is sold: salts and solvents off, charges balanced, complexes of metals kept whole."""

from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from screen.chem.counter_ions import is_counter_ion
from screen.chem.parsing import parse, unreadable

_PLATINUM = 78
_HALOGENS = frozenset({9, 17, 35, 53})
_ACID = Chem.MolFromSmarts("[OX2H1]C=O")
_COUNTER_METALS = frozenset({3, 4, 11, 12, 19, 20, 37, 38, 55, 56})
# Al and Ga to Bi, the transition metals, lanthanides and actinides.
_COMPLEX_METALS = frozenset({13, *range(21, 32), *range(39, 52), *range(57, 85), *range(89, 104)})

# What the steps below may change: charges, lone atoms, a nitrogen with five bonds and the like, sulfoxides, metals.
_MAY_CHANGE = Chem.MolFromSmarts(
    "[!+0,X0,#7v5,#7X1v3,$(n=*),$([#7]=[#7]=*),#15X3v5,#33X3v5,#51X3v5,#16X3,#34X3,#52X3,"
    + ",".join(f"#{number}" for number in sorted(_COUNTER_METALS | _COMPLEX_METALS))
    + "]"
)

with rdBase.BlockLogs():  # Tools that are slow to make, made once.
    _DISCONNECTOR, _NORMALIZER = rdMolStandardize.MetalDisconnector(), rdMolStandardize.Normalizer()
    _REIONIZER, _UNCHARGER = rdMolStandardize.Reionizer(), rdMolStandardize.Uncharger()

_PARTNER = 0.6
"""Heavy atoms of the second largest part, as a share of the largest, from which it is no counter-ion but a partner."""


def parent_of(molecule: Any, smiles: str) -> Any:
    """The parent of a molecule; ``smiles`` is what a complaint names.

    Raises
    ------
    InputError
        It cannot be standardised.
    """
    if _plain(molecule):
        return molecule
    elements = {atom.GetAtomicNum() for atom in molecule.GetAtoms()}
    if _PLATINUM in elements:
        return _platinum_ions(molecule)
    if elements & _COMPLEX_METALS:
        return molecule
    try:
        cleaned = _cleaned(molecule, has_counter_metal=bool(elements & _COUNTER_METALS))
        if not any(_organic(atom) for atom in cleaned.GetAtoms()):
            return cleaned
        return _UNCHARGER.uncharge(_drug_part(cleaned))
    except (ValueError, RuntimeError) as fault:
        raise unreadable(smiles, f"cannot be standardised ({str(fault).splitlines()[0]})") from None


def _plain(molecule: Any) -> bool:
    """One fragment that no step would change: most of a library, at a third of the time."""
    return not molecule.HasSubstructMatch(_MAY_CHANGE) and len(Chem.GetMolFrags(molecule)) == 1


def _cleaned(molecule: Any, *, has_counter_metal: bool) -> Any:
    # The steps of rdkit's Cleanup with tools made once: four times as fast.
    apart = _DISCONNECTOR.Disconnect(molecule) if has_counter_metal else molecule
    return _REIONIZER.reionize(_NORMALIZER.normalize(apart))


def _drug_part(molecule: Any) -> Any:
    """What is left of a molecule of several parts without counter-ions and solvents.

    Known counter-ions go first, whatever their size. Of what is left a part much larger than the others stands alone,
    both mirror images together are the racemate (drawn without the centres that differ), and partners of like size
    are a mixture, kept whole.
    """
    parts = [part for part in Chem.GetMolFrags(molecule, asMols=True) if any(map(_organic, part.GetAtoms()))]
    if len(parts) == 1:
        return parts[0]
    drugs = [part for part in parts if not is_counter_ion(_UNCHARGER.uncharge(part))] or parts
    distinct = {Chem.MolToSmiles(_UNCHARGER.uncharge(part)): part for part in drugs}
    ordered = sorted(distinct.items(), key=lambda item: (-item[1].GetNumHeavyAtoms(), item[0]))
    largest = ordered[0][1]
    partners = [part for _, part in ordered if part.GetNumHeavyAtoms() >= _PARTNER * largest.GetNumHeavyAtoms()]
    if len(partners) == 1:
        return largest
    flat = [_flat(part) for part in partners]
    if len({Chem.MolToSmiles(_UNCHARGER.uncharge(part)) for part in flat}) == 1:
        return flat[0]
    whole = partners[0]
    for part in partners[1:]:
        whole = Chem.CombineMols(whole, part)
    Chem.SanitizeMol(whole)
    return whole


def is_doubtful(smiles: str) -> bool:
    """Whether no list tells which of several organic parts is the drug: all are counter-ions, or none is.

    Raises
    ------
    InputError
        As :func:`screen.chem.standardise`.
    """
    with rdBase.BlockLogs():
        parts = [part for part in Chem.GetMolFrags(parse(smiles), asMols=True) if any(map(_organic, part.GetAtoms()))]
        flat = {Chem.MolToSmiles(_UNCHARGER.uncharge(_flat(part))): part for part in parts}
        listed = sum(is_counter_ion(_UNCHARGER.uncharge(part)) for part in flat.values())
    return len(flat) > 1 and listed in (0, len(flat))


def _flat(molecule: Any) -> Any:
    flat = Chem.Mol(molecule)
    Chem.RemoveStereochemistry(flat)
    return flat


def _organic(atom: Any) -> bool:
    # A carbon of carbonate or carbon dioxide is none: lithium carbonate is not carbonic acid.
    return atom.GetAtomicNum() == 6 and (
        atom.GetTotalNumHs() > 0 or any(n.GetAtomicNum() in (6, 7, 15, 16) for n in atom.GetNeighbors())
    )


def _platinum_ions(molecule: Any) -> Any:
    """A platinum drug as its ions: amines neutral, acids and halides negative, platinum balancing.

    Sources draw the same complex with covalent, dative or no bonds, and protons on either ligand; this one form gives
    them one InChIKey (DrugBank's). A complex it does not fit stays as drawn.
    """
    ions = Chem.RWMol(molecule)
    metals = [atom for atom in ions.GetAtoms() if atom.GetAtomicNum() == _PLATINUM]
    bonds = [(metal.GetIdx(), ligand.GetIdx()) for metal in metals for ligand in metal.GetNeighbors()]
    if any(ions.GetAtomWithIdx(ligand).GetAtomicNum() not in (7, 8, *_HALOGENS) for _, ligand in bonds):
        return molecule
    for metal, ligand in bonds:
        ions.RemoveBond(metal, ligand)
    bound = {ligand for _, ligand in bonds}
    oxygen_bound = any(ions.GetAtomWithIdx(ligand).GetAtomicNum() == 8 for ligand in bound)
    acids = set() if oxygen_bound else {match[0] for match in ions.GetSubstructMatches(_ACID)}
    for atom in ions.GetAtoms():
        _settle(atom, bound=atom.GetIdx() in bound, acid=atom.GetIdx() in acids)
    charge = -sum(atom.GetFormalCharge() for atom in ions.GetAtoms() if atom.GetAtomicNum() != _PLATINUM)
    for metal in metals:
        metal.SetFormalCharge(charge // len(metals))
        metal.SetNumRadicalElectrons(0)
    failed = charge % len(metals) or Chem.SanitizeMol(ions, catchErrors=True)
    return molecule if failed else ions.GetMol()


def _settle(atom: Any, *, bound: bool, acid: bool) -> None:
    element = atom.GetAtomicNum()
    if element == 7 and (bound or atom.GetFormalCharge() < 0):
        charge = 0
    elif (element == 8 and (bound or acid)) or (element in _HALOGENS and (bound or atom.GetDegree() == 0)):
        charge = -1
    else:
        return
    atom.SetFormalCharge(charge)
    atom.SetNumRadicalElectrons(0)
    atom.SetNoImplicit(False)
    atom.SetNumExplicitHs(1 if element == 7 and atom.GetIsAromatic() and atom.GetNumExplicitHs() else 0)
