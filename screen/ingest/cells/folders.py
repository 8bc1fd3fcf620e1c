"""A folder that is one file to its reader: 10x Genomics' matrix, genes and barcodes."""

from dataclasses import dataclass, replace
from pathlib import Path

from screen.errors import InputError
from screen.ingest.file_head import Head, peek

_MATRIX = ("matrix.mtx", "matrix.mtx.gz")
_GENES = ("features.tsv", "features.tsv.gz", "genes.tsv", "genes.tsv.gz")
_BARCODES = ("barcodes.tsv", "barcodes.tsv.gz")


@dataclass(frozen=True)
class TenxFolder:
    """The three files of a matrix folder."""

    matrix: Path
    genes: Path
    barcodes: Path


def first_look(path: Path) -> Head:
    """The head of a file, or of the matrix in a folder of 10x Genomics, under the folder's name.

    Raises
    ------
    InputError
        As :func:`screen.ingest.file_head.peek`; a folder that is none of 10x Genomics; a matrix without its folder.
    """
    if path.is_dir() and any(path.iterdir()):
        found = tenx_folder(path)
        return replace(peek(found.matrix), path=path)
    return peek(path)


def tenx_folder(path: Path) -> TenxFolder:
    """The files of a folder; each may have a name before its own (``GSM1_matrix.mtx.gz``).

    Raises
    ------
    InputError
        One of the three is missing, or there are several.
    """
    parts = {"matrix.mtx": _MATRIX, "features.tsv or genes.tsv": _GENES, "barcodes.tsv": _BARCODES}
    files = sorted(one for one in path.iterdir() if one.is_file())
    found = []
    for what, names in parts.items():
        mine = [one for one in files if one.name in names] or [one for one in files if one.name.endswith(names)]
        if len(mine) != 1:
            raise InputError(
                f"a folder with {len(mine) or 'no'} {what}{'' if mine else ' in it'}",
                where=str(path),
                remedy="name files, or a folder of one sample with matrix.mtx, features.tsv and barcodes.tsv",
            )
        found.append(mine[0])
    return TenxFolder(*found)
