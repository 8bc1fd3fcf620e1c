"""Frozen splits: which lines and drugs a fold is trained on, and which it is tested on; never by (line, drug) pair."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.errors import InputError
from screen.models import Rows

New = Literal["lines", "drugs", "both"]
LINES, DRUGS = "cell_line_id", "drug_key"


@dataclass(frozen=True)
class Fold:
    """Rows and columns of the benchmark data; the test part shares none of what is new with training."""

    name: str
    lines: Rows
    """Trained on."""
    drugs: Rows
    test_lines: Rows
    test_drugs: Rows


@dataclass(frozen=True)
class Split:
    """A protocol's folds; together they test each pair once at most."""

    protocol: str
    how: str
    """In words."""
    new: New
    """What the test pairs have that training has not."""
    folds: tuple[Fold, ...]

    @property
    def key(self) -> str:
        """16 hex digits over every fold."""
        digest = hashlib.sha256(self.protocol.encode())
        for fold in self.folds:
            for rows in (fold.lines, fold.drugs, fold.test_lines, fold.test_drugs):
                digest.update(f"{rows.size}".encode() + rows.astype(np.int64).tobytes())
        return digest.hexdigest()[:16]

    def require(self) -> "Split":
        """The split, once it is seen that nothing new to a fold is learned from there.

        Raises
        ------
        InputError
            A fold is trained on its test part, or is empty.
        """
        for fold in self.folds:
            shared = {
                "lines": np.intersect1d(fold.lines, fold.test_lines).size,
                "drugs": np.intersect1d(fold.drugs, fold.test_drugs).size,
            }
            leaked = [what for what, count in shared.items() if count and self.new in (what, "both")]
            empty = not min(fold.lines.size, fold.drugs.size, fold.test_lines.size, fold.test_drugs.size)
            if leaked or empty:
                what = f"{leaked[0]} of the test fold are in its training" if leaked else "a fold is empty"
                raise InputError(what, where=f"{self.protocol}, fold {fold.name}", remedy="give other folds")
        return self


def by_line(protocol: str, how: str, fold_of: Mapping[int, str], drugs: int, further: Rows | None = None) -> Split:
    """Folds over lines, given as row -> name of its fold; every drug is known.

    Parameters
    ----------
    further : rows that every fold is trained on and none is tested on
    """
    everything, always = (
        np.arange(drugs),
        np.setdiff1d([] if further is None else further, list(fold_of)).astype(np.intp),
    )
    folds = [
        Fold(name, np.union1d(train, always), everything, test, everything) for name, train, test in _parted(fold_of)
    ]
    return Split(protocol, how, "lines", tuple(folds)).require()


def by_drug(protocol: str, how: str, fold_of: Mapping[int, str], lines: Rows) -> Split:
    """Folds over drugs, given as column -> name of its fold; every line is known."""
    folds = [Fold(name, lines, train, lines, test) for name, train, test in _parted(fold_of)]
    return Split(protocol, how, "drugs", tuple(folds)).require()


def _parted(fold_of: Mapping[int, str]) -> list[tuple[str, Rows, Rows]]:
    rows = np.array(sorted(fold_of), np.intp)
    names: NDArray[np.object_] = np.array([fold_of[row] for row in rows.tolist()], object)
    return [(name, rows[names != name], rows[names == name]) for name in sorted(set(fold_of.values()))]


@dataclass(frozen=True)
class UserFolds:
    """A user's folds, read from a file."""

    column: str
    """``cell_line_id`` or ``drug_key``: what they are of."""
    fold_of: Mapping[str, str]
    name: str


def read_folds(path: Path) -> UserFolds:
    """Fold of each cell line or drug, from a CSV with ``cell_line_id`` or ``drug_key``, and ``test_fold``.

    Raises
    ------
    InputError
        A column is missing, a fold is no number, or a line or drug stands twice.
    """
    remedy = f"give a CSV with columns {LINES} or {DRUGS}, and test_fold (0, 1, ...)"
    try:
        rows = pl.read_csv(path, infer_schema=False)
        column = DRUGS if DRUGS in rows.columns else LINES
        folds = dict(zip(rows[column], rows["test_fold"].cast(pl.Int64), strict=True))
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError(
            f"not a table of folds: {str(fault).splitlines()[0]}", where=str(path), remedy=remedy
        ) from None
    if len(folds) < rows.height or None in folds.values():
        raise InputError("a cell line or drug stands twice or without a fold", where=str(path), remedy="one row each")
    return UserFolds(column, {name: str(fold) for name, fold in folds.items()}, path.name)


def fold_of_rows(user_folds: UserFolds, keys: Sequence[Sequence[str]]) -> dict[int, str]:
    """Row -> fold for what the file names.

    Parameters
    ----------
    keys : names of each row, by any of which the file may call it

    Raises
    ------
    InputError
        Nothing is named there, or two names of one row stand in different folds.
    """
    found: dict[int, str] = {}
    for row, names in enumerate(keys):
        folds = {user_folds.fold_of[name] for name in names if name in user_folds.fold_of}
        if len(folds) > 1:
            raise InputError(
                f"{names[0]} stands in several folds under its names",
                where=user_folds.name,
                remedy="put all names of one drug into one fold",
            )
        found |= dict.fromkeys([row] if folds else [], next(iter(folds), ""))
    if not found:
        raise InputError(
            f"none of the {user_folds.column} is known",
            where=user_folds.name,
            remedy="give cell lines by DepMap id, drugs by name",
        )
    return found
