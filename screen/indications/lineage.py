"""Which cell lines are near a tumour type: of the type itself by OncoTree, or of its lineage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from screen.indications.codes import indications, known, members
from screen.indications.tree import OncoTree, from_oncotree

OTHER, SAME_LINEAGE, SAME_TYPE = 0, 1, 2


@dataclass(frozen=True)
class NearLines:
    """How L cell lines stand to one indication."""

    lineage: str
    """The indication's lineage, as the cell lines name it; '' where no line tells it."""
    nearness: tuple[int, ...]
    """Length L: 2 of the tumour type, 1 of the same lineage, 0 of another."""

    @property
    def counts(self) -> dict[str, int]:
        """Lines of the type, and of the lineage with those of the type."""
        return {
            "type": sum(near == SAME_TYPE for near in self.nearness),
            "lineage": sum(near >= SAME_LINEAGE for near in self.nearness),
        }


def near_lines(
    code: str, oncotree_codes: Sequence[str | None], lineages: Sequence[str], tree: OncoTree | None
) -> NearLines:
    """Nearness of each line to an indication, from its OncoTree node and its lineage.

    The lineage of an indication is the one most lines of its type have; where no line is of the type, the tissue its
    nodes lie under, if lines carry that name. Otherwise nothing is near: patients are then read against all lines.

    Parameters
    ----------
    oncotree_codes, lineages : of L lines
    """
    codes = set(members(code)) if known(code) else set()
    of_type = [bool(node) and not codes.isdisjoint(from_oncotree(str(node), tree)) for node in oncotree_codes]
    found = Counter(lineage for lineage, near in zip(lineages, of_type, strict=True) if near and lineage != "unknown")
    lineage = max(sorted(found), key=lambda name: found[name]) if found else _tissue(codes, set(lineages), tree)
    nearness = (
        SAME_TYPE if near else SAME_LINEAGE if lineage and of_line == lineage else OTHER
        for of_line, near in zip(lineages, of_type, strict=True)
    )
    return NearLines(lineage, tuple(nearness))


def _tissue(codes: set[str], lineages: set[str], tree: OncoTree | None) -> str:
    """The lineage whose name stands on the way from an indication's nodes to the root of the tree."""
    nodes = (node.lstrip("=") for code in sorted(codes) for node in indications()[code].nodes if node[0] != "-")
    names = (tree.names.get(at, "") for node in nodes for at in tree.path(node)) if tree else iter(())
    return next((name for name in names if name in lineages), "")
