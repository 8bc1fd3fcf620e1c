"""A stored model applied to patients: choose profiles, bring them to its frame, score, rank, judge the domain."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.errors import InputError
from screen.models.computed_on import kernels
from screen.models.drug_features import features_of
from screen.models.scoring import drug_inputs, scorer, settled_device, with_alterations
from screen.models.uncertainty.drug_applicability import drug_domain
from screen.models.uncertainty.patient_applicability import judge
from screen.models.uncertainty.score_interval import interval_of
from screen.models.unseen_plates import by_unseen_member
from screen.ranking import profile_choice, shortlists
from screen.ranking.patient_alterations import heard_pairs, heard_rows, known_alterations
from screen.records import Floats, Library, Profiles
from screen.settings import Settings
from screen.store import Store, load
from screen.store.runs import Run

if TYPE_CHECKING:
    from screen.models import Drugs
    from screen.models.bundle import Bundle
    from screen.models.encoder.drug_encoder import DrugEncoder
    from screen.models.uncertainty.drug_applicability import DrugDomain


@dataclass(frozen=True)
class Applied:
    """What one application leaves in the store, and who was refused."""

    run: Run
    patients: pl.DataFrame
    """Rows of ``run_patients``."""
    scores: pl.DataFrame
    drugs: pl.DataFrame
    """Rows of ``run_drugs``."""
    library: Library
    encoder: "DrugEncoder"
    vectors: Floats
    """D x 300 drug embeddings, to be cached."""
    refused: dict[str, str]
    remedy: str
    several: tuple[str, ...]
    """Which profile is used, of patients with several; a line each."""
    heard: pl.DataFrame
    """Rows of ``heard_alterations``."""


@dataclass(frozen=True)
class Fitting:
    """The patients a model can be applied to."""

    found: Profiles
    """In patient order."""
    scaled: Floats
    """n x g, in the model's frame."""
    unused: dict[str, list[str]]
    """patient -> profiles left aside, and why."""
    several: list[str]
    """Which profile is used, of patients with several; a line each."""
    refused: dict[str, str]
    """patient -> why it is not scored."""
    remedy: str


def fitting(store: Store, bundle: "Bundle", patient_ids: Sequence[str], settings: Settings) -> Fitting:
    """Choose a profile for every patient and bring it to the model's frame.

    Raises
    ------
    InputError
        None of the patients has a fitting one.
    """
    want = profile_choice.wanted(store, bundle.manifest, settings.ranking.gene_coverage_floor)
    chosen = profile_choice.choose(store, patient_ids, want)
    refused = chosen.refused(patient_ids)
    if not chosen.parts:
        raise InputError(
            _none_fits(refused), where=f"rank {bundle.manifest['indication']}", remedy=profile_choice.remedy(want)
        )
    found = chosen.profiles()
    return Fitting(
        found, bundle.frame.scale(found), chosen.unused, chosen.several(), refused, profile_choice.remedy(want)
    )


@dataclass(frozen=True)
class MemberScores:
    """What the members of a model say of every drug of the library, for every patient with a fitting profile."""

    fit: Fitting
    library: Library
    drugs: "Drugs"
    encoder: "DrugEncoder"
    vectors: Floats
    """D x 300."""
    members: Floats
    """m x n x D probabilities of sensitivity; of a patient whose alterations are known they have heard them."""
    alterations: Floats | None
    """n x E of the events that the model hears, NaN unknown; ``None``: nothing is known of any patient."""
    without: Floats
    """n x D scores that have heard no alteration."""


def score_members(store: Store, bundle: "Bundle", patient_ids: Sequence[str], settings: Settings) -> MemberScores:
    """Score every drug of the library, member by member.

    Raises
    ------
    InputError
        None of the patients has a fitting profile.
    """
    from screen.models.encoder import embeddings

    fit = fitting(store, bundle, patient_ids, settings)
    library = load.library(store, settings.ranking.library, bundle.manifest["dataset"])
    encoder = embeddings.encoder_of(store, bundle.manifest["encoder"]["id"])
    vectors = embeddings.embeddings_of(store, library, encoder)
    drugs = features_of(library, vectors)
    patients, prepared = fit.found.subject_ids, drug_inputs(bundle, drugs)
    plain = scorer(bundle, fit.scaled, settings.device).members(prepared)
    known = known_alterations(store, bundle, patients)
    heard = with_alterations(bundle, fit.scaled, known, prepared, plain)
    plain, heard = (by_unseen_member(bundle.manifest, patients, scores) for scores in (plain, heard))
    without = np.asarray(plain.mean(axis=0, dtype=np.float64), np.float32)
    return MemberScores(fit, library, drugs, encoder, vectors, heard, known, without)


def apply(store: Store, bundle: "Bundle", patient_ids: Sequence[str], settings: Settings) -> Applied:
    """Score every drug of the library for every patient with a fitting profile.

    Raises
    ------
    InputError
        None of the patients has one.
    """
    return run_of(store, bundle, score_members(store, bundle, patient_ids, settings), settings)


def run_of(store: Store, bundle: "Bundle", made: MemberScores, settings: Settings) -> Applied:
    """What the members say, as the rows of a run."""
    fit, library = made.fit, made.library
    reference = reference_of(bundle, library)
    scores = shortlists.rank_scores(made.members, fit.found.subject_ids, library.drug_ids, reference)
    heard = heard_pairs(bundle, library.drug_ids, made.alterations, len(fit.found))
    scores = _with_interval(bundle, scores.with_columns(pl.col("selective").fill_nan(None)), library, heard)
    return Applied(
        _run(bundle, library, settings),
        _patients(bundle, fit),
        scores,
        _drugs(library, _drug_domain(store, bundle, made.drugs)),
        library,
        made.encoder,
        made.vectors,
        fit.refused,
        fit.remedy,
        tuple(fit.several),
        heard_rows(bundle, fit.found.subject_ids, library.drug_ids, made.alterations, made.without),
    )


def _none_fits(refused: dict[str, str]) -> str:
    patient, why = next(iter(refused.items()))
    more = f" (and {len(refused) - 1} more patients)" if len(refused) > 1 else ""
    return f"patient {patient}: {why}{more}"


def reference_of(bundle: "Bundle", library: Library) -> Floats:
    """K x D score quantiles of the reference patients, NaN for drugs the model was not trained with."""
    known = {drug: i for i, drug in enumerate(bundle.manifest["drugs"])}
    quantiles = bundle.tensors["reference_scores"]
    reference = np.full((len(quantiles), len(library)), np.nan, np.float32)
    there = [i for i, drug in enumerate(library.drug_ids) if drug in known]
    reference[:, there] = quantiles[:, [known[library.drug_ids[i]] for i in there]]
    return reference


def _with_interval(bundle: "Bundle", scores: pl.DataFrame, library: Library, heard: NDArray[np.bool_]) -> pl.DataFrame:
    """Rows of ``scores``, a patient after another, with ``score_low`` and ``score_high``; null without widths.

    Parameters
    ----------
    heard : n x D in the order of the library
    """
    drugs, columns = len(library), {drug: column for column, drug in enumerate(library.drug_ids)}
    order = scores["drug_id"].head(drugs).to_list()
    of_order = heard[:, [columns[drug] for drug in order]]
    found = interval_of(bundle, order, scores["score"].to_numpy().reshape(-1, drugs), of_order)
    if found is None:
        return scores.with_columns(pl.lit(None, pl.Float32).alias(name) for name in ("score_low", "score_high"))
    low, high = (pl.Series(end.ravel()).fill_nan(None) for end in found)
    return scores.with_columns(score_low=low, score_high=high)


def _run(bundle: "Bundle", library: Library, settings: Settings) -> Run:
    parts = (bundle.model_id, settings.ranking.library, *library.drug_ids)
    run_id = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
    computed = {"computed_on": kernels(settled_device(bundle, settings.device))}
    return Run(run_id, bundle.manifest["indication"], bundle.model_id, settings.printed() | computed)


def _patients(bundle: "Bundle", fit: Fitting) -> pl.DataFrame:
    found, domain = fit.found, judge(bundle, fit.scaled)
    coverage = bundle.frame.coverage(found)
    rows: list[dict[str, Any]] = [
        {
            "patient_id": patient,
            "source_id": found.source_ids[i],
            "sample_id": found.sample_ids[i],
            "genes_found": coverage[i].found,
            "genes_missing": list(coverage[i].missing),
            "profiles_unused": fit.unused[patient],
            "domain_distance": float(domain.distance[i]),
            "domain_percentile": float(domain.percentile[i]),
            "inside_domain": bool(domain.inside[i]),
        }
        for i, patient in enumerate(found.subject_ids)
    ]
    return pl.DataFrame(
        rows, schema_overrides={"genes_missing": pl.List(pl.String), "profiles_unused": pl.List(pl.String)}
    )


def _drug_domain(store: Store, bundle: "Bundle", drugs: "Drugs") -> "DrugDomain | None":
    """How near the drugs are to those of training, as far as the store still holds these."""
    everyone, trained = load.library(store, "all"), set(bundle.manifest["drugs"])
    there = everyone.take([i for i, drug in enumerate(everyone.drug_ids) if drug in trained])
    if not len(there):
        return None
    return drug_domain(drugs, features_of(there, np.zeros((len(there), 0), np.float32)))


def _drugs(library: Library, domain: "DrugDomain | None") -> pl.DataFrame:
    schema = {
        "drug_id": pl.String,
        "scored": pl.Boolean,
        "reason": pl.String,
        "nearest_trained": pl.String,
        "similarity": pl.Float32,
        "shared_target": pl.Boolean,
        "inside_domain": pl.Boolean,
    }
    scored = pl.DataFrame({"drug_id": library.drug_ids, "scored": True})
    if domain is not None:
        scored = scored.with_columns(
            nearest_trained=pl.Series(domain.nearest),
            similarity=pl.Series(domain.similarity),
            shared_target=pl.Series(domain.shared),
            inside_domain=pl.Series(domain.bands > 0),
        )
    left = pl.DataFrame(
        {"drug_id": list(library.left_out), "scored": False, "reason": list(library.left_out.values())},
        schema={name: schema[name] for name in ("drug_id", "scored", "reason")},
    )
    return pl.concat([pl.DataFrame(schema=schema), scored, left], how="diagonal")
