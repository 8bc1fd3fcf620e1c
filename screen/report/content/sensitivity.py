"""Whether an indication's list would be another one with other cut-offs, other members of the ensemble, another score.

Ranks over single members are kept as the best and the worst only: a drug counts for a patient in every member where
its worst rank is on the shortlist, in at least one where its best rank is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from screen.report.content.edi import EdiRow
from screen.report.content.provenance import CurrentRun
from screen.settings import Ranking
from screen.store import Store

FRACTIONS = ("0.03", "0.05", "0.1")
SIZES = (5, 10, 20)
FIRM, LOOSE, SELECTIVE = "in every member", "in some member", "by selective score"


@dataclass(frozen=True)
class ListVariant:
    """The list under one other choice."""

    name: str
    drugs: int
    """On the list, ties included."""
    kept: int
    """Of the report's list."""
    new: tuple[str, ...]
    """Names of those the report's list lacks."""


@dataclass(frozen=True, kw_only=True)
class DrugRanks:
    """One drug of the report's list under every choice."""

    name: str
    ranks: tuple[int | None, ...]
    """One a variant; None: not on that list."""
    firm: float
    """Share of the patients on whose shortlist the drug is in every member."""
    share: float
    """By the score of the whole ensemble."""
    loose: float
    """In at least one member."""


@dataclass(frozen=True)
class Sensitivity:
    """The list of the report against others."""

    variants: tuple[ListVariant, ...]
    places: tuple[DrugRanks, ...]
    steady: tuple[str, ...]
    """Names of drugs that every variant with at least as long a list keeps."""


@dataclass(frozen=True)
class _List:
    name: str
    size: int
    ranks: Mapping[str, int]


def list_sensitivity(
    store: Store, run: CurrentRun, ranking: Ranking, edi: Sequence[EdiRow], names: Mapping[str, str]
) -> Sensitivity:
    """Compare the list of efficient drugs with those other settings would give.

    Parameters
    ----------
    edi : the report's list
    names : drug id -> name, of every scored drug
    """
    drugs = len(names)
    cuts = {f: entering(drugs, f) for f in (*FRACTIONS, str(ranking.efficient_fraction))}
    counts = _counts(store, run, ranking, cuts)
    on_list = {row.note.drug_id for row in edi}
    size, base = ranking.indication_drugs, str(ranking.efficient_fraction)
    lists = [_List(f"{float(f):.0%}, {k} drugs", k, _ranks(counts, f"cut {f}", k)) for f in FRACTIONS for k in SIZES]
    lists += [_List(name, size, _ranks(counts, name, size)) for name in (FIRM, LOOSE, SELECTIVE)]
    by_drug = {row["drug_id"]: row for row in counts.iter_rows(named=True)}
    places = tuple(_place(row, lists, by_drug[row.note.drug_id], base) for row in edi)
    wide = [i for i, one in enumerate(lists) if one.size >= size]
    return Sensitivity(
        tuple(_variant(one, on_list, names) for one in lists),
        places,
        tuple(p.name for p in places if all(p.ranks[i] is not None for i in wide)),
    )


def entering(drugs: int, fraction: str) -> int:
    """The best ``ceil(fraction x drugs)`` of a patient, in whole numbers."""
    part = Fraction(fraction)
    return -(-drugs * part.numerator // part.denominator)


def _counts(store: Store, run: CurrentRun, ranking: Ranking, cuts: Mapping[str, int]) -> pl.DataFrame:
    """One row a drug: on how many shortlists it is, one column a variant."""
    base = cuts[str(ranking.efficient_fraction)]
    columns = {f"cut {f}": f"rank <= {cut}" for f, cut in cuts.items()} | {
        FIRM: f"rank_high <= {base}",
        LOOSE: f"rank_low <= {base}",
        SELECTIVE: f"selective_place <= {base}",
    }
    counted = ", ".join(f'count(*) FILTER ({condition}) AS "{name}"' for name, condition in columns.items())
    return store.sql(
        f"""SELECT drug_id, count(*) AS patients, {counted} FROM (
                SELECT drug_id, rank, rank_low, rank_high, row_number() OVER (
                    PARTITION BY patient_id ORDER BY coalesce(selective, -1) DESC, drug_id) AS selective_place
                FROM scores WHERE run_id = $run)
            GROUP BY drug_id ORDER BY drug_id""",
        run=run.run_id,
    )


def _ranks(counts: pl.DataFrame, column: str, size: int) -> dict[str, int]:
    """drug id -> rank, of the drugs that enter; ties at the last rank all do."""
    ranked = counts.filter(pl.col(column) > 0).with_columns(place=pl.col(column).rank("min", descending=True))
    return {drug: int(place) for drug, place in ranked.select("drug_id", "place").iter_rows() if place <= size}


def _variant(one: _List, on_list: set[str], names: Mapping[str, str]) -> ListVariant:
    new = sorted(set(one.ranks) - on_list, key=lambda drug: (one.ranks[drug], names[drug], drug))
    return ListVariant(one.name, len(one.ranks), len(on_list & set(one.ranks)), tuple(names[drug] for drug in new))


def _place(row: EdiRow, lists: Sequence[_List], counts: Mapping[str, int], base: str) -> DrugRanks:
    patients = counts["patients"]
    return DrugRanks(
        name=row.note.name,
        ranks=tuple(one.ranks.get(row.note.drug_id) for one in lists),
        firm=counts[FIRM] / patients,
        share=counts[f"cut {base}"] / patients,
        loose=counts[LOOSE] / patients,
    )
