"""Right files of a library's formats, and how a screen reads them."""

from io import BytesIO
from pathlib import Path

import polars as pl

from screen import chem
from screen.errors import InputError
from screen.library_screen.pieces import entries, split_library
from screen.records import ReadOptions
from tests.attack.harvest import Right

_DRAWING = (
    "{name}\n     x\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\n"
    "    1.0000    0.0000    0.0000 O   0  0\n  1  2  1  0\nM  END\n>  <Name>\n{name}\n\n$$$$\n"
)
_SMILES = ("CCO ethanol", "CO methanol", "c1ccccc1 benzene", "CC(=O)Oc1ccccc1C(=O)O aspirin", "CCN", "[Na+].[Cl-] salt")


def _parquet() -> bytes:
    stream = BytesIO()
    rows = [line.partition(" ") for line in _SMILES]
    pl.DataFrame({"name": [row[2] for row in rows], "smiles": [row[0] for row in rows]}).write_parquet(stream)
    return stream.getvalue()


_CONTENT = {
    "library-smi": ("some.smi", ("\n".join(_SMILES) + "\n").encode()),
    "library-sdf": ("some.sdf", "".join(_DRAWING.format(name=f"drug {n}") for n in range(4)).encode()),
    "library-parquet": ("some.parquet", _parquet()),
}
LIBRARIES = {kind: Right(kind, name, content, ReadOptions()) for kind, (name, content) in _CONTENT.items()}
"""Not read by ``ingest``: by ``rank --library``."""


def read_library(path: Path) -> int:
    """Split and read a library as a screen does; molecules that can be read."""
    readable = 0
    for piece in split_library(path, 3):
        for entry in entries(piece):
            try:
                chem.standardise(entry.smiles)
                readable += 1
            except InputError:
                continue
    return readable
