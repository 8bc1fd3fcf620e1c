"""Tables of drugs: a name, a structure as SMILES, and what else the table tells of synonyms, targets, mechanism."""

import polars as pl

from screen.errors import InputError
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, empty_rows, find, plain_id, read_table
from screen.records import Batch, ReadOptions

_NAMES = (
    "drugname",
    "name",
    "compoundname",
    "drug",
    "compound",
    "pertiname",
    "moleculename",
    "preferredname",
    "genericname",
    "commonname",
    "title",
)
_SMILES = (
    "smiles",
    "isomericsmiles",
    "canonicalsmiles",
    "drugsmiles",
    "smilesstring",
    "cansmiles",
    "smi",
    "structuresmiles",
)
_SYNONYMS = ("drugsynonyms", "synonyms", "synonym", "aliases", "alias", "othernames")
_TARGETS = ("putativetarget", "target", "targets")
_FACTS = {
    "pathway": ("pathwayname", "targetpathway", "pathway"),
    "mechanism": ("moa", "mechanism", "mechanismofaction"),
    "pubchem_cid": ("pubchemcid", "pubchemid", "pubchem", "cid"),
}


def _is_drug_table(head: Head) -> bool:
    names = head.header
    gdsc = find(names, "drugid") and find(names, *_TARGETS) and find(names, *_SYNONYMS)
    return bool(find(names, *_NAMES) and (find(names, *_SMILES) or gdsc))


def _read(head: Head, _options: ReadOptions) -> Batch:
    frame, notes = read_table(head)
    drugs = _named(head, frame.filter(~empty_rows(frame)))
    structures = drug_rows.standardised(drugs, head.path)
    main = drugs.select("name", drug_id=structures.drug_ids)
    tables = {
        "drug_names": drug_rows.names(
            pl.concat([main, _synonyms(drugs, structures.drug_ids)], how="diagonal"), drug_rows.DRUG_TABLE
        ).unique(maintain_order=True),
        "drug_structures": structures.table,
        "drug_problems": structures.problems,
        "drug_facts": drug_facts(drugs),
    }
    without = drugs["smiles"].null_count()
    remarks = f"{drugs['name'].n_unique():,} drugs, {drugs.height - without:,} with SMILES, {without:,} by name only"
    return Batch("drug-table", tables, (*notes, remarks, *structures.notes))


def _named(head: Head, frame: pl.DataFrame) -> pl.DataFrame:
    """The table with its columns for name and SMILES called so.

    Raises
    ------
    InputError
        No such column, no row, or a row without a name.
    """
    name = find(frame.columns, *_NAMES)
    smiles = find(frame.columns, *_SMILES)
    if name is None:
        raise InputError(
            f"no column for the drug's name, found: {', '.join(frame.columns[1:9])}",
            where=str(head.path),
            remedy="call it name or drug_name",
        )
    if frame.is_empty():
        raise InputError("holds no drug", where=str(head.path), remedy="is the file whole?")
    gap = frame.filter(pl.col(name).is_null())
    if gap.height:
        raise InputError(
            f"column {name}, line {gap[LINE][0]}: no name",
            where=str(head.path),
            remedy="name the drug or remove the row",
        )
    remarks = pl.lit(None, pl.String) if smiles is None else pl.col(smiles)
    return frame.rename({name: "name"}).with_columns(smiles=remarks)


def _synonyms(drugs: pl.DataFrame, drug_ids: pl.Series) -> pl.DataFrame:
    column = find(drugs.columns, *_SYNONYMS)
    if column is None:
        return drug_rows.text_frame(("name", "drug_id", "main"), ())
    cells = zip(drugs["name"], drug_ids, drugs[column], strict=True)
    return drug_rows.text_frame(
        ("name", "drug_id", "main"),
        ((synonym, drug_id, name) for name, drug_id, cell in cells for synonym in split_synonyms(cell or "")),
    )


def split_synonyms(cell: str) -> list[str]:
    """The names in a cell, parted by ``|``, else by ``;``, else by a comma and a blank.

    A comma without a blank is part of a chemical name.

    >>> split_synonyms("1,3-BPG, glycerate")
    ['1,3-BPG', 'glycerate']
    """
    separator = next((mark for mark in ("|", ";") if mark in cell), ", ")
    return [name.strip() for name in cell.split(separator) if name.strip()]


def drug_facts(drugs: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``drug_facts`` from a table with ``name``: target, pathway, mechanism, PubChem number."""
    targets = find(drugs.columns, *_TARGETS)
    parts = (
        [drug_rows.listed(drugs, targets, "target", lambda cell: drug_rows.targets_of(cell, ",|;"))] if targets else []
    )
    for field, spellings in _FACTS.items():
        if column := find(drugs.columns, *spellings):
            parts.append(drugs.select("name", field=pl.lit(field), value=plain_id(column)))
    return drug_rows.facts(pl.concat([drug_rows.text_frame(("name", "field", "value"), ()), *parts]))


KINDS = (Kind("drug-table", "drugs by name and SMILES", _is_drug_table, _read),)
