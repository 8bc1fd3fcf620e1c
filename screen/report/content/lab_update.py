"""What a patient's plates say beside what was predicted, what they changed in the ranking, and what to test next."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from screen.errors import ScreenError
from screen.evidence.idle_in_culture import idle_in_culture
from screen.models.bundle import Bundle
from screen.models.conditioning.plate_process import Z90
from screen.ranking import selective_drugs
from screen.ranking.predicted_response import Responses, responses
from screen.ranking.well_choice import model_of_run, well_chooser
from screen.report.content import glossary
from screen.store import Store, lab_results
from screen.store.conditioned_runs import newest_update

MOST = 12
"""Drugs of a list."""
_NEXT = 6

_UPDATE = """
SELECT u.*, s.score::DOUBLE AS score, s.score_low::DOUBLE AS score_low, s.score_high::DOUBLE AS score_high, s.rank,
       coalesce(d.name, u.drug_id) AS name
FROM score_updates u JOIN scores s USING (run_id, patient_id, drug_id) LEFT JOIN drugs d ON d.drug_id = u.drug_id
WHERE u.run_id = $run ORDER BY s.rank, u.drug_id
"""


@dataclass(frozen=True, kw_only=True)
class MeasuredResponse:
    """One drug that came back, on GDSC's scale: 1 no effect, lower more sensitive."""

    drug_id: str
    name: str
    plate: str
    measured: float
    """AUC."""
    low: float
    """90%, by the wells."""
    high: float
    predicted: float | None
    """AUC before the plate; None where the drug has no score."""
    predicted_low: float | None
    """90% of a measurement in this assay; None where no ranking learned from the plate."""
    predicted_high: float | None
    why_not: str
    """Why no ranking learns from it; '' where it may."""


@dataclass(frozen=True, kw_only=True)
class MovedDrug:
    """A drug's score and rank, before and after the plate."""

    drug_id: str
    name: str
    measured: bool
    score_before: float
    low_before: float
    """90%."""
    high_before: float
    rank_before: int
    score: float
    low: float
    high: float
    rank: int


@dataclass(frozen=True, kw_only=True)
class RankingUpdate:
    """What a ranking with results changed."""

    run_id: str
    base_run_id: str
    indication: str
    lab: str
    assay: str
    learned_from: int
    """Measured drugs that the others were conditioned on."""
    history: int
    """Tumours that the laboratory measured before."""
    level: float
    """Of the plate, in standard deviations of a drug; above 0: less sensitive throughout than predicted."""
    inside: int
    """Measured drugs whose value lies in the 90% interval that was predicted for it."""
    compared: int
    first: tuple[MovedDrug, ...]
    """Ranked first now."""
    risen: tuple[MovedDrug, ...]
    """Predicted drugs whose score rose most."""
    fallen: tuple[MovedDrug, ...]
    outdated: bool
    """Plates came back, or were taken out, since."""


@dataclass(frozen=True, kw_only=True)
class LabResults:
    """A patient's plates, beside the ranking."""

    patient_id: str
    indication: str
    plates: int
    failed: int
    labs: tuple[str, ...]
    organoids: tuple[str, ...]
    answer: str
    drugs: tuple[MeasuredResponse, ...]
    """The most sensitive first."""
    update: RankingUpdate | None
    best_next: tuple[str, ...]
    """Ranked first of those not tested, with results where there are any; once given to people, acting in culture."""
    telling_next: tuple[str, ...]
    """Of those, what tells most of all others; empty where the model keeps no covariance of its errors."""
    remedy: str
    """The command that makes the ranking learn from the plates; '' where it has."""


@dataclass(frozen=True)
class RankedRun:
    """A ranking without results; its model and measured lines are read once, for all its patients."""

    store: Store
    run_id: str
    code: str

    @cached_property
    def model(self) -> Bundle:
        """The model it was made with."""
        return model_of_run(self.store, self.run_id)

    @cached_property
    def responses(self) -> Responses:
        """How its scores are read back to responses."""
        return responses(self.store, [self.run_id])


def lab_results_of(run: RankedRun, patient_id: str) -> LabResults | None:
    """What came back for a patient of the ranking; None where nothing did."""
    store, code = run.store, run.code
    plates = store.sql(
        "FROM lab_plates WHERE patient_id = $patient AND purpose = 'treated' ORDER BY added", patient=patient_id
    )
    if plates.is_empty():
        return None
    fitted = lab_results.fitted_responses(store, patient_id=patient_id)
    newest = newest_update(store, code, patient_id)
    rows = store.sql(_UPDATE, run=newest or "")
    update = None if newest is None else _update(store, newest, code, rows, fitted)
    drugs = _measured(run, patient_id, fitted, rows)
    tested = set(fitted.filter(pl.col("verdict") != "fail")["drug_id"])
    best, telling = _next(run, patient_id, tested)
    stale = fitted["usable"].any() and (update is None or update.outdated)
    return LabResults(
        patient_id=patient_id,
        indication=code,
        plates=plates.height,
        failed=plates.filter(pl.col("verdict") == "fail").height,
        labs=tuple(dict.fromkeys(plates["lab"])),
        organoids=tuple(dict.fromkeys(plates["organoid_id"])),
        answer=_answer(drugs, update, stale),
        drugs=drugs,
        update=update,
        best_next=best,
        telling_next=telling,
        remedy=f"crescreen rank {code} --patient {patient_id} --with-results" if stale else "",
    )


def _measured(
    run: RankedRun, patient_id: str, fitted: pl.DataFrame, rows: pl.DataFrame
) -> tuple[MeasuredResponse, ...]:
    before = {row["drug_id"]: row for row in rows.to_dicts()}
    scored = _predicted_alone(run, patient_id) if rows.is_empty() and fitted["usable"].any() else {}
    return tuple(
        MeasuredResponse(
            drug_id=row["drug_id"],
            name=row["drug_name"],
            plate=row["plate"],
            measured=row["auc"],
            low=max(0.0, row["auc"] - Z90 * row["auc_sd"]),
            high=row["auc"] + Z90 * row["auc_sd"],
            why_not=row["why_not"],
            **_predicted(before.get(row["drug_id"]), scored.get(row["drug_id"])),
        )
        for row in fitted.sort("auc", "drug_name", "batch").to_dicts()
    )


def _predicted(before: dict[str, Any] | None, alone: float | None) -> dict[str, float | None]:
    if before is None:
        return {"predicted": alone, "predicted_low": None, "predicted_high": None}
    middle, spread = before["response_before"], Z90 * before["response_sd_before"]
    return {"predicted": middle, "predicted_low": middle - spread, "predicted_high": middle + spread}


def _predicted_alone(run: RankedRun, patient_id: str) -> dict[str, float]:
    """Predicted AUC of each scored drug; none where scores cannot be read back to responses."""
    scores = run.store.sql(
        "SELECT drug_id, score::DOUBLE AS score FROM scores WHERE run_id = $run AND patient_id = $patient",
        run=run.run_id,
        patient=patient_id,
    )
    read = {drug: run.responses.of(run.run_id, score) for drug, score in scores.iter_rows()}
    return {drug: response for drug, response in read.items() if response is not None}


def _update(store: Store, run_id: str, code: str, rows: pl.DataFrame, fitted: pl.DataFrame) -> RankingUpdate:
    about = store.sql("SELECT base_run_id, conditioned_on FROM conditioned_runs WHERE run_id = $run", run=run_id).row(
        0, named=True
    )
    on = json.loads(about["conditioned_on"])
    measured = rows.filter("measured")
    within = (pl.col("response_measured") - pl.col("response_before")).abs() <= Z90 * pl.col("response_sd_before")
    moved = rows.filter(~pl.col("measured")).with_columns(by=pl.col("score") - pl.col("score_before").cast(pl.Float64))
    return RankingUpdate(
        run_id=run_id,
        base_run_id=about["base_run_id"],
        indication=code,
        lab=on["lab"],
        assay=on["assay"],
        learned_from=sum(bool(one["conditions"]) for one in on["values"]),
        history=on["history_tumours"],
        level=on["level"],
        inside=measured.filter(within).height,
        compared=measured.height,
        first=_moved(rows.head(MOST)),
        risen=_moved(moved.filter(pl.col("by") > 0).sort("by", "rank", descending=[True, False]).head(_NEXT)),
        fallen=_moved(moved.filter(pl.col("by") < 0).sort("by", "rank").head(_NEXT)),
        outdated=_values(on["values"]) != _values(fitted.filter("usable").to_dicts()),
    )


def _values(rows: Sequence[dict[str, Any]]) -> set[tuple[str, str, float]]:
    return {(row["batch"], row["drug_name"], round(row["auc"], 6)) for row in rows}


def _moved(rows: pl.DataFrame) -> tuple[MovedDrug, ...]:
    return tuple(
        MovedDrug(
            drug_id=row["drug_id"],
            name=row["name"],
            measured=row["measured"],
            score_before=row["score_before"],
            low_before=row["score_low_before"],
            high_before=row["score_high_before"],
            rank_before=row["rank_before"],
            score=row["score"],
            low=row["score_low"],
            high=row["score_high"],
            rank=row["rank"],
        )
        for row in rows.to_dicts()
    )


def _next(run: RankedRun, patient_id: str, tested: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    store = run.store
    known = selective_drugs.clinical(store, [run.run_id])
    idle = idle_in_culture(store)
    given = dict(known.select("drug_id", "clinical").iter_rows())
    allowed = [drug for drug, clinical in given.items() if clinical is not False and drug not in {*idle, *tested}]
    try:
        chooser = well_chooser(store, run.code, run.run_id, patient_id, allowed, run.model)
    except ScreenError:
        return (), ()
    best = chooser.order["score"][:_NEXT]
    telling = chooser.informative(_NEXT, best)
    names = dict(store.sql("SELECT drug_id, name FROM drugs").iter_rows())
    return tuple(names.get(one, one) for one in best), tuple(names.get(one, one) for one in telling)


def _answer(drugs: Sequence[MeasuredResponse], update: RankingUpdate | None, stale: bool) -> str:
    usable = [one for one in drugs if not one.why_not]
    parts = [f"{glossary.count(len(drugs), 'drug')} came back measured, {len(usable)} of them to learn from."]
    if not usable and drugs:
        reasons = list(dict.fromkeys(one.why_not for one in drugs))
        parts.append(f"No ranking learns from these plates: {'; '.join(reasons)}.")
    if update is None:
        parts += ["The ranking has not learned from them yet."] * stale
        return " ".join(parts)
    parts.append(
        f"{update.inside} of {update.compared} lie within the 90% interval that was predicted. With them "
        f"{', '.join(f'{one.name} ({how(one)})' for one in update.first[:3])} rank first."
    )
    parts += ["Plates have changed since: rank again."] * stale
    return " ".join(parts)


def how(one: MovedDrug) -> str:
    """Whether it stands for itself, and where it was."""
    return f"{'measured' if one.measured else 'predicted'}, {glossary.number(one.score)}; before rank {one.rank_before}"
