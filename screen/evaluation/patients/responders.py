"""How well scores tell responders from non-responders given the same drug, beside what knows nothing of the drug.

A model that ranks patients by general sensitivity looks as good as one that ranks drugs: so the scores of all other
drugs on the same patients, and their mean, stand beside the score of the drug given; and what is left of it when
general sensitivity, or a similarity to blood, is taken out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.evaluation.model_entries import all_entries
from screen.evaluation.patients.cohort_scores import CohortScores
from screen.evaluation.patients.negative_controls import beyond
from screen.metrics.correlation import FEWEST_A_CLASS, Pairs, estimate
from screen.metrics.figure import Figure
from screen.records import Floats

NOT_EVALUABLE = f"not evaluable: fewer than {FEWEST_A_CLASS} responders or non-responders"
BASELINE = "ridge"
OTHER_DRUGS = "other-drugs"
GENERAL = "general-sensitivity"
BLOOD = "blood-likeness"


@dataclass(frozen=True)
class KnownResponses:
    """N (patient, drug given) pairs with a response, among the patients and drugs of a reference."""

    rows: pl.DataFrame
    """type, patient_id, drug_id, name, positive, several."""
    patients: NDArray[np.intp]
    """Length N: row of the patient in the reference."""
    drugs: NDArray[np.intp]
    """Length N: column of the drug."""
    reference: CohortScores
    """Ridge and the drug-blind controls among its models."""

    @property
    def trained(self) -> NDArray[np.bool_]:
        """Length N: the drug has a measured response."""
        return self.reference.trained[self.drugs]


@dataclass(frozen=True)
class ResponderStratum:
    """Some of the pairs, and which of them are compared with each other."""

    kind: str
    name: str | None
    """Which drug or type; ``None``: pooled."""
    rows: NDArray[np.bool_]
    groups: NDArray[np.intp]

    @property
    def pooled(self) -> bool:
        """Over many drugs and types: the controls are given too."""
        return self.name is None


Scoring = tuple[str, str, Floats]
"""Model, metric, and N or N x K scores of all pairs."""


@dataclass(frozen=True)
class Tested:
    """A figure, and where it has a test of its own the p value."""

    figure: Figure
    p: float | None = None


def responder_figures(known: KnownResponses, seed: int, indication: str | None) -> list[Figure]:
    """AUROC of every model: pooled within drug, also apart by tumour type, one drug only, each drug, each type; new
    drugs by themselves. Pooled strata carry the controls, and what a model has over each of them and ridge (paired).
    """
    found: list[Tested] = []
    scorings = [scoring for model in known.reference.scores for scoring in _scorings(known, model)]
    for stratum in strata_of(known):
        found += _in_stratum(known, stratum, scorings, seed, indication)
    return _with_q(found)


def _scorings(known: KnownResponses, model: str) -> Iterator[Scoring]:
    """Scores of the drug given; of all other drugs of training (each a fixed number of places away); of all together;
    of the drug given less what general sensitivity or resemblance to blood explain."""
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


def _in_stratum(
    known: KnownResponses, stratum: ResponderStratum, scorings: list[Scoring], seed: int, indication: str | None
) -> Iterator[Tested]:
    there = {
        (model, metric): pairs_of(known.rows, stratum, scores)
        for model, metric, scores in scorings
        if (stratum.pooled or (metric == "auroc" and " " not in model)) and np.isfinite(scores[stratum.rows]).all()
    }
    for (model, metric), pairs in there.items():
        figure = figure_in(stratum, model, metric, pairs, indication)
        yield tested(figure, pairs, seed)
        for other in _baselines(model, there) if stratum.pooled and metric == "auroc" else ():
            apart = replace(figure, baseline=other.removeprefix(f"{model} "))
            yield difference(apart, pairs, there[other, "auroc"], seed)


def _baselines(model: str, there: Mapping[tuple[str, str], Pairs]) -> list[str]:
    against = [f"{model} {OTHER_DRUGS}", f"{model} {GENERAL}", BASELINE, BLOOD]
    return (
        []
        if " " in model or blind(model)
        else [other for other in against if (other, "auroc") in there and other != model]
    )


def blind(model: str) -> bool:
    """Whether it is a control, which gives all drugs the same score."""
    return model in all_entries() and all_entries()[model].kind == "control"


def strata_of(known: KnownResponses) -> Iterator[ResponderStratum]:
    """The pooled ones, then each drug and each type with a known response."""
    rows, trained = known.rows, known.trained
    drug = codes(rows["drug_id"])
    yield ResponderStratum("within-drug", None, trained, drug)
    yield ResponderStratum("within-drug-and-type", None, trained, codes(rows["drug_id"] + "|" + rows["type"]))
    yield ResponderStratum("one-drug-only", None, trained & ~rows["several"].to_numpy(), drug)
    if not trained.all():
        yield ResponderStratum("new-drugs", None, ~trained, drug)
    for column, label in (("name", "drug"), ("type", "type")):
        for value in rows[column].unique().sort():
            in_stratum = (rows[column] == value).to_numpy()
            yield ResponderStratum(label, str(value), in_stratum if label == "drug" else in_stratum & trained, drug)


def codes(column: pl.Series) -> NDArray[np.intp]:
    """Equal values, equal numbers."""
    return np.asarray(np.unique(column.to_numpy().astype(str), return_inverse=True)[1], np.intp)


def pairs_of(rows: pl.DataFrame, stratum: ResponderStratum, scores: Floats) -> Pairs:
    """The pairs of a stratum, with one or several columns of scores."""
    table = scores.reshape(rows.height, -1)
    return Pairs(
        table[stratum.rows],
        rows["positive"].to_numpy()[stratum.rows],
        stratum.groups[stratum.rows],
        codes(rows["patient_id"])[stratum.rows],
    )


def figure_in(stratum: ResponderStratum, model: str, metric: str, pairs: Pairs, indication: str | None) -> Figure:
    """The figure of these pairs before anything was measured: not evaluable."""
    return Figure(
        protocol="patients",
        model=model,
        metric=metric,
        stratum_kind=stratum.kind,
        stratum_name=stratum.name,
        indication=indication,
        n=len(pairs.positive),
        n_positive=int(pairs.positive.sum()),
        note=NOT_EVALUABLE,
    )


def tested(figure: Figure, pairs: Pairs, seed: int) -> Tested:
    """The AUROC with its permutation test, where there are enough of both classes."""
    if not pairs.evaluable():
        return Tested(figure)
    p = pairs.permutation_p(seed)
    found = estimate(pairs.auroc, int(pairs.subjects.max()) + 1, seed)
    return Tested(replace(figure, note=f"p = {p:.3f} by permutation").measured(found), p)


def difference(figure: Figure, pairs: Pairs, other: Pairs, seed: int) -> Tested:
    """The AUROC less that of other scores of the same pairs, paired."""
    if not pairs.evaluable():
        return Tested(figure)
    subjects = int(pairs.subjects.max()) + 1
    found = estimate(lambda weights: pairs.auroc(weights) - other.auroc(weights), subjects, seed)
    return Tested(replace(figure, note="paired").measured(found))


def _with_q(found: list[Tested]) -> list[Figure]:
    """The figures; over the drugs, and over the types, of a model p is adjusted (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    q: dict[int, str] = {}
    for kind in ("drug", "type"):
        several = [place for place, one in enumerate(found) if one.figure.stratum_kind == kind and one.p is not None]
        for model in dict.fromkeys(found[place].figure.model for place in several):
            of_model = [place for place in several if found[place].figure.model == model]
            adjusted = false_discovery_control([found[place].p or 0.0 for place in of_model])
            q |= {
                place: f", q = {value:.3f} over {len(of_model)} {kind}s"
                for place, value in zip(of_model, adjusted, strict=True)
            }
    return [
        replace(one.figure, note=f"{one.figure.note}{q[place]}") if place in q else one.figure
        for place, one in enumerate(found)
    ]
