"""Sets, mechanisms and correlations of what a lab measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from screen.report.content.lab_curves import CurveRow
from screen.results.comparisons import correlations

MOST_DRUGS = 24


@dataclass(frozen=True, kw_only=True)
class MechanismRow:
    """The treatments of one mechanism."""

    mechanism: str
    drugs: tuple[str, ...]
    worked: int
    tested: int
    """Treatments times organoids."""
    area: float
    """Mean above the curve."""


@dataclass(frozen=True)
class Squares:
    """A matrix of correlations."""

    names: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


def set_areas(rows: Sequence[CurveRow]) -> dict[str, list[tuple[str, float]]]:
    """Set -> its treatments with their areas; treatments of no set are left out."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        if row.set_name:
            found.setdefault(row.set_name, []).append((row.name, row.area))
    return dict(sorted(found.items()))


def by_mechanism(rows: Sequence[CurveRow]) -> list[MechanismRow]:
    """Mechanisms by mean area, the most sensitive first."""
    groups: dict[str, list[CurveRow]] = {}
    for row in rows:
        groups.setdefault(row.mechanism, []).append(row)
    made = [
        MechanismRow(
            mechanism=name,
            drugs=tuple(dict.fromkeys(row.name for row in held)),
            worked=sum(row.worked for row in held),
            tested=len(held),
            area=mean(row.area for row in held),
        )
        for name, held in groups.items()
        if name != "not stated"
    ]
    return sorted(made, key=lambda one: (-one.area, one.mechanism))


def heat_maps(rows: Sequence[CurveRow]) -> tuple[Squares, Squares]:
    """Rank correlations between organoids over treatments, and between treatments over organoids.

    Fewer than three organoids give none; of many treatments those that differ most between organoids are taken.
    """
    by_organoid: dict[str, dict[str, float]] = {}
    by_drug: dict[str, dict[str, float]] = {}
    for row in rows:
        by_organoid.setdefault(row.organoid_id, {})[row.name] = row.area
        by_drug.setdefault(row.name, {})[row.organoid_id] = row.area
    if len(by_organoid) < 3:
        return Squares((), ()), Squares((), ())
    spread = {name: max(areas.values()) - min(areas.values()) for name, areas in by_drug.items() if len(areas) >= 4}
    taken = sorted(spread, key=lambda name: (-spread[name], name))[:MOST_DRUGS]
    return _squares(by_organoid), _squares({name: by_drug[name] for name in sorted(taken)})


def _squares(table: dict[str, dict[str, float]]) -> Squares:
    names, values = correlations(table)
    return Squares(tuple(names), tuple(tuple(None if one != one else float(one) for one in row) for row in values))
