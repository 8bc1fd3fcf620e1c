"""How strongly a tumour expresses the targets of its shortlisted drugs, beside its cohort: a fact, no explanation."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen.report.content.drug_evidence import DrugNote
from screen.report.content.provenance import CurrentRun
from screen.store import Store

_SYMBOLS = """
SELECT a.asked, coalesce(min(g.symbol), a.asked) AS symbol
FROM (SELECT unnest($asked::VARCHAR[]) AS asked) a
LEFT JOIN gene_aliases g ON upper(g.alias) = upper(a.asked)
GROUP BY a.asked HAVING count(DISTINCT g.symbol) < 2 ORDER BY ALL
"""
# Where a gene stands is looked up once an order, not once a patient.
_LEVELS = """
WITH profiles AS MATERIALIZED (
    SELECT p.patient_id, e.dataset, e.unit, e.gene_order_id, e.levels
    FROM run_patients p
    JOIN expression e ON e.domain = 'patient' AND e.subject_id = p.patient_id AND e.source_id = p.source_id
                     AND e.sample_id = p.sample_id
    WHERE p.run_id = $run
), places AS MATERIALIZED (
    SELECT gene_order_id, a.gene, nullif(list_position(genes, a.gene), 0) AS place
    FROM gene_orders, (SELECT unnest($genes::VARCHAR[]) AS gene) a
), levels AS MATERIALIZED (
    SELECT p.gene, c.patient_id, c.levels[p.place] AS level
    FROM profiles c
    JOIN profiles own ON own.patient_id = $patient AND (own.dataset, own.unit) = (c.dataset, c.unit)
    JOIN places p ON p.gene_order_id = c.gene_order_id
), own AS (SELECT gene, level FROM levels WHERE patient_id = $patient AND level IS NOT NULL)
SELECT o.gene, count(*) AS others, avg(CASE WHEN l.level < o.level THEN 1.0 WHEN l.level = o.level THEN 0.5 ELSE 0 END)
FROM own o JOIN levels l ON l.gene = o.gene AND l.patient_id <> $patient AND l.level IS NOT NULL
GROUP BY o.gene ORDER BY o.gene
"""


@dataclass(frozen=True)
class Target:
    """One gene that shortlisted drugs act on."""

    gene: str
    drugs: tuple[str, ...]
    percentile: float
    """Share of the other patients, measured the same way, who express less (ties half)."""
    others: int


@dataclass(frozen=True)
class OfDrug:
    """The measured targets of one shortlisted drug, the most strongly expressed first."""

    drug: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Targets:
    """What the shortlisted drugs act on, in the order of the list."""

    measured: tuple[Target, ...]
    by_drug: tuple[OfDrug, ...]
    """The same, drug by drug."""
    unmeasured: tuple[str, ...]
    """Targets that are no gene of the profile, or with nobody to compare with."""


def target_expression(store: Store, run: CurrentRun, patient_id: str, shortlist: Sequence[DrugNote]) -> Targets:
    """Expression of the targets of the shortlisted drugs."""
    known = store.sql(
        "SELECT drug_id, targets FROM drugs WHERE list_contains($drugs, drug_id)",
        drugs=[note.drug_id for note in shortlist],
    )
    acts = dict(known.iter_rows())
    drugs: dict[str, list[str]] = {}
    for note in shortlist:
        for gene in acts.get(note.drug_id) or []:
            drugs.setdefault(gene, []).append(note.name)
    symbols = dict(store.sql(_SYMBOLS, asked=list(drugs)).iter_rows())
    rows = store.sql(_LEVELS, run=run.run_id, patient=patient_id, genes=sorted(set(symbols.values())))
    found = {gene: (share, others) for gene, others, share in rows.iter_rows()}
    measured = [
        Target(gene if symbols[gene] == gene else f"{gene} ({symbols[gene]})", tuple(names), *found[symbols[gene]])
        for gene, names in drugs.items()
        if symbols.get(gene) in found
    ]
    return Targets(
        tuple(measured),
        _by_drug(measured, [note.name for note in shortlist]),
        tuple(gene for gene in drugs if symbols.get(gene) not in found),
    )


def _by_drug(measured: Sequence[Target], shortlist: Sequence[str]) -> tuple[OfDrug, ...]:
    held = {
        drug: sorted((t for t in measured if drug in t.drugs), key=lambda t: (-t.percentile, t.gene))
        for drug in shortlist
    }
    return tuple(OfDrug(drug, tuple(found)) for drug, found in held.items() if found)
