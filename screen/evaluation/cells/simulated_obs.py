"""Which cell lines are simulated, and the table of their cells: whose they are, what the line's response was."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.random import Generator

from screen.biomarkers.line_responses import Drug, Responses
from screen.cells.cell_noise import Ints
from screen.errors import InputError, StoreError
from screen.evaluation.cells.line_levels import LineLevels
from screen.store import Store

PATIENT, MIXTURE = "SIMULATED", "SIM-MIX"
LABEL = "sensitive: the line's response lies below the drug's median over every line measured; else resistant"


@dataclass(frozen=True, kw_only=True)
class CellSimulation:
    """What is to be simulated."""

    like: Path
    """File of real cells whose noise is taken over."""
    lines: tuple[str, ...] = ()
    """Names or ids; empty: ``count`` are drawn."""
    count: int = 24
    cells: int = 50
    """Of each line, or of each mixture."""
    drugs: tuple[str, ...] = ()
    """Whose measured responses become labels."""
    mixtures: int = 0
    """Patients of two lines each, in place of labelled cells."""
    shares: tuple[float, ...] = (0.3,)
    """Of the second line of a mixture, in turn."""
    shifted: float = 1 / 3
    """Share of genes that are shifted, as between two platforms."""
    shift: float = 1.0
    """Standard deviation of the shifts, log2."""
    levels_from: str = ""
    depth: float | None = None
    """Median molecules a cell; ``None``: the file's."""
    ambient: float | None = None
    """``None``: the file's."""


def rows_of_lines(
    store: Store,
    levels: LineLevels,
    wanted: CellSimulation,
    responses: Responses | None,
    drugs: Sequence[Drug],
    rng: Generator,
) -> Ints:
    """Rows of the lines that are simulated: those named, else as many as are wanted, drawn of those measured.

    Raises
    ------
    InputError
        A line without expression.
    StoreError
        Too few lines with expression and a response to every drug.
    """
    place = {line: row for row, line in enumerate(levels.lines)}
    if wanted.lines:
        names = dict(store.sql("SELECT lower(name), cell_line_id FROM cell_lines WHERE name IS NOT NULL").iter_rows())
        ids = [one if one in place else names.get(one.lower(), one) for one in wanted.lines]
        gone = [name for name, one in zip(wanted.lines, ids, strict=True) if one not in place]
        if gone:
            raise InputError(
                f"no expression of cell line {gone[0]!r}", where="--lines", remedy="name lines by DepMap id or name"
            )
        return np.array([place[one] for one in dict.fromkeys(ids)], np.intp)
    measured = set(place)
    if responses is not None:
        columns = [responses.places[drug.drug_id] for drug in drugs]
        full = np.asarray(np.isfinite(responses.values[:, columns]).all(axis=1))
        measured &= {line for line, there in zip(responses.lines, full, strict=True) if there}
    rows = sorted(place[line] for line in measured)
    wants = min(len(rows), 2 * wanted.mixtures) if wanted.mixtures else wanted.count
    if len(rows) < wants:
        raise StoreError(
            f"{len(rows)} cell lines have expression and a response to every drug named, {wants} are wanted",
            where="cells simulate",
            remedy="name fewer drugs, or a smaller --count",
        )
    return np.sort(rng.choice(np.array(rows, np.intp), wants, replace=False))


def labelled(wanted: CellSimulation, levels: LineLevels, rows: Ints) -> tuple[pl.DataFrame, Ints]:
    """The table of labelled cells, and which line each is of: as many of each line."""
    whose = np.repeat(rows, wanted.cells)
    return _table([PATIENT] * len(whose), levels, whose), whose


def mixed(wanted: CellSimulation, levels: LineLevels, rows: Ints, rng: Generator) -> tuple[pl.DataFrame, Ints]:
    """The table of patients of two lines each, and which line each cell is of.

    Raises
    ------
    InputError
        Fewer than two lines.
    """
    if len(rows) < 2:
        raise InputError("a mixture of one line", where="--lines", remedy="name two lines or more")
    patients, whose, order = list[str](), list[int](), list[int]()
    for number in range(wanted.mixtures):
        if 2 * (number + 1) > len(order):  # no line a second time before each had its turn
            order += rng.permutation(rows)[: len(rows) // 2 * 2].tolist()
        pair = order[2 * number : 2 * number + 2]
        second = round(wanted.shares[number % len(wanted.shares)] * wanted.cells)
        whose += [int(pair[0])] * (wanted.cells - second) + [int(pair[1])] * second
        patients += [f"{MIXTURE}-{number + 1:03d}"] * wanted.cells
    return _table(patients, levels, np.array(whose, np.intp)), np.array(whose, np.intp)


def _table(patients: Sequence[str], levels: LineLevels, whose: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "cell": [f"SIM{number:06d}" for number in range(len(whose))],
            "patient": list(patients),
            "cell_type": ["Malignant"] * len(whose),
            "cell_line": [levels.lines[row] for row in whose.tolist()],
        }
    )


def with_label(table: pl.DataFrame, responses: Responses, drug: Drug) -> tuple[pl.DataFrame, str, str]:
    """The table with a drug's label and measured response; the label's column, and how many cells have which."""
    values = responses.values[:, responses.places[drug.drug_id]]
    middle = float(np.nanmedian(values))
    measured = {line: float(value) for line, value in zip(responses.lines, values, strict=True) if np.isfinite(value)}
    name = f"response_{drug.name}".replace(" ", "_")
    mine = [measured.get(line) for line in table["cell_line"]]
    column = pl.Series(name, mine, pl.Float64)
    labelled = table.with_columns(
        pl.when(column < middle).then(pl.lit("sensitive")).when(column >= middle).then(pl.lit("resistant")).alias(name),
        column.alias(f"{responses.metric}_{drug.name}".replace(" ", "_")),
    )
    counted = labelled[name].drop_nulls().value_counts().sort(name).rows()
    return labelled, name, ", ".join(f"{cells} {label}" for label, cells in counted)
