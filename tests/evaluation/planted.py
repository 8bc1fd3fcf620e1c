"""The planted world as a benchmark data: half of the drugs work where one gene is high."""

from dataclasses import replace

import numpy as np

from screen.evaluation.benchmark_data import BenchmarkData
from screen.models import Drugs
from tests.models.planted import planted


def benchmark(*, lines: int = 72, shuffled: bool = False) -> BenchmarkData:
    """72 lines x 16 drugs, four structures a pathway; two drugs of even number share a target with their neighbour."""
    data, vectors = planted(lines=lines, shuffled=shuffled)
    rng = np.random.default_rng(3)
    bits = rng.random((len(data.library), 64)) < 0.3
    targets = tuple(frozenset({f"T{i % 2}"}) for i in range(len(data.library)))
    pathways = tuple(("cycle", "repair")[i % 2] for i in range(len(data.library)))
    library = replace(data.library, targets=targets, pathways=pathways, names=data.library.drug_ids)
    drugs = Drugs(library.drug_ids, bits, targets, pathways, vectors)
    return BenchmarkData(data.lines, data.lineages, library, drugs, data.auc, data.dataset, data.patients, None)
