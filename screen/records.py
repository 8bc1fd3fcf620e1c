"""Frozen records that pass between stages; each field with its shape or unit."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Domain = Literal["cell_line", "patient"]

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
)
_GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True)),
    "µ": "mu",
    "ϵ": "epsilon",
    "ϕ": "phi",
}
_MARKS = re.compile("[®™©℠]")
_SIGN = re.compile(
    r"[(\[]\s*(?P<sign>\+\s*/\s*[-−–]|[-−–]\s*/\s*\+|\+[-−–]|[-−–]\+|[±∓+−–-])\s*[)\]]|(?P<both>[±∓]|^\+/-)"
)
"""The rotation of light in a name: ``(+)``, ``(-)``, ``(+/-)``, ``±``."""
_TELLING = re.compile(r"[+'`\"]|[(\[]\s*-\s*[)\]]")
"""In an ASCII name: a sign of rotation or a prime may be there."""
_PUNCTUATION = re.compile("[^a-z0-9]")
_PRIME = "\x1f"
"""Stands for a prime while apostrophes (``Devil's claw``) fall."""
_PRIMES = re.compile(
    r"(?<=[0-9a-z])(?:''|[′'’´`]{1,3}|[″‴\"])(?=[^a-z]|$)"  # N'-methyl, O,O'
    r"|(?<=[0-9])[′'’´`″‴\"]{1,3}"  # 2'-deoxy, 5'P
)


def drug_key(name: str) -> str:
    """A drug name reduced to lower-case letters and digits, with what tells one compound from another.

    The sign of rotation stands first (``+``, ``-``, ``+-``), wherever the name has it, and primes stay. Case,
    punctuation, accents and trade marks do not tell compounds apart. A name without a letter or digit keeps its own
    text.

    >>> drug_key("5-Fluorouracil ")
    '5fluorouracil'
    >>> drug_key("(-)-JQ1") == drug_key("JQ1-(−)") == "-jq1"
    True
    """
    if name.isascii() and not _TELLING.search(name):
        return _PUNCTUATION.sub("", name.lower()) or name.strip().casefold()
    lower = _MARKS.sub("", name).casefold()
    signs = "".join(sorted({mark for hit in _SIGN.finditer(lower) for mark in _rotation(hit)}))
    text = _PRIMES.sub(lambda hit: _PRIME * _strokes(hit[0]), _SIGN.sub(" ", lower))
    spelled = "".join(_GREEK.get(letter, letter) for letter in text)
    plain = unicodedata.normalize("NFKD", spelled).casefold()
    letters = "".join(letter for letter in plain if letter.isalnum() or letter == _PRIME).replace(_PRIME, "'")
    return signs + letters if letters.strip("'") else name.strip().casefold()


def _rotation(hit: re.Match[str]) -> str:
    sign = hit["sign"] or "±"
    if sign in "±∓" or len(sign) > 1:
        return "+-"
    return "+" if sign == "+" else "-"


def _strokes(marks: str) -> int:
    return sum({"″": 2, '"': 2, "‴": 3}.get(mark, 1) for mark in marks)


def drug_keys(names: pl.Series) -> pl.Series:
    """:func:`drug_key` over a column, each distinct name computed once."""
    distinct = names.unique().drop_nulls().to_list()
    return names.replace_strict(distinct, [drug_key(n) for n in distinct], default=None, return_dtype=pl.String)


@dataclass(frozen=True)
class CellOptions:
    """What the user declared about a file of single cells."""

    columns: tuple[tuple[str, str], ...] = ()
    """Role (patient, sample, type, clone, malignant) and the column that has it."""
    table: Path | None = None
    """Table of cells by their barcodes, beside a file that has counts alone."""
    genome: str = ""
    """Of a file with several."""
    species: Literal["human", "mouse"] = "human"
    min_genes: int = 200
    """Fewer genes: an empty droplet (scDEAL; ATSDP-NET 2.2)."""
    min_cells: int = 3
    """A gene found in fewer cells is left out."""
    max_mito: float = 0.1
    """Mitochondrial share from which on a cell is left out."""

    def declared(self) -> dict[str, object]:
        """What differs from the defaults, for the identity of a file as it was read."""
        given = {
            name: getattr(self, name) for name, default in vars(CellOptions()).items() if getattr(self, name) != default
        }
        if self.table is not None:
            given["table"] = hashlib.sha256(self.table.read_bytes()).hexdigest() if self.table.is_file() else ""
        return given


@dataclass(frozen=True)
class ReadOptions:
    """What the user declared about a file; ``None`` leaves it to recognition."""

    kind: str | None = None
    unit: str | None = None
    indication: str | None = None
    dataset: str | None = None
    coverage: str | None = None
    platform: str | None = None
    cells: CellOptions = CellOptions()

    def declared(self) -> dict[str, object]:
        """By name, for the identity of a file as it was read; a platform or cells only where they are declared."""
        names = ("kind", "unit", "indication", "dataset", "coverage", *(["platform"] if self.platform else []))
        cells = self.cells.declared()
        return {name: getattr(self, name) for name in names} | ({"cells": cells} if cells else {})


@dataclass(frozen=True)
class Batch:
    """The checked content of one file, ready for the store in one transaction."""

    kind: str
    """What was recognised, e.g. ``gdsc-dose-response``."""
    tables: Mapping[str, pl.DataFrame]
    """Store table name -> rows with that table's columns, without ``source_id``."""
    notes: tuple[str, ...] = ()
    """What a user must know: unit detected, rows left out and why, encoding chosen."""
    snapshot_date: str | None = None
    """ISO date the data itself claims."""
    coverage: str | None = None
    """Evidence only: ``full``, ``partial``, ``conditions:A,B`` or ``drugs:<key>,<key>``."""


@dataclass(frozen=True)
class Profiles:
    """Expression of n subjects over g genes, in one unit and one gene order."""

    domain: Domain
    subject_ids: tuple[str, ...]
    sample_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    datasets: tuple[str, ...]
    genes: tuple[str, ...]
    """Length g; approved symbols once resolved."""
    levels: Floats
    """n x g, NaN where not measured."""
    unit: str

    def __len__(self) -> int:
        return len(self.subject_ids)

    def take(self, rows: NDArray[np.intp] | list[int]) -> "Profiles":
        """The profiles at ``rows``."""
        pick = [int(i) for i in rows]
        return Profiles(
            self.domain,
            tuple(self.subject_ids[i] for i in pick),
            tuple(self.sample_ids[i] for i in pick),
            tuple(self.source_ids[i] for i in pick),
            tuple(self.datasets[i] for i in pick),
            self.genes,
            self.levels[pick],
            self.unit,
        )

    @staticmethod
    def join(parts: "Sequence[Profiles]") -> "Profiles":
        """Profiles over the same genes and unit, one after the other."""
        first = parts[0]
        return Profiles(
            first.domain,
            sum((p.subject_ids for p in parts), ()),
            sum((p.sample_ids for p in parts), ()),
            sum((p.source_ids for p in parts), ()),
            sum((p.datasets for p in parts), ()),
            first.genes,
            np.concatenate([p.levels for p in parts]),
            first.unit,
        )


@dataclass(frozen=True)
class Library:
    """d drugs with a structure, in the order of their ids."""

    drug_ids: tuple[str, ...]
    names: tuple[str, ...]
    smiles: tuple[str, ...]
    targets: tuple[frozenset[str], ...]
    """Length d, upper case, over all sources; empty where none is known."""
    pathways: tuple[str, ...]
    """Length d; '' where none is known."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """drug_id -> why it is not scored."""

    def __len__(self) -> int:
        return len(self.drug_ids)

    def take(self, rows: Sequence[int]) -> "Library":
        """The drugs at ``rows``; those left out stay listed."""
        return Library(
            tuple(self.drug_ids[i] for i in rows),
            tuple(self.names[i] for i in rows),
            tuple(self.smiles[i] for i in rows),
            tuple(self.targets[i] for i in rows),
            tuple(self.pathways[i] for i in rows),
            self.left_out,
        )


@dataclass(frozen=True, kw_only=True)
class LineExpression:
    """One data set that cell lines' profiles come from."""

    dataset: str
    platform: str
    """``RNA-seq``, ``array``, or '' where nothing tells it."""
    unit: str
    """In words, as it was read."""
    lines: int
    genes: tuple[str, ...]
    source_ids: tuple[str, ...]
    """Its files."""


@dataclass(frozen=True)
class LabPairs:
    """What one laboratory measured in one assay on patients of the indication."""

    lab: str
    assay: str
    rows: tuple[int, ...]
    """Length n: places among the patients of training."""
    response: Floats
    """n x D, on the scale of the training screen, NaN where not measured; of several plates the mean."""


@dataclass(frozen=True)
class TrainingData:
    """All a model of one indication learns from. Lines and drugs without a response are kept out of ``auc``."""

    indication: str
    lines: Profiles
    """L cell lines with expression."""
    lineages: tuple[str, ...]
    """Length L; 'unknown' where none is given."""
    patients: Profiles
    """P patients of the indication: expression only, never an outcome."""
    library: Library
    """D drugs with a structure and a measured response."""
    auc: Floats
    """L x D response (0..1, low = sensitive), NaN where not measured."""
    dataset: str
    everyone: Profiles | None = None
    """Patients of every indication from the same source, where a model is to be aligned with all of them."""
    lineage: str = ""
    """Of the indication, in the cell lines' words; '' where it is not known or there are several."""
    nearness: tuple[int, ...] = ()
    """Length L: 2 for a line of the indication's tumour type, 1 of its lineage, 0 of another; empty: not known."""
    line_data: tuple[LineExpression, ...] = ()
    """What the lines' profiles come from; several data sets are on one scale."""
    notes: tuple[str, ...] = ()
    """Expression of cell lines that is left out, and why."""
    labs: tuple[LabPairs, ...] = ()
    """What laboratories measured, where it is to be learned from: never a part of ``auc``."""

    def nearness_of(self, rows: Sequence[int]) -> tuple[int, ...] | None:
        """Nearness of the lines at ``rows`` to the patients that make the frame; ``None`` where they are of no type."""
        return None if self.everyone is not None or not self.nearness else tuple(self.nearness[row] for row in rows)

    @property
    def aligned(self) -> Profiles:
        """The patients that a model is aligned with; their quantiles make its frame."""
        return self.patients if self.everyone is None else self.everyone
