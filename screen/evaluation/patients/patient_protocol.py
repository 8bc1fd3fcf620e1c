"""Protocol ``patients``: models that know all cell lines, zero-shot on patients whose response to a drug is known.

Measured only. Predictions come first and from expression alone; outcomes are joined to them afterwards, here, and
what is returned are figures: nothing that a fit could be handed.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from screen import indications
from screen.errors import InputError
from screen.evaluation.model_entries import DEFAULT, all_entries, default_of
from screen.evaluation.patients.best_of_grid import GRID, grid_figures
from screen.evaluation.patients.cohort_scores import CohortScores, cohorts_of, predict_cohorts, score_cohorts
from screen.evaluation.patients.drug_blind_scores import drug_blind_figures
from screen.evaluation.patients.negative_controls import rows_in
from screen.evaluation.patients.progression import survival_figures
from screen.evaluation.patients.responders import BASELINE, KnownResponses, responder_figures
from screen.evaluation.patients.treatments import cohorts, followed, given_drugs, known_responses
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.store import Store
from screen.tasks.progress import Progress, silent

USUAL = (DEFAULT, BASELINE, "dsn-adv")
"""Measured where no model is named."""


def evaluate_patients(
    store: Store, settings: Settings, codes: Sequence[str], models: Sequence[str] = (), progress: Progress = silent
) -> list[Figure]:
    """Figures of protocol ``patients``; none without a known response.

    Parameters
    ----------
    codes : indications; none: all that hold patients with a known response
    models : rows of the table, ridge and the controls are always beside them; none: the default, ridge, dsn-adv, and
        the published choice of the best of a grid

    Raises
    ------
    InputError
        A model is unknown.
    """
    named = _named(models, settings)
    wanted = list(codes) or cohorts(store)
    known = known_responses(store, wanted)
    if known.is_empty():
        return []
    holding = [code for code in wanted if set(known["type"]) & set(indications.members(code))]
    made = cohorts_of(store, settings, holding, known["drug_id"].unique().to_list(), progress)
    predictions, faults = predict_cohorts(made, [model for model in named if model != GRID], settings, progress)
    pairs = _pairs(known, score_cohorts(made, predictions))
    about = codes[0] if len(codes) == 1 else None
    figures = responder_figures(pairs, settings.seed, about)
    figures += drug_blind_figures(pairs, made, settings, about, progress)
    everybody = pairs.reference.patients
    figures += survival_figures(pairs.reference, followed(store, everybody), given_drugs(store, everybody), about)
    figures += grid_figures(pairs, made, settings, about, progress) if GRID in named else []
    default = default_of(settings)
    figures += [
        replace(figure, model=figure.model.replace(default, DEFAULT, 1))
        for figure in figures
        if figure.model.split(" ")[0] == default
    ]
    return figures + [_failed(model, fault, about) for model, fault in faults.items()]


def _named(models: Sequence[str], settings: Settings) -> list[str]:
    table = all_entries()
    controls = [name for name, row in table.items() if row.kind == "control"]
    names = [default_of(settings) if name == DEFAULT else name for name in models or (*USUAL, GRID)] + [
        BASELINE,
        *controls,
    ]
    unknown = [name for name in names if name not in table and name != GRID]
    if unknown and models:
        raise InputError(
            f"no model {unknown[0]!r}", where="--models", remedy=f"known: {', '.join((DEFAULT, *table, GRID))}"
        )
    return [name for name in dict.fromkeys(names) if name not in unknown]


def _pairs(known: pl.DataFrame, reference: CohortScores) -> KnownResponses:
    there = known.filter(pl.col("patient_id").is_in(list(reference.patients)))
    columns = np.array([reference.drugs.index(drug) for drug in there["drug_id"]], np.intp)
    return KnownResponses(there, rows_in(reference.patients, there), columns, reference)


def _failed(model: str, fault: str, indication: str | None) -> Figure:
    return Figure(
        protocol="patients",
        model=model,
        metric="auroc",
        stratum_kind="within-drug",
        indication=indication,
        note=f"failed: {fault[:200]}",
    )
