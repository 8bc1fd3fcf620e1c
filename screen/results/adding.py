"""Files of a lab into the store: read, joined to a plan or layout, judged, fitted; all of them or none."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.results.curve_rows import Batch, curve_rows
from screen.results.echo_reports import Missed, is_echo, read_echo
from screen.results.layouts import Layout, layout_for, of_file, of_plan
from screen.results.normalising import normalise
from screen.results.orientation import refuse_cut, refuse_turned
from screen.results.plate_quality import judge
from screen.results.plate_rows import PLATE_TYPES, WELL_TYPES, Origin, plate_id, plate_row, well_rows
from screen.results.readers.cells import is_apple_double, plate_file
from screen.results.readers.plate_formats import read_plates
from screen.results.readers.plate_read import FileRead, PlateRead
from screen.results.returned import AddedPlate, Returned
from screen.results.top_doses import read_top_doses, with_top_doses
from screen.store import Store, audit, lab_results
from screen.store.plans import BARCODE_DIGITS, load_plan

_AT_ONCE = 64
"""Plates whose wells lie in memory together."""


@dataclass(frozen=True)
class _Joined:
    """One plate with its layout."""

    file: FileRead
    read: PlateRead
    layout: Layout
    origin: Origin


def add_results(store: Store, files: Sequence[Path], returned: Returned) -> list[AddedPlate]:
    """Read, judge and store plates, then fit the curves of every batch they belong to. Call inside a transaction.

    Raises
    ------
    InputError
        A file, a layout or a plate that cannot be taken as it is; the store is then as it was.
    StoreError
        No such plan; a patient of theirs was erased.
    """
    reads, missed, notes = _read_all([*files, *([returned.time_zero] if returned.time_zero else [])])
    layouts, found = _layouts(store, returned, reads)
    notes += found
    joined = [_join(one, read, layouts, returned) for one in reads for read in one.plates]
    ids = [plate_id(one.origin, one.read, one.layout) for one in joined]
    _refuse_doubles(ids, joined)
    stored = lab_results.stored_plates(store)
    there = set(stored["plate_id"])
    _refuse_relaid(stored, ids, joined)
    verdicts: dict[str, tuple[str, str]] = {}
    for at in range(0, len(joined), _AT_ONCE):
        verdicts |= _save(store, joined[at : at + _AT_ONCE], missed)
    stored = lab_results.stored_plates(store)
    refit(store, stored.filter(pl.col("plate_id").is_in([one for one in ids if one not in there])))
    audit.record(store, "results add", plates=sorted(ids), new=len(set(ids) - there))
    return [_added(one, name, name in there, *verdicts[name], notes) for one, name in zip(joined, ids, strict=True)]


def _save(store: Store, joined: Sequence[_Joined], missed: Sequence[Missed]) -> dict[str, tuple[str, str]]:
    """Judge and store some plates; plate id -> verdict and reason."""
    made = [_rows(one, missed) for one in joined]
    plates = pl.DataFrame([row for row, _ in made], schema_overrides=PLATE_TYPES, infer_schema_length=None)
    rows = [row for _, rows in made for row in rows]
    wells = pl.DataFrame(rows, schema_overrides=WELL_TYPES, infer_schema_length=None)
    lab_results.save_plates(store, plates, wells)
    return {row["plate_id"]: (row["verdict"], row["reason"]) for row, _ in made}


def _added(one: _Joined, identity: str, repeated: bool, verdict: str, reason: str, notes: Sequence[str]) -> AddedPlate:
    return AddedPlate(
        plate_id=identity,
        file=one.origin.path.name,
        format=one.file.says,
        plate=one.read.plate or one.layout.plate or one.origin.path.stem,
        organoid_id=one.origin.organoid_id,
        verdict=verdict,
        reason=reason,
        repeated=repeated,
        notes=(*one.file.notes, *_about(one), *notes),
    )


def refit(store: Store, plates: pl.DataFrame) -> None:
    """Fit again every batch that these plates belong to, from what the store holds now. Call inside a transaction."""
    ranges = {drug: (low, high) for drug, low, high in lab_results.training_ranges(store).iter_rows()}
    keys = plates.select("lab", "assay", "layout", "organoid_id").unique(maintain_order=True)
    stored = lab_results.stored_plates(store)
    for lab, assay, layout, organoid in keys.iter_rows():
        mine = stored.filter(
            (pl.col("lab") == lab) & (pl.col("layout") == layout) & (pl.col("organoid_id") == organoid),
            (pl.col("assay") == assay) | (pl.col("purpose") == "time_zero"),
        )
        batch = Batch(lab, assay, layout, organoid, mine, lab_results.wells_of(store, mine["plate_id"].to_list()))
        lab_results.replace_curves(store, batch.key, *curve_rows(batch, ranges))


def remove_results(store: Store, wanted: Sequence[str]) -> list[str]:
    """Take plates out, by plate id or by the file's name, and fit what is left again. Call inside a transaction.

    Raises
    ------
    InputError
        Nothing of that name.
    """
    stored = lab_results.stored_plates(store)
    found = pl.concat([_named(stored, one) for one in wanted]).unique("plate_id", maintain_order=True)
    lab_results.delete_plates(store, found["plate_id"].to_list())
    refit(store, found)
    return found["plate_id"].to_list()


def _named(stored: pl.DataFrame, wanted: str) -> pl.DataFrame:
    same = (pl.col("plate_id") == wanted) | (pl.col("file_name") == wanted) | (pl.col("plate") == wanted)
    found = stored.filter(same)
    if found.is_empty():
        raise InputError(
            f"no plate {wanted!r}", where="results remove", remedy="they are listed by: crescreen results list"
        )
    return found


def _read_all(files: Sequence[Path]) -> tuple[list[FileRead], list[Missed], list[str]]:
    reads, missed, notes = [], list[Missed](), list[str]()
    for path in files:
        if is_apple_double(path):
            notes.append(f"{path.name}: what macOS lays beside a file, ignored")
        elif _is_report(path):
            found = read_echo(path)
            missed += found
            notes.append(f"{path.name}: {len(found)} transfers failed or fell short")
        else:
            reads.append(read_plates(path))
    if not reads:
        raise InputError(
            "no plate among the files" + (f" ({notes[0]})" if notes else ""),
            where="results add",
            remedy="give the reader's export as well",
        )
    return reads, missed, notes


def _is_report(path: Path) -> bool:
    return is_echo(plate_file(path))


def _layouts(store: Store, returned: Returned, reads: Sequence[FileRead]) -> tuple[list[Layout], tuple[str, ...]]:
    """What the wells hold, and what is to be said of it."""
    if returned.layout is not None:
        keys = {row["drug_key"]: row["drug_id"] for row in store.sql("FROM drug_keys").to_dicts()}
        layouts = of_file(returned.layout, keys, returned.dose_unit)
        return with_top_doses(layouts, read_top_doses(returned.doses)) if returned.doses else (layouts, ())
    if returned.doses is not None:
        raise InputError(
            "a plan's doses are known: a table of top doses goes with a layout",
            where="--doses",
            remedy="leave --doses out, or name the lab's own layout with --layout FILE",
        )
    plan = returned.plan or _plan_of_barcodes(store, reads)
    ids = store.sql("SELECT plan_id FROM plans WHERE starts_with(plan_id, $id)", id=plan)["plan_id"].to_list()
    return of_plan(load_plan(store, ids[0] if len(ids) == 1 else plan)), ()


def _plan_of_barcodes(store: Store, reads: Sequence[FileRead]) -> str:
    """The plan that every plate names in its barcode or file name; a plate is never joined to a plan by guess.

    Raises
    ------
    InputError
        No plan in the store, or the plates name none or several of them.
    """
    plans = store.sql("SELECT plan_id FROM plans ORDER BY planned DESC")["plan_id"].to_list()
    if not plans:
        raise InputError(
            "what the wells hold is not known: no plan in the store and no layout",
            where="results add",
            remedy="name the plan with --plan ID, or the lab's own layout with --layout FILE",
        )
    words = [f"{plate.plate} {read.path.name}".lower() for read in reads for plate in read.plates]
    named = [plan for plan in plans if all(plan[:BARCODE_DIGITS] in one for one in words)]
    if len(named) != 1:
        raise InputError(
            f"{'several plans are' if named else 'no plan is'} named by the barcodes or the files' names",
            where=str(reads[0].path),
            remedy=f"name the plan with --plan, the newest is {plans[0]}; or the lab's own layout with --layout FILE",
        )
    return str(named[0])


def _join(file: FileRead, read: PlateRead, layouts: Sequence[Layout], returned: Returned) -> _Joined:
    zero = returned.time_zero is not None and file.path == returned.time_zero
    where = str(file.path)
    layout = _time_zero_layout(layouts) if zero else layout_for(read.plate, file.path.stem, layouts, where)
    organoid, patient = _whose(read, file, layout, returned)
    refuse_cut(read, layout, where)
    if layout.purpose == "treated":
        refuse_turned(read, layout, where)
    digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
    origin = Origin(
        path=file.path, sha256=digest, format=file.format, lab=returned.lab, organoid_id=organoid, patient_id=patient
    )
    return _Joined(file, read, layout, origin)


def _time_zero_layout(layouts: Sequence[Layout]) -> Layout:
    found = next((one for one in layouts if one.purpose == "time_zero"), None)
    if found is None:
        found = next((one for one in layouts if any(well.role == "time_zero" for well in one.wells.values())), None)
    if found is None:
        raise InputError(
            "the layout has no wells of time zero",
            where="--time-zero",
            remedy="give them the role time_zero in the layout, on a plate of their own",
        )
    return found


def _whose(read: PlateRead, file: FileRead, layout: Layout, returned: Returned) -> tuple[str, str]:
    """Organoid and patient: as stated, else of the plan."""
    stated = returned.organoids
    words = f"{read.plate} {file.path.stem}"
    fitting = [one for one in stated if one in words] if len(stated) > 1 else list(stated)
    if len(fitting) == 1:
        return fitting[0], stated[fitting[0]] or fitting[0]
    if not stated and layout.patient_id:
        return layout.patient_id, layout.patient_id
    if not stated:
        name = read.plate or file.path.stem
        return name, name
    raise InputError(
        f"plate {read.plate or file.path.stem!r} names {'none' if not fitting else 'several'} of the organoids: "
        f"{', '.join(stated)}",
        where=str(file.path),
        remedy="give --organoid ID=PATIENT with an ID that the barcode or the file's name holds",
    )


def _rows(one: _Joined, missed: Sequence[Missed]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    normalised = normalise(one.read, one.layout)
    quality = judge(one.layout, normalised, one.read.values.shape)
    row = plate_row(one.origin, one.read, one.layout, normalised, quality)
    short = {
        miss.well: miss.reason for miss in missed if miss.plate in (one.read.plate, one.layout.plate, row["plate"])
    }
    return row, well_rows(row["plate_id"], one.read, one.layout, normalised, quality, short)


def _refuse_doubles(ids: Sequence[str], joined: Sequence[_Joined]) -> None:
    seen = set[str]()
    for identity, one in zip(ids, joined, strict=True):
        if identity in seen:
            raise InputError(
                f"{one.origin.path.name} is named twice", where="results add", remedy="name each file once"
            )
        seen.add(identity)


def _refuse_relaid(stored: pl.DataFrame, ids: Sequence[str], joined: Sequence[_Joined]) -> None:
    """A plate that is there already, of another layout, organoid or patient: both would be learned from."""
    for identity, one in zip(ids, joined, strict=True):
        name = one.read.plate or one.layout.plate or one.origin.path.stem
        same = stored.filter(
            pl.col("file_sha256") == one.origin.sha256,
            pl.col("lab") == one.origin.lab,
            pl.col("plate") == name,
            pl.col("plate_id") != identity,
        )
        if same.height:
            row = same.row(0, named=True)
            raise InputError(
                f"plate {name!r} is in the store, with another layout, plan, doses or organoid "
                f"(of {row['organoid_id']!r})",
                where=str(one.origin.path),
                remedy=f"take that one out first: crescreen results remove {row['plate_id']}",
            )


def _about(one: _Joined) -> list[str]:
    notes = [f"{len(one.read.others)} further measurements left"] if one.read.others else []
    if one.read.overflow:
        notes.append(f"{len(one.read.overflow)} wells beyond what the reader measures")
    if one.layout.dose_unit != "uM" and not any(well.dose_unit for well in one.layout.wells.values()):
        notes.append("doses without a unit: taken as relative (--dose-unit or --doses says otherwise)")
    return notes
