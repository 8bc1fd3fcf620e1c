"""Drugs that stand out for an indication: scored higher there than in the others ranked, and whether cell lines agree.

A difference between predictions is no finding by itself: the model knows each type's lines, and with hundreds of
patients any difference is certain. So beside it stands what was measured: the responses of the type's own cell lines
against those of all other types, tested with the number of tests counted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen.settings import Ranking
from screen.store import Store

FEWEST_LINES = 3
"""Fewer cell lines of a type are not tested."""
HIGHER = 0.75
"""A drug stands out for an indication from here on: so often a patient here scores higher than one elsewhere."""

_LINES = """
SELECT p.drug_id, coalesce(c.oncotree_code, '') AS node, p.value
FROM pair_responses p LEFT JOIN cell_lines c USING (cell_line_id)
WHERE p.dataset = $dataset AND p.metric = 'AUC' AND list_contains($drugs, p.drug_id)
ORDER BY ALL
"""


@dataclass(frozen=True, kw_only=True)
class LineContrast:
    """Measured AUC of a drug on cell lines of one type, beside those of all other types."""

    here: int
    """Cell lines of the type."""
    elsewhere: int
    difference: float | None
    """Median here less median elsewhere; below 0: the type's lines are more sensitive."""
    p: float | None
    """One-sided rank test (Mann and Whitney 1947) that lines here are more sensitive; ``None`` below FEWEST_LINES."""
    q: float | None
    """p adjusted for all pairs of a drug and an indication tested together (Benjamini and Hochberg 1995)."""


def between_indications(store: Store, ranking: Ranking, run_ids: Sequence[str]) -> pl.DataFrame:
    """indication, drug_id, patients, score, sensitive, others, score_elsewhere, higher: one row a drug and indication.

    ``higher`` is how often a patient of the indication scores higher than one of the others ranked (ties half);
    null where no other is.
    """
    rows = store.query("between_indications", run_ids=list(run_ids))
    here, drug, score = ["indication", "drug_id"], pl.col("drug_id"), pl.col("score").cast(pl.Float64)
    placed = rows.with_columns(place=pl.col("score").rank("average").over(drug))
    floor = pl.lit(ranking.potency_floor, pl.Float32)
    counted = (
        placed.group_by(here)
        .agg(
            patients=pl.len().cast(pl.Int64),
            score=score.mean(),
            own=score.sum(),
            sensitive=(pl.col("score") >= floor).mean(),
            places=pl.col("place").sum(),
        )
        .sort(here[::-1])
        .with_columns(
            others=(pl.col("patients").sum().over(drug) - pl.col("patients")), total=pl.col("own").sum().over(drug)
        )
    )
    n, others = pl.col("patients"), pl.when(pl.col("others") > 0).then(pl.col("others"))
    return counted.select(
        *here,
        *("patients", "score", "sensitive", "others"),
        score_elsewhere=(pl.col("total") - pl.col("own")) / others,
        higher=(pl.col("places") - n * (n + 1) / 2) / (n * others),
    ).sort(here)


def line_contrasts(
    store: Store, dataset: str, nodes: Mapping[str, Collection[str]], drug_ids: Sequence[str]
) -> dict[tuple[str, str], LineContrast]:
    """(indication, drug) -> the measured contrast.

    Parameters
    ----------
    nodes : indication -> OncoTree nodes of its cell lines
    """
    from scipy.stats import mannwhitneyu

    rows = store.sql(_LINES, dataset=dataset, drugs=list(drug_ids))
    found: dict[tuple[str, str], LineContrast] = {}
    for (drug,), measured in rows.group_by("drug_id", maintain_order=True):
        values = measured["value"].to_numpy()
        for code, of_type in nodes.items():
            mine = measured["node"].is_in(list(of_type)).to_numpy()
            here, rest = values[mine], values[~mine]
            enough = len(here) >= FEWEST_LINES <= len(rest)
            found[code, str(drug)] = LineContrast(
                here=len(here),
                elsewhere=len(rest),
                difference=float(np.median(here) - np.median(rest)) if enough else None,
                p=float(mannwhitneyu(here, rest, alternative="less").pvalue) if enough else None,
                q=None,
            )
    return _adjusted(found)


def _adjusted(found: dict[tuple[str, str], LineContrast]) -> dict[tuple[str, str], LineContrast]:
    from dataclasses import replace

    from scipy.stats import false_discovery_control

    tested = [(key, one.p) for key, one in found.items() if one.p is not None]
    if not tested:
        return found
    adjusted = false_discovery_control([p for _, p in tested])
    return found | {key: replace(found[key], q=float(q)) for (key, _), q in zip(tested, adjusted, strict=True)}
