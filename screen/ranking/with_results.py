"""Rank patients with what came back from their plates, beside the rankings without."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen import indications
from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.ranking import apply_model, requested_patients
from screen.ranking.conditioned_ranking import condition_patient
from screen.ranking.lab_evidence import patients_with_results, plates_of
from screen.settings import Settings
from screen.store import Store, conditioned_runs, lab_results, open_store, runs, stored_models
from screen.store.conditioned_runs import ConditionedRun
from screen.tasks.progress import Progress, silent

_SHOWN = 5


@dataclass(frozen=True)
class RankedWithResults:
    """One patient's ranking with results, and what it changed."""

    patient: str
    indication: str
    run_id: str
    without_results: str
    """Id of the run without."""
    lab: str
    assay: str
    measured: int
    """Drugs that stand for themselves."""
    predicted: int
    """Drugs whose score was conditioned."""
    history: int
    """Tumours that the laboratory measured before."""
    level: float
    """Of the plate, in standard deviations of a drug; above 0: less sensitive throughout than predicted."""
    now_first: tuple[str, ...]
    """The drugs of highest score: measured or predicted, score with its 90% interval, and what it was."""
    left_out: tuple[str, ...]
    """What was measured and not learned from, and why."""


def rank_with_results(
    settings: Settings, codes: Sequence[str], patient_id: str | None = None, progress: Progress = silent
) -> list[RankedWithResults]:
    """Condition the stored model of each indication on its patients' plates; of one patient, or of all with results.

    A run of its own a patient; the ranking without results stays the current one, and is made where it is not there.

    Raises
    ------
    StoreError
        No model of the indication, or no such patient.
    InputError
        No plates, none to learn from, or a model that cannot be conditioned.
    """
    # A single patient is scored sooner than a GPU is found.
    settings = settings.changed(device="cpu") if settings.device == "auto" else settings
    done = []
    for code in [indications.require(code, "rank") for code in codes]:
        patients = _patients(settings, code, patient_id)
        for number, patient in enumerate(patients):
            progress(f"ranking {patient} with results", number, len(patients))
            done.append(_rank_one(settings, code, patient))
    return done


def _patients(settings: Settings, code: str, patient_id: str | None) -> list[str]:
    with open_store(settings.store) as store:
        if patient_id is not None:
            return [requested_patients.of_request(store, code, patient_id)[0]]
        found = patients_with_results(store, requested_patients.of_request(store, code, None))
    if not found:
        raise InputError(
            f"no results of any patient of {code}",
            where=f"rank {code} --with-results",
            remedy="add them: crescreen results add FILES --organoid ID=PATIENT",
        )
    return found


def _rank_one(settings: Settings, code: str, patient: str) -> RankedWithResults:
    from screen.models.encoder import embeddings

    with open_store(settings.store) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, code))
        fitted = lab_results.fitted_responses(store)
        plates = plates_of(fitted, patient, code)
        made = apply_model.score_members(store, bundle, [patient], settings)
        base = apply_model.run_of(store, bundle, made, settings)
        conditioned = condition_patient(store, bundle, made, base.run, fitted, plates, settings)
        there = store.scalar(
            "SELECT count(*) FROM run_patients WHERE run_id = $run AND patient_id = $patient",
            run=base.run.run_id,
            patient=patient,
        )
    with open_store(settings.store, write=True) as store:
        if not there:
            embeddings.save_embeddings(store, base.library, base.encoder, base.vectors)
            runs.save_run(store, base.run, base.patients, base.scores, base.drugs, base.heard)
        conditioned_runs.save_conditioned_run(store, conditioned)
        return _described(store, conditioned)


def _described(store: Store, made: ConditionedRun) -> RankedWithResults:
    on = made.conditioned_on
    rows = made.scores.join(made.updates.drop("patient_id"), on="drug_id").sort("rank")
    names = dict(store.sql("SELECT drug_id, name FROM drugs").iter_rows())
    left = _by_reason([(row["plate"], row["why_not"], row["drug_name"]) for row in on["left_out"]])
    alone = "not in training, so it stands for itself and says nothing of others"
    left += _by_reason([(row["plate"], alone, row["drug_name"]) for row in on["values"] if not row["conditions"]])
    return RankedWithResults(
        patient=made.patient_id,
        indication=made.run.indication,
        run_id=made.run.run_id,
        without_results=made.base_run_id,
        lab=on["lab"],
        assay=on["assay"],
        measured=int(rows["measured"].sum()),
        predicted=int((~rows["measured"]).sum()),
        history=on["history_tumours"],
        level=on["level"],
        now_first=tuple(_line(row, names) for row in rows.head(_SHOWN).iter_rows(named=True)),
        left_out=tuple(left),
    )


def _by_reason(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """One line a plate and reason: plate, reason, drug."""
    found: dict[tuple[str, str], list[str]] = {}
    for plate, reason, drug in rows:
        found.setdefault((plate, reason), []).append(drug)
    return [
        f"{', '.join(drugs[:_SHOWN])}{f' and {len(drugs) - _SHOWN} more' if len(drugs) > _SHOWN else ''} on {plate}: "
        f"{reason}"
        for (plate, reason), drugs in found.items()
    ]


def _line(row: dict[str, object], names: dict[str, str]) -> str:
    name = names.get(str(row["drug_id"])) or str(row["drug_id"])
    how = "measured" if row["measured"] else "predicted"
    return (
        f"{row['rank']}. {name}, {how}: {row['score']:.2f} ({row['score_low']:.2f} to {row['score_high']:.2f}); "
        f"before {row['score_before']:.2f}, place {row['rank_before']}"
    )
