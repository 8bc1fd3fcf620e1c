"""What the model was measured to know of this indication, and of the classes of the drugs shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screen import indications
from screen.indications import OncoTree
from screen.report.evidence import DrugNote
from screen.report.provenance import CurrentRun
from screen.report.quality import Measure, Quality
from screen.store import Store

# Kept for the connection: every patient's report of a cohort asks for the same counts.
_KEPT = """
CREATE TEMP TABLE IF NOT EXISTS lines_measured (dataset VARCHAR, drug_id VARCHAR, node VARCHAR, lines BIGINT)
"""
_COUNT = """
INSERT INTO lines_measured
SELECT p.dataset, p.drug_id, c.oncotree_code, count(DISTINCT p.cell_line_id)
FROM pair_responses p
JOIN cell_lines c USING (cell_line_id)
WHERE p.dataset = $dataset
  AND p.cell_line_id IN (SELECT subject_id FROM expression WHERE domain = 'cell_line')
GROUP BY ALL
"""


@dataclass(frozen=True)
class Scope:
    """One figure of the model's own, for a part of what it says; None: not measured."""

    name: str
    metric: str
    measure: Measure | None


@dataclass(frozen=True)
class Class:
    """Drugs shown of one mechanism, and what stands behind their scores."""

    mechanism: str
    drugs: tuple[str, ...]
    lines_least: int
    """Cell lines with expression and a measured response, of the drug with fewest."""
    lines_most: int
    here_least: int
    """Of these, lines of this tumour type."""
    here_most: int
    measure: Measure | None
    """r_drug over the class on unseen lines; None: not measured."""


@dataclass(frozen=True)
class Known:
    """How far the measured accuracy speaks of this page."""

    scopes: tuple[Scope, ...]
    classes: tuple[Class, ...]
    """In the order of their best drugs."""


def known_of(store: Store, run: CurrentRun, quality: Quality, notes: Sequence[DrugNote]) -> Known:
    """Figures of the indication, and of the classes of ``notes`` (best first)."""
    _count(store, str(run.manifest["dataset"]))
    held: dict[str, list[DrugNote]] = {}
    for note in notes:
        held.setdefault(note.mechanism, []).append(note)
    own = str(run.manifest["name"])
    counts = _lines(store, run, [note.drug_id for note in notes])
    classes = [_class(mechanism, members, counts, _find(quality, own, "lines", "r_drug", (f"class:{mechanism}",)))
               for mechanism, members in held.items()]
    return Known(_scopes(quality, own, run.indication), tuple(classes))


def _count(store: Store, dataset: str) -> None:
    store.run(_KEPT)
    if not store.scalar("SELECT count(*) FROM lines_measured WHERE dataset = $dataset", dataset=dataset):
        store.run(_COUNT, dataset=dataset)


def _scopes(quality: Quality, own: str, code: str) -> tuple[Scope, ...]:
    parts = indications.members(code)
    asked = (("unseen cell lines, all types", "lines", "r_drug", ("all",)),
             (f"unseen cell lines of {code}", "lines", "r_drug", tuple(f"type:{c}" for c in (code, *parts))),
             (f"patients of {code}, response known", "patients", "auroc", tuple(f"type:{c}" for c in (code, *parts))))
    return tuple(Scope(name, metric, _find(quality, own, protocol, metric, strata))
                 for name, protocol, metric, strata in asked)


def _find(quality: Quality, own: str, protocol: str, metric: str, strata: Iterable[str]) -> Measure | None:
    by_stratum = {m.stratum: m for m in quality.all
                  if (m.protocol, m.model, m.metric) == (protocol, own, metric) and m.value is not None}
    return next((by_stratum[name] for name in strata if name in by_stratum), None)


def _class(mechanism: str, members: Sequence[DrugNote], counts: dict[str, tuple[int, int]],
           measure: Measure | None) -> Class:
    everywhere, here = zip(*(counts.get(note.drug_id, (0, 0)) for note in members), strict=True)
    return Class(mechanism, tuple(note.name for note in members), min(everywhere), max(everywhere), min(here),
                 max(here), measure)


def _lines(store: Store, run: CurrentRun, drugs: Sequence[str]) -> dict[str, tuple[int, int]]:
    """drug id -> cell lines measured in the model's data set, and those of the indication among them."""
    nodes = store.sql("SELECT code, name, main_type, tissue, parent, depth FROM oncotree_nodes ORDER BY code")
    tree = None if nodes.is_empty() else OncoTree(nodes)
    parts = set(indications.members(run.indication))
    rows = store.sql("SELECT drug_id, node, lines FROM lines_measured "
                     "WHERE dataset = $dataset AND list_contains($drugs, drug_id)",
                     dataset=run.manifest["dataset"], drugs=list(drugs))
    here = {node: bool(parts & set(indications.from_oncotree(node, tree)))
            for node in rows["node"].unique() if node is not None}
    found: dict[str, tuple[int, int]] = {}
    for drug, node, lines in rows.iter_rows():
        every, own = found.get(drug, (0, 0))
        found[drug] = every + lines, own + lines * here.get(node, False)
    return found
