"""How much of each gene a cell line makes: from an absolute unit where there is one, else z-scores given a level.

Molecules can be drawn from a level and not from a z-score. Where all cell lines of the store are z-scores, a gene gets
mean and spread of log2(x + 1) from a bulk data set of the store in an absolute unit (tumours, usually), and a line lies
its z-score of those spreads from that mean. Tumours of one type spread less than cell lines of all types do, so that
such lines differ less than real ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError, UnitError
from screen.expression import UNITS, WHOLE, GeneIndex, convert, linear_unit, resolve
from screen.records import Domain, Profiles
from screen.settings import Settings
from screen.store import Store, load
from screen.training.expression_sources import all_lines

_PER_MILLION = {"tpm": "tpm", "fpkm": "tpm", "counts": "cpm", "cpm": "cpm"}
"""Linear unit -> the one per million that it is brought to."""
_FEWEST_LINES = 20
_RELATIVE = "z-score"

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class LineLevels:
    """L cell lines over g genes."""

    lines: tuple[str, ...]
    genes: tuple[str, ...]
    shares: Doubles
    """L x g: of all transcripts of a cell."""
    says: str
    """Where the levels come from."""


def line_levels(store: Store, settings: Settings, levels_from: str = "") -> LineLevels:
    """Levels of the cell lines of the store.

    Parameters
    ----------
    levels_from : bulk data set that gives z-scores their level; '': the one with most profiles

    Raises
    ------
    StoreError
        No expression of cell lines; or z-scores alone and no bulk data set in an absolute unit.
    """
    index = GeneIndex(load.gene_aliases(store))
    found = None if levels_from else _absolute(store, "cell_line", index, _FEWEST_LINES, "")
    if found is not None:
        profiles, name = found
        shares = np.nan_to_num(profiles.levels.astype(np.float64)) / 1e6
        return LineLevels(profiles.subject_ids, profiles.genes, shares, f"cell lines of {name}")
    lines, _, _ = all_lines(store, settings)
    return _from_scores(store, lines, index, levels_from)


def _from_scores(store: Store, lines: Profiles, index: GeneIndex, levels_from: str) -> LineLevels:
    found = _absolute(store, "patient", index, _FEWEST_LINES, levels_from) or (
        _absolute(store, "cell_line", index, _FEWEST_LINES, levels_from) if levels_from else None
    )
    if found is None:
        raise StoreError(
            f"cell lines in {_RELATIVE} alone say nothing of how many molecules a cell has"
            + (f", and {levels_from!r} is no bulk data set in read counts or TPM" if levels_from else ""),
            where="cells simulate",
            remedy="ingest cell lines in TPM, or tumours in TPM or read counts (all genes), whose levels are then used",
        )
    bulk, name = found
    place = {gene: column for column, gene in enumerate(bulk.genes)}
    genes = tuple(gene for gene in lines.genes if gene in place)
    logs = np.log2(1 + bulk.levels[:, [place[gene] for gene in genes]].astype(np.float64))
    mean, spread = np.nanmean(logs, axis=0), np.nanstd(logs, axis=0)
    mine = {gene: column for column, gene in enumerate(lines.genes)}
    scores = np.nan_to_num(lines.levels[:, [mine[gene] for gene in genes]].astype(np.float64))
    shares = np.maximum(np.exp2(mean + spread * scores) - 1, 0) / 1e6
    says = f"cell lines in {_RELATIVE}, genes at the mean and spread that they have in {len(bulk)} profiles of {name}"
    return LineLevels(lines.subject_ids, genes, shares, says)


def _absolute(store: Store, domain: Domain, index: GeneIndex, fewest: int, wanted: str) -> tuple[Profiles, str] | None:
    """The data set with most subjects whose unit can be brought to one per million; each subject once."""
    for row in load.expression_sources(store, domain).rows(named=True):
        if (wanted and row["dataset"] != wanted) or int(row["subjects"]) < fewest:
            continue
        target = _PER_MILLION.get(linear_unit(str(row["unit"])))
        if target is None:
            continue
        profiles = load.profiles(store, domain, str(row["source_id"]))
        if target == "cpm" and len(profiles.genes) < WHOLE:
            continue  # a share of some genes is none of the cell
        try:
            levels = convert(profiles.levels, profiles.unit, target)
        except UnitError:
            continue
        found = resolve(replace(profiles, levels=levels, unit=target), index)
        first = _first_of_each(found.subject_ids)
        return found.take(first), f"{row['dataset']} ({UNITS[str(row['unit'])]})"
    return None


def _first_of_each(subjects: Sequence[str]) -> list[int]:
    first = {subject: row for row, subject in reversed(list(enumerate(subjects)))}
    return [first[subject] for subject in sorted(first)]
