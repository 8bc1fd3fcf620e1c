"""One indication's patients ranked, from the store and back: read the model, score, keep the run."""

from dataclasses import dataclass

from screen.models.bundle import Bundle
from screen.ranking import excluded_drugs, requested_patients
from screen.ranking.apply_model import apply
from screen.settings import Settings
from screen.store import open_store, runs, stored_models


@dataclass(frozen=True)
class Ranked:
    """What became of one indication."""

    indication: str
    run_id: str
    patients: int
    drugs: int
    refused: dict[str, str]
    """patient -> why it was not scored."""
    remedy: str
    profiles: tuple[str, ...] = ()
    """Which profile was used, of patients with several."""


def rank_one(settings: Settings, code: str, patient_id: str | None) -> Ranked:
    """Score the drugs for the patients of one indication, or for one patient, and store the ranking.

    Raises
    ------
    StoreError
        No model of the indication, or no such patient.
    InputError
        No patient has a profile that fits the model.
    """
    from screen.models.encoder import embeddings

    with open_store(settings.store) as store:
        excluded_drugs.ids_of(store, settings.ranking)
        bundle = Bundle.from_bytes(*stored_models.current_model(store, code))
        applied = apply(store, bundle, requested_patients.of_request(store, code, patient_id), settings)
    with open_store(settings.store, write=True) as store:
        embeddings.save_embeddings(store, applied.library, applied.encoder, applied.vectors)
        rows = (applied.patients, applied.scores, applied.drugs, applied.heard)
        runs.save_run(store, applied.run, *rows, whole=patient_id is None)
    return Ranked(
        code,
        applied.run.run_id,
        applied.patients.height,
        len(applied.library),
        applied.refused,
        applied.remedy if applied.refused else "",
        applied.several,
    )
