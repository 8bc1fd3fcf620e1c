"""What a drug is: SMILES -> standard molecule -> identity, graph, fingerprint. The only importer of rdkit.

A drug's identity is the InChIKey of its parent: salts and solvents off, charges balanced. The standard InChI already
makes most tautomers one, so no canonical tautomer is computed (slow, and it can erase stereochemistry). Complexes of
metals are kept whole: the metal is the drug. Of a mixture of organic molecules the largest stands for all.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from random import Random
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rdkit import Chem, rdBase
from rdkit.Chem import Descriptors, rdFingerprintGenerator
from rdkit.Chem.MolStandardize import rdMolStandardize
from rdkit.Chem.Scaffolds import MurckoScaffold

from screen.errors import InputError

LONGEST_SMILES = 2000
FINGERPRINT_BITS = 2048

_PARALLEL_FROM = 2000
"""Below this many distinct SMILES starting processes costs more than it saves."""

_PLATINUM = 78
_HALOGENS = frozenset({9, 17, 35, 53})
_ACID = Chem.MolFromSmarts("[OX2H1]C=O")
_COUNTER_METALS = frozenset({3, 4, 11, 12, 19, 20, 37, 38, 55, 56})
# Al and Ga to Bi, the transition metals, lanthanides and actinides.
_COMPLEX_METALS = frozenset({13, *range(21, 32), *range(39, 52), *range(57, 85), *range(89, 104)})

_BOND_TYPE = {Chem.BondType.SINGLE: 0, Chem.BondType.DOUBLE: 1, Chem.BondType.TRIPLE: 2, Chem.BondType.AROMATIC: 3}
_BOND_DIRECTION = {Chem.BondDir.ENDUPRIGHT: 1, Chem.BondDir.ENDDOWNRIGHT: 2}
_CHIRALITY = {Chem.ChiralType.CHI_TETRAHEDRAL_CW: 1, Chem.ChiralType.CHI_TETRAHEDRAL_CCW: 2}

with rdBase.BlockLogs():  # Tools that are slow to make, made once.
    _DISCONNECTOR, _NORMALIZER = rdMolStandardize.MetalDisconnector(), rdMolStandardize.Normalizer()
    _REIONIZER, _UNCHARGER = rdMolStandardize.Reionizer(), rdMolStandardize.Uncharger()
    _CHOOSER = rdMolStandardize.LargestFragmentChooser(preferOrganic=True)
_MORGAN = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=FINGERPRINT_BITS)

_STRUCTURE_SCHEMA = {"drug_id": pl.String, "smiles": pl.String, "molecular_weight": pl.Float64, "heavy_atoms": pl.Int32}


@dataclass(frozen=True)
class Molecule:
    """The standardised parent of a drug."""

    drug_id: str
    """InChIKey."""
    smiles: str
    """Canonical isomeric SMILES."""
    molecular_weight: float
    """g/mol, average isotopes."""
    heavy_atoms: int


@dataclass(frozen=True)
class MolGraph:
    """A molecule of a heavy atoms and b bonds as Hu et al. 2020 describe it to their encoders."""

    atoms: NDArray[np.int64]
    """a x 2: atomic number - 1; chirality (0 none or other, 1 clockwise, 2 counter-clockwise)."""
    edges: NDArray[np.int64]
    """2 x 2b: source and target atom, each bond in both directions."""
    bonds: NDArray[np.int64]
    """2b x 2: type (0 single or other, 1 double, 2 triple, 3 aromatic); direction (0 none, 1 up, 2 down)."""


def standardise(smiles: str) -> Molecule:
    """The parent molecule behind a SMILES and its identity.

    Raises
    ------
    InputError
        Empty, over 2,000 characters, not a structure rdkit can read, with placeholder atoms, or without an InChIKey.
    """
    with rdBase.BlockLogs():
        parent = _parent(_parse(smiles), smiles)
        key = Chem.MolToInchiKey(parent)  # type: ignore[no-untyped-call]
        canonical = Chem.MolToSmiles(parent)
        if not key or Chem.MolFromSmiles(canonical) is None:
            raise _unreadable(smiles, "has no InChIKey")
        weight = Descriptors.MolWt(parent)  # type: ignore[attr-defined]
        return Molecule(key, canonical, round(weight, 4), parent.GetNumHeavyAtoms())


def structures(names_smiles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Standardise a table of drugs, each distinct SMILES once, on all cores when there are many.

    Parameters
    ----------
    names_smiles : ``name``, ``smiles``; a missing or blank SMILES is a drug known by name only

    Returns
    -------
    names : ``name``, ``drug_id`` (null without a readable structure), one row an input row, same order
    structures : rows of table ``drug_structures``; of several SMILES with one identity the shortest is kept
    problems : ``name``, ``smiles``, ``reason``, one row each structure that could not be read
    """
    rows = names_smiles.select("name", smiles=pl.col("smiles").str.strip_chars().replace("", None))
    distinct = sorted(set(rows["smiles"].drop_nulls()))
    read = dict(zip(distinct, _outcomes(distinct), strict=True))
    found = {smiles: outcome for smiles, outcome in read.items() if isinstance(outcome, Molecule)}
    failed = {smiles: outcome for smiles, outcome in read.items() if isinstance(outcome, str)}
    names = rows.select("name", drug_id=_mapped({smiles: molecule.drug_id for smiles, molecule in found.items()}))
    problems = (rows.filter(pl.col("smiles").is_in(list(failed))).unique(maintain_order=True)
                .with_columns(reason=_mapped(failed)))
    molecules = sorted(set(found.values()), key=lambda m: (m.drug_id, len(m.smiles), m.smiles))
    table = pl.DataFrame([asdict(m) for m in molecules], schema=_STRUCTURE_SCHEMA)
    return names, table.unique("drug_id", keep="first", maintain_order=True), problems


def smiles_of(molblock: str) -> str:
    """SMILES of an MDL mol block (V2000 or V3000); empty where it cannot be read."""
    with rdBase.BlockLogs():
        molecule = Chem.MolFromMolBlock(molblock)
        return Chem.MolToSmiles(molecule) if molecule is not None else ""


def graph(smiles: str) -> MolGraph:
    """Atoms and bonds of a SMILES taken as it is: standardise first, for chirality follows the order of the atoms.

    Raises
    ------
    InputError
        As :func:`standardise`.
    """
    with rdBase.BlockLogs():
        molecule = _parse(smiles)
    atoms = [(atom.GetAtomicNum() - 1, _CHIRALITY.get(atom.GetChiralTag(), 0)) for atom in molecule.GetAtoms()]
    ends: list[tuple[int, int]] = []
    bonds: list[tuple[int, int]] = []
    for bond in molecule.GetBonds():
        begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        ends += (begin, end), (end, begin)
        bonds += [(_BOND_TYPE.get(bond.GetBondType(), 0), _BOND_DIRECTION.get(bond.GetBondDir(), 0))] * 2
    return MolGraph(np.array(atoms, np.int64).reshape(-1, 2), np.array(ends, np.int64).reshape(-1, 2).T,
                    np.array(bonds, np.int64).reshape(-1, 2))


def fingerprint(smiles: str) -> NDArray[np.bool_]:
    """Morgan fingerprint of radius 2 (ECFP4), length 2048."""
    with rdBase.BlockLogs():
        return np.asarray(_MORGAN.GetFingerprintAsNumPy(_parse(smiles)), np.bool_)


def scaffold(smiles: str) -> str:
    """Bemis-Murcko scaffold as canonical SMILES; empty for a molecule without a ring."""
    with rdBase.BlockLogs():
        frame = MurckoScaffold.GetScaffoldForMol(_parse(smiles))  # type: ignore[no-untyped-call]
        return Chem.MolToSmiles(frame)


def recombine(smiles: Sequence[str], seed: int, tries: int = 200) -> list[str]:
    """New molecules put together from the BRICS fragments of given ones (Degen et al. 2008).

    Each fragment in turn is grown in ``tries`` steps with eight others drawn at random. Returns canonical SMILES of
    8 to 60 heavy atoms, sorted, no two alike.
    """
    from rdkit.Chem import BRICS

    with rdBase.BlockLogs():
        cut = (BRICS.BRICSDecompose(_parse(one)) for one in smiles)  # type: ignore[no-untyped-call]
        fragments = sorted({text for texts in cut for text in texts if "*" in text})
        made: set[str] = set()
        for number, start in enumerate(fragments):
            others = Random(f"{seed}/{number}").sample(fragments, min(8, len(fragments)))
            pieces = [Chem.MolFromSmiles(text) for text in (start, *others)]
            grown = BRICS.BRICSBuild(  # type: ignore[no-untyped-call]
                pieces[1:], seeds=pieces[:1], onlyCompleteMols=False, scrambleReagents=False)
            made.update(filter(None, map(_complete, islice(grown, tries))))
    return sorted(made)


def _complete(product: Any) -> str:
    whole = all(atom.GetAtomicNum() for atom in product.GetAtoms()) and 8 <= product.GetNumHeavyAtoms() <= 60
    return Chem.MolToSmiles(product) if whole and not Chem.SanitizeMol(product, catchErrors=True) else ""


def _outcomes(distinct: Sequence[str]) -> list[Molecule | str]:
    workers = len(os.sched_getaffinity(0)) if len(distinct) >= _PARALLEL_FROM else 1
    if workers > 1:
        try:
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                return list(pool.map(_outcome, distinct, chunksize=100))
        except (BrokenProcessPool, OSError):
            # No processes to be had here (a script without a main guard, no shared memory): one core does it.
            pass
    return [_outcome(smiles) for smiles in distinct]


def _outcome(smiles: str) -> Molecule | str:
    try:
        return standardise(smiles)
    except InputError as fault:
        return fault.what


def _mapped(values: dict[str, str]) -> pl.Expr:
    return pl.col("smiles").replace_strict(list(values), list(values.values()), default=None, return_dtype=pl.String)


def _parse(smiles: str) -> Any:
    # What follows a blank is a name or a CXSMILES extension, which many files carry damaged.
    text = smiles.split(maxsplit=1)[0] if smiles.strip() else ""
    if not text:
        raise InputError("the SMILES is empty", where="structure")
    if len(text) > LONGEST_SMILES:
        raise _unreadable(smiles, f"has {len(text)} characters, over {LONGEST_SMILES}")
    molecule = Chem.MolFromSmiles(text)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise _unreadable(smiles, "cannot be read")
    if any(atom.GetAtomicNum() == 0 for atom in molecule.GetAtoms()):
        raise _unreadable(smiles, "has placeholder atoms (*, R)")
    return molecule


def _unreadable(smiles: str, fault: str) -> InputError:
    shown = smiles if len(smiles) <= 60 else f"{smiles[:57]}..."
    return InputError(f"SMILES {shown!r} {fault}", where="structure", remedy="check it against PubChem")


def _parent(molecule: Any, smiles: str) -> Any:
    elements = {atom.GetAtomicNum() for atom in molecule.GetAtoms()}
    if _PLATINUM in elements:
        return _platinum_ions(molecule)
    if elements & _COMPLEX_METALS:
        return molecule
    try:
        cleaned = _cleaned(molecule, has_counter_metal=bool(elements & _COUNTER_METALS))
        if not any(_organic(atom) for atom in cleaned.GetAtoms()):
            return cleaned
        return _UNCHARGER.uncharge(_CHOOSER.choose(cleaned))
    except (ValueError, RuntimeError) as fault:
        raise _unreadable(smiles, f"cannot be standardised ({str(fault).splitlines()[0]})") from None


def _cleaned(molecule: Any, *, has_counter_metal: bool) -> Any:
    # The steps of rdkit's Cleanup with tools made once: four times as fast.
    apart = _DISCONNECTOR.Disconnect(molecule) if has_counter_metal else molecule
    return _REIONIZER.reionize(_NORMALIZER.normalize(apart))


def _organic(atom: Any) -> bool:
    # A carbon of carbonate or carbon dioxide is none: lithium carbonate is not carbonic acid.
    return atom.GetAtomicNum() == 6 and (
        atom.GetTotalNumHs() > 0 or any(n.GetAtomicNum() in (6, 7, 15, 16) for n in atom.GetNeighbors()))


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
