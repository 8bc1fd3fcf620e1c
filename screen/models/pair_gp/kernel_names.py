"""Which kernels a stored process was made with, by name, and where scoring finds each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from screen.errors import StoreError
from screen.models.bundle import Bundle
from screen.models.contract import Rows
from screen.models.pair_gp.kernels import DRUG_KERNELS, LINE_KERNELS

_LINES, _DRUGS = "line_kernels", "drug_kernels"


@dataclass(frozen=True)
class KernelNames:
    """I line kernels and J drug kernels, in the order of a process's weights (``products``, I x J)."""

    lines: tuple[str, ...]
    drugs: tuple[str, ...]

    def line(self, name: str) -> int:
        """Place of a line kernel."""
        return self.lines.index(name)

    def drug(self, name: str) -> int:
        """Place of a drug kernel."""
        return self.drugs.index(name)

    @property
    def similarities(self) -> Rows | slice:
        """Places of the drug kernels that compare drugs with each other: all but the constant and the identity."""
        places = np.array([i for i, name in enumerate(self.drugs) if name not in ("constant", "identity")], np.intp)
        consecutive = len(places) > 0 and int(places[-1] - places[0]) == len(places) - 1
        return slice(int(places[0]), int(places[-1]) + 1) if consecutive else places

    def manifest(self) -> dict[str, list[str]]:
        """As a bundle's manifest names them."""
        return {_LINES: list(self.lines), _DRUGS: list(self.drugs)}


ALL_KERNELS = KernelNames(LINE_KERNELS, DRUG_KERNELS)
"""What a process is trained with."""
UNNAMED_KERNELS = KernelNames(
    ("identity", "genes", "lineage", "expression-rbf"),
    ("constant", "identity", "tanimoto", "tanimoto-cubed", "targets", "pathway", "graph-rbf"),
)
"""What bundles hold that name none."""
_KNOWN_LINES = ("identity", *LINE_KERNELS)
"""With the one that bundles of before have and no patient needs."""


def kernels_of(bundle: Bundle) -> KernelNames:
    """The kernels of a stored process.

    Raises
    ------
    StoreError
        One of them is not known to this version, or their number is not that of the weights.
    """
    manifest = bundle.manifest
    lines, drugs = manifest.get(_LINES, UNNAMED_KERNELS.lines), manifest.get(_DRUGS, UNNAMED_KERNELS.drugs)
    names = KernelNames(tuple(lines), tuple(drugs))
    for found, known in ((names.lines, _KNOWN_LINES), (names.drugs, DRUG_KERNELS)):
        unknown = [name for name in found if name not in known]
        if unknown:
            raise _refused(manifest, f"is made with kernel {unknown[0]!r}", f"known: {', '.join(known)}")
        missing = [name for name in _needed(known) if name not in found]
        if missing or len(set(found)) < len(found):
            raise _refused(manifest, f"is made with kernels {', '.join(found)}", f"known: {', '.join(known)}")
    shape = (len(names.lines), len(names.drugs))
    if any(member["products"].shape != shape for member in bundle.members):
        raise _refused(manifest, f"does not hold the weights of {shape[0]} x {shape[1]} kernels", "")
    return names


def _needed(known: Sequence[str]) -> tuple[str, ...]:
    """Kernels without which a patient or a new drug has no score."""
    return ("genes", "lineage", "expression-rbf") if known is _KNOWN_LINES else ("constant", "identity", "tanimoto")


def _refused(manifest: Mapping[str, Any], fault: str, known: str) -> StoreError:
    name, code = manifest.get("name"), manifest.get("indication", "CODE")
    return StoreError(
        f"model {name!r} {fault}, which this version cannot score with{f' ({known})' if known else ''}",
        where=f"model of {code}",
        remedy=f"train it again: crescreen train {code}",
    )
