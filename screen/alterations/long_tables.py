"""Alterations and their coverage as plain tables to take out: one call a row, one sample and list a row."""

import numpy as np
import polars as pl

from screen.alterations.kinds import SCALES, state, states
from screen.store import Store

NAMES = ("alterations", "alteration_coverage", "gene_lists")
_CALLS = """
SELECT subject, domain, kind, gene, level AS value, scale, detail, source FROM (
    SELECT a.subject, a.domain, a.kind, a.scale, unnest(a.genes) AS gene, unnest(a.levels) AS level,
           unnest(a.details) AS detail, coalesce(f.name, a.dataset) AS source
    FROM alteration_calls a LEFT JOIN source_files f USING (source_id)
    WHERE $subject IS NULL OR (a.domain = 'patient' AND a.subject = $subject)
)
WHERE value <> CASE scale WHEN 'log2p1' THEN 1 ELSE 0 END OR kind = 'msi' ORDER BY ALL
"""
_COVERAGE = """
SELECT c.subject, c.domain, c.kind, c.list_name AS list,
       len(o.genes) - coalesce(len(c.missing), 0) AS genes,
       coalesce(c.basis, 'the list was not read: unknown') AS basis,
       string_agg(DISTINCT f.name, ', ' ORDER BY f.name) AS source
FROM alteration_coverage c LEFT JOIN gene_orders o USING (gene_order_id) LEFT JOIN source_files f USING (source_id)
WHERE $subject IS NULL OR (c.domain = 'patient' AND c.subject = $subject)
GROUP BY ALL ORDER BY ALL
"""
_LISTS = """
SELECT g.list_name AS list, g.kind, unnest(o.genes) AS gene, g.basis, f.name AS source
FROM gene_lists g JOIN gene_orders o USING (gene_order_id) LEFT JOIN source_files f USING (source_id) ORDER BY ALL
"""


def long_table(store: Store, name: str, patient_id: str | None = None) -> pl.DataFrame:
    """One of ``NAMES``, whole or of one patient; gene lists are always whole."""
    if name == "gene_lists":
        return list_table(store)
    return (call_table if name == "alterations" else coverage_table)(store, patient_id)


def call_table(store: Store, patient_id: str | None = None) -> pl.DataFrame:
    """subject, domain, kind, gene, alteration (in words), value, scale, source; every value other than no change."""
    calls = store.sql(_CALLS, subject=patient_id)
    words = [
        _words(str(kind), str(scale), part)
        for (kind, scale), part in calls.partition_by("kind", "scale", as_dict=True, maintain_order=True).items()
    ]
    named = pl.concat(words) if words else calls.with_columns(alteration=pl.lit("", pl.String))
    columns = ("subject", "domain", "kind", "gene", "alteration", "value", "scale", "source")
    return named.select(columns).sort("domain", "subject", "kind", "gene", "source", "alteration")


def coverage_table(store: Store, patient_id: str | None = None) -> pl.DataFrame:
    """subject, domain, kind, list, genes (how many of it were looked at; null: every gene), basis, source."""
    return store.sql(_COVERAGE, subject=patient_id)


def list_table(store: Store) -> pl.DataFrame:
    """list, kind, gene, basis, source: the genes of each list."""
    return store.sql(_LISTS)


def _words(kind: str, scale: str, part: pl.DataFrame) -> pl.DataFrame:
    levels = part["value"].to_numpy().astype(np.float32)
    plain = {float(value): _one(kind, scale, float(value)) for value in np.unique(states(levels, scale))}
    by_state = pl.Series(states(levels, scale)).replace_strict(plain, return_dtype=pl.String)
    detail = pl.col("detail") if kind in ("mutation", "fusion", "msi", "methylation") else pl.lit("")
    text = pl.when(detail.fill_null("") != "").then(detail).otherwise(by_state)
    return part.with_columns(alteration=pl.when(by_state != "").then(text).otherwise(pl.lit("")))


def _one(kind: str, scale: str, value: float) -> str:
    """A state in the words of its scale."""
    level = {"called": value / 2, "driver": value / 2, "msi": value / 2, "log2ratio": value, "log2p1": value}
    name = "gistic" if scale in ("log2ratio", "log2p1") else scale
    assert name in SCALES
    return state(kind, level.get(scale, value), name)
