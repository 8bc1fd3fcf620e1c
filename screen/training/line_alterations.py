"""Alterations of cell lines that a model may learn from: mutations and fusions that enough lines have.

Each data set's calls are alterations of their own, as one may call drivers and another any coding change; and so are
those of all data sets together. Gains and losses are left out: expression tells of them.

Fusions are published as those that were found. A line of which such a list has something else counts as looked at for
every fusion of the list; a line that it does not name stays unknown. That is assumed of cell lines alone: a patient's
gene is known where a list says that somebody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.alterations import alteration_matrix, sources_of
from screen.expression import GeneIndex
from screen.models.contract import LineAlterations
from screen.records import Floats
from screen.store import Store, load

FEWEST = {"mutation": 8, "fusion": 3}
"""Altered lines among those looked at. Of a fusion few lines are known, but it is seldom a passenger."""
COVERED = 0.5
"""Share of the lines in which the gene was looked at, at least."""
_GENES = """
SELECT DISTINCT gene FROM (SELECT unnest(genes) AS gene FROM alteration_calls WHERE domain = $domain AND kind = $kind)
ORDER BY 1
"""
_LISTED = """
SELECT DISTINCT subject FROM alteration_calls WHERE domain = 'cell_line' AND list_contains($datasets, dataset)
"""


@dataclass(frozen=True)
class _Event:
    name: str
    gene: str
    kind: str
    values: Floats
    """Length L."""
    datasets: tuple[str, ...]


def line_alterations(store: Store, line_ids: Sequence[str]) -> LineAlterations | None:
    """The alterations that enough of these lines have, each one time of those that the same lines have.

    Parameters
    ----------
    line_ids : the lines that were measured, in the order wanted

    Returns
    -------
    None where the store has no alterations of cell lines.
    """
    events = [event for kind in FEWEST for event in _events(store, line_ids, kind)]
    first: dict[bytes, _Event] = {}
    for event in events:
        first.setdefault(event.values.tobytes(), event)
    if not first:
        return None
    once = list(first.values())
    return LineAlterations(
        names=tuple(event.name for event in once),
        genes=tuple(event.gene for event in once),
        kinds=tuple(event.kind for event in once),
        called=_called(store, [event.gene for event in once]),
        values=np.stack([event.values for event in once], axis=1),
        datasets=tuple(dict.fromkeys(name for event in events for name in event.datasets)),
    )


def _events(store: Store, line_ids: Sequence[str], kind: str) -> list[_Event]:
    """Of one kind: first those of all data sets together, then each one's."""
    names = sources_of(store, "cell_line", kind)["dataset"].unique(maintain_order=True).to_list()
    genes = [str(gene) for gene in store.sql(_GENES, domain="cell_line", kind=kind)["gene"]] if names else []
    alone = {name: _values(store, line_ids, genes, kind, [name]) for name in names}
    # A list of what was found alone knows no line as not altered: its calls would make altered lines of unknown ones.
    alone = {name: values for name, values in alone.items() if (values == 0).any()}
    if not alone:
        return []
    together = _values(store, line_ids, genes, kind, list(alone)) if len(alone) > 1 else next(iter(alone.values()))
    parts = [("", together, tuple(alone))]
    parts += [(f" ({name})", values, (name,)) for name, values in alone.items()] if len(alone) > 1 else []
    return [
        _Event(f"{genes[column]} {kind}{of_set}", genes[column], kind, values[:, column], datasets)
        for of_set, values, datasets in parts
        for column in np.flatnonzero(_enough(values, FEWEST[kind])).tolist()
    ]


def _enough(values: Floats, fewest: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (np.nansum(values, axis=0) >= fewest) & (np.isfinite(values).mean(axis=0) >= COVERED)
    return found


def _values(store: Store, line_ids: Sequence[str], genes: Sequence[str], kind: str, datasets: Sequence[str]) -> Floats:
    values = alteration_matrix(store, "cell_line", line_ids, genes, kind, datasets).altered
    if kind == "fusion":
        listed = set(store.sql(_LISTED, datasets=list(datasets))["subject"])
        rows = [row for row, line in enumerate(line_ids) if line in listed]
        values[rows] = np.nan_to_num(values[rows])
    return values


def _called(store: Store, genes: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Every name of each gene, in capitals, that is no other gene's."""
    aliases = load.gene_aliases(store)
    index = GeneIndex(aliases)
    symbols = index.symbols(genes)[0]
    names: dict[str, set[str]] = {}
    listed = aliases["alias"].unique().sort().to_list()
    for name, symbol in zip(listed, index.symbols(listed)[0], strict=True):
        if symbol is not None:
            names.setdefault(symbol, set()).add(name.upper())
    return tuple(
        frozenset({gene.upper(), *names.get(symbol or gene, ())}) for gene, symbol in zip(genes, symbols, strict=True)
    )
