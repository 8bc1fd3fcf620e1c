"""How well scores tell responders from non-responders given the same drug, beside what knows nothing of the drug.

A model that ranks patients by general sensitivity looks as good as one that ranks drugs: so the scores of all other
drugs on the same patients, and their mean, stand beside the score of the drug given; and what is left of it when
general sensitivity, or a likeness to blood, is taken out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.evaluation import Row
from screen.evaluation.model_entries import entrants
from screen.evaluation.patients.cohort_scores import Reference
from screen.evaluation.patients.negative_controls import beyond
from screen.metrics.correlation import FEWEST_A_CLASS, Pairs, benjamini_hochberg, estimate
from screen.records import Floats

NOT_EVALUABLE = f"not evaluable: fewer than {FEWEST_A_CLASS} responders or non-responders"
BAR = "ridge"
OTHER_DRUGS = "other-drugs"
GENERAL = "general-sensitivity"
BLOOD = "blood-likeness"


@dataclass(frozen=True)
class Known:
    """N (patient, drug given) pairs with a response, among the patients and drugs of a reference."""

    rows: pl.DataFrame
    """type, patient_id, drug_id, name, positive, several."""
    patients: NDArray[np.intp]
    """Length N: row of the patient in the reference."""
    drugs: NDArray[np.intp]
    """Length N: column of the drug."""
    reference: Reference
    """Ridge and the drug-blind controls among its models."""

    @property
    def trained(self) -> NDArray[np.bool_]:
        """Length N: the drug has a measured response."""
        return self.reference.trained[self.drugs]


@dataclass(frozen=True)
class Stratum:
    """Some of the pairs, and which of them are compared with each other."""

    name: str
    rows: NDArray[np.bool_]
    groups: NDArray[np.intp]
    pooled: bool
    """Over many drugs and types: the controls are given too."""


Answer = tuple[str, str, Floats]
"""Model, metric, and N or N x K scores of all pairs."""


def responder_rows(known: Known, seed: int, indication: str | None) -> list[Row]:
    """AUROC of every model: pooled within drug, also apart by tumour type, one drug only, each drug, each type; new
    drugs by themselves. Pooled strata carry the controls, and what a model has over each of them and ridge (paired).
    """
    rows: list[Row] = []
    answers = [answer for model in known.reference.scores for answer in _answers(known, model)]
    for stratum in strata_of(known):
        rows += [
            row | {"stratum": stratum.name, "indication": indication}
            for row in _in_stratum(known, stratum, answers, seed)
        ]
    return _with_q(rows)


def _answers(known: Known, model: str) -> Iterator[Answer]:
    """Scores of the drug given; of all other drugs of training (each a fixed number of places away); of all together;
    of the drug given less what general sensitivity or blood-likeness explain."""
    reference, pair = known.reference, (known.patients, known.drugs)
    table = reference.scores[model]
    yield model, "auroc", table[pair]
    if blind(model):
        return
    columns = np.flatnonzero(reference.trained)
    place = np.searchsorted(columns, known.drugs)
    others = columns[(place[:, None] + np.arange(1, len(columns))) % len(columns)]
    yield f"{model} {OTHER_DRUGS}", "auroc", table[known.patients[:, None], others]
    yield f"{model} {GENERAL}", "auroc", reference.general(model)[known.patients]
    yield model, f"auroc_beyond_{GENERAL}", beyond(table, reference.general(model))[pair]
    yield model, f"auroc_beyond_{BLOOD}", beyond(table, reference.general(BLOOD))[pair]


def _in_stratum(known: Known, stratum: Stratum, answers: list[Answer], seed: int) -> Iterator[Row]:
    there = {
        (model, metric): pairs_of(known.rows, stratum, scores)
        for model, metric, scores in answers
        if (stratum.pooled or (metric == "auroc" and " " not in model)) and np.isfinite(scores[stratum.rows]).all()
    }
    for (model, metric), pairs in there.items():
        yield measured(model, metric, pairs, seed)
        for other in _opponents(model, there) if stratum.pooled and metric == "auroc" else ():
            yield measured(model, f"auroc_less_{other.removeprefix(f'{model} ')}", pairs, seed, there[other, "auroc"])


def _opponents(model: str, there: Mapping[tuple[str, str], Pairs]) -> list[str]:
    against = [f"{model} {OTHER_DRUGS}", f"{model} {GENERAL}", BAR, BLOOD]
    return (
        []
        if " " in model or blind(model)
        else [other for other in against if (other, "auroc") in there and other != model]
    )


def blind(model: str) -> bool:
    """Whether it is a control, which answers alike for all drugs."""
    return model in entrants() and entrants()[model].kind == "control"


def strata_of(known: Known) -> Iterator[Stratum]:
    """The pooled ones, then each drug and each type with a known response."""
    rows, trained = known.rows, known.trained
    drug = codes(rows["drug_id"])
    yield Stratum("within-drug", trained, drug, True)
    yield Stratum("within-drug-and-type", trained, codes(rows["drug_id"] + "|" + rows["type"]), True)
    yield Stratum("one-drug-only", trained & ~rows["several"].to_numpy(), drug, True)
    if not trained.all():
        yield Stratum("new-drugs", ~trained, drug, True)
    for column, label in (("name", "drug"), ("type", "type")):
        for value in rows[column].unique().sort():
            own = (rows[column] == value).to_numpy()
            yield Stratum(f"{label}:{value}", own if label == "drug" else own & trained, drug, False)


def codes(column: pl.Series) -> NDArray[np.intp]:
    """Equal values, equal numbers."""
    return np.asarray(np.unique(column.to_numpy().astype(str), return_inverse=True)[1], np.intp)


def pairs_of(rows: pl.DataFrame, stratum: Stratum, scores: Floats) -> Pairs:
    """The pairs of a stratum, with one or several columns of scores."""
    table = scores.reshape(rows.height, -1)
    return Pairs(
        table[stratum.rows],
        rows["positive"].to_numpy()[stratum.rows],
        stratum.groups[stratum.rows],
        codes(rows["patient_id"])[stratum.rows],
    )


def measured(model: str, metric: str, pairs: Pairs, seed: int, other: Pairs | None = None) -> Row:
    """One row; with ``other`` the paired difference."""
    row: Row = {
        "protocol": "patients",
        "model": model,
        "metric": metric,
        "value": None,
        "low": None,
        "high": None,
        "n": len(pairs.positive),
        "n_positive": int(pairs.positive.sum()),
        "note": NOT_EVALUABLE,
    }
    if not pairs.evaluable():
        return row
    subjects = int(pairs.subjects.max()) + 1
    if other is None:
        found, p = estimate(pairs.auroc, subjects, seed), pairs.permutation_p(seed)
        return row | found.known() | {"note": f"p = {p:.3f} by permutation", "p": p}
    found = estimate(lambda weights: pairs.auroc(weights) - other.auroc(weights), subjects, seed)
    return row | found.known() | {"note": "paired"}


def _with_q(rows: list[Row]) -> list[Row]:
    """The rows without ``p``; over the drugs, and over the types, of a model it is adjusted for their number."""
    told = []
    for label in ("drug:", "type:"):
        several = [row for row in rows if row["stratum"].startswith(label) and "p" in row]
        for model in dict.fromkeys(row["model"] for row in several):
            own = [row for row in several if row["model"] == model]
            adjusted = benjamini_hochberg([row["p"] for row in own])
            for row, q in zip(own, adjusted, strict=True):
                row["note"] += f", q = {q:.3f} over {len(own)} {label[:-1]}s"
    for row in rows:
        told.append({name: value for name, value in row.items() if name != "p"})
    return told
