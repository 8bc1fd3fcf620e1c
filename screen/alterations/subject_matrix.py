"""Alterations of some subjects in some genes as one matrix: what is unknown is apart from what is not altered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen.alterations.kinds import EXOME, states
from screen.errors import InputError
from screen.expression import GeneIndex
from screen.records import Domain, Floats
from screen.store import Store, load

_CALLS = """
SELECT subject, gene, level, scale
FROM (SELECT subject, scale, unnest(genes) AS gene, unnest(levels) AS level FROM alteration_calls
      WHERE domain = $domain AND kind = $kind AND list_contains($sources, source_id)
        AND subject IN (SELECT unnest($subjects::VARCHAR[])))
"""
_COVERED = """
SELECT subject, gene_order_id, missing FROM alteration_coverage
WHERE domain = $domain AND kind = $kind
  -- A table of nothing but samples and their lists holds for every data set.
  AND (list_contains($sources, source_id)
       OR source_id NOT IN (SELECT source_id FROM alterations WHERE domain = $domain AND kind = $kind))
  AND subject IN (SELECT unnest($subjects::VARCHAR[])) AND (gene_order_id IS NOT NULL OR list_name = $exome)
"""
_SOURCES = """
SELECT a.source_id, a.dataset, a.scale, coalesce(max(f.ingested), 0) AS ingested, count(DISTINCT a.subject) AS subjects
FROM alteration_calls a LEFT JOIN source_files f USING (source_id)
WHERE a.domain = $domain AND a.kind = $kind
GROUP BY ALL ORDER BY subjects DESC, dataset, source_id, scale
"""


@dataclass(frozen=True)
class AlterationMatrix:
    """n subjects x g genes."""

    subjects: tuple[str, ...]
    genes: tuple[str, ...]
    values: Floats
    """n x g; NaN: not covered, so unknown. 0: looked at and not altered. Else by ``scale``."""
    kind: str
    scale: str
    """One of ``SCALES``, or ``state``: -2..2 as :func:`screen.alterations.states` gives them."""
    sources: tuple[str, ...]
    """Names of the data sets it comes from."""

    @property
    def altered(self) -> Floats:
        """n x g: 1 altered, 0 looked at and not altered, NaN unknown.

        Low gains and shallow losses do not count; where a file calls gain and loss alone, those do.
        """
        found = self.values if self.scale == "state" else states(self.values, self.scale)
        least = 1 if self.scale == "gain_loss" else 2
        return np.where(np.isnan(found), np.nan, np.abs(found) >= least).astype(np.float32)


def sources_of(store: Store, domain: Domain, kind: str) -> pl.DataFrame:
    """Files with alterations of a kind: source_id, dataset, scale, ingested, subjects; most subjects first."""
    return store.sql(_SOURCES, domain=domain, kind=kind)


def alteration_matrix(
    store: Store,
    domain: Domain,
    subjects: Sequence[str],
    genes: Sequence[str],
    kind: str = "mutation",
    datasets: Sequence[str] = (),
) -> AlterationMatrix:
    """Alterations of one kind, looked up by approved symbol where the store has gene tables.

    A gene is known for a subject where a list it was looked at with holds it, or where it was called there. Where
    several files know it, the strongest call holds: one file that finds a mutation is not outvoted by others.

    Parameters
    ----------
    subjects : ids as the store has them: DepMap ids of cell lines, patient ids; order is kept
    genes : symbols; order is kept
    kind : one of ``KINDS``
    datasets : names of data sets (:func:`sources_of`); none: every one

    Returns
    -------
    Values in the files' own scale where they share one, else as states from -2 to 2.

    Raises
    ------
    InputError
        No data set of that name has alterations of the kind.
    """
    sources = _chosen(sources_of(store, domain, kind), datasets, kind)
    chosen = {"domain": domain, "kind": kind, "subjects": list(subjects), "sources": sources["source_id"].to_list()}
    scales = sources["scale"].unique(maintain_order=True).to_list()
    scale = scales[0] if len(scales) == 1 else "state"
    values = np.full((len(subjects), len(genes)), np.nan, dtype=np.float32)
    if subjects and genes:
        index = GeneIndex(load.gene_aliases(store))
        places = _places(genes, index)
        rows = {subject: row for row, subject in enumerate(subjects)}
        covered = store.sql(_COVERED, exome=EXOME, **chosen)
        _fill_covered(store, values, covered, rows, places, index, _no_change(scale))
        _fill_calls(values, store.sql(_CALLS, **chosen), rows, places, index, scale)
    names = tuple(sources["dataset"].unique(maintain_order=True))
    return AlterationMatrix(tuple(subjects), tuple(genes), values, kind, scale, names)


def _chosen(sources: pl.DataFrame, datasets: Sequence[str], kind: str) -> pl.DataFrame:
    known = set(sources["dataset"])
    for name in datasets:
        if name not in known:
            raise InputError(
                f"no data set {name!r} has alterations of kind {kind}",
                where="alterations",
                remedy=f"there are: {', '.join(sorted(known)) or 'none; read them with crescreen ingest FILE'}",
            )
    return sources.filter(pl.col("dataset").is_in(list(datasets))) if datasets else sources


def _no_change(scale: str) -> float:
    return 1.0 if scale == "log2p1" else 0.0


def _places(genes: Sequence[str], index: GeneIndex) -> dict[str, list[int]]:
    """Approved symbol (or the name given) -> columns."""
    places: dict[str, list[int]] = {}
    for column, (gene, symbol) in enumerate(zip(genes, index.symbols(genes)[0], strict=True)):
        places.setdefault(symbol or gene, []).append(column)
    return places


def _columns(names: pl.Series, places: dict[str, list[int]], index: GeneIndex) -> dict[str, list[int]]:
    """Columns of each name that is one of the genes wanted, each distinct name resolved once."""
    distinct = names.unique().drop_nulls().to_list()
    found = {name: symbol or name for name, symbol in zip(distinct, index.symbols(distinct)[0], strict=True)}
    return {name: places[symbol] for name, symbol in found.items() if symbol in places}


def _fill_covered(
    store: Store,
    values: Floats,
    covered: pl.DataFrame,
    rows: dict[str, int],
    places: dict[str, list[int]],
    index: GeneIndex,
    no_change: float,
) -> None:
    orders = covered["gene_order_id"].drop_nulls().unique().to_list()
    lists = store.sql(
        "SELECT gene_order_id, genes FROM gene_orders WHERE list_contains($ids, gene_order_id)", ids=orders
    )
    known: dict[str | None, list[int]] = {None: list(range(values.shape[1]))}
    for order, names in lists.iter_rows():
        of_list = _columns(pl.Series(names, dtype=pl.String), places, index)
        known[order] = sorted({column for columns in of_list.values() for column in columns})
    left_out = _columns(covered["missing"].explode(), places, index)
    for subject, order, missing in covered.iter_rows():
        unknown = {column for gene in missing or () for column in left_out.get(gene, ())}
        columns = [column for column in known[order] if column not in unknown]
        values[rows[subject], columns] = no_change


def _fill_calls(
    values: Floats,
    calls: pl.DataFrame,
    rows: dict[str, int],
    places: dict[str, list[int]],
    index: GeneIndex,
    scale: str,
) -> None:
    columns = _columns(calls["gene"], places, index)
    of_gene = pl.DataFrame(
        [(gene, column) for gene, some in columns.items() for column in some],
        schema={"gene": pl.String, "column": pl.Int64},
        orient="row",
    )
    found = calls.join(of_gene, on="gene")
    if found.is_empty():
        return
    levels = found["level"].to_numpy().astype(np.float32)
    if scale == "state":
        for name in found["scale"].unique():
            of_scale = (found["scale"] == name).to_numpy()
            levels[of_scale] = states(levels[of_scale], name)
    order = np.argsort(np.abs(levels - _no_change(scale)), kind="stable")  # the strongest call is written last
    places_of = found["subject"].replace_strict(list(rows), list(rows.values()), return_dtype=pl.Int64).to_numpy()
    values[places_of[order], found["column"].to_numpy()[order]] = levels[order]
