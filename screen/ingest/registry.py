"""The table of what ingest can read: one row a reader, with its kinds of file."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from screen.errors import InputError
from screen.ingest.cells.folders import first_look
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.no_table import not_a_table
from screen.records import Batch, ReadOptions

READERS = (
    "encoder_weights",
    "cells_10x",
    "cells_h5ad",
    "cells_table",
    "trials",
    "trial_tables",
    "drug_labels",
    "drugbank",
    "repurposing",
    "oncotree",
    "gene_names",
    "gene_lists",
    "line_alterations",
    "biomarkers",
    "mutation_calls",
    "annotated_variants",
    "fusions",
    "alteration_tables",
    "cell_line_models",
    "clinical_samples",
    "outcomes",
    "given_drugs",
    "plasma",
    "dose_tables",
    "responses",
    "drug_tables",
    "structures",
    "quantification",
    "alteration_matrices",
    "matrices",
)
"""Modules of :mod:`screen.ingest.readers`, searched in this order, the specific before the general; imported as far
as the search comes."""


def kinds() -> Iterator[Kind]:
    """All kinds, in the order they are tried."""
    for name in READERS:
        yield from import_module(f"screen.ingest.readers.{name}").KINDS


def recognise(path: Path, options: ReadOptions) -> tuple[Kind, Head]:
    """The kind of a file, by ``--as`` or by content.

    Raises
    ------
    InputError
        Unknown to all, or ``--as`` names no kind.
    """
    if options.kind is not None:
        for kind in kinds():
            if kind.name == options.kind:
                return kind, first_look(path)
        raise InputError(
            f"no kind of file is called {options.kind!r}",
            where="--as",
            remedy=f"one of: {', '.join(kind.name for kind in kinds())}",
        )
    head = first_look(path)
    for kind in kinds():
        if kind.recognises(head):
            return kind, head
    raise not_a_table(head)


def read(path: Path, options: ReadOptions) -> tuple[Kind, Batch]:
    """Recognise and read one file into checked rows."""
    kind, head = recognise(path, options)
    return kind, kind.read(head, options)
