"""Where a figure was measured: everywhere, on solid tumours, in one lineage, on one pathway, of one drug."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData
from screen.metrics.figure import ALL

BLOOD = frozenset({"Lymphoid", "Myeloid"})
"""Part of what a model knows is blood against solid: figures are given with and without these lineages."""
FEWEST = 8
"""Lines (or, where drugs are new, drugs) that a stratum must have to be evaluable."""


@dataclass(frozen=True)
class BenchmarkStratum:
    """Some lines and some drugs."""

    kind: str
    name: str | None
    """Which one of its kind; ``None`` where there is one only."""
    lines: NDArray[np.bool_]
    """Length L."""
    drugs: NDArray[np.bool_]
    """Length D."""

    @property
    def narrow(self) -> bool:
        """Whether it is one of many like it, of which fewer figures are kept."""
        return self.name is not None


def strata(benchmark: BenchmarkData, *, lineages: bool) -> Iterator[BenchmarkStratum]:
    """All, solid, then each pathway, and each lineage where lines are resampled."""
    every_line, every_drug = np.ones(len(benchmark.lines), bool), np.ones(len(benchmark.drugs), bool)
    yield BenchmarkStratum(ALL, None, every_line, every_drug)
    yield BenchmarkStratum(
        "solid", None, np.array([of_line not in BLOOD for of_line in benchmark.lineages]), every_drug
    )
    for lineage in _frequent([benchmark.lineages[row] for row in benchmark.measured]) if lineages else ():
        yield BenchmarkStratum(
            "lineage", lineage, np.array([of_line == lineage for of_line in benchmark.lineages]), every_drug
        )
    for pathway in _frequent([name for name in benchmark.drugs.pathways if name]):
        yield BenchmarkStratum(
            "pathway", pathway, every_line, np.array([name == pathway for name in benchmark.drugs.pathways])
        )


def _frequent(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
