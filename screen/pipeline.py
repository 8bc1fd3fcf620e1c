"""The steps from files to a report, for a patient and for an indication: the Python API. Read this first.

    files -> ingest -> store -> train -> rank -> report -> verify
                         |        |        |
                      evidence  evaluate  plan_organoids -> (lab) -> results_add

Evidence stands beside the scores, never in them. Every step starts from what the store holds and leaves a stored
result there; every step may be run again. A command calls one function of this module; ``crescreen demo`` has one of
its own (``screen.demo``), which calls these in turn as a user would, and illustrations have ``screen.mechanism``.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screen import indications, object_stores
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import audit, backup, forget, open_store, status
from screen.store.migrations import migrate
from screen.tasks.progress import Progress, silent

if TYPE_CHECKING:
    from screen.biomarkers.biomarker_run import biomarkers
    from screen.biomarkers.survival_run import survival
    from screen.biomarkers.tissue_comparison import tumour_normal
    from screen.doctor import Finding
    from screen.evaluation.cells.cell_protocol import evaluate_cells
    from screen.evaluation.model_card.card import write_card
    from screen.ingest.published_files import sources
    from screen.ingest.saving import Ingested, Saved
    from screen.library_screen import PartDone, Screened
    from screen.library_screen.from_store import LibraryQuery
    from screen.metrics.figure import Figure
    from screen.organoid.planning import plan_organoids
    from screen.ranking.annotated_cells import annotate_cells
    from screen.ranking.cell_explaining import explain_cells
    from screen.ranking.cell_model_scoring import score_cells
    from screen.ranking.cell_model_steps import train_cells
    from screen.ranking.cell_steps import list_cells, list_clusters, score_clones
    from screen.ranking.rank_indication import Ranked
    from screen.ranking.with_results import rank_with_results
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
    from screen.training.trained import Trained

__all__ = [
    "Progress", "annotate_cells", "backup", "biomarkers", "doctor", "evaluate", "evaluate_cells", "explain_cells",
    "export", "forget", "gather", "ingest", "init", "list_cells", "list_clusters", "list_plates", "plan_organoids",
    "predict_resistance", "rank", "rank_library", "rank_library_part", "rank_with_results", "report_biomarkers",
    "report_cells", "report_clinicians", "report_cohort", "report_drugs", "report_indications", "report_lab",
    "report_patients", "report_resistance", "results_add", "results_remove", "score_cells", "score_clones",
    "silent", "sources", "status", "survival", "train", "train_cells", "tumour_normal", "verify", "write_card",
]  # fmt: skip


_ELSEWHERE = {
    "screen.biomarkers.biomarker_run": ("biomarkers",),
    "screen.biomarkers.survival_run": ("survival",),
    "screen.biomarkers.tissue_comparison": ("tumour_normal",),
    "screen.evaluation.cells.cell_protocol": ("evaluate_cells",),
    "screen.evaluation.model_card.card": ("write_card",),
    "screen.ingest.published_files": ("sources",),
    "screen.organoid.planning": ("plan_organoids",),
    "screen.ranking.annotated_cells": ("annotate_cells",),
    "screen.ranking.cell_explaining": ("explain_cells",),
    "screen.ranking.cell_model_scoring": ("score_cells",),
    "screen.ranking.cell_model_steps": ("train_cells",),
    "screen.ranking.cell_steps": ("list_cells", "list_clusters", "score_clones"),
    "screen.ranking.with_results": ("rank_with_results",),
    "screen.report.verification": ("verify",),
    "screen.report.writing": (
        "report_biomarkers", "report_cells", "report_clinicians", "report_cohort", "report_drugs",
        "report_indications", "report_lab", "report_patients", "report_resistance",
    ),
    "screen.resistance.resistance_run": ("predict_resistance",),
    "screen.results.returning": ("list_plates", "results_add", "results_remove"),
}  # fmt: skip
"""Module -> steps of one call that are written there: imported when one is first used, so that a command does not wait
for the rooms of the others."""


def __getattr__(name: str) -> Any:
    module = next((module for module, steps in _ELSEWHERE.items() if name in steps), "")
    if not module:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    step = globals()[name] = getattr(import_module(module), name)
    return step


def doctor(settings: Settings) -> "list[Finding]":
    """Examine the installation and the store; never raises for what it finds."""
    from screen.doctor import examine

    return examine(settings)


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
    from screen.ingest import registry, saving

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
) -> "list[Trained]":
    """Fit one model an indication (that of the settings), measure it on unseen cell lines, make it the current one.

    An interrupted call resumes: finished members of the ensemble wait beside the store in ``<store>.work``.

    Parameters
    ----------
    with_lab : learn from the plates of the indication's patients too, each laboratory a source of its own
    """
    from screen.models.families import family_of_model
    from screen.training.lab_pairs import require_lab
    from screen.training.train_indication import train_one

    where = "--model" if model else "training.model"
    model = model or settings.training.model
    require_lab(family_of_model(model, where), model, where, with_lab=with_lab)
    return [
        train_one(settings, indications.require(code, "train"), model, progress, with_lab=with_lab) for code in codes
    ]


def rank(
    settings: Settings, codes: Sequence[str], patient_id: str | None = None, progress: Progress = silent
) -> "list[Ranked]":
    """Score every drug for every patient of the indications (or for one patient) and store the ranking.

    Raises
    ------
    StoreError
        No model of the indication, or no such patient.
    InputError
        No patient has a profile that fits the model.
    """
    from screen.ranking.rank_indication import rank_one

    done = []
    for number, code in enumerate([indications.require(code, "rank") for code in codes]):
        progress(f"ranking {code}", number, len(codes))
        done.append(rank_one(settings, code, patient_id))
    return done


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
    from screen.evaluation import run

    return run.evaluate(settings, protocol, codes, folds, progress, models, features)


def export(settings: Settings, table: str, out: Path, patient: str | None = None) -> int:
    """Write a table (scores, stands_out, edp, ...), or its rows of one patient: csv, parquet or xlsx; how many rows."""
    from screen.ranking import shortlists
    from screen.report.formats.table_files import require_ending, write_table
    from screen.tasks.files import draft_of

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
