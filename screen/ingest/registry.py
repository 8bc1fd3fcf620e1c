"""The table of what ingest can read: one row a kind of file, each in a module of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from screen.errors import InputError
from screen.ingest.file_head import Head, peek
from screen.records import Batch, ReadOptions

MODULES = (
    "encoder_weights",
    "trials",
    "trial_tables",
    "drug_labels",
    "drugbank",
    "repurposing",
    "oncotree",
    "gene_names",
    "cell_line_models",
    "outcomes",
    "given_drugs",
    "responses",
    "drug_tables",
    "structures",
    "quantification",
    "matrices",
)
"""Searched in this order, the specific before the general."""


@dataclass(frozen=True)
class Kind:
    """One kind of published file."""

    name: str
    """Stable identifier, the value of ``--as``."""
    says: str
    """What is said aloud when it is recognised."""
    recognises: Callable[[Head], bool]
    """From the content, never from the name."""
    read: Callable[[Head, ReadOptions], Batch]


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order they are tried."""
    modules = (import_module(f"screen.ingest.readers.{name}") for name in MODULES)
    return tuple(kind for module in modules for kind in module.KINDS)


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
                return kind, peek(path)
        raise InputError(
            f"no kind of file is called {options.kind!r}",
            where="--as",
            remedy=f"one of: {', '.join(kind.name for kind in known)}",
        )
    head = peek(path)
    for kind in known:
        if kind.recognises(head):
            return kind, head
    raise InputError(
        "not recognised: the content fits no kind of file known",
        where=str(path),
        remedy="name its kind with --as; `crescreen sources` lists the kinds",
    )


def read(path: Path, options: ReadOptions) -> tuple[Kind, Batch]:
    """Recognise and read one file into checked rows."""
    kind, head = recognise(path, options)
    return kind, kind.read(head, options)
