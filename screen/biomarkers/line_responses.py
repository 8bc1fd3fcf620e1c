"""One drug's measured responses and what they are adjusted for: lineage, and a line's sensitivity to other drugs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.errors import InputError, StoreError
from screen.records import drug_key
from screen.settings import Settings
from screen.store import Store, load
from screen.training.data import matrix

Array = NDArray[np.float64]

_METRICS = ("AUC", "LN_IC50", "AUC_CTRP")
_FEWEST_OF_LINEAGE = 5
"""Cell lines, below which a lineage goes into the one called other."""
_FEWEST_DRUGS = 10
"""Other drugs that a general sensitivity is the mean of."""


@dataclass(frozen=True)
class Drug:
    """One drug."""

    drug_id: str
    name: str
    targets: frozenset[str]


@dataclass(frozen=True)
class Responses:
    """All drugs of one data set; lower is more sensitive."""

    dataset: str
    metric: str
    lines: tuple[str, ...]
    drugs: tuple[Drug, ...]
    values: Array
    """n x d, NaN not measured."""
    lineages: tuple[str, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """drug_id -> column."""
        return {drug.drug_id: place for place, drug in enumerate(self.drugs)}

    def covariates(self, place: int, rows: Sequence[int]) -> tuple[Array, tuple[str, ...]]:
        """Covariates of a drug's responses in some lines (n x p), and what they are called."""
        columns, names = [], []
        general = self.general_sensitivity(place)[list(rows)]
        if np.isfinite(general).sum() >= len(rows) / 2:
            columns.append(np.where(np.isfinite(general), general, np.nanmean(general)))
            names.append("general sensitivity")
        lineages = [self.lineages[row] for row in rows]
        counts = {one: lineages.count(one) for one in sorted(set(lineages))}
        frequent = [one for one, count in counts.items() if count >= _FEWEST_OF_LINEAGE]
        columns += [np.array([float(one == lineage) for one in lineages]) for lineage in frequent[1:]]
        if len(frequent) > 1:
            names.append(f"lineage ({len(frequent)}, the rarer together)")
        return (np.column_stack(columns) if columns else np.empty((len(rows), 0))), tuple(names)

    def general_sensitivity(self, place: int) -> Array:
        """n: mean standardised response to the other drugs, those without a target in common; NaN where too few."""
        mine = self.drugs[place].targets
        others = [
            number for number, drug in enumerate(self.drugs) if number != place and not (mine and mine & drug.targets)
        ]
        scaled = self._standardised[:, others]
        count = np.isfinite(scaled).sum(axis=1)
        return np.where(count >= _FEWEST_DRUGS, np.nansum(scaled, axis=1) / np.maximum(count, 1), np.nan)

    @cached_property
    def _standardised(self) -> Array:
        there = np.isfinite(self.values)
        count = np.maximum(there.sum(axis=0), 1)
        apart = np.where(there, self.values - np.where(there, self.values, 0).sum(axis=0) / count, np.nan)
        spread = np.sqrt(np.nansum(np.square(apart), axis=0) / count)
        return np.asarray(apart / np.where(spread > 0, spread, np.inf))


def responses_of(store: Store, settings: Settings) -> Responses:
    """Every response of the data set that models are trained on.

    Raises
    ------
    StoreError
        There are no responses.
    """
    there = load.response_datasets(store)
    if settings.training.dataset:
        there = there.filter(pl.col("dataset") == settings.training.dataset)
    for metric in _METRICS:
        rows = there.filter(pl.col("metric") == metric)
        if not rows.is_empty():
            return _read(store, str(rows["dataset"][0]), metric)
    raise StoreError("no responses of cell lines", where=str(store.path), remedy="run: crescreen ingest RESPONSES.csv")


def _read(store: Store, dataset: str, metric: str) -> Responses:
    pairs = load.pair_responses(store, dataset, metric)
    lines, ids = sorted(pairs["cell_line_id"].unique()), sorted(pairs["drug_id"].unique())
    known = {
        row[0]: Drug(row[0], row[1], frozenset(target.upper() for target in row[2]))
        for row in store.sql("SELECT drug_id, name, targets FROM drugs").iter_rows()
    }
    drugs = tuple(known.get(one, Drug(one, one.removeprefix("name:"), frozenset())) for one in ids)
    lineage = dict(store.sql("SELECT cell_line_id, lineage FROM cell_lines WHERE lineage IS NOT NULL").iter_rows())
    return Responses(
        dataset,
        metric,
        tuple(lines),
        drugs,
        matrix(pairs, lines, ids).astype(np.float64),
        tuple(lineage.get(line, "unknown") for line in lines),
    )


def drug_of(store: Store, responses: Responses, name: str) -> Drug:
    """The drug of a name, among those measured in cell lines or given to patients.

    Raises
    ------
    InputError
        Neither.
    """
    drug_id = store.scalar("SELECT drug_id FROM drug_keys WHERE drug_key = $key", key=drug_key(name))
    drug_id = str(drug_id or f"name:{drug_key(name)}")
    if drug_id in responses.places:
        return responses.drugs[responses.places[drug_id]]
    given = store.scalar(
        """SELECT any_value(drug_name) FROM given_drugs g LEFT JOIN drug_keys k USING (drug_key)
           WHERE coalesce(k.drug_id, 'name:' || g.drug_key) = $id""",
        id=drug_id,
    )
    if given is None:
        raise InputError(
            f"{name!r} was neither measured in {responses.dataset} nor given to a patient",
            where="--drug",
            remedy="names are listed by: crescreen export drugs --out drugs.csv",
        )
    return Drug(drug_id, str(given), frozenset())
