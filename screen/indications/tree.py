"""OncoTree: a tree of tumour types, and which of its nodes each TCGA code stands for."""

from collections.abc import Iterator

import polars as pl

from screen.indications.codes import indications


class OncoTree:
    """The nodes of one release.

    Parameters
    ----------
    nodes : code, name, main_type, tissue, parent, depth: one row a node
    """

    def __init__(self, nodes: pl.DataFrame) -> None:
        self._parent: dict[str, str | None] = dict(nodes.select("code", "parent").iter_rows())
        self.names: dict[str, str] = dict(nodes.select("code", "name").iter_rows())

    def path(self, code: str) -> Iterator[str]:
        """The node and its ancestors, nearest first; a node unknown to this release is alone."""
        at: str | None = code
        while at is not None:
            yield at
            at = self._parent.get(at)


def from_oncotree(code: str, nodes: OncoTree | None) -> tuple[str, ...]:
    """TCGA codes of an OncoTree node, e.g. of a DepMap cell line; empty where no code stands for it.

    Without a tree only nodes named in ``codes.csv`` are found, not their descendants.
    """
    path = list(nodes.path(code)) if nodes else [code]
    return tuple(tcga for tcga, one in indications().items() if len(one.members) == 1 and _covers(one.nodes, path))


def _covers(listed: tuple[str, ...], path: list[str]) -> bool:
    if any(f"-{node}" in listed for node in path):
        return False
    return f"={path[0]}" in listed or any(node in listed for node in path)
