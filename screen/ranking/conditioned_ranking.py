"""A patient's ranking that has learned from its plates: the stored model conditioned on what was measured.

Measured drugs stand for themselves. Of every other drug the score is that of the response which a further measurement
in this assay is expected to show, with its 90% interval; its place among the reference patients leaves the plate's
level out, which is the assay's as much as the tumour's.
"""

import hashlib
import json
from typing import Any

import numpy as np
import polars as pl

from screen import __version__
from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.models.conditioning.plate_process import Z90
from screen.models.conditioning.residual_covariance import Doubles
from screen.models.conditioning.response_scale import ResponseScale, response_scale
from screen.ranking import shortlists
from screen.ranking.apply_model import MemberScores, reference_of
from screen.ranking.lab_evidence import PatientPlates, history_of
from screen.ranking.library_process import Expected, LibraryProcess, expected_of, library_process, posterior_of
from screen.records import Floats
from screen.settings import Settings
from screen.store import Store
from screen.store.conditioned_runs import ConditionedRun
from screen.store.runs import Run


def condition_patient(
    store: Store,
    bundle: Bundle,
    made: MemberScores,
    base: Run,
    fitted: pl.DataFrame,
    plates: PatientPlates,
    settings: Settings,
) -> ConditionedRun:
    """The patient's run with results.

    Parameters
    ----------
    made : of this patient alone
    base : the run without results
    fitted : all fitted responses of the store, for the laboratory's history

    Raises
    ------
    InputError
        The model predicts something else than areas, or keeps no covariance of its errors.
    """
    _require_areas(store, bundle)
    process = library_process(
        bundle, made.library, made.drugs, lambda drugs, known: history_of(store, fitted, plates, drugs, known)
    )
    scale = response_scale(bundle)
    responses = scale.responses(made.members[:, 0])
    found = posterior_of(process, responses.mean(axis=0), plates.usable)
    expected = expected_of(process, responses.mean(axis=0), found)
    measured = _measured(plates, made.library.drug_ids)
    scores = _scores(bundle, made, responses, expected, measured)
    on = _conditioned_on(process, expected.level, plates)
    words = json.dumps([base.run_id, plates.patient_id, on, __version__], sort_keys=True)
    run_id = hashlib.sha256(words.encode()).hexdigest()[:16]
    run = Run(run_id, base.indication, base.model_id, settings.printed())
    updates = _updates(made, responses, expected, measured, scale)
    return ConditionedRun(run, base.run_id, plates.patient_id, on, scores, updates)


def _require_areas(store: Store, bundle: Bundle) -> None:
    dataset, code = bundle.manifest["dataset"], bundle.manifest["indication"]
    if not store.scalar("SELECT count(*) FROM responses WHERE dataset = $d AND metric = 'AUC'", d=dataset):
        raise InputError(
            f"the model of {code} predicts no area under the curve (of {dataset}), which is what plates give",
            where=f"rank {code} --with-results",
            remedy="train on a screen that gives areas under the curve, as GDSC2 does",
        )


def _measured(plates: PatientPlates, drug_ids: tuple[str, ...]) -> pl.DataFrame:
    """column, auc, auc_sd: the library's drugs that were measured, those on several plates once."""
    place = pl.DataFrame({"drug_id": list(drug_ids), "column": range(len(drug_ids))})
    rows = plates.usable.join(place, on="drug_id")
    several = rows.group_by("column").agg(
        auc=pl.col("auc").mean(),
        within=(pl.col("auc_sd") ** 2).mean().sqrt() / pl.len().sqrt(),
        between=pl.col("auc").std().fill_null(0.0) / pl.len().sqrt(),
    )
    return several.with_columns(auc_sd=pl.max_horizontal("within", "between")).sort("column")


def _scores(
    bundle: Bundle, made: MemberScores, responses: Doubles, expected: Expected, measured: pl.DataFrame
) -> pl.DataFrame:
    """Rows of ``scores``."""
    scale, columns = response_scale(bundle), measured["column"].to_numpy()
    mean = responses.mean(axis=0)
    here, elsewhere = responses + (expected.after - mean), responses + (expected.elsewhere - mean)
    here[:, columns] = measured["auc"].to_numpy()
    elsewhere[:, columns] = measured["auc"].to_numpy() - (expected.level * expected.scale)[columns]
    patients, drugs = made.fit.found.subject_ids, made.library.drug_ids
    reference = reference_of(bundle, made.library)
    scores = shortlists.rank_scores(scale.probabilities(here)[:, None], patients, drugs, None)
    place = shortlists.rank_scores(scale.probabilities(elsewhere)[:, None], patients, drugs, reference)
    spread = expected.sd_after.copy()
    spread[columns] = measured["auc_sd"].to_numpy()
    low, high = interval_of_scores(scale, here, spread)
    order = np.argsort(np.array(drugs, np.str_), kind="stable")
    return scores.with_columns(
        selective=place["selective"].fill_nan(None),
        score_low=pl.Series(np.minimum(low[order], scores["score"].to_numpy())),
        score_high=pl.Series(np.maximum(high[order], scores["score"].to_numpy())),
    )


def interval_of_scores(scale: ResponseScale, responses: Doubles, spread: Doubles) -> tuple[Floats, Floats]:
    """Ends of the 90% interval of D scores, of m x D responses with a standard deviation each."""
    ends = [scale.probabilities(responses + side * Z90 * spread).mean(axis=0, dtype=np.float64) for side in (-1, 1)]
    low, high = np.minimum(*ends), np.maximum(*ends)
    return np.asarray(low, np.float32), np.asarray(high, np.float32)


def _updates(
    made: MemberScores, responses: Doubles, expected: Expected, measured: pl.DataFrame, scale: ResponseScale
) -> pl.DataFrame:
    """Rows of ``score_updates``, in the order of the library."""
    patients, drugs = made.fit.found.subject_ids, made.library.drug_ids
    before = shortlists.rank_scores(made.members, patients, drugs, None).select(
        "drug_id", score_before="score", rank_before="rank"
    )
    low, high = interval_of_scores(scale, responses, expected.sd_before)
    rows = pl.DataFrame(
        {
            "patient_id": [str(patients[0])] * len(drugs),
            "drug_id": list(drugs),
            "column": range(len(drugs)),
            "response_before": expected.before,
            "response_after": expected.after,
            "response_sd_before": expected.sd_before,
            "response_sd_after": expected.sd_after,
            "score_low_before": low,
            "score_high_before": high,
        }
    )
    known = measured.select("column", response_measured="auc", response_measured_sd="auc_sd")
    rows = rows.join(known, on="column", how="left", maintain_order="left").join(
        before, on="drug_id", how="left", maintain_order="left"
    )
    there = pl.col("response_measured").is_not_null()
    return rows.with_columns(
        measured=there,
        response_after=pl.coalesce("response_measured", "response_after"),
        response_sd_after=pl.coalesce("response_measured_sd", "response_sd_after"),
        score_low_before=pl.min_horizontal("score_low_before", "score_before"),
        score_high_before=pl.max_horizontal("score_high_before", "score_before"),
    ).drop("column")


def _conditioned_on(process: LibraryProcess, level: float, plates: PatientPlates) -> dict[str, Any]:
    """What the run was conditioned on, JSON-able."""
    lab, assay = plates.lab
    parameters = process.lab.assay
    known = set(process.drug_ids)
    values = plates.usable.with_columns(
        pl.col("auc", "auc_sd").round(6), conditions=pl.col("drug_id").is_in(list(known))
    ).select(
        "lab",
        "assay",
        "batch",
        "organoid_id",
        "plate",
        "verdict",
        "drug_id",
        "drug_name",
        "auc",
        "auc_sd",
        "conditions",
    )
    left = plates.left_out.select("lab", "assay", "batch", "plate", "verdict", "drug_id", "drug_name", "why_not")
    return {
        "lab": lab,
        "assay": assay,
        "values": values.to_dicts(),
        "left_out": left.to_dicts(),
        "level": round(level, 4),
        "history_tumours": process.lab.tumours,
        "process": {
            "carry": round(parameters.carry, 4),
            "scale": round(parameters.scale, 4),
            "noise": round(parameters.noise, 4),
            "level": round(parameters.level, 4),
        },
    }
