"""A library's screen for patients of the store, by the current model of their indication."""

from dataclasses import dataclass
from pathlib import Path

from screen import object_stores
from screen.errors import InputError
from screen.library_screen.parts import Part, PartDone, screen_part
from screen.library_screen.screening import PatientsToScreen, ScreenRequest, screen_library
from screen.library_screen.steps import Screened
from screen.models.bundle import Bundle
from screen.models.encoder import embeddings
from screen.ranking import requested_patients
from screen.ranking.apply_model import fitting
from screen.settings import Settings
from screen.store import open_store, stored_models
from screen.store.stored_models import unseen_by
from screen.tasks.progress import Progress, silent


@dataclass(frozen=True, kw_only=True)
class LibraryQuery:
    """What ``rank --library`` is given."""

    library: Path
    """A file of this machine, or Parquet of an object store (``s3://``, ``gs://``)."""
    out: Path
    """Folder for the tables and the unfinished work."""
    shard: int = 10_000
    """Molecules of a piece."""
    patient_id: str | None = None
    """This patient alone."""


def screened(settings: Settings, code: str, query: LibraryQuery, progress: Progress = silent) -> Screened:
    """Screen the whole library; see :func:`screen.library_screen.screening.screen_library`."""
    return screen_library(_request(settings, query), _applicants(settings, code, query.patient_id), progress)


def part_screened(
    settings: Settings, code: str, query: LibraryQuery, part: str, wait: float, progress: Progress = silent
) -> PartDone:
    """Screen one part of it; see :func:`screen.library_screen.parts.screen_part`."""
    which = Part.parse(part)
    return screen_part(_request(settings, query), _applicants(settings, code, query.patient_id), which, wait, progress)


def _request(settings: Settings, query: LibraryQuery) -> ScreenRequest:
    return ScreenRequest(
        object_stores.here(query.library),
        query.shard,
        query.out.absolute(),
        settings.ranking.efficient_fraction,
        settings.workers,
        settings.device,
        settings.cluster,
    )


def _applicants(settings: Settings, code: str, patient_id: str | None) -> PatientsToScreen:
    with open_store(settings.store) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, code))
        _without_plates(bundle, code)
        fit = fitting(store, bundle, requested_patients.of_request(store, code, patient_id), settings)
        encoder = embeddings.encoder_of(store, bundle.manifest["encoder"]["id"])
    return PatientsToScreen(code, bundle, encoder, fit.found.subject_ids, fit.scaled, fit.refused)


def _without_plates(bundle: Bundle, code: str) -> None:
    """A library is screened by all members at once, and none may have seen a patient's plate."""
    if unseen_by(bundle.manifest):
        raise InputError(
            f"the model of {code} was trained with patients' plates, and a library is screened by models that saw none",
            where=f"rank {code} --library",
            remedy=f"train it without them first: crescreen train {code}",
        )
