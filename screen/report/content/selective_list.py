"""What stands out for a patient, and what is effective in nearly everybody: two lists, said apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from screen.ranking.predicted_response import Responses
from screen.ranking.shortlists import Shortlists
from screen.report.content import glossary
from screen.report.content.class_accuracy import STANDING, STANDING_CHANCE, Known
from screen.report.content.model_quality import Measure
from screen.report.content.patient_ranking import RankedDrug
from screen.report.content.provenance import CurrentRun
from screen.settings import Ranking
from screen.store import Store

_BY_MEAN = (
    "SELECT drug_id FROM scores WHERE run_id = $run GROUP BY drug_id ORDER BY avg(score) DESC, drug_id LIMIT $size"
)


@dataclass(frozen=True, kw_only=True)
class SelectiveDrug:
    """A drug that stands out for the patient."""

    place: int
    """In the list; those folded come after all others."""
    drug_id: str
    name: str
    mechanism: str
    score: float
    score_low: float | None
    """Ends of the interval measured on unseen cell lines; ``None`` where the model keeps no widths."""
    score_high: float | None
    selective: float
    response: float | None
    """Predicted AUC, with the ends of its 90% interval; ``None`` where the model's output is no response."""
    response_low: float | None
    response_high: float | None
    line_place: float | None
    """Share of the cell lines of all types measured with the drug whose AUC is higher than this prediction."""
    rank: int
    """By score among all scored drugs."""
    plasma: str
    """What a patient's plasma reaches beside the drug's potency in cell lines; else empty."""
    clinical: bool | None
    """Ever given to people, by the sources read; ``None``: no such source was read."""
    clinical_reason: str
    grade: str
    """Key of glossary.GRADES."""
    chip: str
    """The grade in a few words."""


@dataclass(frozen=True, kw_only=True)
class StandsOut:
    """Drugs that are potent and selective for the patient, beside what there would be by chance."""

    potency_floor: float
    selective_floor: float
    compounds: str
    """clinical: those never given to people are folded; all: none is."""
    line_floor: float | None
    """Of the place among cell lines; ``None`` where scores cannot be read back to responses."""
    clinical_known: bool
    """Some source of phases, trials or labels was read."""
    potent: int
    """Scored drugs potent enough for this patient, by score and place among cell lines."""
    placed: int
    """Scored drugs that have a place among the reference patients."""
    expected: float
    """Drugs listed by chance, of those that are not folded."""
    expected_of_all: float
    """The same of all drugs, folded ones too."""
    listed_of_cohort: tuple[float, float, float]
    """Length of the list over the ranked patients of the indication: quantiles at 5, 50 and 95%."""
    drugs: tuple[SelectiveDrug, ...]
    folded: tuple[SelectiveDrug, ...]
    """Both floors reached, never given to people by the sources read."""


@dataclass(frozen=True, kw_only=True)
class ScoredDrug:
    """Any scored drug: a line of the table that HTML folds and print leaves out."""

    drug_id: str
    rank: int
    name: str
    mechanism: str
    score: float
    score_low: float | None
    score_high: float | None
    selective: float | None
    response: float | None
    """Predicted AUC."""
    line_place: float | None
    """Share of the drug's cell lines whose AUC is higher than this prediction."""
    grade: str
    """Key of glossary.GRADES."""
    chip: str
    remark: str
    """withdrawn, tool compound, no record, idle in culture with the reason; else empty."""


def standing_ids(tables: Shortlists, patient_id: str) -> frozenset[str]:
    """Drugs that stand out for a patient, folded ones too."""
    return frozenset(tables.stands_out.filter(pl.col("patient_id") == patient_id)["drug_id"])


def standing(
    run: CurrentRun, patient_id: str, ranked: Sequence[RankedDrug], tables: Shortlists, ranking: Ranking, cohort: int
) -> StandsOut:
    """What stands out for a patient of a run.

    Parameters
    ----------
    ranked : all scored drugs of the patient
    cohort : ranked patients of the indication
    """
    known = {d.note.drug_id: d for d in ranked}
    everybody = tables.stands_out.filter(pl.col("indication") == run.indication)
    mine = everybody.filter(pl.col("patient_id") == patient_id).sort("rank").to_dicts()
    found = [(_drug(known[row["drug_id"]], row), row["folded"]) for row in mine]
    chance = tables.chance.filter(pl.col("indication") == run.indication).to_dicts()
    first = chance[0] if chance else {"expected": 0.0, "expected_unfolded": 0.0, "known": False}
    return StandsOut(
        potency_floor=ranking.potency_floor,
        line_floor=ranking.line_floor if run.run_id in tables.responses.scales else None,
        selective_floor=ranking.selective_floor,
        compounds=ranking.compounds,
        clinical_known=bool(first["known"]),
        potent=sum(_potent(d, run, tables.responses, ranking) for d in ranked),
        placed=sum(d.selective is not None for d in ranked),
        expected=first["expected_unfolded"],
        expected_of_all=first["expected"],
        listed_of_cohort=_lengths(everybody.filter(~pl.col("folded")), cohort),
        drugs=tuple(drug for drug, folded in found if not folded),
        folded=tuple(drug for drug, folded in found if folded),
    )


def _potent(drug: RankedDrug, run: CurrentRun, found: Responses, ranking: Ranking) -> bool:
    least = max(ranking.potency_floor, found.least_score(run.run_id, drug.note.drug_id, ranking.line_floor))
    return drug.score >= float(np.float32(least))  # scores are 32-bit numbers


def _drug(ranked: RankedDrug, row: Mapping[str, Any]) -> SelectiveDrug:
    note = ranked.note
    return SelectiveDrug(
        place=row["rank"],
        drug_id=note.drug_id,
        name=note.name,
        mechanism=note.mechanism,
        score=ranked.score,
        score_low=ranked.score_low,
        score_high=ranked.score_high,
        selective=row["selective"],
        response=row["response"],
        response_low=row["response_low"],
        response_high=row["response_high"],
        line_place=row["line_place"],
        rank=ranked.rank,
        clinical=row["clinical"],
        clinical_reason=row["clinical_reason"],
        grade=note.grade,
        chip=note.chip,
        plasma=note.plasma,
    )


def _lengths(listed: pl.DataFrame, cohort: int) -> tuple[float, float, float]:
    """Quantiles of the number of drugs a patient, patients without any counted as 0."""
    counts = listed.group_by("patient_id").len()["len"].cast(pl.Int64)
    every = pl.concat([counts, pl.zeros(cohort - counts.len(), dtype=pl.Int64, eager=True)])
    low, middle, high = (every.quantile(q, "nearest") or 0.0 for q in (0.05, 0.5, 0.95))
    return low, middle, high


def scored_drugs(run: CurrentRun, ranked: Sequence[RankedDrug], found: Responses) -> tuple[ScoredDrug, ...]:
    """All scored drugs by rank."""
    return tuple(
        ScoredDrug(
            drug_id=d.note.drug_id,
            rank=d.rank,
            name=d.note.name,
            mechanism=d.note.mechanism,
            score=d.score,
            score_low=d.score_low,
            score_high=d.score_high,
            selective=d.selective,
            response=found.of(run.run_id, d.score),
            line_place=found.line_place(run.run_id, d.note.drug_id, d.score),
            grade=d.note.grade,
            chip=d.note.chip,
            remark="; ".join(filter(None, (d.note.flag, d.note.idle and f"idle in culture: {d.note.idle}"))),
        )
        for d in sorted(ranked, key=lambda d: d.rank)
    )


def headline(found: StandsOut) -> str:
    """The first sentences of page one."""
    lines = f", above {glossary.percent(found.line_floor)} of cell lines" if found.line_floor is not None else ""
    floors = (
        f"score {glossary.number(found.potency_floor)} or more{lines}, place {glossary.percent(found.selective_floor)} "
        "or more"
    )
    if not found.placed:
        return "No drug has a place among the reference patients, so none can be said to stand out for this patient."
    if not found.drugs:
        return (
            f"No drug stands out for this patient: none is both potent and selective ({floors}). "
            f"By chance there would be {glossary.number(found.expected, 1)}. That is an answer: "
            "of the drugs scored, the model singles out none for this tumour."
        )
    verb = "stands" if len(found.drugs) == 1 else "stand"
    kinds = len({d.mechanism for d in found.drugs})
    of = f" of {glossary.count(kinds, 'mechanism')}" if len(found.drugs) > 1 else ""
    return (
        f"{glossary.count(len(found.drugs), 'drug')}{of} {verb} out for this patient, potent and selective at once "
        f"({floors}); {glossary.number(found.expected, 1)} are expected by chance. {_judged(found)}"
    )


def _judged(found: StandsOut) -> str:
    low, middle, high = found.listed_of_cohort
    among = f"Of the patients ranked, nine in ten have {low:.0f} to {high:.0f}, half have {middle:.0f} or fewer"
    if len(found.drugs) <= found.expected:
        return f"{among}: this list is no longer than chance makes it."
    return f"{among}: drugs of one mechanism move together, so a long list is not as many findings."


def worth(known: Known) -> str:
    """How often the first list is right where that was measured: on unseen cell lines, and on patients."""
    by_name = {scope.name: scope.measure for scope in known.scopes}
    right, chance = by_name.get(STANDING), by_name.get(STANDING_CHANCE)
    if right is None or right.value is None or chance is None or chance.value is None:
        says = "How often a list like this is right on unseen cell lines was not measured (crescreen evaluate lines)."
    else:
        says = (
            f"On cell lines the model had not seen, {glossary.percent(right.value)} of the drugs that stood out did so "
            f"when measured; {glossary.percent(chance.value)} would by chance."
        )
    if known.pooled is None or known.pooled.value is None:
        return f"{says} On patients of known response: not measured."
    general = known.general
    beside = "" if general is None or general.value is None else f"; a score that knows no drug {_auroc(general)}"
    return f"{says} On patients of known response: AUROC within a drug {_auroc(known.pooled)}{beside} (0.5 is chance)."


def _auroc(measure: Measure) -> str:
    span = glossary.interval(measure.low, measure.high)
    return f"{glossary.number(measure.value)}{f' ({span})' if span else ''}"


def everybody(store: Store, run: CurrentRun, shortlist: Sequence[RankedDrug], base: str) -> str:
    """What the list by score is worth to this patient: how much of it is the same list for everybody."""
    by_mean = set(store.sql(_BY_MEAN, run=run.run_id, size=len(shortlist))["drug_id"])
    same = sum(d.note.drug_id in by_mean for d in shortlist)
    return (
        f"{base} {same} of them are among the {len(shortlist)} drugs with the highest mean score over all patients of "
        f"{run.indication}: that part of the list is the same for everybody."
    )
