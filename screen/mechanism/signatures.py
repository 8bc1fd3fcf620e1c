"""From wells to one signature a drug, dose and time, and whether it differs from the vehicle."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from screen.mechanism.profiles import Profiles, Well

_VEHICLES = 5
"""Vehicle wells on a plate from which on profiles are read against them."""
_CHANGED = 2.0
"""Standard deviations beyond which a gene counts as changed."""
_LEAST_WEIGHT = 0.01
_GROUPS = 100
"""Random groups of vehicle wells beside a signature of several wells."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A drug at one dose and time in one cell line."""

    drug: str
    key: str
    cell: str
    dose: float | None
    hours: float | None
    wells: int
    replicate_correlation: float | None
    """Mean Spearman correlation between its wells; None with one well."""
    changed: int
    """Genes beyond two standard deviations: its strength."""
    vehicles: int
    """Vehicle wells it is compared with; of a signature of several wells, random groups of as many."""
    vehicles_as_strong: int
    """Of these, each well read against the others."""

    @property
    def no_effect(self) -> bool | None:
        """Over one in twenty is as strong; None without vehicle wells."""
        return self.vehicles_as_strong > self.vehicles / 20 if self.vehicles else None


@dataclass(frozen=True)
class Signatures:
    """Every signature of a file."""

    genes: tuple[str, ...]
    values: NDArray[np.float64]
    """(signatures, genes)"""
    rows: tuple[Signature, ...]
    wells: tuple[Well, ...]
    """As the file has them, vehicles too."""
    well_values: NDArray[np.float64]
    """(wells, genes) read against the vehicle where there is one."""
    notes: tuple[str, ...]


def replicate_weights(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float | None]:
    """Weights of replicate wells, by how well each agrees with the others (Subramanian et al. 2017).

    Parameters
    ----------
    values : (wells, genes)

    Returns
    -------
    (wells,) weights with sum 1, each by the mean Spearman correlation with the others, 0.01 at least; and the mean
    correlation, None with one well
    """
    from scipy.stats import rankdata

    n = len(values)
    if n == 1:
        return np.ones(1), None
    between = np.corrcoef(rankdata(values, axis=1))
    mean = (between.sum(axis=1) - 1) / (n - 1)
    weights = np.maximum(mean, _LEAST_WEIGHT)
    return weights / weights.sum(), float(mean.mean())


def signatures_of(profiles: Profiles) -> Signatures:
    """Combine the wells of each drug, cell line, dose and time; one profile, whoever made it, stays as it is."""
    values, vehicles, notes = _against_vehicles(profiles)
    strengths: dict[int, list[int]] = {}
    order = sorted(
        (i for i, well in enumerate(profiles.wells) if not well.vehicle), key=lambda i: _condition(profiles.wells[i])
    )
    rows, combined = [], []
    for _, group in groupby(order, key=lambda i: _condition(profiles.wells[i])):
        places = list(group)
        weights, correlation = replicate_weights(values[places])
        one = weights @ values[places]
        changed = _changed(one)
        if len(places) not in strengths:
            strengths[len(places)] = _strengths(vehicles, len(places))
        by_chance = strengths[len(places)]
        well = profiles.wells[places[0]]
        combined.append(one)
        rows.append(
            Signature(
                drug=well.drug,
                key=well.key,
                cell=well.cell,
                dose=well.dose,
                hours=well.hours,
                wells=len(places),
                replicate_correlation=correlation,
                changed=changed,
                vehicles=len(by_chance),
                vehicles_as_strong=sum(strength >= changed for strength in by_chance),
            )
        )
    several = sum(row.wells > 1 for row in rows)
    notes += [
        f"{several} of {len(rows)} signatures are combined from replicate wells, weighted by their correlation"
        if several
        else "one profile a drug, dose and time: there are no replicates, and no replicate correlation"
    ]
    made = np.array(combined).reshape(len(rows), len(profiles.genes))
    return Signatures(profiles.genes, made, tuple(rows), profiles.wells, values, (*profiles.notes, *notes))


def _condition(well: Well) -> tuple[str, str, float, float]:
    return well.key, well.cell, -1.0 if well.dose is None else round(well.dose, 3), well.hours or -1.0


def _changed(values: NDArray[np.float64]) -> int:
    return int((np.abs(values) >= _CHANGED).sum())


def _strengths(vehicles: NDArray[np.float64], wells: int) -> list[int]:
    """Genes changed in each vehicle well, or in random groups of so many combined as a drug's wells are."""
    if wells == 1:
        return [_changed(one) for one in vehicles]
    if len(vehicles) < wells + _VEHICLES:
        return []
    rng = np.random.default_rng(0)
    groups = [vehicles[rng.choice(len(vehicles), wells, replace=False)] for _ in range(_GROUPS)]
    return [_changed(replicate_weights(group)[0] @ group) for group in groups]


def _against_vehicles(profiles: Profiles) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Values in standard deviations of the plate's vehicle wells; and those wells, each read against the others."""
    values, read, plates = profiles.values.copy(), [], 0
    for plate in sorted({well.plate for well in profiles.wells}):
        mine = np.array([i for i, well in enumerate(profiles.wells) if well.plate == plate])
        vehicle = np.array([i for i in mine if profiles.wells[i].vehicle])
        if len(vehicle) < _VEHICLES:
            continue
        plates += 1
        for one in vehicle:
            against = profiles.values[vehicle[vehicle != one]]
            read.append(_scaled(profiles.values[one], against))
        values[mine] = _scaled(profiles.values[mine], profiles.values[vehicle])
    if plates:
        note = f"each gene read against the {len(read)} vehicle wells of its plate; plates: {plates}"
        return values, np.array(read), [note]
    return (
        values,
        values[:0],
        ["no plate has five vehicle wells: values are the file's own, an effect cannot be told"],
    )


def _scaled(values: NDArray[np.float64], vehicles: NDArray[np.float64]) -> NDArray[np.float64]:
    # Few wells make a gene's deviation uncertain: half of it is the median gene's (Tusher et al. 2001).
    deviation = vehicles.std(axis=0, ddof=1)
    scale = (deviation + max(float(np.median(deviation)), 1e-9)) / 2
    return np.asarray((values - vehicles.mean(axis=0)) / scale, np.float64)


def highest_doses(signatures: Signatures, cell: str) -> dict[str, int]:
    """Place of each drug's signature at its highest dose and longest time in one cell line, by the drug's key.

    Set beforehand: the strongest of several doses would be strong by chance.
    """
    best: dict[str, int] = {}
    for place, row in enumerate(signatures.rows):
        if row.cell == cell and (row.key not in best or _amount(row) > _amount(signatures.rows[best[row.key]])):
            best[row.key] = place
    return best


def _amount(row: Signature) -> tuple[float, float]:
    return row.dose or 0.0, row.hours or 0.0


def described(row: Signature) -> str:
    """A signature in words."""
    parts: Sequence[str] = [
        row.drug,
        row.cell,
        "" if row.dose is None else f"{row.dose:g} uM",
        "" if row.hours is None else f"{row.hours:g} h",
    ]
    return ", ".join(part for part in parts if part)
