"""Expression profiles of cells under perturbation, as a file has them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from screen.records import drug_key

VEHICLES = frozenset({"dmso", "vehicle", "untreated", "h2o", "pbs"})
_ABSENT = frozenset({"", "-666", "nan", "na", "none"})


@dataclass(frozen=True, kw_only=True)
class Well:
    """What a profile was measured on: a well, or a signature that somebody has combined from wells."""

    name: str
    drug: str
    cell: str = ""
    dose: float | None = None
    """In the file's unit, mostly micromolar."""
    hours: float | None = None
    vehicle: bool = False
    plate: str = ""

    @property
    def key(self) -> str:
        """The drug's name without signs and case."""
        return drug_key(self.drug)


@dataclass(frozen=True)
class Profiles:
    """The profiles of one file."""

    file: str
    kind: str
    genes: tuple[str, ...]
    """Each once."""
    values: NDArray[np.float64]
    """(wells, genes)"""
    wells: tuple[Well, ...]
    notes: tuple[str, ...] = ()

    def of_cell(self, cell: str) -> "Profiles":
        """Those of one cell line."""
        places = [i for i, well in enumerate(self.wells) if drug_key(well.cell) == drug_key(cell)]
        return replace(self, values=self.values[places], wells=tuple(self.wells[i] for i in places))


def cell_text(value: object) -> str:
    """A cell of metadata as text; what L1000 writes for absent (-666) is empty."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    text = text.strip()
    return "" if text.lower() in _ABSENT else text


def cell_number(value: object) -> float | None:
    """The number that a cell of metadata begins with, as ``10`` of ``10.0 um``; None without one."""
    head = cell_text(value).split(" ")[0]
    try:
        number = float(head)
    except ValueError:
        return None
    return number if np.isfinite(number) and number != -666 else None


def well_of(name: str, facts: dict[str, object]) -> Well:
    """A well by the columns that L1000 and CMap files have; without any its drug is its name."""

    def first(*columns: str) -> str:
        return next((text for column in columns if (text := cell_text(facts.get(column, "")))), "")

    drug = first("pert_iname", "cmap_name", "pert_name", "pert_id") or name
    dose = next((d for c in ("pert_dose", "pert_idose") if (d := cell_number(facts.get(c, ""))) is not None), None)
    hours = next((t for c in ("pert_time", "pert_itime") if (t := cell_number(facts.get(c, ""))) is not None), None)
    return Well(
        name=name,
        drug=drug,
        cell=first("cell_id", "cell_iname", "cell_mfc_name"),
        dose=dose,
        hours=hours,
        vehicle=first("pert_type").startswith("ctl_veh") or drug_key(drug) in VEHICLES,
        plate=first("rna_plate", "det_plate"),
    )


def one_row_a_gene(
    values: NDArray[np.float64], symbols: list[str]
) -> tuple[NDArray[np.float64], tuple[str, ...], tuple[str, ...]]:
    """Probes of one gene averaged, probes without a gene left out.

    Parameters
    ----------
    values : (wells, probes)
    symbols : gene of each probe, empty without one

    Returns
    -------
    (wells, genes) values; the genes, in the order of the file; what to tell the user
    """
    places: dict[str, list[int]] = {}
    for place, symbol in enumerate(symbols):
        if symbol:
            places.setdefault(symbol, []).append(place)
    without = sum(not symbol for symbol in symbols)
    several = sum(len(of_gene) > 1 for of_gene in places.values())
    notes = [f"probes without a gene, left out: {without}"] if without else []
    notes += [f"genes with several probes, averaged: {several}"] if several else []
    if not without and not several:
        return values, tuple(symbols), ()
    columns = [values[:, of_gene].mean(axis=1) for of_gene in places.values()]
    return np.column_stack(columns) if columns else values[:, :0], tuple(places), tuple(notes)
