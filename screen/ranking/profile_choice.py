"""Which profile of each patient a model is applied to, and why the others are not used.

A patient may have several profiles (source, unit, sample). One is used, so that nobody is scored twice: of those
that fit, one in the unit of the training source before any other, then the one that was ingested last: a corrected
profile, or a second biopsy, takes the place of the first.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from screen.errors import UnitError
from screen.expression import UNITS, GeneIndex, convert, linear_unit, resolve, unresolved_ensembl
from screen.records import Profiles
from screen.store import Store, load

_REMEDY = "give the expression in {unit} with {floor:.0%} or more of the model's genes, or train a model on this source"


@dataclass(frozen=True)
class Wanted:
    """What a model asks of a profile."""

    genes: tuple[str, ...]
    """Under the names the gene tables give them now."""
    unit: str
    source_id: str
    """The expression file it was trained on."""
    floor: float
    """Least share of the genes."""


@dataclass
class Chosen:
    """The outcome of the choice, patient by patient."""

    parts: list[Profiles] = field(default_factory=list)
    unused: dict[str, list[str]] = field(default_factory=dict)
    """patient -> 'dataset (unit): why', of the profiles left aside."""
    used: dict[str, str] = field(default_factory=dict)
    """patient -> dataset (unit) of the profile taken."""

    def profiles(self) -> Profiles:
        """All taken profiles in patient order; at least one must have been taken."""
        joined = Profiles.join(self.parts)
        return joined.take(np.argsort(np.array(joined.subject_ids), kind="stable"))

    def several(self, shown: int = 5) -> list[str]:
        """Of patients with several profiles: which is used and which are not, the first few and how many more."""
        lines = [
            f"{patient}: {self.used[patient]} is used; {'; '.join(aside)}"
            for patient, aside in sorted(self.unused.items())
            if aside and patient in self.used
        ]
        more = [f"and {len(lines) - shown} more patients with several profiles"] if len(lines) > shown else []
        return lines[:shown] + more

    def refused(self, patient_ids: Sequence[str]) -> dict[str, str]:
        """patient -> why none of its profiles fits."""
        return {
            p: "; ".join(self.unused.get(p, ())) or "no expression in the store"
            for p in patient_ids
            if p not in self.used
        }


def wanted(store: Store, manifest: Mapping[str, Any], floor: float) -> Wanted:
    """What the model of this manifest asks for.

    Cell lines of one platform lack the genes of another, and the model is trained on them so: a patient is asked for
    the share ``floor`` of the genes of the data set of cell lines that has fewest of them.
    """
    symbols, _ = GeneIndex(load.gene_aliases(store)).symbols(manifest["genes"])
    genes = tuple(now or then for now, then in zip(symbols, manifest["genes"], strict=True))
    fewest = min((int(one["genes"]) for one in manifest.get("line_data", ())), default=len(genes))
    least = floor * min(fewest, len(genes)) / max(len(genes), 1)
    return Wanted(genes, str(manifest["unit"]), str(manifest["patient_source"]["source_id"]), least)


def choose(store: Store, patient_ids: Sequence[str], want: Wanted) -> Chosen:
    """One fitting profile a patient, from all expression files in the store."""
    index = GeneIndex(load.gene_aliases(store))
    chosen = Chosen(unused={p: [] for p in patient_ids})
    sources = load.expression_sources(store, "patient", patient_ids).rows(named=True)
    home = {str(row["unit"]) for row in sources if row["source_id"] == want.source_id} | {want.unit}
    for source in sorted(sources, key=lambda row: _preference(row, home, want)):
        found = load.profiles(store, "patient", source["source_id"], patient_ids)
        converted, fault = _in_unit(found, want)
        _consider(chosen, resolve(converted, index), UNITS[found.unit], fault, want)
    return chosen


def brought(found: Profiles, want: Wanted, index: GeneIndex) -> tuple[Profiles, str]:
    """Profiles over the model's genes in its unit, and why they cannot be scored; '' where they can.

    For profiles that are in no file of expression, such as those of groups of cells, all with the same genes.
    """
    converted, fault = _in_unit(found, want)
    over = _over(resolve(converted, index), want.genes)
    share = float(np.isfinite(over.levels[0]).mean())
    return over, _why(fault, share, want, found.genes) if fault or share < want.floor else ""


def _preference(row: Mapping[str, Any], home: Set[str], want: Wanted) -> tuple[bool, int, bool, str, str]:
    later, elsewhere = -int(row["ingested"]), row["source_id"] != want.source_id
    return (row["unit"] not in home, later, elsewhere, row["dataset"], row["source_id"])


def _in_unit(found: Profiles, want: Wanted) -> tuple[Profiles, str]:
    """The profiles in the model's unit, over all their genes, or as they are with the reason.

    Sums over a profile (of FPKM, of read counts) are taken before genes are left out.
    """
    try:
        return replace(found, levels=convert(found.levels, found.unit, want.unit), unit=want.unit), ""
    except UnitError:
        return found, f"{UNITS[found.unit]} cannot be brought to the model's {UNITS[want.unit]}"


def _consider(chosen: Chosen, found: Profiles, unit: str, fault: str, want: Wanted) -> None:
    over = _over(found, want.genes)
    share = np.isfinite(over.levels).mean(axis=1)
    take = []
    for row, patient in enumerate(found.subject_ids):
        label = f"{found.datasets[row]} ({unit})"
        if patient in chosen.used:
            chosen.unused[patient].append(f"{label}: not used, {chosen.used[patient]} comes first")
        elif fault or share[row] < want.floor:
            chosen.unused[patient].append(f"{label}: {_why(fault, float(share[row]), want, found.genes)}")
        else:
            chosen.used[patient] = label
            take.append(row)
    if take:
        chosen.parts.append(over.take(take))


def _why(fault: str, share: float, want: Wanted, genes: Sequence[str]) -> str:
    total = len(want.genes)
    found = f"{round(share * total)} of the model's {total} genes found"
    floor = "" if share >= want.floor else f", fewer than the floor of {want.floor:.0%}"
    unresolved = "" if share >= want.floor else unresolved_ensembl(genes)
    return ", ".join(filter(None, (fault, found + floor, unresolved)))


def remedy(want: Wanted) -> str:
    """What to do about a refused patient."""
    unit = "read counts of the whole transcriptome" if linear_unit(want.unit) == "cpm" else UNITS[want.unit]
    return _REMEDY.format(unit=unit, floor=want.floor)


def _over(profiles: Profiles, genes: tuple[str, ...]) -> Profiles:
    """The same profiles over another gene list, NaN where a gene is not measured."""
    place = {gene: i for i, gene in enumerate(profiles.genes)}
    levels = np.full((len(profiles), len(genes)), np.nan, np.float32)
    there = [i for i, gene in enumerate(genes) if gene in place]
    levels[:, there] = profiles.levels[:, [place[genes[i]] for i in there]]
    return replace(profiles, genes=genes, levels=levels)
