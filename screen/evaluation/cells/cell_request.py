"""What is measured on labelled cells."""

from dataclasses import dataclass, field
from typing import Any, Literal

from screen.errors import InputError
from screen.ranking.cell_sets import CellSetRequest

LabelKind = Literal["treated", "acquired", "pre-treatment", "simulated", "not stated"]
KINDS: dict[str, str] = {
    "treated": "treated against untreated cells: the label is the treatment",
    "acquired": "a resistant line grown from a sensitive one: the label is the line, confounded with its culture",
    "pre-treatment": "cells before treatment, by what became of them or of their lineage",
    "simulated": "simulated or synthetic: the label was planted",
    "not stated": "what the label stands for was not stated",
}
FEWEST_SEEDS = 10
"""From which on an interval over seeds is stated."""
MODELS = ("atsdp-net", "scdeal")
BASELINES = ("boosting", "logistic-regression", "clone-pseudobulk", "all-majority")


@dataclass(frozen=True, kw_only=True)
class CellEvaluation:
    """Which cells, whose labels, which models."""

    drug: str
    cell_set: CellSetRequest
    label_column: str
    sensitive: tuple[str, ...]
    label_kind: LabelKind = "not stated"
    models: tuple[str, ...] = MODELS
    """Rows of the table of configurations; the baselines stand beside them in any case."""
    seeds: int = FEWEST_SEEDS
    folds: int = 0
    """0: cells are aligned without labels and scored. Else stratified folds of cells: a fold's cells are scored by a
    model that was aligned with the other folds alone, as many runs as seeds (ATSDP-NET: 10 folds, 10 runs)."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Settings of the rows that differ."""

    def __post_init__(self) -> None:
        if self.seeds < 2 or self.folds == 1 or self.folds < 0:
            raise InputError(
                f"{self.seeds} seeds and {self.folds} folds",
                where="evaluate cells",
                remedy="2 seeds or more, 10 as published; 0 folds, or 2 or more",
            )
        if any("few-shot" in name for name in self.models) and not self.folds:
            raise InputError(
                "few-shot looks at labels of cells: it can be measured on cells of other folds alone",
                where="--models",
                remedy="name folds as well: --cell-folds 10",
            )
