"""What stands out for an indication against the others ranked; how much of EDI is the same list everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from screen.ranking import selective_drugs
from screen.ranking.across_indications import Across
from screen.ranking.between_indications import HIGHER, LineContrast, line_contrasts
from screen.ranking.shortlists import Tables, current_runs
from screen.report.content import glossary
from screen.report.content.class_accuracy import home_of
from screen.report.content.drug_evidence import DrugNote
from screen.report.content.provenance import CurrentRun
from screen.settings import Ranking
from screen.store import Store

MOST = 12
"""Drugs of the list on page one."""
AGREES = 0.1
"""Below this q the type's cell lines agree with the prediction."""
_MEDIANS = """
SELECT p.drug_id, median(p.value) AS response FROM pair_responses p
WHERE p.dataset = $dataset AND p.metric = 'AUC' AND list_contains($drugs, p.drug_id)
GROUP BY p.drug_id ORDER BY response, p.drug_id LIMIT $size
"""


@dataclass(frozen=True, kw_only=True)
class LeadDrug:
    """A drug that stands out for the indication."""

    note: DrugNote
    sensitive: float
    """Share of the patients whose score is at the potency floor."""
    score: float
    """Mean over the patients here."""
    higher: float
    """How often a patient here scores higher than one of the other indications."""
    score_elsewhere: float
    lines: LineContrast


@dataclass(frozen=True)
class Overlap:
    """Another indication's EDI beside this one's."""

    indication: str
    shared: int
    drugs: int
    """Of the other's EDI."""


@dataclass(frozen=True, kw_only=True)
class Lead:
    """Page one of an indication: what is particular to it, and how much of the list by score is not."""

    others: tuple[str, ...]
    """The other indications ranked."""
    answer: str
    drugs: tuple[LeadDrug, ...]
    folded: tuple[str, ...]
    """Stand out too, never given to people by the sources read."""
    further: int
    """Drugs beyond those listed."""
    overlap: tuple[Overlap, ...]
    plain: tuple[str, ...]
    """As many drugs as EDI has, by the median response of all cell lines alone."""
    plain_shared: int
    """EDI drugs among these."""


def chosen_for(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    """Those of the rows of :func:`between_indications` that stand out for the indication, the highest first."""
    return rows.filter(
        (pl.col("indication") == code) & (pl.col("sensitive") >= 0.5) & (pl.col("higher") >= HIGHER)
    ).sort(["higher", "drug_id"], descending=[True, False])


def lead(store: Store, run: CurrentRun, ranking: Ranking, tables: Across, notes: Mapping[str, DrugNote]) -> Lead:
    """What stands out for the run's indication.

    Parameters
    ----------
    notes : of every scored drug
    """
    runs, rows = current_runs(store), tables.between
    others = tuple(code for code in sorted(set(rows["indication"])) if code != run.indication)
    chosen = chosen_for(rows, run.indication)
    clinical = dict(selective_drugs.clinical(store, runs).select("drug_id", "clinical").iter_rows())
    folded = [d for d in chosen["drug_id"] if ranking.compounds == "clinical" and clinical.get(d) is False]
    shown = chosen.filter(~pl.col("drug_id").is_in(folded))
    nodes = {run.indication: home_of(store, run.indication).nodes}
    lines = line_contrasts(store, run.manifest["dataset"], nodes, list(notes))
    drugs = tuple(_drug(row, notes, lines, run.indication) for row in shown.head(MOST).to_dicts())
    edi = _edi(tables, run.indication)
    plain = store.sql(_MEDIANS, dataset=run.manifest["dataset"], drugs=list(notes), size=len(edi))["drug_id"].to_list()
    return Lead(
        others=others,
        answer=_answer(run.indication, others, shown.height, drugs),
        drugs=drugs,
        folded=tuple(notes[d].name for d in folded),
        further=max(0, shown.height - MOST),
        overlap=tuple(Overlap(code, len(edi & _edi(tables, code)), len(_edi(tables, code))) for code in others),
        plain=tuple(notes[d].name for d in plain),
        plain_shared=len(edi & set(plain)),
    )


def _drug(
    row: Mapping[str, float], notes: Mapping[str, DrugNote], lines: Mapping[tuple[str, str], LineContrast], code: str
) -> LeadDrug:
    drug = str(row["drug_id"])
    none = LineContrast(here=0, elsewhere=0, difference=None, p=None, q=None)
    return LeadDrug(
        note=notes[drug],
        sensitive=row["sensitive"],
        score=row["score"],
        higher=row["higher"],
        score_elsewhere=row["score_elsewhere"],
        lines=lines.get((code, drug), none),
    )


def _edi(tables: Tables, code: str) -> set[str]:
    return set(tables.edi.filter(pl.col("indication") == code)["drug_id"])


def _answer(code: str, others: Sequence[str], number: int, drugs: Sequence[LeadDrug]) -> str:
    if not others:
        return f"Only {code} is ranked, so that nothing can be said to stand out for it: rank another indication."
    against = glossary.listed(others, 4)
    if not number:
        return (
            f"No drug stands out for {code} against {against}: none is predicted effective in half of its patients and "
            f"scores higher here in {glossary.percent(HIGHER)} of comparisons. That is an answer."
        )
    agreeing = [d for d in drugs if d.lines.q is not None and d.lines.q < AGREES and (d.lines.difference or 0) < 0]
    drug, verb = ("drug", "stands") if number == 1 else ("drugs", "stand")
    return (
        f"{number} {drug} {verb} out for {code} against {against}: predicted effective in at least half of the "
        f"patients, and a patient here scores higher than one there in {glossary.percent(HIGHER)} of comparisons or "
        f"more (50% with no difference). For {len(agreeing)} of the {len(drugs)} listed the cell lines of {code} "
        f"themselves were measured more sensitive than other lines (q below {AGREES})."
    )
