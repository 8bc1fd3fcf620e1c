"""The steps from files to a report, for a patient and for an indication: the Python API. Read this first.

    files -> ingest -> store -> train -> rank -> report -> verify
                         |        |        |
                      evidence  evaluate  plan_organoids -> (lab) -> results_add

Evidence stands beside the scores, never in them. Every step starts from what the store holds and leaves a stored
result there; every step may be run again. A command calls one function of this module; ``crescreen demo`` has one of
its own (``screen.demo``), which calls these in turn as a user would, and illustrations have ``screen.mechanism``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screen import indications, object_stores
from screen.biomarkers.biomarker_run import biomarkers
from screen.biomarkers.survival_run import survival
from screen.biomarkers.tissue_comparison import tumour_normal
from screen.doctor import examine as doctor
from screen.evaluation import run
from screen.evaluation.cells.cell_protocol import evaluate_cells
from screen.evaluation.model_card.card import write_card
from screen.ingest import registry, saving
from screen.ingest.published_files import sources
from screen.models.bundle import Bundle
from screen.models.families import family_of_model
from screen.organoid.planning import plan_organoids
from screen.ranking import excluded_drugs, requested_patients, shortlists
from screen.ranking.annotated_cells import annotate_cells
from screen.ranking.apply_model import apply
from screen.ranking.cell_explaining import explain_cells
from screen.ranking.cell_model_scoring import score_cells
from screen.ranking.cell_model_steps import train_cells
from screen.ranking.cell_steps import list_cells, list_clusters, score_clones
from screen.ranking.with_results import rank_with_results
from screen.records import ReadOptions
from screen.report.formats.table_files import require_ending, write_table
from screen.report.verification import verify
from screen.report.writing import (
    report_biomarkers,
    report_cells,
    report_clinicians,
    report_cohort,
    report_drugs,
    report_indications,
    report_lab,
    report_patients,
    report_resistance,
)
from screen.resistance.resistance_run import predict_resistance
from screen.results.returning import list_plates, results_add, results_remove
from screen.settings import Settings
from screen.store import audit, backup, forget, open_store, runs, status, stored_models
from screen.store.migrations import migrate
from screen.tasks.files import draft_of
from screen.tasks.progress import Progress, silent
from screen.training.lab_pairs import require_lab
from screen.training.train_indication import train_one
from screen.training.trained import Trained

if TYPE_CHECKING:
    from screen.ingest.saving import Ingested, Saved
    from screen.library_screen import PartDone, Screened
    from screen.library_screen.from_store import LibraryQuery
    from screen.metrics.figure import Figure

__all__ = [
    "Progress",
    "annotate_cells",
    "backup",
    "biomarkers",
    "doctor",
    "evaluate",
    "evaluate_cells",
    "explain_cells",
    "export",
    "forget",
    "gather",
    "ingest",
    "init",
    "list_cells",
    "list_clusters",
    "list_plates",
    "plan_organoids",
    "predict_resistance",
    "rank",
    "rank_library",
    "rank_library_part",
    "rank_with_results",
    "report_biomarkers",
    "report_cells",
    "report_clinicians",
    "report_cohort",
    "report_drugs",
    "report_indications",
    "report_lab",
    "report_patients",
    "report_resistance",
    "results_add",
    "results_remove",
    "score_cells",
    "score_clones",
    "silent",
    "sources",
    "status",
    "survival",
    "train",
    "train_cells",
    "tumour_normal",
    "verify",
    "write_card",
]


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


def init(settings: Settings) -> list[str]:
    """Make the store, or bring an older one up to date; the migrations applied."""
    with open_store(settings.store, create=True) as store:
        applied = migrate(store)
        if applied:
            with store.transaction():
                audit.record(store, "init", migrations=applied)
        return applied


def ingest(
    settings: Settings,
    files: Sequence[Path],
    options: ReadOptions | None = None,
    progress: Progress = silent,
    replace: str = "",
) -> "list[Ingested]":
    """Read published files into the store, all or none of them; in place of the file named ``replace``, if any.

    Raises
    ------
    InputError
        A file that cannot be read as it is; the store is then as it was.
    """
    options = options or ReadOptions()
    recognised = [registry.recognise(path, options) for path in files]
    done: list[Saved] = []
    with open_store(settings.store, write=True) as store, store.transaction():
        removed = saving.replace_file(store, replace) if replace else frozenset[str]()
        for number, (kind, head) in enumerate(recognised):
            progress(f"{head.path.name}: {kind.says}", number, len(files))
            done.append(saving.save_file(store, kind, head, options))
        changed = removed.union(*(one.changed for one in done))
        saving.rebuild_derived(store, changed, lambda what: progress(what, len(files), len(files)))
        return saving.described(store, done)


def train(
    settings: Settings, codes: Sequence[str], model: str = "", progress: Progress = silent, *, with_lab: bool = False
) -> list[Trained]:
    """Fit one model an indication (that of the settings), measure it on unseen cell lines, make it the current one.

    An interrupted call resumes: finished members of the ensemble wait beside the store in ``<store>.work``.

    Parameters
    ----------
    with_lab : learn from the plates of the indication's patients too, each laboratory a source of its own
    """
    where = "--model" if model else "training.model"
    model = model or settings.training.model
    require_lab(family_of_model(model, where), model, where, with_lab=with_lab)
    return [
        train_one(settings, indications.require(code, "train"), model, progress, with_lab=with_lab) for code in codes
    ]


def rank(
    settings: Settings, codes: Sequence[str], patient_id: str | None = None, progress: Progress = silent
) -> list[Ranked]:
    """Score every drug for every patient of the indications (or for one patient) and store the ranking.

    Raises
    ------
    StoreError
        No model of the indication, or no such patient.
    InputError
        No patient has a profile that fits the model.
    """
    done = []
    for number, code in enumerate([indications.require(code, "rank") for code in codes]):
        progress(f"ranking {code}", number, len(codes))
        done.append(_rank_one(settings, code, patient_id))
    return done


def _rank_one(settings: Settings, code: str, patient_id: str | None) -> Ranked:
    from screen.models.encoder import embeddings

    with open_store(settings.store) as store:
        excluded_drugs.ids_of(store, settings.ranking)
        bundle = Bundle.from_bytes(*stored_models.current_model(store, code))
        applied = apply(store, bundle, requested_patients.of_request(store, code, patient_id), settings)
    with open_store(settings.store, write=True) as store:
        embeddings.save_embeddings(store, applied.library, applied.encoder, applied.vectors)
        runs.save_run(store, applied.run, applied.patients, applied.scores, applied.drugs, whole=patient_id is None)
    return Ranked(
        code,
        applied.run.run_id,
        applied.patients.height,
        len(applied.library),
        applied.refused,
        applied.remedy if applied.refused else "",
        applied.several,
    )


def rank_library(
    settings: Settings,
    codes: Sequence[str],
    library: Path,
    out: Path,
    shard: int = 10_000,
    patient_id: str | None = None,
    progress: Progress = silent,
) -> "list[Screened]":
    """Screen a library of any size for the patients of indications (or for one); tables land under ``out/CODE``.

    Nothing enters the store. An interrupted call goes on where it was, from the files in ``out/work``.

    Raises
    ------
    StoreError
        No model of the indication, or no such patient.
    InputError
        The library cannot be read, or no patient has a profile that fits the model.
    """
    from screen.library_screen.from_store import LibraryQuery, screened

    query = LibraryQuery(library=library, out=out, shard=shard, patient_id=patient_id)
    return [screened(settings, indications.require(code, "rank"), query, progress) for code in codes]


def rank_library_part(
    settings: Settings,
    codes: Sequence[str],
    query: "LibraryQuery",
    part: str,
    wait: float = 0,
    progress: Progress = silent,
) -> "list[PartDone]":
    """Compute part ``i/n`` of such a screen, for any batch system; :func:`gather` merges the parts."""
    from screen.library_screen.from_store import part_screened

    return [part_screened(settings, indications.require(code, "rank"), query, part, wait, progress) for code in codes]


def gather(settings: Settings, folder: Path, to: Path | None = None, progress: Progress = silent) -> "list[Screened]":
    """Merge the parts of the screens in a folder into their tables; ``to``: copy those into an object store, too."""
    from screen.library_screen import parts

    return parts.gather(settings, folder, to, progress)


def evaluate(
    settings: Settings,
    protocol: str,
    codes: Sequence[str] = (),
    models: Sequence[str] = (),
    folds: Path | None = None,
    progress: Progress = silent,
    features: Mapping[str, Path] | None = None,
) -> "list[Figure]":
    """Measure models on what they have not seen and store the figures; see :func:`screen.evaluation.run.evaluate`."""
    return run.evaluate(settings, protocol, codes, folds, progress, models, features)


def export(settings: Settings, table: str, out: Path, patient: str | None = None) -> int:
    """Write a table (scores, stands_out, edp, ...), or its rows of one patient: csv, parquet or xlsx; how many rows."""
    if object_stores.address(out) is None:
        require_ending(out)
    with open_store(settings.store) as store:
        frame = shortlists.export(store, table, settings.ranking, patient)
    if object_stores.address(out):
        object_stores.write(frame, out)
        return frame.height
    with draft_of(out) as draft:
        write_table(frame, draft, out.suffix)
    return frame.height
