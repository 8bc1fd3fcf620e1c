"""Write reports: of some patients or indications one by one, of a whole cohort in several processes.

A cohort's reports are made once: beside them lies, for each patient, what they were made from and what was written. A
patient is passed over where both still hold, so an interrupted call goes on where it was.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from screen import __version__, indications, resources, tasks
from screen.errors import InputError, StoreError
from screen.ranking import shortlists
from screen.ranking.shortlists import Shortlists
from screen.report.content.provenance import current_run
from screen.report.content.resistance_report import ALL_COHORTS
from screen.report.file_names import safe_name
from screen.report.formats.rendering import FORMATS, render
from screen.report.report_kinds import kind_of
from screen.settings import Settings
from screen.store import Store, audit, open_store
from screen.tasks.progress import Progress, silent

WRITTEN = ".written"
"""Folder beside a cohort's reports: a file a patient, the basis on its first line, then hash and name of each file."""


@dataclass(frozen=True, kw_only=True)
class CohortReports:
    """What became of a cohort's reports."""

    indication: str
    patients: int
    written: int
    unchanged: int
    folder: str
    index: str
    """Page that lists them, with the cohort's heat map."""


@dataclass(frozen=True, kw_only=True)
class _Task:
    settings: Settings
    code: str
    patient_id: str
    formats: tuple[str, ...]
    out: Path
    basis: str


def report_patients(
    settings: Settings, patient_ids: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One report a patient, in each format (pdf, html, json); the files written."""
    return _one_by_one(settings, "patient", patient_ids, formats, out, progress)


def report_drugs(
    settings: Settings, names: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One report a drug over all indications ranked, in each format (pdf, html, json); the files written."""
    return _one_by_one(settings, "drug", names, formats, out, progress)


def report_clinicians(
    settings: Settings, patient_ids: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One page in plain words a patient, in each format (pdf, html, json); the files written."""
    return _one_by_one(settings, "clinician", patient_ids, formats, out, progress)


def report_indications(
    settings: Settings, codes: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One report an indication, in each format (pdf, html, json); the files written."""
    required = [indications.require(code, "report indication") for code in codes]
    return _one_by_one(settings, "indication", required, formats, out, progress)


def report_lab(
    settings: Settings, scopes: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One lab report a plan, layout, organoid, patient or lab, in each format (pdf, html, json); the files written."""
    return _one_by_one(settings, "lab", scopes, formats, out, progress)


def report_biomarkers(
    settings: Settings, code: str, drugs: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One report of a drug's markers in an indication, in each format (pdf, html, json); the files written."""
    code = indications.require(code, "report biomarkers")
    return _one_by_one(settings, "biomarkers", [f"{code}/{drug}" for drug in drugs], formats, out, progress)


def report_resistance(
    settings: Settings, codes: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One report of predicted resistance an indication, and one of all indications that the store has one of."""
    required = [indications.require(code, "report resistance") for code in codes]
    return _one_by_one(settings, "resistance", [*required, ALL_COHORTS], formats, out, progress)


def report_cells(
    settings: Settings, patient_ids: Sequence[str], formats: Sequence[str], out: Path, progress: Progress = silent
) -> list[Path]:
    """One report of single cells a patient, in each format (pdf, html, json); the files written."""
    return _one_by_one(settings, "cells", patient_ids, formats, out, progress)


def report_cohort(
    settings: Settings, code: str, formats: Sequence[str], out: Path, progress: Progress = silent
) -> CohortReports:
    """A report of every ranked patient of an indication; those that would come out the same are left alone.

    Raises
    ------
    StoreError
        The indication is not ranked.
    """
    code, formats = indications.require(code, "report patient --all"), _known(formats)
    with open_store(settings.store) as store:
        patients, basis = _ranked(store, code), _basis(store, settings, formats)
    all_tasks = {
        _record(out, one): _Task(settings=settings, code=code, patient_id=one, formats=formats, out=out, basis=basis)
        for one in patients
    }
    todo = {path: task for path, task in all_tasks.items() if not _holds(path, task)}
    (out / WRITTEN).mkdir(parents=True, exist_ok=True)
    unchanged = len(patients) - len(todo)
    progress(f"reports of {code}", unchanged, len(patients))
    for done, path in enumerate(tasks.complete(_make, todo, tasks.cores(settings.workers)), unchanged + 1):
        progress(path.name, done, len(patients))
    (index,) = _one_by_one(settings, "index", [code], ["html"], out, silent)
    return CohortReports(
        indication=code,
        patients=len(patients),
        written=len(todo),
        unchanged=unchanged,
        folder=str(out),
        index=str(index),
    )


def _one_by_one(
    settings: Settings, name: str, subjects: Sequence[str], formats: Sequence[str], out: Path, progress: Progress
) -> list[Path]:
    formats, written = _known(formats), []
    with open_store(settings.store) as store:
        kind = kind_of(name)
        tables = kind.tables(store, subjects, settings)
        for number, subject in enumerate(subjects):
            progress(f"report {subject}", number, len(subjects))
            report = kind.build(store, subject, settings, tables)
            written += [render(report, form, out) for form in formats]
    return written


def _known(formats: Sequence[str]) -> tuple[str, ...]:
    unknown = [form for form in formats if form not in FORMATS]
    if unknown:
        raise InputError(
            f"no report format is called {unknown[0]!r}", where="--format", remedy=f"any of: {','.join(FORMATS)}"
        )
    return tuple(dict.fromkeys(formats))


def _ranked(store: Store, code: str) -> list[str]:
    rows = store.sql(
        """SELECT patient_id FROM run_patients JOIN current_runs USING (run_id)
           WHERE indication = $code ORDER BY 1""",
        code=code,
    )
    if rows.is_empty():
        raise StoreError(f"no ranking of {code}", where=str(store.path), remedy=f"run: crescreen rank {code}")
    return rows["patient_id"].to_list()


def _basis(store: Store, settings: Settings, formats: Sequence[str]) -> str:
    """What decides a report's bytes: the store's state, the settings, the formats, the program and its templates."""
    digest = hashlib.sha256(json.dumps([audit.tip(store), settings.printed(), formats, __version__]).encode())
    sources = [*resources.folder("templates").rglob("*"), *Path(__file__).parents[1].rglob("*.py")]
    for path in sorted(path for path in sources if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _record(out: Path, patient_id: str) -> Path:
    return out / WRITTEN / safe_name("patient", patient_id)


def _holds(record: Path, task: _Task) -> bool:
    if not record.is_file():
        return False
    basis, *files = record.read_text(encoding="utf-8").splitlines()
    return (
        basis == task.basis
        and len(files) == len(task.formats)
        and all(
            (task.out / name).is_file() and _digest(task.out / name) == digest
            for digest, name in (line.split("  ", 1) for line in files)
        )
    )


def _make(task: _Task) -> bytes:
    tables = _tables(task.settings, task.code, task.basis)
    with open_store(task.settings.store) as store:
        report = kind_of("patient").build(store, task.patient_id, task.settings, tables)
    files = [render(report, form, task.out) for form in task.formats]
    return "\n".join([task.basis, *(f"{_digest(file)}  {file.name}" for file in files), ""]).encode()


@lru_cache(maxsize=1)
def _tables(settings: Settings, code: str, _basis: str) -> Shortlists:
    # Once a process: they hold the whole cohort.
    with open_store(settings.store) as store:
        return shortlists.make_shortlists(store, settings.ranking, [current_run(store, code).run_id])


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
