"""Standard molecules and their identities, one by one and a whole table at once."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any

import polars as pl
from rdkit import Chem, rdBase
from rdkit.Chem import Descriptors

from screen.chem.graphs import MolGraph, graph_of
from screen.chem.parents import parent_of
from screen.chem.parsing import parse, unreadable
from screen.errors import InputError

_PARALLEL_FROM = 2000
"""Below this many distinct SMILES starting processes costs more than it saves."""
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


def standardise(smiles: str) -> Molecule:
    """The parent molecule behind a SMILES and its identity.

    Raises
    ------
    InputError
        Empty, over 2,000 characters, not a structure rdkit can read, with placeholder atoms, or without an InChIKey.
    """
    with rdBase.BlockLogs():
        return _standard(smiles)[0]


def standardise_with_graph(smiles: str) -> tuple[Molecule, MolGraph]:
    """As :func:`standardise`, and the graph of the canonical SMILES, which is read only once."""
    with rdBase.BlockLogs():
        molecule, again = _standard(smiles)
        return molecule, graph_of(again, molecule.smiles)


def _standard(smiles: str) -> tuple[Molecule, Any]:
    """The parent, and its canonical SMILES read back."""
    parent = parent_of(parse(smiles), smiles)
    key = Chem.MolToInchiKey(parent)  # type: ignore[no-untyped-call]
    canonical = Chem.MolToSmiles(parent)
    again = Chem.MolFromSmiles(canonical)
    if not key or again is None:
        raise unreadable(smiles, "has no InChIKey")
    weight = Descriptors.MolWt(parent)  # type: ignore[attr-defined]
    return Molecule(key, canonical, round(weight, 4), parent.GetNumHeavyAtoms()), again


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
    problems = (
        rows.filter(pl.col("smiles").is_in(list(failed)))
        .unique(maintain_order=True)
        .with_columns(reason=_mapped(failed))
    )
    molecules = sorted(set(found.values()), key=lambda m: (m.drug_id, len(m.smiles), m.smiles))
    table = pl.DataFrame([asdict(m) for m in molecules], schema=_STRUCTURE_SCHEMA)
    return names, table.unique("drug_id", keep="first", maintain_order=True), problems


def smiles_of(molblock: str) -> str:
    """SMILES of an MDL mol block (V2000 or V3000); empty where it cannot be read."""
    with rdBase.BlockLogs():
        molecule = Chem.MolFromMolBlock(molblock)
        return Chem.MolToSmiles(molecule) if molecule is not None else ""


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
    # Some tables list the SMILES of several samples in one cell; no SMILES holds a comma.
    listed = [part.strip() for part in smiles.split(",") if part.strip()] if "|" not in smiles else [smiles]
    try:
        first, *others = [standardise(part) for part in listed or [smiles]]
    except InputError as fault:
        return fault.what
    if any(other.drug_id != first.drug_id for other in others):
        return "several SMILES of different structures in one cell"
    return first


def _mapped(values: dict[str, str]) -> pl.Expr:
    return pl.col("smiles").replace_strict(list(values), list(values.values()), default=None, return_dtype=pl.String)
