"""Gene sets of a GMT file the user brings: what is in it, and which file it was."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError
from screen.ingest.text.decoding import read_decoded


@dataclass(frozen=True)
class GeneSets:
    """The sets of one file."""

    file: str
    sha256: str
    """Of the file's bytes, so that a result says which sets it was made with."""
    sets: Mapping[str, frozenset[str]]
    """Name of each set, in the order of the file, with its genes as the file writes them."""
    notes: tuple[str, ...] = ()

    @property
    def genes(self) -> frozenset[str]:
        """Every gene that is in any of the sets."""
        return frozenset().union(*self.sets.values())


def read_gene_sets(path: Path) -> GeneSets:
    """Read a GMT: a set a line, its name, a description, then its genes, with tabs between.

    Enrichr's libraries, whose genes may carry a weight (``GENE,1.0``), are read too; the weight is left out.

    Raises
    ------
    InputError
        No such file, a line with fewer than three cells, a name twice with other genes, no set.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), remedy="name a GMT file of gene sets, as of MSigDB")
    sets: dict[str, frozenset[str]] = {}
    repeated, weighted = 0, False
    for number, line in enumerate(read_decoded(path).text.splitlines(), 1):
        if not line.strip():
            continue
        name, _, *cells = (cell.strip() for cell in f"{line}\t".split("\t"))
        genes = [cell.partition(",")[0] for cell in cells if cell]
        if not name or not genes:
            raise InputError(
                f"line {number}: {line[:60]!r} is no gene set",
                where=str(path),
                remedy="a set a line: its name, a description, its genes, with tabs between",
            )
        weighted |= any("," in cell for cell in cells)
        repeated += len(genes) - len(set(genes))
        if sets.setdefault(name, frozenset(genes)) != frozenset(genes):
            raise InputError(
                f"line {number}: set {name!r} stands twice, with other genes", where=str(path), remedy="rename one"
            )
    if not sets:
        raise InputError("no gene set in it", where=str(path), remedy="is it a GMT? fetch it again")
    notes = [f"{repeated} genes stand twice in their set: counted once"] if repeated else []
    notes += ["weights of genes are left out"] if weighted else []
    return GeneSets(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), sets, tuple(notes))
