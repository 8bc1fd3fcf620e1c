"""Which expression a model learns from: the patients' file, and every data set of cell lines that can be brought to it.

A data set is what was ingested under one name in one unit; of a line that stands in several of its files the profile
ingested last holds. One data set is learnt in the patients' unit, or in its own where they share none. Several are
brought to one scale (:mod:`screen.expression.joining`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from screen.errors import StoreError, UnitError
from screen.expression import MODEL_UNITS, UNITS, WHOLE, GeneIndex, convert, linear_unit, resolve
from screen.expression.joining import FEWEST_LINES, join_lines
from screen.expression.platforms import platform_of
from screen.records import LineExpression, Profiles
from screen.settings import Settings
from screen.store import Store, load

COMMON = "log2tpm1"
"""The scale that absolute units are brought to."""
_SHOWN = 20


@dataclass(frozen=True)
class ExpressionSources:
    """Expression of both domains, genes under approved symbols."""

    lines: Profiles
    patients: Profiles
    line_data: tuple[LineExpression, ...]
    """What the lines' profiles come from."""
    notes: tuple[str, ...]
    """Data sets and profiles of cell lines left out, and why."""


@dataclass(frozen=True)
class _DataSet:
    """Files of cell lines under one name and in one unit, the last ingested first."""

    name: str
    unit: str
    files: tuple[dict[str, Any], ...]


def choose_expression(store: Store, code: str, patient_ids: Sequence[str], settings: Settings) -> ExpressionSources:
    """The patients' file with most patients of the indication, and the cell lines' data sets of the settings (or all).

    Raises
    ------
    StoreError
        No expression in one of the domains, no data set of a name in the settings, or none that can be learnt from.
    """
    sets = _data_sets(store, settings.training.expression)
    patients = load.expression_sources(store, "patient", patient_ids).rows(named=True)
    if not sets or not patients:
        raise StoreError(
            f"no expression of {'cell lines' if not sets else f'patients of {code}'}",
            where=str(store.path),
            remedy="ingest an expression matrix first",
        )
    index = GeneIndex(load.gene_aliases(store))
    most = [row for row in patients if 2 * int(row["subjects"]) >= int(patients[0]["subjects"])]
    faults: list[str] = []
    for row, unit in sorted(((row, _unit(row, sets)) for row in most), key=lambda pair: pair[1] is None):
        try:
            found = _scaled(load.profiles(store, "patient", row["source_id"]), unit)
            return _with_lines(store, sets, unit, resolve(_one_a_subject(found), index), index)
        except UnitError as fault:
            faults.append(f"{fault.what}: {fault.remedy}")
    raise StoreError(
        f"no expression that can be learnt from: {faults[0]}",
        where=f"train {code}",
        remedy="ingest whole profiles, or TPM",
    )


def _data_sets(store: Store, requested: Sequence[str]) -> list[_DataSet]:
    """Those of the settings, in that order; else all, most lines first."""
    there = load.expression_sources(store, "cell_line").rows(named=True)
    names = {str(row["dataset"]) for row in there}
    unknown = [name for name in requested if name not in names]
    if there and unknown:
        raise StoreError(
            f"no cell-line expression is called {unknown[0]!r}",
            where="[training] expression",
            remedy=f"there are: {', '.join(sorted(names))}",
        )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in there:
        found.setdefault((str(row["dataset"]), str(row["unit"])), []).append(row)
    sets = [
        _DataSet(name, unit, tuple(sorted(rows, key=lambda row: -int(row["ingested"]))))
        for (name, unit), rows in found.items()
        if not requested or name in requested
    ]
    return sorted(sets, key=lambda one: requested.index(one.name)) if requested else sets


def _unit(patients: dict[str, Any], sets: Sequence[_DataSet]) -> str | None:
    """The unit that both domains are learnt in; none where they share no scale or lines are of several data sets."""
    return _shared_unit(sets[0].unit, str(patients["unit"])) if len(sets) == 1 else None


def _with_lines(
    store: Store, sets: Sequence[_DataSet], unit: str | None, patients: Profiles, index: GeneIndex
) -> ExpressionSources:
    parts, notes = _readable(store, sets, unit, index)
    if len(parts) == 1:
        return ExpressionSources(parts[0][1], patients, _described(parts), tuple(notes))
    joined = join_lines([profiles for _, profiles in parts])
    notes += _disagreeing(joined.disagreeing)
    return ExpressionSources(joined.profiles, patients, _described(parts), tuple(notes))


def all_lines(store: Store, settings: Settings) -> tuple[Profiles, tuple[LineExpression, ...], tuple[str, ...]]:
    """Cell lines over the genes of all data sets of the settings (or all there are), standardised gene by gene.

    Returns
    -------
    The profiles, what they come from, and notes on what was left out.

    Raises
    ------
    StoreError
        No expression of cell lines.
    """
    sets = _data_sets(store, settings.training.expression)
    if not sets:
        raise StoreError(
            "no expression of cell lines", where=str(store.path), remedy="run: crescreen ingest MATRIX.parquet"
        )
    parts, notes = _readable(store, sets, None, GeneIndex(load.gene_aliases(store)))
    joined = join_lines([profiles for _, profiles in parts])
    return joined.profiles, _described(parts), (*notes, *_disagreeing(joined.disagreeing))


def unjoined_lines(store: Store, settings: Settings) -> tuple[Profiles, tuple[LineExpression, ...], tuple[str, ...]]:
    """As :func:`all_lines`, but lines of a single data set in its own unit: no line says anything of another."""
    sets = _data_sets(store, settings.training.expression)
    if len(sets) != 1:
        return all_lines(store, settings)
    parts, notes = _readable(store, sets, None, GeneIndex(load.gene_aliases(store)))
    return parts[0][1], _described(parts), tuple(notes)


def _readable(
    store: Store, sets: Sequence[_DataSet], unit: str | None, index: GeneIndex
) -> tuple[list[tuple[_DataSet, Profiles]], list[str]]:
    """The data sets that can be learnt from, and why others cannot."""
    parts: list[tuple[_DataSet, Profiles]] = []
    notes, faults = [], []
    for one in sets:
        try:
            found = _scaled(_newest(store, one), unit)
        except UnitError as fault:
            notes.append(f"cell lines of {one.name} are left out: {fault.what}")
            faults.append(fault)
            continue
        if len(sets) > 1 and len(found) < FEWEST_LINES:
            notes.append(f"cell lines of {one.name} are left out: {len(found)}, fewer than {FEWEST_LINES}")
            continue
        parts.append((one, resolve(found, index)))
    if not parts:
        raise (
            faults[0]
            if faults
            else UnitError(
                f"no data set of cell lines has {FEWEST_LINES} of them", remedy="ingest a whole matrix of cell lines"
            )
        )
    return parts, notes


def _newest(store: Store, one: _DataSet) -> Profiles:
    """Each line once, from the file ingested last, over the genes of all files."""
    parts = [load.profiles(store, "cell_line", row["source_id"]) for row in one.files]
    genes = tuple(dict.fromkeys(gene for part in parts for gene in part.genes))
    return _one_a_subject(Profiles.join([part if part.genes == genes else _over(part, genes) for part in parts]))


def _described(parts: Sequence[tuple[_DataSet, Profiles]]) -> tuple[LineExpression, ...]:
    return tuple(
        LineExpression(
            dataset=one.name,
            platform=str(one.files[0]["platform"] or "") or platform_of(one.unit, one.name),
            unit=UNITS[one.unit],
            lines=len(profiles),
            genes=profiles.genes,
            source_ids=tuple(str(row["source_id"]) for row in one.files),
        )
        for one, profiles in parts
    )


def _disagreeing(lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return [
        f"{len(lines)} cell lines are more like another line than like themselves from one data set to the next; only "
        f"the first that has them is used: {', '.join(lines[:_SHOWN])}{more}"
    ]


def _scaled(profiles: Profiles, unit: str | None) -> Profiles:
    """In the shared unit, or in the profiles' own without sequencing depth."""
    target = unit or MODEL_UNITS.get(profiles.unit, profiles.unit)
    return replace(profiles, levels=convert(profiles.levels, profiles.unit, target), unit=target)


def _shared_unit(one: str, other: str) -> str | None:
    if one == other:
        return MODEL_UNITS[one] if linear_unit(one) == "counts" else one
    probe = np.ones((1, WHOLE), np.float32)
    for unit in (COMMON, MODEL_UNITS["counts"]):
        try:
            convert(probe, one, unit)
            convert(probe, other, unit)
        except UnitError:
            continue
        return unit
    return None


def _one_a_subject(profiles: Profiles) -> Profiles:
    """The first profile of each, in the order of their ids."""
    first = {subject: row for row, subject in reversed(list(enumerate(profiles.subject_ids)))}
    return profiles.take([first[subject] for subject in sorted(first)])


def _over(profiles: Profiles, genes: tuple[str, ...]) -> Profiles:
    """The same profiles over other genes, NaN where one is not measured."""
    place = {gene: column for column, gene in enumerate(profiles.genes)}
    levels = np.full((len(profiles), len(genes)), np.nan, np.float32)
    there = [column for column, gene in enumerate(genes) if gene in place]
    levels[:, there] = profiles.levels[:, [place[genes[column]] for column in there]]
    return replace(profiles, genes=genes, levels=levels)
