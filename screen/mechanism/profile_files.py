"""A file of perturbation profiles, whichever of the known formats it has."""

from pathlib import Path

from screen.errors import InputError
from screen.ingest.text.decoding import read_decoded
from screen.mechanism.hdf5_profiles import read_hdf5
from screen.mechanism.profiles import Profiles
from screen.mechanism.text_profiles import read_text

_HDF5 = b"\x89HDF\r\n\x1a\n"


def read_profiles(path: Path, cell: str | None = None) -> Profiles:
    """Read ``.gctx``, a signatureSearch database, ``.gct``, or a table of genes by signatures.

    Raises
    ------
    InputError
        No such file, another format, a damaged one, no profile of the cell line.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), remedy="name a .gctx, a .gct or a table")
    with path.open("rb") as file:
        start = file.read(len(_HDF5))
    if start == _HDF5:
        return read_hdf5(path, cell)
    if _is_gene_sets(path):
        raise InputError(
            "gene sets, not profiles", where=str(path), remedy="run: crescreen enrichment GENES --sets FILE.gmt"
        )
    found = read_text(path)
    if cell is None or not any(well.cell for well in found.wells):
        return found
    one = found.of_cell(cell)
    if not one.wells:
        raise InputError(
            f"no profile of cell line {cell!r}", where=str(path), remedy="leave out --cell, or name another"
        )
    return one


def _is_gene_sets(path: Path) -> bool:
    """Rows of different lengths whose third cell is no number."""
    if path.name.lower().endswith((".gmt", ".gmt.gz")):
        return True
    lines = [line.split("\t") for line in read_decoded(path).text.splitlines()[:3] if line.strip()]
    wide = [cells for cells in lines if len(cells) > 2]
    return bool(wide) and len(wide) == len(lines) and all(_is_word(cells[2]) and _is_word(cells[-1]) for cells in lines)


def _is_word(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return not cell.startswith("#")
    return False
