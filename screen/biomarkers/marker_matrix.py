"""Every marker of some subjects as one matrix: expression of genes, and alterations by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.alterations import AlterationMatrix, alteration_matrix, sources_of, states
from screen.expression import GeneIndex, resolve
from screen.records import Domain
from screen.settings import Settings
from screen.store import Store, load
from screen.training.expression_sources import all_lines

Array = NDArray[np.float64]

FEWEST_LINES, FEWEST_PATIENTS = 5, 10
"""Subjects altered, and as many not altered, below which an alteration is not tested."""
EXPRESSION = "expression"
_KINDS = ("mutation", "copy_number", "fusion", "methylation", "msi")
_TAIL = 0.01
"""Of patients' levels: what lies beyond these quantiles counts as the quantile. Files hold levels of thousands."""
_KNOWN = 20
"""Subjects in whom a gene must be measured."""


@dataclass(frozen=True)
class MarkerMatrix:
    """n subjects x m markers."""

    subjects: tuple[str, ...]
    features: tuple[str, ...]
    """Genes, or MSI."""
    kinds: tuple[str, ...]
    """expression, mutation, amplification, deletion, fusion, methylation, msi."""
    values: Array
    """n x m: expression in standard deviations over the subjects, alterations 1 or 0; NaN unknown."""
    sources: tuple[str, ...]
    """Data sets it comes from."""

    def altered(self) -> NDArray[np.int64]:
        """m: how many subjects are altered; -1 for expression."""
        counts = np.nansum(self.values == 1, axis=0).astype(np.int64)
        return np.where(np.array(self.kinds) == EXPRESSION, -1, counts)


def line_markers(store: Store, settings: Settings, line_ids: Sequence[str]) -> MarkerMatrix:
    """Markers of cell lines: expression of all data sets at hand, standardised over the lines; alterations.

    Raises
    ------
    StoreError
        No expression of cell lines.
    """
    profiles, data, _ = all_lines(store, settings)
    place = {line: row for row, line in enumerate(profiles.subject_ids)}
    levels = np.full((len(line_ids), len(profiles.genes)), np.nan)
    there = [row for row, line in enumerate(line_ids) if line in place]
    levels[there] = profiles.levels[[place[line_ids[row]] for row in there]]
    parts = [_expressed(line_ids, profiles.genes, levels, tuple(one.dataset for one in data))]
    parts += [_altered(store, "cell_line", line_ids, kind, FEWEST_LINES) for kind in _KINDS]
    return _joined(line_ids, parts)


def patient_markers(store: Store, patient_ids: Sequence[str]) -> MarkerMatrix:
    """Markers of patients: expression of the file with most of them, its extremes trimmed; alterations."""
    parts = []
    sources = load.expression_sources(store, "patient", patient_ids)
    if not sources.is_empty():
        found = load.profiles(store, "patient", sources["source_id"][0], patient_ids)
        profiles = resolve(found, GeneIndex(load.gene_aliases(store)))
        place = {patient: row for row, patient in reversed(list(enumerate(profiles.subject_ids)))}
        levels = np.full((len(patient_ids), len(profiles.genes)), np.nan)
        there = [row for row, patient in enumerate(patient_ids) if patient in place]
        levels[there] = profiles.levels[[place[patient_ids[row]] for row in there]]
        parts.append(_expressed(patient_ids, profiles.genes, trimmed(levels), (str(sources["dataset"][0]),)))
    parts += [_altered(store, "patient", patient_ids, kind, FEWEST_PATIENTS) for kind in _KINDS]
    return _joined(patient_ids, parts)


def trimmed(levels: Array) -> Array:
    """n x g with each gene's extremes at its 1st and 99th percentile; unmeasured genes stay NaN."""
    measured = np.isfinite(levels).any(axis=0)
    out = levels.copy()
    low, high = np.nanquantile(levels[:, measured], [_TAIL, 1 - _TAIL], axis=0)
    out[:, measured] = np.clip(levels[:, measured], low, high)
    return out


def _expressed(subjects: Sequence[str], genes: Sequence[str], levels: Array, sources: tuple[str, ...]) -> MarkerMatrix:
    there = np.isfinite(levels)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, levels, 0).sum(axis=0) / count
    apart = np.where(there, levels - mean, np.nan)
    spread = np.sqrt(np.nansum(np.square(apart), axis=0) / np.maximum(count - 1, 1))
    shown = np.flatnonzero((there.sum(axis=0) >= _KNOWN) & (spread > 0))
    values = apart[:, shown] / spread[shown]
    names = tuple(genes[int(place)] for place in shown)
    return MarkerMatrix(tuple(subjects), names, (EXPRESSION,) * len(names), values, sources)


def _altered(store: Store, domain: Domain, subjects: Sequence[str], kind: str, fewest: int) -> MarkerMatrix:
    """Alterations of one kind that are neither too rare nor too frequent among the subjects to be tested."""
    empty = MarkerMatrix(tuple(subjects), (), (), np.empty((len(subjects), 0)), ())
    if sources_of(store, domain, kind).is_empty():
        return empty
    rows = store.sql(
        """SELECT DISTINCT unnest(genes) AS gene FROM alteration_calls
           WHERE domain = $domain AND kind = $kind AND subject IN (SELECT unnest($subjects::VARCHAR[])) ORDER BY 1""",
        domain=domain,
        kind=kind,
        subjects=list(subjects),
    )["gene"].to_list()
    symbols = GeneIndex(load.gene_aliases(store)).symbols(rows)[0]
    genes = sorted({symbol or gene for gene, symbol in zip(rows, symbols, strict=True)})
    found = alteration_matrix(store, domain, subjects, genes, kind)
    parts = []
    for name, values in _kinds(found).items():
        yes, no = (values == 1).sum(axis=0), (values == 0).sum(axis=0)
        shown = np.flatnonzero((yes >= fewest) & (no >= fewest))
        names = tuple(genes[int(place)] for place in shown)
        parts.append(
            MarkerMatrix(tuple(subjects), names, (name,) * len(names), values[:, shown], found.sources if names else ())
        )
    return _joined(subjects, parts)


def _kinds(found: AlterationMatrix) -> dict[str, Array]:
    """Copy number apart by its direction: an amplified gene and a lost one are not one marker."""
    if found.kind != "copy_number":
        return {found.kind: found.altered.astype(np.float64)}
    level = found.values if found.scale == "state" else states(found.values, found.scale)
    least = 1 if found.scale == "gain_loss" else 2
    unknown = np.isnan(level)
    return {
        "amplification": np.where(unknown, np.nan, level >= least).astype(np.float64),
        "deletion": np.where(unknown, np.nan, level <= -least).astype(np.float64),
    }


def _joined(subjects: Sequence[str], parts: Sequence[MarkerMatrix]) -> MarkerMatrix:
    return MarkerMatrix(
        tuple(subjects),
        tuple(name for part in parts for name in part.features),
        tuple(kind for part in parts for kind in part.kinds),
        np.hstack([part.values for part in parts]) if parts else np.empty((len(subjects), 0)),
        tuple(dict.fromkeys(name for part in parts for name in part.sources)),
    )
