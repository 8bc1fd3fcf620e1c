"""Protocol ``organoids``: what the stored rankings predicted of drugs that were then measured on patients' organoids.

Rows: ``prior`` (the stored model), ``drug-mean`` (each drug's mean over cell lines, the same for everybody), ``ridge``
(on the same lines and genes), ``offset`` (the model and one number an organoid), ``process`` (it conditioned).
The last two learn from one half of an organoid's drugs and are measured on the other, both ways. Where doses are
relative an area is over the tested range, on a scale of its own: correlations hold, errors do not, and nothing is
learned from it. r_double takes out the mean of each half, for every row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.errors import InputError
from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.response_metrics import draws_of
from screen.evaluation.loop.loop_metrics import less_line
from screen.metrics import correlation
from screen.metrics.correlation import Doubles, over_draws
from screen.metrics.figure import Figure
from screen.models import Rows, Subjects, TrainingSet
from screen.models.bundle import Bundle
from screen.models.conditioning.plate_process import ANOTHER_ASSAY, PlatePrior, condition, plate_prior
from screen.models.conditioning.response_scale import response_scale
from screen.models.conditioning.stored_covariance import StoredCovariance, covariance_of
from screen.models.model_registry import MODELS
from screen.ranking.apply_model import score_members
from screen.settings import Settings
from screen.store import Store, lab_results, stored_models

PROTOCOL = "organoids"
ROWS = ("prior", "drug-mean", "ridge", "offset", "process")
METRICS = ("r_drug", "r_res", "r_double", "rmse_sd")
FEWEST_DRUGS = 12
"""An organoid measured on fewer drugs is not counted."""
FEWEST = 5
"""Fewer organoids have no interval."""
_RIDGE = "ridge"


@dataclass(frozen=True)
class MeasuredOrganoids:
    """n organoids and the D drugs of training; all in standard deviations of each drug over cell lines."""

    patients: tuple[str, ...]
    truth: Doubles
    """n x D, NaN where not measured."""
    usable: Doubles
    """n x D: 1 where a model may learn from it, else NaN."""
    prior: Doubles
    ridge: Doubles
    known: StoredCovariance


def patients_measured(store: Store, code: str, members: Sequence[str]) -> list[str]:
    """Patients of the indication with enough measured drugs and expression, sorted."""
    fitted = lab_results.fitted_responses(store).filter(pl.col("verdict") != "fail")
    enough = fitted.group_by("patient_id").agg(pl.col("drug_id").n_unique()).filter(pl.col("drug_id") >= FEWEST_DRUGS)
    ids = store.sql(
        """SELECT DISTINCT e.subject_id AS id FROM expression e JOIN patients p ON p.patient_id = e.subject_id
           WHERE e.domain = 'patient' AND list_contains($codes, p.indication)""",
        codes=list(members),
    )["id"]
    return sorted(set(enough["patient_id"]) & set(ids))


def measured_organoids(
    store: Store, settings: Settings, code: str, patients: Sequence[str], benchmark: BenchmarkData
) -> MeasuredOrganoids:
    """Everything that is compared, of one indication.

    Raises
    ------
    StoreError, InputError
        No model of the indication, or none that fits.
    """
    bundle = Bundle.from_bytes(*stored_models.current_model(store, code))
    known, drugs = covariance_of(bundle), bundle.manifest["drugs"]
    made = score_members(store, bundle, patients, settings)
    place = {drug: row for row, drug in enumerate(made.library.drug_ids)}
    there = np.array([place.get(drug, -1) for drug in drugs], np.intp)
    responses = response_scale(bundle).responses(made.members).mean(axis=0)[:, there]
    responses[:, there < 0] = np.nan
    fitted = lab_results.fitted_responses(store).filter(pl.col("verdict") != "fail")
    truth, usable = _tables(fitted, made.fit.found.subject_ids, drugs)
    ridge = _ridge(bundle, benchmark, made.fit.scaled)
    standard = [(table - known.means) / known.sds for table in (truth, responses, ridge)]
    return MeasuredOrganoids(made.fit.found.subject_ids, standard[0], usable, standard[1], standard[2], known)


def organoid_figures(found: MeasuredOrganoids, code: str, seed: int) -> list[Figure]:
    """Every row and metric over one indication's organoids."""
    lines, drugs = len(found.patients), int(np.isfinite(found.truth).any(axis=0).sum())
    about = Figure(
        protocol=PROTOCOL,
        model="",
        metric="",
        indication=code,
        n=int(np.isfinite(found.truth).sum()),
        note=f"{lines} organoids, {drugs} drugs" + ("; n too small for an interval" if lines < FEWEST else ""),
    )
    weights, half = draws_of(lines, seed), halves(found, seed)
    return [
        figure
        for model, table in predictions(found, seed).items()
        for figure in _figures(about, model, table, found, weights, half)
    ]


def predictions(found: MeasuredOrganoids, seed: int) -> Mapping[str, Doubles]:
    """Row -> n x D in standard deviations; NaN where it cannot predict."""
    offset, process = (np.full(found.truth.shape, np.nan) for _ in range(2))
    half = halves(found, seed)
    for row in range(len(found.patients)):
        prior = plate_prior(np.nan_to_num(found.prior[row]), found.known.errors.among, ANOTHER_ASSAY)
        there = np.flatnonzero(np.isfinite(found.truth[row]) & np.isfinite(found.prior[row]))
        for tested in (0, 1):
            places = np.flatnonzero(half[row] == tested)
            learned = there[half[row, there] != tested]
            learned = learned[np.isfinite(found.usable[row, learned])]
            if not len(learned):
                continue
            offset[row, places] = _after(_apart(prior), found.truth[row], learned)[places]
            process[row, places] = _after(prior, found.truth[row], learned)[places]
    zero = np.where(np.isfinite(found.prior), 0.0, np.nan)
    return {"prior": found.prior, "drug-mean": zero, "ridge": found.ridge, "offset": offset, "process": process}


def halves(found: MeasuredOrganoids, seed: int) -> NDArray[np.int8]:
    """n x D: which half of its organoid's measured drugs each is in, 0 or 1; -1 where it was not measured."""
    half = np.full(found.truth.shape, -1, np.int8)
    for row, there in enumerate(np.isfinite(found.truth) & np.isfinite(found.prior)):
        mixed = np.random.default_rng([seed, row]).permutation(np.flatnonzero(there))
        half[row, mixed[::2]], half[row, mixed[1::2]] = 0, 1
    return half


def _after(prior: PlatePrior, truth: Doubles, learned: Rows) -> Doubles:
    return condition(prior, learned, truth[learned]).mean


def _apart(prior: PlatePrior) -> PlatePrior:
    return replace(prior, covariance=np.diag(np.diag(prior.covariance) - prior.level) + prior.level)


def _figures(
    about: Figure, model: str, predicted: Doubles, found: MeasuredOrganoids, weights: Doubles, half: NDArray[np.int8]
) -> Iterator[Figure]:
    truth = np.where(np.isfinite(predicted), found.truth, np.nan)
    if not np.isfinite(truth).any():
        why = "not evaluable: doses are relative, so nothing may be learned from them"
        yield from (replace(about, model=model, metric=metric, note=why) for metric in METRICS)
        return
    sds, means = found.known.sds, found.known.means
    values = {
        "r_drug": correlation.r_drug(predicted * sds + means, truth * sds + means, weights),
        "r_res": correlation.pooled_r(predicted * sds, truth * sds, weights),
        "r_double": correlation.pooled_r(
            less_line(_each_half(predicted, half, truth)),
            less_line(_each_half(truth, half, truth)),
            np.concatenate([weights, weights], axis=1),
        ),
        "rmse_sd": correlation.rmse(predicted, truth, weights),
    }
    for metric, each in values.items():
        figure = replace(about, model=model, metric=metric, n=int(np.isfinite(truth).sum())).measured(over_draws(each))
        yield replace(figure, low=None, high=None) if len(found.patients) < FEWEST else figure


def _each_half(table: Doubles, half: NDArray[np.int8], truth: Doubles) -> Doubles:
    """2 n x D: each organoid's halves apart, as what is learned from one is high where the other is low."""
    there = np.isfinite(truth)
    return np.concatenate([np.where((half == one) & there, table, np.nan) for one in (0, 1)])


def _tables(fitted: pl.DataFrame, patients: Sequence[str], drugs: Sequence[str]) -> tuple[Doubles, Doubles]:
    row, column = ({one: i for i, one in enumerate(names)} for names in (patients, drugs))
    truth, usable = (np.full((len(patients), len(drugs)), np.nan) for _ in range(2))
    means = fitted.group_by("patient_id", "drug_id").agg(pl.col("auc").mean(), pl.col("usable").all())
    for patient, drug, auc, may in means.sort("patient_id", "drug_id").iter_rows():
        if patient in row and drug in column:
            truth[row[patient], column[drug]] = auc
            usable[row[patient], column[drug]] = 1.0 if may else np.nan
    return truth, usable


def _ridge(bundle: Bundle, benchmark: BenchmarkData, scaled: np.ndarray) -> Doubles:
    """n x D of the bundle's drugs: a ridge fitted on all measured lines in the bundle's frame."""
    lines = benchmark.measured
    place = {drug: column for column, drug in enumerate(benchmark.drugs.drug_ids)}
    columns = np.array([place.get(drug, -1) for drug in bundle.manifest["drugs"]], np.intp)
    if (columns < 0).any():
        raise InputError(
            "the model was trained on other drugs than the store has now",
            where="evaluate organoids",
            remedy=f"train it again: crescreen train {bundle.manifest['indication']}",
        )
    subjects = Subjects(bundle.frame.scale(benchmark.lines.take(lines)), tuple(benchmark.lineages[i] for i in lines))
    fitted = MODELS[_RIDGE].fit(
        TrainingSet(subjects, benchmark.drugs.take(columns), benchmark.response[np.ix_(lines, columns)], scaled[:0])
    )
    lineage = (str(bundle.manifest.get("tumour_type", {}).get("lineage", "")),) * len(scaled)
    return np.asarray(fitted.predict(Subjects(scaled, lineage), benchmark.drugs.take(columns)), np.float64)
