"""Which drugs have the most similar signature, and what drugs of like strength show by chance."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.mechanism.signatures import Signatures, described

CONTROLS = 20


@dataclass(frozen=True, kw_only=True)
class Similar:
    """A drug by how similar its signature is."""

    drug: str
    signature: str
    """Cell line, dose and time of it."""
    rank: int
    """Among all drugs of the cell line but the one in question."""
    correlation: float
    """Spearman's, over all genes."""
    changed: int
    mechanism: str
    """Of the store, or empty."""
    shared: bool
    """One mechanism in common with the drug in question."""
    controls_as_similar: float
    """Share of the control drugs whose correlation is at least this."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Where the drugs of the same mechanism stand."""

    mechanism: str
    drugs: int
    ranks: tuple[int, ...]
    of: int
    p: float | None
    """Mann-Whitney, one-sided: that as many drugs at random stand as far up. None without such drugs."""


def correlations(values: NDArray[np.float64], one: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spearman's correlation of each row with one signature.

    Parameters
    ----------
    values : (signatures, genes)
    one : (genes,)
    """
    from scipy.stats import rankdata

    rows, mine = rankdata(values, axis=1), rankdata(one)
    rows, mine = rows - rows.mean(axis=1, keepdims=True), mine - mine.mean()
    size = np.linalg.norm(rows, axis=1) * np.linalg.norm(mine)
    return np.asarray(np.divide(rows @ mine, size, out=np.zeros(len(rows)), where=size > 0), np.float64)


def controls(
    signatures: Signatures, places: Mapping[str, int], key: str, without: frozenset[str], seed: int
) -> list[str]:
    """Keys of 20 drugs sampled from the 40 nearest in strength, sorted; fewer where there are fewer.

    Parameters
    ----------
    without : drugs of the same mechanism, which are no control
    """
    mine = signatures.rows[places[key]].changed
    others = sorted(
        (one for one in places if one != key and one not in without),
        key=lambda one: (abs(signatures.rows[places[one]].changed - mine), one),
    )[: 2 * CONTROLS]
    rng = np.random.default_rng(seed)
    return sorted(rng.choice(others, min(CONTROLS, len(others)), replace=False).tolist())


def most_similar(
    signatures: Signatures, places: Mapping[str, int], key: str, mechanisms: Mapping[str, str], control: list[str]
) -> tuple[list[Similar], Shared]:
    """Every other drug of the cell line, the most similar first, and where those of the same mechanism stand."""
    keys = [one for one in places if one != key]
    found = correlations(signatures.values[[places[one] for one in keys]], signatures.values[places[key]])
    by_key = dict(zip(keys, found.tolist(), strict=True))
    of_control = np.array([by_key[one] for one in control])
    mine = parts(mechanisms.get(key, ""))
    order = sorted(keys, key=lambda one: (-by_key[one], one))
    rows = [
        Similar(
            drug=signatures.rows[places[one]].drug,
            signature=described(signatures.rows[places[one]]),
            rank=rank,
            correlation=by_key[one],
            changed=signatures.rows[places[one]].changed,
            mechanism=mechanisms.get(one, ""),
            shared=bool(mine & parts(mechanisms.get(one, ""))),
            controls_as_similar=float((of_control >= by_key[one]).mean()) if len(control) else float("nan"),
        )
        for rank, one in enumerate(order, 1)
    ]
    return rows, _shared(rows, mechanisms.get(key, ""))


def _shared(rows: list[Similar], mechanism: str) -> Shared:
    from scipy.stats import mannwhitneyu

    inside = [row.correlation for row in rows if row.shared]
    outside = [row.correlation for row in rows if not row.shared]
    p = float(mannwhitneyu(inside, outside, alternative="greater").pvalue) if inside and outside else None
    return Shared(
        mechanism=mechanism, drugs=len(inside), ranks=tuple(row.rank for row in rows if row.shared), of=len(rows), p=p
    )


def parts(mechanism: str) -> frozenset[str]:
    """Each mechanism of a drug that has several."""
    return frozenset(part.strip().lower() for part in re.split("[;|,]", mechanism) if part.strip())
