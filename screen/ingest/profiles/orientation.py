"""Which way a matrix lies: the axis whose names look like genes is the gene axis."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.ingest.profiles.gene_lengths import GeneLengths, gene_lengths
from screen.ingest.profiles.no_expression import PATIENT_COLUMNS, no_expression
from screen.ingest.text.grid import FACTS_BESIDE, GENE_COLUMNS, SAMPLE_COLUMNS, Grid
from screen.records import Floats

GENE_WITH_ID = re.compile(r"^\S+ \((?:\d+|ENSG\d{11}(?:\.\d+)?|nan|Unknown)\)$")
_ENSEMBL = re.compile(r"^ENS[GT]\d{11}(?:\.\d+)?(?:_PAR_Y)?(?:\|.*)?$")
_PAIRED = re.compile(
    r"^(?:[^\s|]+\|(?:\d+|ENSG\d{11}(?:\.\d+)?)|ENSG\d{11}(?:\.\d+)?[|_][^\s|]+|[^\s|]+_ENSG\d{11}(?:\.\d+)?)$"
)
"""Two identifiers of one gene: ``TP53|7157``, ``?|100130426``, ``ENSG00000141510.16_TP53``."""
_SYMBOL = re.compile(r"^(?:[A-Z][A-Z0-9]*(?:[-.@_][A-Z0-9]+)*|C(?:\d+|X|Y)orf\d+)$")
_SAMPLE = re.compile(r"^(?:ACH-\d{6}|SIDM\d{5}|TCGA[-.]|TARGET-|GTEX-|GS[ME]\d+|[SED]RR\d+|[0-9a-f]{8}-[0-9a-f]{4}-)")
_SERIES = re.compile(r"^(.*[^\d_. -])[-_. ]?\d+$")
CELL_LINE_COLUMNS = frozenset(("cell_line_id", "cell_line", "modelid", "model_id", "depmap_id"))
"""Columns whose ids are DepMap's: the rows are cell lines."""
_NAMES = ("cell_line_name", "cellline_name", "stripped_cell_line_name", "ccle_name")
UNJOINED_LINE_COLUMNS = frozenset((*_NAMES, "cellosaurus_id", "rrid", "sanger_model_id", "cosmic_id"))
"""Columns that name cell lines otherwise."""
_LANDMARKS = frozenset(
    (
        "ABL1",
        "ACTB",
        "AKT1",
        "ALK",
        "APC",
        "AR",
        "ATM",
        "ATR",
        "B2M",
        "BAP1",
        "BCL2",
        "BRAF",
        "BRCA1",
        "BRCA2",
        "CASP3",
        "CASP8",
        "CCND1",
        "CD4",
        "CD8A",
        "CDH1",
        "CDK4",
        "CDK6",
        "CDKN2A",
        "CTNNB1",
        "EGFR",
        "EP300",
        "ERBB2",
        "ERBB3",
        "ESR1",
        "EZH2",
        "FBXW7",
        "FGFR1",
        "FGFR2",
        "FGFR3",
        "FOXA1",
        "GAPDH",
        "GATA3",
        "HRAS",
        "IDH1",
        "IDH2",
        "JAK1",
        "JAK2",
        "KDR",
        "KIT",
        "KRAS",
        "MAP2K1",
        "MAPK1",
        "MDM2",
        "MET",
        "MKI67",
        "MLH1",
        "MTOR",
        "MYC",
        "NF1",
        "NOTCH1",
        "NRAS",
        "PDGFRA",
        "PIK3CA",
        "PTEN",
        "RAF1",
        "RB1",
        "RET",
        "ROS1",
        "SMAD4",
        "SMO",
        "STAT3",
        "STK11",
        "TERT",
        "TOP2A",
        "TP53",
        "TUBB",
        "VEGFA",
        "VHL",
    )
)
_LOOSE_HEADERS = ("name", "probe")
"""Headers of gene columns that samples are found under, too."""
_LOOKED_AT = 2000
_FLOOR = 0.3
"""Least share of gene-like names on the gene axis."""
_SERIAL = 0.2
"""That share for a numbered series of names (P1, P2, ...): samples more often than genes."""
_CLEAR = 0.25
"""A difference in that share which decides alone."""


@dataclass(frozen=True)
class Matrix:
    """Expression as the file has it: n samples by g genes."""

    path: Path
    samples: tuple[str, ...]
    genes: tuple[str, ...]
    levels: Floats
    """n x g, NaN where missing."""
    labels: pl.DataFrame
    """Text beside the samples, n rows; without columns where genes are the rows."""
    sample_column: str
    """Header of the sample ids, empty where they are the header."""
    sample_places: tuple[str, ...]
    """Where each sample lies in the file, for messages."""
    gene_places: tuple[str, ...]
    lengths: GeneLengths | None = None
    """Of the genes, where the file gives them."""

    def take(self, samples: Sequence[int], genes: Sequence[int]) -> "Matrix":
        """The rows and columns at these positions, in this order."""
        rows, columns = list(samples), list(genes)
        return replace(
            self,
            samples=tuple(self.samples[i] for i in rows),
            genes=tuple(self.genes[j] for j in columns),
            levels=self.levels[np.ix_(rows, columns)],
            labels=self.labels[rows] if self.labels.width else self.labels,
            lengths=self.lengths.take(columns) if self.lengths else None,
            sample_places=tuple(self.sample_places[i] for i in rows),
            gene_places=tuple(self.gene_places[j] for j in columns),
        )


def orient(grid: Grid) -> Matrix:
    """Samples as rows, genes as columns, whichever way the file has them.

    Raises
    ------
    InputError
        Neither axis, or both equally, look like genes.
    """
    if not grid.labels.width or not grid.columns:
        what = "no column of sample or gene identifiers" if grid.columns else "no column of numbers"
        raise no_expression(grid, what, "first column patient_id, then one column a gene")
    _refuse_unjoined_lines(grid)
    named = [name for name in grid.labels.columns if name.lower() not in FACTS_BESIDE] or grid.labels.columns
    gene_column = max(named, key=lambda name: _promise(_texts(grid, name)))
    if _genes_are_rows(grid, gene_column):
        return by_genes(grid, gene_column)
    return by_samples(grid, _sample_column(grid))


def by_samples(grid: Grid, column: str) -> Matrix:
    """A grid whose rows are the samples named in ``column``.

    Raises
    ------
    InputError
        A column named like a gene holds text.
    """
    _refuse_text_genes(grid)
    rows = range(len(grid.levels))
    return Matrix(
        grid.path,
        tuple(_texts(grid, column)),
        grid.columns,
        grid.levels,
        grid.labels.drop(column),
        column,
        tuple(grid.line(row) for row in rows),
        tuple(f"column {name}" for name in grid.columns),
    )


def _refuse_unjoined_lines(grid: Grid) -> None:
    """Cell lines under ids that no other file of a study has would be taken for patients."""
    named = {name.lower(): name for name in grid.labels.columns}
    found = next((named[name] for name in named if name in UNJOINED_LINE_COLUMNS), None)
    if found is not None and not any(name in CELL_LINE_COLUMNS for name in named):
        raise InputError(
            f"cell lines are named by {found!r}: {_texts(grid, found)[0]}, by which no response or lineage is joined",
            where=str(grid.path),
            remedy="put their DepMap ids (ACH-...) in a first column ModelID: Model.csv has each beside its name",
        )


def _refuse_text_genes(grid: Grid) -> None:
    for name in grid.labels.columns:
        if (name in _LANDMARKS or gene_score(name) == 1) and grid.labels[name].len() > 0:
            raise InputError(
                f"{grid.line(0)}, column {name}: {grid.labels[name][0]!r} is not a number",
                where=str(grid.path),
                remedy="leave the cell empty where nothing was measured",
            )


def by_genes(grid: Grid, column: str) -> Matrix:
    """A grid whose rows are the genes named in ``column``; its other text columns are left aside."""
    levels = np.ascontiguousarray(grid.levels.T)
    return Matrix(
        grid.path,
        grid.columns,
        tuple(_texts(grid, column)),
        levels,
        pl.DataFrame(),
        "",
        tuple(f"column {name}" for name in grid.columns),
        tuple(grid.line(row) for row in range(levels.shape[1])),
        gene_lengths(grid),
    )


def _texts(grid: Grid, column: str) -> list[str]:
    return [text or "" for text in grid.labels[column].to_list()]


def _sample_column(grid: Grid) -> str:
    named = {name.lower(): name for name in reversed(grid.labels.columns)}
    return next((named[name] for name in SAMPLE_COLUMNS if name in named), grid.labels.columns[0])


def _genes_are_rows(grid: Grid, gene_column: str) -> bool:
    rows = _texts(grid, gene_column)
    on_rows, on_columns = _share(rows), _share(grid.columns)
    if bool(_landmarks(rows)) != bool(_landmarks(grid.columns)):
        return bool(_landmarks(rows))
    if gene_column.lower() in PATIENT_COLUMNS:  # ids like P1 look like symbols
        on_rows = 0.0
    if gene_column.lower() in GENE_COLUMNS and gene_column.lower() not in _LOOSE_HEADERS and on_rows > 0:
        return True
    if max(on_rows, on_columns) < _FLOOR and min(on_rows, on_columns) < _SERIAL:
        what = "neither the rows nor the columns look like genes"
        raise no_expression(grid, what, "name genes by HGNC symbol, Ensembl or Entrez id")
    if abs(on_rows - on_columns) > _CLEAR:
        return on_rows > on_columns
    return _by_header(grid, gene_column)


def _by_header(grid: Grid, gene_column: str) -> bool:
    if gene_column.lower() in GENE_COLUMNS:
        return True
    if any(name.lower() in SAMPLE_COLUMNS for name in grid.labels.columns):
        return False
    raise InputError(
        "cannot tell whether rows or columns are genes",
        where=str(grid.path),
        remedy="name the first column patient_id (samples as rows) or gene (genes as rows)",
    )


def _landmarks(names: Sequence[str]) -> int:
    return len(_LANDMARKS.intersection(name.split(" ")[0] for name in names))


def _share(names: Sequence[str]) -> float:
    """How much of an axis looks like genes."""
    looked_at = names[:: 1 + len(names) // _LOOKED_AT]
    score = sum(map(gene_score, looked_at)) / len(looked_at)
    stems = Counter(match[1] for match in map(_SERIES.match, looked_at) if match)
    in_series = stems.most_common(1)[0][1] if stems else 0
    serial = len(looked_at) > 2 and in_series > 0.8 * len(looked_at) and score < 0.95
    return min(score, _SERIAL) if serial else score


def _promise(names: Sequence[str]) -> tuple[int, float]:
    return _landmarks(names), _share(names)


def gene_score(name: str) -> float:
    """How much a name looks like a gene's, 0 to 1: an identifier for sure, a symbol most likely, a number perhaps."""
    if _ENSEMBL.match(name) or GENE_WITH_ID.match(name) or _PAIRED.match(name):
        return 1.0
    if _SAMPLE.match(name):
        return 0.0
    if name.isdigit():
        return 0.5
    return 0.9 if _SYMBOL.match(name) else 0.0
