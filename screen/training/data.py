"""From the store to what a model learns from: one scale a domain, shared genes, one response matrix."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from screen.errors import StoreError
from screen.expression import shared_genes, unresolved_ensembl
from screen.indications import OncoTree
from screen.indications.lineage import near_lines
from screen.records import Floats, Library, LineExpression, Profiles, TrainingData
from screen.settings import Settings
from screen.store import Store, load
from screen.training.expression_sources import choose_expression

_FEWEST = {"cell lines with responses": 20, "patients with expression": 10, "drugs with a structure": 5}
_METRICS = ("AUC", "LN_IC50", "AUC_CTRP")


def training_data(store: Store, code: str, patient_ids: Sequence[str], settings: Settings) -> TrainingData:
    """Expression of both domains and responses of the cell lines; never a patient's outcome or response.

    Parameters
    ----------
    code : indication to align with
    patient_ids : its patients

    Raises
    ------
    StoreError
        No expression in one of the domains, no gene in common, or too few lines, patients or drugs.
    """
    sources = choose_expression(store, code, patient_ids, settings)
    lines, patients = sources.lines, sources.patients
    requested, others = set(patient_ids), patients
    patients = patients.take([i for i, p in enumerate(patients.subject_ids) if p in requested])
    aligned = others if settings.training.align_with == "all" else patients
    genes = _shared(lines, aligned, code)
    everyone = _only(others, genes) if settings.training.align_with == "all" else None
    dataset, library, auc = _responses(store, lines.subject_ids, settings)
    enough = (int(np.isfinite(auc).any(axis=1).sum()), len(patients), len(library))
    for (what, fewest), there in zip(_FEWEST.items(), enough, strict=True):
        if there < fewest:
            raise StoreError(
                f"{there} {what}, at least {fewest} are needed",
                where=f"train {code}",
                remedy="ingest more, or check with: crescreen status",
            )
    lineages = _lineages(store, lines.subject_ids)
    near = near_lines(code, _oncotree_codes(store, lines.subject_ids), lineages, _tree(store))
    return TrainingData(
        indication=code,
        lines=_only(lines, genes),
        lineages=lineages,
        patients=_only(patients, genes),
        library=library,
        auc=auc,
        dataset=dataset,
        everyone=everyone,
        lineage=near.lineage,
        nearness=near.nearness,
        line_data=sources.line_data,
        notes=sources.notes,
    )


@dataclass(frozen=True)
class CohortProfiles:
    """Expression of the cell lines and of an indication's patients over the genes they share."""

    lines: Profiles
    lineages: tuple[str, ...]
    patients: Profiles
    lineage: str
    """Of the indication, in the cell lines' words; '' where it is not known or there are several."""
    nearness: tuple[int, ...]
    """How near each line is to the indication (:class:`~screen.records.TrainingData`)."""
    line_data: tuple[LineExpression, ...]


def cohort_profiles(store: Store, code: str, patient_ids: Sequence[str], settings: Settings) -> CohortProfiles:
    """Expression alone, as :func:`training_data` has it: no response and no drug's structure is needed.

    Raises
    ------
    StoreError
        No expression in one of the domains, or no gene in common.
    """
    sources, requested = choose_expression(store, code, patient_ids, settings), set(patient_ids)
    patients = sources.patients.take([i for i, p in enumerate(sources.patients.subject_ids) if p in requested])
    genes = _shared(sources.lines, patients, code)
    lineages = _lineages(store, sources.lines.subject_ids)
    near = near_lines(code, _oncotree_codes(store, sources.lines.subject_ids), lineages, _tree(store))
    return CohortProfiles(
        _only(sources.lines, genes), lineages, _only(patients, genes), near.lineage, near.nearness, sources.line_data
    )


def _shared(lines: Profiles, patients: Profiles, code: str) -> tuple[str, ...]:
    genes = shared_genes(lines, patients)
    if genes:
        return genes
    why = unresolved_ensembl(lines.genes) or unresolved_ensembl(patients.genes)
    raise StoreError(
        f"no gene in common of {len(lines.genes)} in cell lines and {len(patients.genes)} in patients"
        + (f": {why}" if why else ""),
        where=f"train {code}",
        remedy="ingest the gene tables that resolve them: crescreen sources",
    )


def _only(profiles: Profiles, genes: tuple[str, ...]) -> Profiles:
    place = {gene: i for i, gene in enumerate(profiles.genes)}
    return replace(profiles, genes=genes, levels=profiles.levels[:, [place[g] for g in genes]])


def _lineages(store: Store, line_ids: Sequence[str]) -> tuple[str, ...]:
    rows = store.sql("SELECT cell_line_id, lineage FROM cell_lines WHERE lineage IS NOT NULL")
    lineage = dict(rows.iter_rows())
    return tuple(lineage.get(line, "unknown") for line in line_ids)


def _tree(store: Store) -> OncoTree | None:
    nodes = load.oncotree_nodes(store)
    return None if nodes.is_empty() else OncoTree(nodes)


def _oncotree_codes(store: Store, line_ids: Sequence[str]) -> tuple[str | None, ...]:
    code = dict(store.sql("SELECT cell_line_id, oncotree_code FROM cell_lines").iter_rows())
    return tuple(code.get(line) for line in line_ids)


def _responses(store: Store, line_ids: Sequence[str], settings: Settings) -> tuple[str, Library, Floats]:
    dataset, metric = response_dataset(store, settings.training.dataset)
    pairs = load.pair_responses(store, dataset, metric)
    measured = set(pairs.filter(pl.col("cell_line_id").is_in(list(line_ids)))["drug_id"])
    everything = load.library(store, "trained", dataset)
    library = everything.take([i for i, drug in enumerate(everything.drug_ids) if drug in measured])
    return dataset, library, matrix(pairs, line_ids, library.drug_ids)


def response_dataset(store: Store, requested: str) -> tuple[str, str]:
    """The data set named, or the one with most pairs, and its metric; StoreError where there is none."""
    there = load.response_datasets(store)
    if requested:
        there = there.filter(pl.col("dataset") == requested)
    for metric in _METRICS:
        rows = there.filter(pl.col("metric") == metric)
        if not rows.is_empty():
            return str(rows["dataset"][0]), metric
    raise StoreError(
        f"no responses{f' of dataset {requested!r}' if requested else ''}",
        where=str(store.path),
        remedy="ingest a response table, e.g. GDSC2_fitted_dose_response.csv",
    )


def matrix(pairs: pl.DataFrame, line_ids: Sequence[str], drug_ids: Sequence[str]) -> Floats:
    """L x D of the pairs' values (cell_line_id, drug_id, value), NaN where there is none."""
    lines = pl.DataFrame({"cell_line_id": list(line_ids), "row": range(len(line_ids))})
    drugs = pl.DataFrame(
        {"drug_id": list(drug_ids), "column": range(len(drug_ids))}, schema_overrides={"drug_id": pl.String}
    )
    found = pairs.join(lines, on="cell_line_id").join(drugs, on="drug_id")
    matrix = np.full((len(line_ids), len(drug_ids)), np.nan, np.float32)
    matrix[found["row"].to_numpy(), found["column"].to_numpy()] = found["value"].to_numpy()
    return matrix
