"""The table of what ingest can read: one row a reader, with its kinds of file."""

from pathlib import Path

from screen.errors import InputError
from screen.ingest.cells.folders import first_look
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.no_table import not_a_table
from screen.ingest.readers import (
    alteration_matrices,
    alteration_tables,
    annotated_variants,
    biomarkers,
    cell_line_models,
    cells_10x,
    cells_h5ad,
    cells_table,
    clinical_samples,
    dose_tables,
    drug_labels,
    drug_tables,
    drugbank,
    encoder_weights,
    fusions,
    gene_lists,
    gene_names,
    given_drugs,
    line_alterations,
    matrices,
    mutation_calls,
    oncotree,
    outcomes,
    plasma,
    quantification,
    repurposing,
    responses,
    structures,
    trial_tables,
    trials,
)
from screen.records import Batch, ReadOptions

READERS: tuple[tuple[Kind, ...], ...] = (
    encoder_weights.KINDS,
    cells_10x.KINDS,
    cells_h5ad.KINDS,
    cells_table.KINDS,
    trials.KINDS,
    trial_tables.KINDS,
    drug_labels.KINDS,
    drugbank.KINDS,
    repurposing.KINDS,
    oncotree.KINDS,
    gene_names.KINDS,
    gene_lists.KINDS,
    line_alterations.KINDS,
    biomarkers.KINDS,
    mutation_calls.KINDS,
    annotated_variants.KINDS,
    fusions.KINDS,
    alteration_tables.KINDS,
    cell_line_models.KINDS,
    clinical_samples.KINDS,
    outcomes.KINDS,
    given_drugs.KINDS,
    plasma.KINDS,
    dose_tables.KINDS,
    responses.KINDS,
    drug_tables.KINDS,
    structures.KINDS,
    quantification.KINDS,
    alteration_matrices.KINDS,
    matrices.KINDS,
)
"""Searched in this order, the specific before the general."""


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order they are tried."""
    return tuple(kind for reader in READERS for kind in reader)


def recognise(path: Path, options: ReadOptions) -> tuple[Kind, Head]:
    """The kind of a file, by ``--as`` or by content.

    Raises
    ------
    InputError
        Unknown to all, or ``--as`` names no kind.
    """
    known = kinds()
    if options.kind is not None:
        for kind in known:
            if kind.name == options.kind:
                return kind, first_look(path)
        raise InputError(
            f"no kind of file is called {options.kind!r}",
            where="--as",
            remedy=f"one of: {', '.join(kind.name for kind in known)}",
        )
    head = first_look(path)
    for kind in known:
        if kind.recognises(head):
            return kind, head
    raise not_a_table(head)


def read(path: Path, options: ReadOptions) -> tuple[Kind, Batch]:
    """Recognise and read one file into checked rows."""
    kind, head = recognise(path, options)
    return kind, kind.read(head, options)
