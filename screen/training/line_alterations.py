"""Alterations of cell lines that a model may learn from: mutations and fusions that enough lines have.

Each data set's calls are alterations of their own, as one may call drivers and another any coding change; and so are
those of all data sets together. Gains and losses are left out: expression tells of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screen.alterations import alteration_matrix, sources_of
from screen.records import Floats
from screen.store import Store

FEWEST = 8
"""Altered lines among those looked at."""
COVERED = 0.5
"""Share of the lines in which the gene was looked at, at least."""
_KINDS = ("mutation", "fusion")
_GENES = """
SELECT DISTINCT gene FROM (SELECT unnest(genes) AS gene FROM alteration_calls WHERE domain = $domain AND kind = $kind)
ORDER BY 1
"""


@dataclass(frozen=True)
class LineAlterations:
    """E alterations of L cell lines."""

    names: tuple[str, ...]
    """Length E, as they are called: ``BRAF mutation``, ``BRAF mutation (genomic_features_v17)``."""
    genes: tuple[str, ...]
    """Length E."""
    values: Floats
    """L x E: 1 altered, 0 looked at and not altered, NaN where nobody looked."""
    datasets: tuple[str, ...]
    """What they were read from."""


def line_alterations(store: Store, line_ids: Sequence[str]) -> LineAlterations | None:
    """The alterations that enough of these lines have, each one time of those that the same lines have.

    Parameters
    ----------
    line_ids : the lines that were measured, in the order wanted

    Returns
    -------
    None where the store has no alterations of cell lines.
    """
    names: list[str] = []
    genes: list[str] = []
    found: dict[bytes, Floats] = {}
    datasets: dict[str, None] = {}
    for kind in _KINDS:
        names_there = sources_of(store, "cell_line", kind)["dataset"].unique(maintain_order=True).to_list()
        if not names_there:
            continue
        there = [str(gene) for gene in store.sql(_GENES, domain="cell_line", kind=kind)["gene"]]
        for chosen in ([], *([name] for name in names_there if len(names_there) > 1)):
            matrix = alteration_matrix(store, "cell_line", line_ids, there, kind, chosen)
            datasets |= dict.fromkeys(matrix.sources)
            values = matrix.altered
            enough = (np.nansum(values, axis=0) >= FEWEST) & (np.isfinite(values).mean(axis=0) >= COVERED)
            for column in np.flatnonzero(enough).tolist():
                content = values[:, column].tobytes()
                if content not in found:
                    found[content] = values[:, column]
                    names.append(f"{there[column]} {kind}{f' ({chosen[0]})' if chosen else ''}")
                    genes.append(there[column])
    if not found:
        return None
    return LineAlterations(tuple(names), tuple(genes), np.stack(list(found.values()), axis=1), tuple(datasets))
