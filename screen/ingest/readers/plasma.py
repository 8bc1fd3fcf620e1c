"""Peak concentrations of drugs in patients' plasma, from a table the user brings: drug, peak, source."""

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.decoding import printable
from screen.ingest.text.delimited import LINE, empty_rows, find, numbers, read_table, refuse_values_as_ids
from screen.records import Batch, ReadOptions, drug_keys

_DRUGS = ("drugname", "drug", "compound", "compoundname", "name", "agent")
_QUANTITIES = ("cmax", "peak", "plasmapeak", "peakplasma", "plasmaconcentration", "maxplasmaconcentration")
_UNITS = {"um": 1.0, "nm": 1e-3}
_MASSES = ("ngml", "ugml", "mgl", "ugl")
_UNBOUND = ("fractionunbound", "unbound", "unboundfraction", "fu", "freefraction")
_SOURCES = ("source", "citation", "reference", "pmid", "doi")
_MOST_UM = 5_000.0
"""More is no peak of a cancer drug in plasma; a column of nM called µM is."""
_COLUMNS = "columns: drug, cmax_uM (or cmax_nM), source; and fraction_unbound where it is known"


def _spellings(units: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(quantity + unit for quantity in _QUANTITIES for unit in units)


def _is_plasma(head: Head) -> bool:
    return bool(find(head.header, *_DRUGS) and find(head.header, *_spellings((*_UNITS, *_MASSES))))


def _read(head: Head, _options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    table = table.filter(~empty_rows(table))
    drug, source, unbound = (find(table.columns, *names) for names in (_DRUGS, _SOURCES, _UNBOUND))
    peak, unit = _peak(head, table)
    if drug is None or source is None:
        missing = "the source of each concentration" if drug else "the drug's name"
        raise InputError(f"no column of {missing}", where=str(head.path), remedy=_COLUMNS)
    refuse_values_as_ids(table[drug], table[LINE], head.path)
    for column in (drug, peak, source):
        _refuse(head, table, column, table[column].is_null(), "is empty", "fill it in, or take the row out")
    peaks = table[peak].cast(pl.Float64, strict=False) * unit
    _refuse(head, table, peak, peaks.is_null(), "is not a number", "a number, its decimals behind a point")
    beyond = ~peaks.is_between(0, _MOST_UM, closed="right")
    allowed = f"above 0 and at most {_MOST_UM:g} µM; a column of nM is called cmax_nM"
    _refuse(head, table, peak, beyond, "is no concentration in plasma", allowed)
    shares = numbers(table, unbound, head.path) if unbound else pl.Series([None] * table.height, dtype=pl.Float64)
    if unbound:
        no_share = ~shares.is_between(0, 1, closed="right").fill_null(True)
        _refuse(head, table, unbound, no_share, "is no share", "above 0 and at most 1, such as 0.05 for 5%")
    rows = pl.DataFrame(
        {
            "drug_key": drug_keys(table[drug]),
            "drug_name": table[drug],
            "peak_uM": peaks,
            "unbound": shares,
            "citation": table[source],
        }
    ).unique(maintain_order=True)
    counted = f"{rows['drug_key'].n_unique()} names of drugs with a peak concentration in plasma"
    return Batch("plasma-peaks", {"plasma_peaks": rows}, (counted, *notes))


def _peak(head: Head, table: pl.DataFrame) -> tuple[str, float]:
    for unit, factor in _UNITS.items():
        if column := find(table.columns, *_spellings((unit,))):
            return column, factor
    raise InputError(
        f"{find(table.columns, *_spellings(_MASSES))} is a mass in a volume; cell lines are measured in moles",
        where=str(head.path),
        remedy="ng/ml divided by the molar mass in g/mol is µM; call the column cmax_uM",
    )


def _refuse(head: Head, table: pl.DataFrame, column: str, bad: pl.Series, what: str, remedy: str) -> None:
    if bad.any():
        at = bad.arg_max() or 0
        value = printable(table[column][at] or "")
        raise InputError(
            f"column {column}, line {table[LINE][at]}: {value!r} {what}", where=str(head.path), remedy=remedy
        )


KINDS = (Kind("plasma-peaks", "peak concentrations of drugs in plasma, each with its source", _is_plasma, _read),)
