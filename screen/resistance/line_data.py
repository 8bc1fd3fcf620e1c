"""What models of resistance learn from: cell lines over all genes of their data sets, their responses, other profiles.

Genes are many here: every gene that half of the lines have, from array and RNA-seq together, not those alone that
patients share. Patients add profiles without labels, over the genes they have.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from screen.biomarkers.line_responses import Drug, Responses, responses_of
from screen.errors import StoreError
from screen.expression import GeneIndex, resolve
from screen.models import Rows
from screen.records import Floats
from screen.resistance.labels import predictable
from screen.settings import Settings
from screen.store import Store, load
from screen.training.expression_sources import all_lines

CLIP = 3.0
"""Standard deviations beyond which a value counts no further."""
_MEASURED = 0.5
"""Share of the lines that have a gene."""
_LATE = ("launched", "phase 3")
MOST_DRUGS = 72
"""As many as the published comparison has: those measured in most lines."""


@dataclass(frozen=True)
class LineData:
    """L cell lines with expression, D drugs, and P further profiles without responses."""

    line_ids: tuple[str, ...]
    lineages: tuple[str, ...]
    genes: tuple[str, ...]
    levels: Floats
    """L x g, NaN where not measured."""
    drugs: tuple[Drug, ...]
    responses: Floats
    """L x D, NaN where not measured; low is sensitive."""
    further: Floats
    """P x h, standardised within their cohorts, 0 where not measured."""
    further_measured: NDArray[np.bool_]
    further_columns: Rows
    """Length h: places of their genes among ``genes``."""
    dataset: str
    metric: str
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def measured(self) -> Rows:
        """Lines with any response."""
        return np.flatnonzero(np.isfinite(self.responses).any(axis=1))

    @cached_property
    def digest(self) -> str:
        """16 hex digits over all of it."""
        words = (self.line_ids, self.lineages, self.genes, [drug.drug_id for drug in self.drugs], self.dataset)
        digest = hashlib.sha256(repr(words).encode())
        for array in (self.levels, self.responses, self.further, self.further_measured, self.further_columns):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    def about(self) -> dict[str, object]:
        """What the manifest says of it."""
        return {
            "dataset": self.dataset,
            "metric": self.metric,
            "lines": int(self.measured.size),
            "lines_without_responses": len(self.line_ids) - int(self.measured.size),
            "genes": len(self.genes),
            "drugs": len(self.drugs),
            "further_profiles": len(self.further),
            "further_genes": int(self.further_columns.size),
            "expression": list(self.sources),
            "sha256": self.digest,
        }


def load_lines(store: Store, settings: Settings) -> LineData:
    """Lines, responses and further profiles of the store.

    The drugs are those that the Repurposing Hub calls launched or in phase 3, where the store knows of any; the 72
    measured in most lines.

    Raises
    ------
    StoreError
        No expression or responses of cell lines, or no drug measured in enough of them.
    """
    profiles, data, notes = all_lines(store, settings)
    responses = responses_of(store, settings)
    shared = np.isfinite(profiles.levels).mean(axis=0) >= _MEASURED
    genes = tuple(gene for gene, there in zip(profiles.genes, shared, strict=True) if there)
    matrix = aligned_responses(responses, profiles.subject_ids)
    chosen = _chosen(store, responses, matrix)
    if not chosen:
        raise StoreError(
            "no drug is measured in enough cell lines with expression",
            where=str(store.path),
            remedy="run: crescreen ingest RESPONSES.csv",
        )
    lineage = dict(store.sql("SELECT cell_line_id, lineage FROM cell_lines WHERE lineage IS NOT NULL").iter_rows())
    further, there, columns = unlabelled_patients(store, genes)
    return LineData(
        line_ids=profiles.subject_ids,
        lineages=tuple(lineage.get(line, "unknown") for line in profiles.subject_ids),
        genes=genes,
        levels=profiles.levels[:, shared],
        drugs=tuple(responses.drugs[place] for place in chosen),
        responses=matrix[:, chosen],
        further=further,
        further_measured=there,
        further_columns=columns,
        dataset=responses.dataset,
        metric=responses.metric,
        sources=tuple(one.dataset for one in data),
        notes=notes,
    )


def aligned_responses(responses: Responses, line_ids: Sequence[str]) -> Floats:
    """Responses of some lines, in their order: L x D, NaN where a line was not measured."""
    place = {line: row for row, line in enumerate(responses.lines)}
    matrix = np.full((len(line_ids), len(responses.drugs)), np.nan, np.float32)
    there = [row for row, line in enumerate(line_ids) if line in place]
    matrix[there] = responses.values[[place[line_ids[row]] for row in there]]
    return matrix


def _chosen(store: Store, responses: Responses, matrix: Floats) -> list[int]:
    phases = dict(store.sql("SELECT drug_id, lower(hub_phase) FROM drugs WHERE hub_phase IS NOT NULL").iter_rows())
    late = {drug for drug, phase in phases.items() if any(word in phase for word in _LATE)}
    enough = predictable(matrix)
    known = [place for place, drug in enumerate(responses.drugs) if enough[place] and drug.drug_id in late]
    lines = np.isfinite(matrix).sum(axis=0)
    able = known or [int(place) for place in np.flatnonzero(enough)]
    first = sorted(able, key=lambda place: (-lines[place], responses.drugs[place].drug_id))[:MOST_DRUGS]
    return sorted(first)


def unlabelled_patients(store: Store, genes: Sequence[str]) -> tuple[Floats, NDArray[np.bool_], Rows]:
    """Profiles of the file with most patients over the genes that lines have, standardised within each cohort."""
    sources = load.expression_sources(store, "patient")
    if sources.is_empty():
        nobody = np.zeros((0, 0), np.float32)
        return nobody, nobody.astype(bool), np.empty(0, np.intp)
    found = resolve(load.profiles(store, "patient", sources["source_id"][0]), GeneIndex(load.gene_aliases(store)))
    place = {gene: column for column, gene in enumerate(genes)}
    here = [column for column, gene in enumerate(found.genes) if gene in place]
    cohort = dict(store.sql("SELECT patient_id, indication FROM patients").iter_rows())
    cohorts = np.array([str(cohort.get(one)) for one in found.subject_ids])
    levels = found.levels[:, here]
    scaled = np.zeros(levels.shape, np.float32)
    for one in sorted(set(cohorts.tolist())):
        rows = cohorts == one
        scaled[rows] = standardised(levels[rows], levels[rows])
    columns = np.array([place[found.genes[column]] for column in here], np.intp)
    return scaled, np.isfinite(levels), columns


def standardised(levels: Floats, reference: Floats) -> Floats:
    """n x g standard scores by the mean and spread of ``reference`` (m x g), within +-CLIP; 0 where not measured."""
    there = np.isfinite(reference)
    count = np.maximum(there.sum(axis=0), 1)
    trimmed = np.where(there, reference, 0.0)
    if len(reference) > 1 and there.any():
        # Published z-scores reach tens of thousands: one such value would make a gene's spread its own.
        measured = there.any(axis=0)
        low, high = np.full((2, levels.shape[1]), np.nan, np.float32)
        low[measured], high[measured] = np.nanquantile(reference[:, measured], (0.01, 0.99), axis=0)
        trimmed = np.where(there, np.clip(reference, low, high), 0.0)
    mean = trimmed.sum(axis=0) / count
    spread = np.sqrt(np.where(there, np.square(trimmed - mean), 0).sum(axis=0) / count)
    scores = (levels - mean) / np.where(spread > 1e-6, spread, np.inf)
    return np.asarray(np.nan_to_num(np.clip(scores, -CLIP, CLIP), nan=0.0), np.float32)
