"""A small world in which expression decides the response, and similar drugs act similarly."""

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet
from screen.records import Floats

LINES, GENES, DRUGS = 40, 30, 12


def training_set(seed: int = 0, gaps: float = 0.2) -> TrainingSet:
    """40 lines of two lineages, 12 drugs in three families (structure, target and pathway), a fifth not measured."""
    rng = np.random.default_rng(seed)
    scaled = rng.normal(size=(LINES, GENES)).astype(np.float32)
    family = np.arange(DRUGS) % 3
    ways = rng.normal(size=(GENES, 3)) / np.sqrt(GENES)
    response = 0.7 + 0.1 * family + 0.1 * (scaled @ ways)[:, family] + 0.02 * rng.normal(size=(LINES, DRUGS))
    response[rng.random(response.shape) < gaps] = np.nan
    lines = Subjects(scaled, ("Lung", "Myeloid") * (LINES // 2), tuple(f"L{i}" for i in range(LINES)))
    return TrainingSet(lines, _drugs(family, rng), response.astype(np.float32), np.zeros((0, GENES), np.float32))


def _drugs(family: np.ndarray, rng: np.random.Generator) -> Drugs:
    cores = rng.random((3, 2048)) < 0.03
    bits = cores[family] ^ (rng.random((DRUGS, 2048)) < 0.003)
    vectors = (rng.normal(size=(3, 300))[family] + 0.1 * rng.normal(size=(DRUGS, 300))).astype(np.float32)
    return Drugs(
        tuple(f"D{i}" for i in range(DRUGS)),
        bits,
        tuple(frozenset({f"T{i}"}) for i in family),
        tuple(f"P{i}" for i in family),
        vectors,
    )


def without_drugs(world: TrainingSet, remaining: list[int]) -> TrainingSet:
    """What remains to learn from when only some of the drugs are known."""
    rows = np.array(remaining, np.intp)
    return TrainingSet(world.lines, world.drugs.take(rows), world.response[:, rows], world.patients, world.seed)


def of_lines(world: TrainingSet, remaining: list[int]) -> TrainingSet:
    """What remains to learn from when only some of the lines are known."""
    rows = np.array(remaining, np.intp)
    return TrainingSet(world.lines.take(rows), world.drugs, world.response[rows], world.patients, world.seed)


def correlation(predicted: Floats, true: Floats) -> float:
    """Pearson over measured pairs."""
    seen = np.isfinite(true)
    return float(np.corrcoef(predicted[seen], true[seen])[0, 1])
