"""Plates as a lab would return them for a plan: planted curves, plates warmer at the rim, one of them spoiled."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

LEVEL, DEAD, EMPTY = 250_000.0, 0.03, 0.002
"""Signal of untreated organoids after five days; shares of it in killed wells and in wells without cells."""
SCATTER = 0.06
RIM = 0.06
"""More signal in the wells next to the edge."""
START = 0.3
"""Share of the final signal when the drugs go on."""


@dataclass(frozen=True)
class PlantedCurve:
    """The truth behind one treatment's wells."""

    bottom: float
    log_ec50: float
    """log10 uM."""
    slope: float

    def at(self, dose: float) -> float:
        """Viability."""
        return float(self.bottom + (1 - self.bottom) / (1 + 10 ** (self.slope * (np.log10(dose) - self.log_ec50))))


def planted_curve(name: str, seed: int) -> PlantedCurve:
    """A treatment's curve, from its name and the seed: a third do nothing, the others work to a degree."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    if rng.random() < 1 / 3:
        return PlantedCurve(1.0, 0.0, 1.0)
    return PlantedCurve(rng.uniform(0.0, 0.5), rng.uniform(-1.0, 1.5), float(np.exp(rng.uniform(-0.4, 0.9))))


def write_plates(
    wells: pl.DataFrame, plan_id: str, folder: Path, seed: int = 0, spoiled: str = ""
) -> tuple[list[Path], dict[str, PlantedCurve]]:
    """Write one export a plate of a plan, as a reader's grid.

    Parameters
    ----------
    wells : rows of ``plan_wells``
    spoiled : name of a plate whose odd rows were hardly dispensed into in its left half; '' for none

    Returns
    -------
    The files, in the order of the plates; treatment -> what was planted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth = {name: planted_curve(name, seed) for name in wells["treatment"].drop_nulls().unique().sort()}
    files = []
    for (plate,), rows in wells.group_by("plate", maintain_order=True):
        rng = np.random.default_rng([seed, int.from_bytes(hashlib.sha256(str(plate).encode()).digest()[:4], "big")])
        values = {(r["row_number"], r["col_number"]): _signal(r, truth, rng) for r in rows.to_dicts()}
        shape = max(row for row, _ in values), max(col for _, col in values)
        for (row, col), value in values.items():
            rim = RIM if row in (2, shape[0] - 1) or col in (2, shape[1] - 1) else 0.0
            bad = 0.25 if plate == spoiled and row % 2 and col <= shape[1] // 2 else 1.0
            values[(row, col)] = value * (1 + rim) * bad
        path = folder / f"synthetic_{plan_id[:8]}-{plate}.txt"
        path.write_bytes(_grid(f"{plan_id[:8]}-{plate}", values, shape).encode())
        files.append(path)
    return files, truth


def _signal(well: Mapping[str, Any], truth: Mapping[str, PlantedCurve], rng: np.random.Generator) -> float:
    share = {
        "test": lambda: truth[well["treatment"]].at(well["target_uM"]),
        "vehicle": lambda: 1.0,
        "untreated": lambda: 1.02,
        "positive": lambda: DEAD,
        "time_zero": lambda: START,
    }.get(well["role"], lambda: 0.0)()
    scatter = 1 + SCATTER * rng.standard_normal() if share else 1.0
    return float(max(LEVEL * (share * scatter + EMPTY * (1 + 0.2 * rng.standard_normal())), 0.0))


def _grid(name: str, values: Mapping[tuple[int, int], float], shape: tuple[int, int]) -> str:
    rows = [f"Plate\t{name}", "Luminescence", "\t".join(["", *map(str, range(1, shape[1] + 1))])]
    for row in range(1, shape[0] + 1):
        cells = [f"{values[(row, col)]:.0f}" for col in range(1, shape[1] + 1)]
        rows.append("\t".join([chr(64 + row), *cells]))
    return "\r\n".join(rows) + "\r\n"
