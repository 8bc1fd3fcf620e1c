"""Profiles in text: ``.gct`` of versions 1.2 and 1.3, and plain tables of genes by signatures."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.ingest.text.decoding import read_decoded
from screen.mechanism.profiles import Profiles, cell_text, one_row_a_gene, well_of

_TABLE = "bring a .gctx, a .gct, or a table whose first column is a gene and each other column a signature"
_DRUG = re.compile(r"DB\d{5}|CHEMBL\d+|BRD-[AKM]\d+.*|CID:?\d+|[A-Z]{14}-[A-Z]{10}-[A-Z]")
"""Ids of DrugBank, ChEMBL, the Broad Institute, PubChem, and InChIKeys."""
_SYMBOLS = ("pr_gene_symbol", "gene_symbol", "symbol", "Symbol", "Name")


def read_text(path: Path) -> Profiles:
    """A ``.gct`` or a table.

    Raises
    ------
    InputError
        A cell that is no number, a row of another length, a table without genes or numbers; with the line.
    """
    lines = read_decoded(path).text.splitlines()
    if lines and lines[0].startswith(("#1.2", "#1.3")):
        return _gct(path, lines)
    return _table(path, lines)


def _gct(path: Path, lines: list[str]) -> Profiles:
    cells = [line.split("\t") for line in lines[1:]]
    sizes = [int(size) for size in cells[0] if size.strip().isdigit()] if cells else []
    if len(sizes) < 2 or len(cells) < 2:
        raise InputError("line 2 does not give the sizes of the table", where=str(path), remedy="fetch it again")
    rows, columns, row_facts, column_facts = [*sizes, 1, 0][:4] if len(sizes) == 2 else sizes[:4]
    header = cells[1]
    first = 1 + row_facts
    names = header[first:]
    body = cells[2 + column_facts :]
    if len(names) != columns or len(body) != rows:
        raise InputError(
            f"it says {rows} rows and {columns} columns, and has {len(body)} and {len(names)}",
            where=str(path),
            remedy="it is cut or was changed: fetch it again",
        )
    facts = {line[0]: line[first:] for line in cells[2 : 2 + column_facts]}
    wells = tuple(
        well_of(name, {fact: values[i] for fact, values in facts.items() if i < len(values)})
        for i, name in enumerate(names)
    )
    values = _numbers(path, [row[first:] for row in body], columns, 4 + column_facts)
    place = next((header.index(name) for name in _SYMBOLS if name in header[:first]), 0)
    values, genes, notes = one_row_a_gene(values.T, [cell_text(row[place]) for row in body])
    return Profiles(str(path), "gct", genes, values, wells, notes)


def _table(path: Path, lines: list[str]) -> Profiles:
    mark = "\t" if lines and "\t" in lines[0] else ","
    cells = [line.split(mark) for line in lines if line.strip()]
    if len(cells) < 2 or len(cells[0]) < 2:
        raise InputError("neither profiles nor a table of them", where=str(path), remedy=_TABLE)
    if 2 * sum(bool(_DRUG.fullmatch(cell_text(row[0]))) for row in cells[1:]) > len(cells) - 1:
        raise InputError(f"its rows are drugs ({cells[1][0][:30]}), not genes", where=str(path), remedy=_TABLE)
    names = [name.strip() for name in cells[0][1:]]
    values = _numbers(path, [row[1:] for row in cells[1:]], len(names), 2)
    values, genes, notes = one_row_a_gene(values.T, [cell_text(row[0]) for row in cells[1:]])
    wells = tuple(well_of(name, {}) for name in names)
    return Profiles(str(path), "table", genes, values, wells, (*notes, "each column is read as a drug's signature"))


def _numbers(path: Path, rows: list[list[str]], columns: int, first_line: int) -> NDArray[np.float64]:
    values = np.empty((len(rows), columns))
    for place, row in enumerate(rows):
        if len(row) != columns:
            raise InputError(
                f"line {first_line + place}: {len(row)} values under {columns} names", where=str(path), remedy=_TABLE
            )
        for column, cell in enumerate(row):
            try:
                values[place, column] = float(cell)
            except ValueError:
                raise InputError(
                    f"line {first_line + place}: {cell[:40]!r} is not a number", where=str(path), remedy=_TABLE
                ) from None
    if not np.isfinite(values).all():
        row_at = int(np.argwhere(~np.isfinite(values))[0, 0])
        raise InputError(
            f"line {first_line + row_at}: a value is missing", where=str(path), remedy="leave out the gene"
        )
    return values
