"""What each well holds: of a plan made here, or of a layout file of the lab's own."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screen.errors import InputError
from screen.records import drug_key
from screen.results.readers.cells import PlateFile, plate_file, whole_row
from screen.results.readers.plate_read import Place, row_number, well_place
from screen.store.plans import Plan

UNITS = {"uM": 1.0, "nM": 1e-3, "mM": 1e3, "M": 1e6, "pM": 1e-6}
RELATIVE = "relative"
_COLUMNS = {
    "well": ("well", "wellid", "wellid384", "wellid96", "wellposition", "position", "destinationwell"),
    "row": ("row", "rowid", "rowid384"),
    "col": ("col", "column", "colid", "colid384"),
    "plate": ("plate", "plateid", "platename", "barcode", "platebarcode"),
    "library": ("library", "libraryid", "layout", "layoutid"),
    "name": ("drug", "drugname", "name", "compound", "compoundname", "productname", "treatment", "sample", "substance"),
    "role": ("role", "type", "welltype", "content", "contenttype"),
    "replicate": ("replicate", "rep"),
    "set": ("set", "setname"),
    "mechanism": ("mechanism", "target", "pathway", "moa"),
    "vehicle": ("vehiclepct", "dmsopct", "dmsopercent", "vehiclepercent"),
}
_DOSE = re.compile(
    r"^(?:dose|conc(?:entration)?|final(?:conc(?:entration)?)?)[\s_\-]*[\[(]?\s*(uM|µM|μM|nM|mM|M|pM)?\s*[\])]?$", re.I
)
_ROLES = {
    "vehicle": ("vehicle", "dmso", "neg", "negative", "negcontrol", "negctrl", "negativecontrol", "solvent", "nc"),
    "positive": ("positive", "pos", "poscontrol", "posctrl", "positivecontrol", "killing", "pc"),
    "untreated": ("untreated", "cells", "pbs", "cellsonly", "nodrug", "mock"),
    "blank": ("blank", "medium", "media", "background", "nocells", "b", "blk"),
    "time_zero": ("timezero", "t0", "time0"),
    "unused": ("unused", "empty", "", "none", "na", "unusedwell", "edge"),
    "test": ("test", "sample", "treatment", "drug", "compound", "treated"),
}  # fmt: skip
KILLERS = frozenset(
    {
        "staurosporine",
        "bortezomib",
        "carfilzomib",
        "mg132",
        "benzethoniumchloride",
        "puromycin",
        "tritonx100",
        "romidepsin",
        "phenylarsineoxide",
    }
)
"""Compounds that kill nearly every culture: a plate may be judged by them."""
_COMBINED = re.compile(r"\s+(?:\+|with|mit|and|plus|&)\s+|(?<=\S)\s*\+\s+", re.IGNORECASE)
_AMOUNT = re.compile(r"[\s_]+\d+(?:\.\d+)?\s*[nuµμm]M$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class LayoutWell:
    """What one well is given."""

    role: str
    treatment: str | None = None
    set_name: str | None = None
    mechanism: str | None = None
    drug_ids: tuple[str, ...] = ()
    drug_names: tuple[str, ...] = ()
    doses: tuple[float, ...] = ()
    replicate: int | None = None
    vehicle_pct: float | None = None
    dose_unit: str | None = None
    """Of its doses where the plate holds several; None: the layout's."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One plate's layout."""

    layout_id: str
    """plan_id, or 16 hex digits over its rows."""
    plan: str | None
    plate: str
    """Name in the plan or file; '' where it is any plate's."""
    wells: Mapping[Place, LayoutWell]
    dose_unit: str
    """uM, or relative where no unit is stated for some."""
    patient_id: str | None = None
    purpose: str = "treated"
    library: str = ""


def of_plan(plan: Plan) -> list[Layout]:
    """The plates of a plan."""
    named = {row["treatment"]: row for row in plan.treatments.to_dicts()}
    compounds = {row["drug_id"]: row["name"] for row in plan.compounds.to_dicts()}
    plates: dict[str, dict[Place, LayoutWell]] = {}
    for row in plan.wells.to_dicts():
        treatment = named.get(row["treatment"] or "", {})
        names = treatment.get("drug_names") or [compounds.get(one, one) for one in row["drug_ids"]]
        plates.setdefault(row["plate"], {})[(row["row_number"], row["col_number"])] = LayoutWell(
            role=row["role"],
            treatment=row["treatment"] or (" + ".join(names) if row["role"] == "positive" else None),
            set_name=treatment.get("set_name"),
            mechanism=treatment.get("mechanism"),
            drug_ids=tuple(row["drug_ids"]),
            drug_names=tuple(names),
            doses=tuple(row["doses_uM"]),
            replicate=row["replicate"],
            vehicle_pct=row["vehicle_pct"],
        )
    return [
        Layout(
            layout_id=plan.plan_id,
            plan=plan.plan_id,
            plate=name,
            wells=wells,
            dose_unit="uM",
            patient_id=plan.patient_id,
            purpose="time_zero" if any(well.role == "time_zero" for well in wells.values()) else "treated",
        )
        for name, wells in plates.items()
    ]


def of_file(path: Path, identities: Mapping[str, str], dose_unit: str = "") -> list[Layout]:
    """The layouts of a file: one for any plate, or one a plate or library it names.

    Parameters
    ----------
    identities : drug key -> id of the store
    dose_unit : of doses whose column names none

    Raises
    ------
    InputError
        No columns of wells and drugs, a well that is none, a dose that is no number, a well twice.
    """
    file = plate_file(path)
    rows = [row for row in file.rows if any(row)]
    columns = _columns(rows[0])
    unit, dose_at = _dose_column(rows[0], dose_unit)
    placed = "well" in columns or {"row", "col"} <= set(columns)
    if not placed or not {"name", "role"} & set(columns):
        raise InputError(
            f"a layout needs columns for well and drug, found: {', '.join(cell for cell in rows[0] if cell)[:120]}",
            where=str(path),
            remedy="name them well, drug, dose_uM (and role, plate, replicate, vehicle_pct where you have them)",
        )
    found: dict[tuple[str, str], dict[Place, LayoutWell]] = {}
    for line, cells in enumerate(rows[1:], start=2):
        row = whole_row(file, rows[0], cells, line)
        get = {name: row[at] for name, at in columns.items()}
        place = _place(get)
        if place is None:
            raise _wrong(path, line, f"{get.get('well', '')!r} is no well")
        key = (get.get("plate", ""), get.get("library", ""))
        if place in found.setdefault(key, {}):
            raise _wrong(path, line, f"well {get.get('well')} is there twice")
        dose = _dose(file, row[dose_at] if dose_at is not None else "", path, line)
        found[key][place] = _well(get, dose * UNITS.get(unit, 1.0), identities)
    digest = hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()[:16]
    return [
        Layout(
            layout_id=digest,
            plan=None,
            plate=plate,
            library=library,
            wells=wells,
            dose_unit="uM" if unit in UNITS else RELATIVE,
        )
        for (plate, library), wells in found.items()
    ]


def plain_name(name: str) -> str:
    """A drug's name without the fixed amount that some layouts write into it: ``Foo_500nM`` is Foo."""
    return _AMOUNT.sub("", name.strip())


def _wrong(path: Path, line: int, what: str) -> InputError:
    return InputError(f"line {line}: {what}", where=str(path), remedy="mend the layout: one row a well")


def _columns(header: Sequence[str]) -> dict[str, int]:
    plain = ["".join(letter for letter in cell.lower() if letter.isalnum()) for cell in header]
    return {
        name: next(plain.index(spelling) for spelling in spellings if spelling in plain)
        for name, spellings in _COLUMNS.items()
        if set(spellings) & set(plain)
    }


def _dose_column(header: Sequence[str], stated: str) -> tuple[str, int | None]:
    for at, cell in enumerate(header):
        hit = _DOSE.match(cell.strip())
        if hit:
            unit = (hit[1] or "").replace("µ", "u").replace("μ", "u")
            spelled = next((one for one in UNITS if one.lower() == unit.lower()), "")
            return spelled or stated, at
    return stated, None


def _place(get: Mapping[str, str]) -> Place | None:
    if get.get("well"):
        text = get["well"]
        return well_place(text) or well_place(re.sub(r"(?<=[A-Za-z])0+", "", text))
    row = row_number(get.get("row", "")) or (int(get["row"]) if get.get("row", "").isdigit() else None)
    return (row, int(get["col"])) if row and get.get("col", "").isdigit() else None


def _dose(file: PlateFile, cell: str, path: Path, line: int) -> float:
    number = file.number(cell)
    if number != number and cell and cell.upper() not in ("NA", "N/A", "NAN", "-"):
        raise _wrong(path, line, f"dose {cell!r} is no number")
    return number


def _well(get: Mapping[str, str], dose: float, identities: Mapping[str, str]) -> LayoutWell:
    name = get.get("name", "").strip()
    role = _role(get.get("role", ""), name, dose)
    if role not in ("test", "positive"):
        return LayoutWell(role=role, vehicle_pct=_percent(get.get("vehicle", "")))
    names = tuple(part.strip() for part in _COMBINED.split(name) if part.strip())
    keys = [drug_key(plain_name(one)) for one in names]
    replicate = get.get("replicate", "")
    return LayoutWell(
        role=role,
        treatment=name,
        set_name=get.get("set") or None,
        mechanism=get.get("mechanism") if get.get("mechanism") not in ("NA", "") else None,
        drug_ids=tuple(identities.get(key, f"name:{key}") for key in keys),
        drug_names=names,
        doses=(dose,) * len(names) if dose == dose and dose > 0 else (),
        replicate=int(replicate) if replicate.isdigit() else None,
        vehicle_pct=_percent(get.get("vehicle", "")),
    )


def _percent(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ".").rstrip("%"))
    except ValueError:
        return None


def _role(stated: str, name: str, dose: float) -> str:
    plain = "".join(letter for letter in stated.lower() if letter.isalnum())
    by_name = "".join(letter for letter in name.lower() if letter.isalnum())
    found = next((role for role, words in _ROLES.items() if plain and plain in words), None)
    if found and found != "test":
        return found
    named = next((role for role, words in _ROLES.items() if by_name in words and role != "test"), None)
    if named:
        return named
    fixed = _AMOUNT.search(name) is not None
    return "positive" if drug_key(plain_name(name)) in KILLERS and (fixed or not dose > 0) else "test"


def layout_for(plate: str, file: str, layouts: Sequence[Layout], where: str) -> Layout:
    """The layout of a plate: the one that its name, its library or its file's name tells, or the only one.

    Raises
    ------
    InputError
        None or several fit.
    """
    words = f"{plate} {file}"
    fitting = [one for one in layouts if one.plate and _names(one.plate, words)]
    fitting = fitting or [one for one in layouts if one.library and _ends_in_library(one.library, plate or file)]
    treated = [one for one in layouts if one.purpose == "treated"]
    if not fitting and len(treated) == 1 and not treated[0].library:
        fitting = treated if not re.search(r"(?<![A-Za-z0-9])T0(?![A-Za-z0-9])", words) else []
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(one.plate or f"library {one.library}" for one in layouts)
    raise InputError(
        f"plate {plate or file!r} may be {'any' if not fitting else 'several'} of the layout's plates: {names}",
        where=where,
        remedy="put the plate's name of the plan or layout (P1, P2, T0) into the barcode or the file's name",
    )


def _names(name: str, words: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", words, re.IGNORECASE) is not None


def _ends_in_library(library: str, words: str) -> bool:
    hit = re.search(r"L0*(\d+)(?:\.\w+)?$", words, re.IGNORECASE)
    return bool(hit and hit[1] == library.lstrip("0"))


def renamed(layout: Layout, plate: str) -> Layout:
    """The layout with the name of the plate that it is used for."""
    return replace(layout, plate=plate)
