"""A stored model applied to a patient's clones, by the road that any patient's profile goes."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.cells.cell_matrix import CellMatrix
from screen.cells.coverage import CoveringSet, covered_share, covering_set
from screen.cells.pseudobulk import pseudobulk, resampled
from screen.errors import InputError
from screen.expression import UNITS, GeneIndex, linear_unit
from screen.models.drug_features import features_of
from screen.models.scoring import drug_inputs, scorer
from screen.models.uncertainty.patient_applicability import judge
from screen.models.unseen_plates import for_patient
from screen.ranking import profile_choice, selective_drugs, shortlists
from screen.ranking.apply_model import reference_of
from screen.ranking.clone_groups import Group, Groups
from screen.ranking.clone_request import CloneRequest
from screen.records import Floats, Library, Profiles
from screen.settings import Ranking, Settings
from screen.store import Store, load

if TYPE_CHECKING:
    from screen.models.bundle import Bundle

EVERY = "all"
"""Name of all cells taken, beside the clones."""
RESAMPLES = 100
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True)
class CloneScores:
    """What the store holds of a patient's clones."""

    clones: pl.DataFrame
    """Rows of ``clones``."""
    scores: pl.DataFrame
    """Rows of ``clone_scores``."""
    drugs: int
    result: dict[str, Any]
    """JSON of ``clone_runs``."""


def scored(
    store: Store, bundle: "Bundle", found: Groups, request: CloneRequest, settings: Settings, indication: str
) -> CloneScores:
    """Score every drug for every clone and for all cells taken, with intervals over resampled cells.

    Raises
    ------
    InputError
        The cells' unit or genes do not fit the model.
    """
    from screen.models.encoder import embeddings

    everyone = Group(EVERY, np.arange(len(found.taken)), None)
    groups = (*found.groups, everyone)
    rng = np.random.default_rng(settings.seed)
    profiles = pseudobulk(found.taken, [group.cells for group in groups])
    again = [resampled(found.taken, group.cells, RESAMPLES, rng) for group in groups]
    scaled, coverage, domain = _in_frame(
        store, bundle, found.taken, np.concatenate([profiles, *again]), request, settings
    )
    library = load.library(store, settings.ranking.library, bundle.manifest["dataset"])
    encoder = embeddings.encoder_of(store, bundle.manifest["encoder"]["id"])
    drugs = drug_inputs(bundle, features_of(library, embeddings.embeddings_of(store, library, encoder)))
    bundle = for_patient(bundle, request.patient_id)
    members = scorer(bundle, scaled[: len(groups)], settings.device).members(drugs)
    means = scorer(bundle, scaled[len(groups) :], settings.device).mean(drugs)
    scores = _scores(groups, members, means, bundle, library)
    result = _result(store, scores, found, request, settings.ranking, library, settings.seed, indication)
    return CloneScores(_clones(groups, found, domain, coverage), scores, len(library), result)


def _in_frame(
    store: Store, bundle: "Bundle", taken: CellMatrix, levels: Floats, request: CloneRequest, settings: Settings
) -> tuple[Floats, tuple[int, int], Any]:
    want = profile_choice.wanted(store, bundle.manifest, settings.ranking.gene_coverage_floor)
    unit = profile_unit(taken.unit, want.unit)
    names = tuple(str(i) for i in range(len(levels)))
    profiles = Profiles("patient", names, names, names, ("cells",) * len(names), taken.genes, levels, unit)
    fitted, why = profile_choice.brought(profiles, want, GeneIndex(load.gene_aliases(store)))
    if why:
        raise InputError(
            f"the clones of {request.patient_id} do not fit the model: {why}",
            where=f"cells clones {request.patient_id}",
            remedy="train a model on patients given in TPM or read counts, or name another one, e.g. --model BRCA",
        )
    scaled = bundle.frame.scale(fitted)
    (genes, *_) = bundle.frame.coverage(replace(fitted.take([0])))
    return scaled, (genes.found, genes.expected), judge(bundle, scaled)


def profile_unit(cells: str, wanted: str) -> str:
    """The unit in which a group's molecules per million are given to a model.

    Counts of molecules (UMIs) need no gene length: one is one transcript, so per million they are TPM. Read counts of
    full-length protocols are not; such cells are given as TPM.
    """
    if cells == "tpm":
        return "tpm"
    return "tpm" if linear_unit(wanted) in ("tpm", "fpkm") else "cpm"


def _scores(
    groups: tuple[Group, ...], members: Floats, means: Floats, bundle: "Bundle", library: Library
) -> pl.DataFrame:
    names = [group.name for group in groups]
    ranked = shortlists.rank_scores(members, names, library.drug_ids, reference_of(bundle, library))
    again = means.reshape(len(groups), RESAMPLES, -1)
    order = np.argsort(np.array(library.drug_ids, dtype=np.str_), kind="stable")
    low, high = (end[:, order].ravel() for end in interval_of(again))
    return ranked.select(
        clone="patient_id",
        drug_id="drug_id",
        score="score",
        low=pl.Series(np.minimum(low, ranked["score"].to_numpy())),
        high=pl.Series(np.maximum(high, ranked["score"].to_numpy())),
        selective="selective",
    )


def interval_of(again: Floats) -> tuple[Floats, Floats]:
    """Lower and upper end of the 90% intervals, K x D each.

    Parameters
    ----------
    again : K x RESAMPLES x D, scores of the profiles of resampled cells
    """
    low, high = (np.quantile(again, q, axis=1).astype(np.float32) for q in (LOW, HIGH))
    return low, high


def _clones(groups: tuple[Group, ...], found: Groups, domain: Any, genes: tuple[int, int]) -> pl.DataFrame:
    samples, types = found.taken.cells["sample"].to_list(), found.taken.cells["cell_type"].to_list()
    everywhere = Counter(one for one in samples if one is not None)
    rows = []
    for row, group in enumerate(groups):
        held = Counter(samples[i] for i in group.cells if samples[i] is not None)
        kinds = Counter(types[i] for i in group.cells if types[i] is not None)
        main = held.most_common(1)[0] if held else None
        rows.append(
            {
                "clone": group.name,
                "cells": len(group.cells),
                "share": len(group.cells) / len(found.taken),
                "inside_domain": bool(domain.inside[row]),
                "domain_percentile": float(domain.percentile[row]),
                "genes_found": genes[0],
                "genes_expected": genes[1],
                "main_sample": main[0] if main else None,
                "sample_share": main[1] / len(group.cells) if main else None,
                "sample_expected": everywhere[main[0]] / len(samples) if main else None,
                "main_type": kinds.most_common(1)[0][0] if kinds else None,
                "stability": group.stability,
            }
        )
    texts = dict.fromkeys(("main_sample", "main_type"), pl.String)
    numbers = dict.fromkeys(("sample_share", "sample_expected", "stability"), pl.Float64)
    return pl.DataFrame(rows, schema_overrides={**texts, **numbers})


def _result(
    store: Store,
    scores: pl.DataFrame,
    found: Groups,
    request: CloneRequest,
    ranking: Ranking,
    library: Library,
    seed: int,
    indication: str,
) -> dict[str, Any]:
    """Coverage and sets, by score alone and by what stands out."""
    clones = [group.name for group in found.groups]
    part = scores.filter(pl.col("clone") != EVERY)
    drugs = sorted(library.drug_ids)
    score = part["score"].to_numpy().reshape(len(clones), -1).astype(np.float64)
    place = part["selective"].fill_null(0).to_numpy().reshape(score.shape)
    shares = np.array([len(group.cells) for group in found.groups]) / len(found.taken)
    allowed, folded = _allowed(store, ranking, drugs, indication)
    covers = score >= ranking.potency_floor
    stands = covers & (place >= ranking.selective_floor)
    sets = {
        "score": covering_set(covers, shares, score, allowed, seed),
        "stands_out": covering_set(stands, shares, score, allowed, seed),
    }
    return {
        "sets": {name: _set(one, drugs) for name, one in sets.items()},
        "covered": dict(zip(drugs, map(float, covered_share(covers, shares)), strict=True)),
        "stands_out": dict(zip(drugs, map(float, covered_share(stands, shares)), strict=True)),
        "folded": folded,
        "unit": UNITS[found.taken.unit],
    }


def _set(one: CoveringSet, drugs: list[str]) -> dict[str, Any]:
    return {
        "drugs": [drugs[d] for d in one.drugs],
        "added": list(one.added),
        "covered": one.covered,
        "reaches": one.reaches,
        "random_mean": one.random_mean,
        "random_as_good": one.random_as_good,
    }


def _allowed(store: Store, ranking: Ranking, drugs: list[str], indication: str) -> tuple[list[int], int]:
    """Drugs that a set may take: those given to people, where that is known; and how many are not."""
    runs = store.sql("SELECT run_id FROM current_runs WHERE indication = $code", code=indication)["run_id"].to_list()
    known = dict(selective_drugs.clinical(store, runs).select("drug_id", "clinical").iter_rows()) if runs else {}
    if ranking.compounds == "all":
        known = {}
    allowed = [i for i, drug in enumerate(drugs) if known.get(drug, True) is not False]
    return allowed, len(drugs) - len(allowed)
