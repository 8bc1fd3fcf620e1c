"""The story of one patient and of one indication: the Python API of crescreen. Read this first.

    files -> ingest -> store -> train -> rank -> report
                         |
                      evidence (beside the scores, never in them)

Every step starts from what the store holds and leaves a stored result; every step may be run again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from screen import indications
from screen.errors import InputError, StoreError
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import Store, audit, load, open_store, runs, save, upkeep
from screen.store.migrate import migrate

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, how much there is."""


def silent(label: str, done: int, total: int) -> None:
    """A progress callback that says nothing."""


@dataclass(frozen=True)
class Ingested:
    """What became of one file."""

    name: str
    kind: str
    says: str
    rows: int
    notes: tuple[str, ...]
    repeated: bool
    """The same bytes, read the same way, were in the store already: nothing was changed."""


@dataclass(frozen=True)
class Ranked:
    """What became of one indication."""

    indication: str
    run_id: str
    patients: int
    drugs: int
    refused: dict[str, str] = field(default_factory=dict)
    """patient -> why it was not scored."""
    remedy: str = ""


def init(settings: Settings) -> list[str]:
    """Make the store, or bring an older one up to date; the migrations applied."""
    with open_store(settings.store, create=True) as store:
        applied = migrate(store)
        if applied:
            with store.transaction():
                audit.record(store, "init", migrations=applied)
        return applied


def ingest(settings: Settings, files: Sequence[Path], options: ReadOptions | None = None,
           progress: Progress = silent) -> list[Ingested]:
    """Read published files into the store, all or none of them.

    Raises
    ------
    InputError
        A file that cannot be read as it is; the store is then as it was.
    """
    from screen import crossref
    from screen.ingest import kinds
    from screen.store.resolve import resolve_drugs

    options = options or ReadOptions()
    read_as = [kinds.recognise(path, options) for path in files]
    done: list[Ingested] = []
    with open_store(settings.store, write=True) as store, store.transaction():
        for number, (path, (kind, head)) in enumerate(zip(files, read_as, strict=True)):
            progress(f"{path.name}: {kind.says}", number, len(files))
            done.append(_ingest_one(store, path, kind, head, options))
        if not all(one.repeated for one in done):
            progress("resolving drugs and evidence", len(files), len(files))
            resolve_drugs(store)
            crossref.refresh(store)
    return done


def _ingest_one(store: Store, path: Path, kind: Any, head: Any, options: ReadOptions) -> Ingested:
    source = save.source_of(path, options)
    repeated = save.known(store, source)
    rows, notes = 0, ("the same bytes are in the store already: nothing changed",)
    if not repeated:
        batch = kind.read(head, options)
        replaced = save.same_bytes(store, source)
        save.remove_sources(store, replaced)
        save.refuse_second_dataset(store, source, batch)
        rows, notes = save.save_batch(store, source, batch), batch.notes
    audit.record(store, "ingest", file=source.name, sha256=source.sha256, kind=kind.name, rows=rows, repeated=repeated)
    return Ingested(path.name, kind.name, kind.says, rows, notes, repeated)


def train(settings: Settings, codes: Sequence[str], model: str = "dsn-adv",
          progress: Progress = silent) -> list[dict[str, Any]]:
    """Fit one model an indication on cell lines and store it as the current one; the manifests.

    An interrupted call resumes: finished ensemble members wait beside the store in ``<store>.work``.
    """
    from screen.learn import embed
    from screen.learn.train import train as fit
    from screen.training_data import training_data

    manifests = []
    for code in [indications.require(c, "train") for c in codes]:
        with open_store(settings.store) as store:
            data = training_data(store, code, load.patients_of(store, indications.members(code)), settings)
            encoder = embed.current_encoder(store)
            vectors = embed.embeddings(store, data.library, encoder)
        bundle = fit(data, vectors, encoder, settings, work=settings.work, progress=progress, model=model)
        with open_store(settings.store, write=True) as store:
            embed.save_embeddings(store, data.library, encoder, vectors)
            runs.save_model(store, code, bundle.model_id, bundle.manifest, bundle.weights)
        manifests.append(bundle.manifest)
    return manifests


def rank(settings: Settings, codes: Sequence[str], patient_id: str | None = None,
         progress: Progress = silent) -> list[Ranked]:
    """Score every drug for every patient of the indications (or for one patient) and store the ranking.

    Raises
    ------
    StoreError
        No model for the indication, or no patient with a profile that fits it.
    """
    from screen.learn.bundles import Bundle

    done = []
    for number, code in enumerate([indications.require(c, "rank") for c in codes]):
        progress(f"ranking {code}", number, len(codes))
        with open_store(settings.store) as store:
            bundle = Bundle.from_bytes(*load.current_model(store, code))
            wanted_ids = _patients(store, code, patient_id)
            ranking = _rank_one(store, bundle, code, wanted_ids, settings)
        with open_store(settings.store, write=True) as store:
            runs.save_run(store, *ranking.tables)
        done.append(ranking.outcome)
    return done


def report_patients(settings: Settings, patient_ids: Sequence[str], formats: Sequence[str], out: Path,
                    progress: Progress = silent) -> list[Path]:
    """One report a patient, in each format (pdf, html, json); the files written."""
    from screen.report.patient import patient_context

    return _report(settings, patient_ids, patient_context, formats, out, progress)


def report_indications(settings: Settings, codes: Sequence[str], formats: Sequence[str], out: Path,
                       progress: Progress = silent) -> list[Path]:
    """One report an indication, in each format (pdf, html, json); the files written."""
    from screen.report.indication import indication_context

    codes = [indications.require(code, "report indication") for code in codes]
    return _report(settings, codes, indication_context, formats, out, progress)
