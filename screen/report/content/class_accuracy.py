"""What the model was measured to know of this indication, and of the classes of the drugs shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from screen import indications
from screen.indications import OncoTree
from screen.report.content.drug_evidence import DrugNote
from screen.report.content.model_quality import GENERAL, Measure, Quality
from screen.report.content.provenance import CurrentRun
from screen.store import Store

STANDING, STANDING_CHANCE = "what stands out, on unseen lines: right", "what stands out, on unseen lines: by chance"
POOLED = "within-drug"
"""Stratum of all patients and drugs together, each drug's patients compared among themselves."""

_LINEAGES = """
SELECT oncotree_code, lineage, count(*) AS lines
FROM cell_lines
WHERE oncotree_code IS NOT NULL
  AND cell_line_id IN (SELECT subject_id FROM expression WHERE domain = 'cell_line')
GROUP BY ALL ORDER BY ALL
"""
_LINES = """
SELECT p.drug_id, c.oncotree_code AS node, count(DISTINCT p.cell_line_id) AS lines
FROM pair_responses p
JOIN cell_lines c USING (cell_line_id)
WHERE p.dataset = $dataset AND list_contains($drugs, p.drug_id)
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
    """r_drug over the pathway on unseen lines; None: not measured."""
    of_drugs: tuple[Measure | None, ...]
    """The same of each drug alone."""


@dataclass(frozen=True)
class Known:
    """How far the measured accuracy speaks of this page."""

    scopes: tuple[Scope, ...]
    classes: tuple[Class, ...]
    """In the order of their best drugs."""
    measured: bool
    """Whether any class or drug shown has a figure of its own."""
    pooled: Measure | None
    """AUROC of patients whose response is known, of all types and drugs together, within each drug."""
    general: Measure | None
    """The same of general sensitivity: what a score gets that knows no drug."""


@dataclass(frozen=True)
class Home:
    """Where the cell lines of an indication are found: their OncoTree nodes, and the lineage of most of them."""

    nodes: frozenset[str]
    lineage: str | None


def home_of(store: Store, code: str) -> Home:
    """The cell lines of an indication."""
    listed = store.sql("SELECT code, name, main_type, tissue, parent, depth FROM oncotree_nodes ORDER BY code")
    tree = None if listed.is_empty() else OncoTree(listed)
    parts = set(indications.members(code))
    rows = store.sql(_LINEAGES).rows()
    nodes = frozenset(
        node for node in {node for node, *_ in rows} if parts & set(indications.from_oncotree(node, tree))
    )
    lines: dict[str, int] = {}
    for node, lineage, count in rows:
        if node in nodes and lineage is not None:
            lines[lineage] = lines.get(lineage, 0) + count
    return Home(nodes, max(lines, key=lambda name: (lines[name], name), default=None))


def strata_of(home: Home, notes: Sequence[DrugNote]) -> list[str]:
    """What ``evaluations`` calls the lineage of an indication, the drugs shown and their pathways, as printed."""
    strata = [f"lineage:{home.lineage}"]
    for note in notes:
        strata += [f"drug:{note.name}", *_pathway(note)]
    return strata


def known_of(store: Store, run: CurrentRun, home: Home, quality: Quality, notes: Sequence[DrugNote]) -> Known:
    """Figures of the indication, and of the drugs in ``notes`` (best first) with their classes."""
    held: dict[str, list[DrugNote]] = {}
    for note in notes:
        held.setdefault(note.mechanism, []).append(note)
    figures = _Figures(quality, str(run.manifest["name"]))
    counts = _lines(store, run, home, [note.drug_id for note in notes])
    classes = tuple(_class(members, counts, figures) for members in held.values())
    return Known(
        tuple(_scopes(figures, home, run.indication)),
        classes,
        any(c.measure or any(c.of_drugs) for c in classes),
        figures.of(figures.model, "patients", "auroc", POOLED),
        figures.of(f"{figures.model} {GENERAL}", "patients", "auroc", POOLED),
    )


@dataclass(frozen=True)
class _Figures:
    quality: Quality
    model: str

    def of(self, model: str, protocol: str, metric: str, stratum: str) -> Measure | None:
        """The figure, whether it has a value or says why not."""
        name = (protocol, model, metric, stratum)
        return next((m for m in self.quality.all if (m.protocol, m.model, m.metric, m.stratum) == name), None)

    def find(self, protocol: str, metric: str, strata: Iterable[str]) -> Measure | None:
        """The figure of the first of these strata that has one; else the first that says it is not evaluable."""
        by_stratum = {
            m.stratum: m for m in self.quality.all if (m.protocol, m.model, m.metric) == (protocol, self.model, metric)
        }
        there = [by_stratum[name] for name in strata if name in by_stratum]
        return next((m for m in there if m.value is not None), there[0] if there else None)


def _pathway(note: DrugNote) -> list[str]:
    """Printed stratum of the drug's pathway; none where no pathway is known."""
    return [f"pathway:{note.pathway}"] if note.pathway else []


def _scopes(figures: _Figures, home: Home, code: str) -> Iterator[Scope]:
    types = [f"type:{part}" for part in (code, *indications.members(code))]
    lineage = home.lineage or code
    yield Scope("unseen cell lines, all types", "r_drug", figures.find("lines", "r_drug", ("all",)))
    yield Scope(
        f"unseen cell lines: {lineage}", "r_drug", figures.find("lines", "r_drug", (*types, f"lineage:{lineage}"))
    )
    new = figures.find("lineages", "r_drug", (f"lineage:{lineage}",))
    if new is not None:
        yield Scope(f"{lineage}, with none of it in training", "r_drug", new)
    right = figures.of(figures.model, "lines", "stands_out_precision", "all")
    if right is not None:
        yield Scope(STANDING, "share", right)
        chance = figures.of(figures.model, "lines", "stands_out_chance", "all")
        yield Scope(STANDING_CHANCE, "share", chance)
    yield Scope(f"patients of {code}, response known", "auroc", figures.find("patients", "auroc", types))
    yield Scope("patients of all types, within a drug", "auroc", figures.of(figures.model, "patients", "auroc", POOLED))
    general = figures.of(f"{figures.model} {GENERAL}", "patients", "auroc", POOLED)
    if general is not None:
        yield Scope("the same of a score that knows no drug", "auroc", general)


def _class(members: Sequence[DrugNote], counts: Mapping[str, tuple[int, int]], figures: _Figures) -> Class:
    everywhere, here = zip(*(counts.get(note.drug_id, (0, 0)) for note in members), strict=True)
    return Class(
        members[0].mechanism,
        tuple(note.name for note in members),
        min(everywhere),
        max(everywhere),
        min(here),
        max(here),
        figures.find("lines", "r_drug", _pathway(members[0])),
        tuple(figures.find("lines", "r_drug", (f"drug:{note.name}",)) for note in members),
    )


def _lines(store: Store, run: CurrentRun, home: Home, drugs: Sequence[str]) -> dict[str, tuple[int, int]]:
    """drug id -> cell lines measured in the model's data set, and those of the indication among them."""
    found: dict[str, tuple[int, int]] = {}
    for drug, node, lines in store.sql(_LINES, dataset=run.manifest["dataset"], drugs=list(drugs)).iter_rows():
        every, here = found.get(drug, (0, 0))
        found[drug] = every + lines, here + lines * (node in home.nodes)
    return found
