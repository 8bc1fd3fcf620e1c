"""Concentrations for relative doses: a lab's table of each drug's top dose."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screen.errors import InputError
from screen.records import drug_key
from screen.results.layouts import RELATIVE, UNITS, Layout, LayoutWell, plain_name
from screen.results.readers.cells import plate_file

_UNIT = re.compile(r"(?:^|[\s_\-\[(])([uµμnmp]?M)(?:$|[\s_\-\])])")
_SHOWN = 6


@dataclass(frozen=True)
class TopDoses:
    """The highest dose of each drug that a table names."""

    path: Path
    uM: Mapping[str, float]
    """drug key -> top dose in uM."""
    names: Mapping[str, str]
    """drug key -> as the table writes it."""


def read_top_doses(path: Path) -> TopDoses:
    """Two columns, drug and top dose: in uM, or in the unit that the heading of the second names.

    Raises
    ------
    InputError
        No such columns, a dose that is none, a drug twice, or a file that cannot be read.
    """
    file = plate_file(path)
    rows = [(line, row) for line, row in enumerate(file.rows, start=1) if any(row)]
    factor, named = 1.0, dict[str, str]()
    if rows and len(rows[0][1]) > 1 and file.number(rows[0][1][1]) != file.number(rows[0][1][1]):
        unit = _UNIT.search(rows[0][1][1])
        factor = UNITS[unit[1].replace("µ", "u").replace("μ", "u")] if unit else 1.0
        rows = rows[1:]
    tops = dict[str, float]()
    for line, row in rows:
        dose = file.number(row[1]) if len(row) > 1 else float("nan")
        key = drug_key(plain_name(row[0]))
        if not dose > 0 or not key:
            raise _wrong(path, f"line {line}: {' '.join(row)[:60]!r} is no drug with a dose above 0")
        if key in tops:
            raise _wrong(path, f"line {line}: {row[0]!r} is there twice")
        tops[key], named[key] = dose * factor, row[0].strip()
    if not tops:
        raise _wrong(path, "no drug in it")
    return TopDoses(path, tops, named)


def with_top_doses(layouts: Sequence[Layout], tops: TopDoses) -> tuple[list[Layout], tuple[str, ...]]:
    """The layouts with relative doses as shares of the top dose, and what is to be said of it.

    The highest relative dose of a treatment is its top dose. A treatment with a drug that the table does not name
    stays relative.

    Raises
    ------
    InputError
        The doses have a unit already, or no drug of the layouts is in the table.
    """
    if any(one.dose_unit != RELATIVE for one in layouts):
        raise InputError(
            "the doses of the layout have a unit already", where="--doses", remedy="leave --doses and --dose-unit out"
        )
    tested = [well for one in layouts for well in one.wells.values() if well.role == "test" and well.doses]
    highest = dict[str, float]()
    for well in tested:
        highest[well.treatment or ""] = max(highest.get(well.treatment or "", 0.0), *well.doses)
    known = {well.treatment: _tops(well, tops) for well in tested}
    if not any(known.values()):
        raise InputError(
            f"none of its {len(tops.uM)} drugs is in the layout",
            where=str(tops.path),
            remedy="name the drugs as the layout does",
        )
    made = [
        replace(
            one,
            layout_id=_identity(one.layout_id, tops),
            wells={place: _scaled(well, highest, known) for place, well in one.wells.items()},
            dose_unit="uM" if all(known.values()) else RELATIVE,
        )
        for one in layouts
    ]
    return made, tuple(_notes(tops, known, tested))


def _tops(well: LayoutWell, tops: TopDoses) -> tuple[float, ...]:
    found = [tops.uM.get(drug_key(plain_name(name))) for name in well.drug_names]
    return () if None in found else tuple(dose for dose in found if dose is not None)


def _scaled(
    well: LayoutWell, highest: Mapping[str, float], known: Mapping[str | None, tuple[float, ...]]
) -> LayoutWell:
    if well.role != "test" or not well.doses:
        return well
    top = known[well.treatment]
    if not top:
        return replace(well, dose_unit=RELATIVE)
    share = well.doses[0] / highest[well.treatment or ""]
    return replace(well, doses=tuple(share * dose for dose in top), dose_unit="uM")


def _identity(layout_id: str, tops: TopDoses) -> str:
    import hashlib

    words = "\n".join(f"{key}\t{dose!r}" for key, dose in sorted(tops.uM.items()))
    return hashlib.sha256(f"{layout_id}\n{words}".encode()).hexdigest()[:16]


def _notes(
    tops: TopDoses, known: Mapping[str | None, tuple[float, ...]], tested: Sequence[LayoutWell]
) -> Sequence[str]:
    notes = [f"{sum(map(bool, known.values()))} of {len(known)} treatments have a top dose by {tops.path.name}"]
    relative = [str(name) for name, top in known.items() if not top]
    if relative:
        notes.append(f"relative doses stay: {_listed(relative)}")
    there = {drug_key(plain_name(name)) for well in tested for name in well.drug_names}
    further = [name for key, name in tops.names.items() if key not in there]
    if further:
        notes.append(f"in {tops.path.name}, not in the layout: {_listed(further)}")
    return notes


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _wrong(path: Path, what: str) -> InputError:
    return InputError(what, where=str(path), remedy="a row a drug: its name and its top dose in uM")
