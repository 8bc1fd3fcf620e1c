"""How well scores tell responders from non-responders given the same drug, beside what knows nothing of the drug.

A model that ranks patients by general sensitivity looks as good as one that ranks drugs: so the scores of all other
drugs on the same patients, and their mean, stand beside the score of the drug given.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.evaluate import Row
from screen.learn.metrics import FEWEST_A_CLASS, Pairs, estimate
from screen.records import Floats

NOT_EVALUABLE = f"not evaluable: fewer than {FEWEST_A_CLASS} responders or non-responders"
BAR = "ridge"
OTHER_DRUGS = "other-drugs"
GENERAL = "general-sensitivity"


@dataclass(frozen=True)
class Known:
    """N (patient, drug given) pairs with a response, and what each model says of the patient and every drug."""

    rows: pl.DataFrame
    """indication, patient_id, drug_id, name, positive, several."""
    drugs: tuple[str, ...]
    tables: dict[str, Floats]
    """model -> N x D."""


@dataclass(frozen=True)
class Stratum:
    """Some of the pairs, and which of them are compared with each other."""

    name: str
    rows: NDArray[np.bool_]
    groups: NDArray[np.intp]
    pooled: bool
    """Over many drugs and types: the controls are given too."""


def responder_rows(known: Known, seed: int, indication: str | None) -> list[Row]:
    """AUROC of every model: pooled within drug, also apart by tumour type, one drug only, each drug, each type.

    The pooled strata also carry the controls, and what a model has over each of them and over ridge (paired).
    """
    rows = []
    for stratum in _strata(known.rows):
        answers = dict(_answers(known, stratum))
        for name, pairs in answers.items():
            rows.append(_measured(name, "auroc", pairs, seed) | {"stratum": stratum.name, "indication": indication})
            for other in _opponents(name, answers):
                rows.append(_measured(name, f"auroc_less_{other.removeprefix(f'{name} ')}", pairs, seed, answers[other])
                            | {"stratum": stratum.name, "indication": indication})
    return rows


def _answers(known: Known, stratum: Stratum) -> Iterator[tuple[str, Pairs]]:
    """Scores of the drug given; in pooled strata also of all other drugs (each a fixed number of places away in the
    library) and of all drugs together."""
    row = np.arange(known.rows.height)
    given = np.array([known.drugs.index(drug) for drug in known.rows["drug_id"]], np.intp)
    others = (given[:, None] + np.arange(1, len(known.drugs))) % len(known.drugs)
    for model, table in known.tables.items():
        yield model, _pairs(known, stratum, table[row, given][:, None])
        if stratum.pooled:
            yield f"{model} {OTHER_DRUGS}", _pairs(known, stratum, table[row[:, None], others])
            yield f"{model} {GENERAL}", _pairs(known, stratum, table.mean(axis=1, keepdims=True))


def _opponents(name: str, answers: dict[str, Pairs]) -> list[str]:
    against = [f"{name} {control}" for control in (OTHER_DRUGS, GENERAL)]
    return [other for other in (*against, BAR) if f"{name} {GENERAL}" in answers and other in answers and other != name]


def _strata(rows: pl.DataFrame) -> Iterator[Stratum]:
    drug = _codes(rows["drug_id"])
    everyone = np.ones(rows.height, bool)
    yield Stratum("within-drug", everyone, drug, True)
    yield Stratum("within-drug-and-type", everyone, _codes(rows["drug_id"] + "|" + rows["indication"]), True)
    yield Stratum("one-drug-only", ~rows["several"].to_numpy(), drug, True)
    for column, label in (("name", "drug"), ("indication", "type")):
        for value in rows[column].unique().sort():
            yield Stratum(f"{label}:{value}", (rows[column] == value).to_numpy(), drug, False)


def _codes(column: pl.Series) -> NDArray[np.intp]:
    return np.asarray(np.unique(column.to_numpy().astype(str), return_inverse=True)[1], np.intp)


def _pairs(known: Known, stratum: Stratum, scores: Floats) -> Pairs:
    positive = known.rows["positive"].to_numpy()
    return Pairs(scores[stratum.rows], positive[stratum.rows], stratum.groups[stratum.rows],
                 _codes(known.rows["patient_id"])[stratum.rows])


def _measured(model: str, metric: str, pairs: Pairs, seed: int, other: Pairs | None = None) -> Row:
    """One row; with ``other`` the paired difference."""
    row: Row = {"protocol": "patients", "model": model, "metric": metric, "value": None, "low": None, "high": None,
                "n": len(pairs.positive), "n_positive": int(pairs.positive.sum()), "note": NOT_EVALUABLE}
    if not pairs.evaluable():
        return row
    subjects = int(pairs.subjects.max()) + 1
    if other is None:
        found, note = estimate(pairs.auroc, subjects, seed), f"p = {pairs.permutation_p(seed):.3f} by permutation"
    else:
        found, note = estimate(lambda weights: pairs.auroc(weights) - other.auroc(weights), subjects, seed), "paired"
    return row | found.known() | {"note": note}
