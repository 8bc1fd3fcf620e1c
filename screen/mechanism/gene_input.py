"""A user's genes: a list, or a ranking by a number."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.ingest.text.decoding import read_decoded

_SHAPE = "one gene a line; or two columns with a tab or comma between, gene and number, for a ranking"


@dataclass(frozen=True)
class GeneList:
    """Genes without order."""

    genes: tuple[str, ...]


@dataclass(frozen=True)
class GeneRanking:
    """Genes from the highest number to the lowest; ties by name, so that the order of the file has no say."""

    genes: tuple[str, ...]
    stats: NDArray[np.float64]
    """(genes,) the number of each."""

    @property
    def ties(self) -> int:
        """Genes whose number another has as well."""
        counts = np.unique(self.stats, return_counts=True)[1]
        return int(counts[counts > 1].sum())


def ranking(values: dict[str, float]) -> GeneRanking:
    """Genes with a number each, ordered."""
    ordered = sorted(values, key=lambda gene: (-values[gene], gene))
    return GeneRanking(tuple(ordered), np.array([values[gene] for gene in ordered]))


def read_genes(path: Path) -> GeneList | GeneRanking:
    """A list (one gene a line) or a ranking (gene and number; a header is passed over, ``#`` begins a comment).

    Raises
    ------
    InputError
        No such file, no gene, a gene twice in a ranking, a number that is none or is not finite; with the line.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), remedy=_SHAPE)
    rows = [
        (number, [cell.strip() for cell in line.replace(",", "\t").split("\t")])
        for number, line in enumerate(read_decoded(path).text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not rows:
        raise InputError("no genes in it", where=str(path), remedy=_SHAPE)
    wide = next((number for number, cells in rows if len(cells) > 2), None)
    if wide is not None:
        raise InputError(f"line {wide} has more than two columns", where=str(path), remedy=_SHAPE)
    if all(len(cells) == 1 for _, cells in rows):
        return GeneList(tuple(dict.fromkeys(cells[0] for _, cells in rows)))
    return ranking(_numbers(path, rows))


def _numbers(path: Path, rows: list[tuple[int, list[str]]]) -> dict[str, float]:
    values: dict[str, float] = {}
    for place, (number, cells) in enumerate(rows):
        value = _number(cells[-1]) if len(cells) == 2 else None
        if value is None and place == 0 and len(cells) == 2:
            continue
        if value is None or not cells[0]:
            raise InputError(f"line {number}: {cells} is no gene with a number", where=str(path), remedy=_SHAPE)
        if cells[0] in values:
            raise InputError(
                f"line {number}: gene {cells[0]!r} stands twice", where=str(path), remedy="leave one number a gene"
            )
        values[cells[0]] = value
    return values


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
