"""The report of a patient's single cells, ranked or not."""

from dataclasses import dataclass, replace
from typing import Literal

from screen.errors import StoreError
from screen.report.content.clone_section import CloneSection, clone_section
from screen.report.content.provenance import CurrentRun, Provenance, SourceFile, provenance_of, without_run
from screen.settings import Settings
from screen.store import Store, cell_store
from screen.store.stored_models import read_manifest


@dataclass(frozen=True, kw_only=True)
class CellsReport:
    """Everything the page of a patient's cells says."""

    title: str
    subject: str
    indication: str
    """'' where it is not known."""
    answer: str
    clones: CloneSection
    provenance: Provenance
    kind: Literal["cells"] = "cells"


def cells_context(store: Store, patient_id: str, settings: Settings) -> CellsReport:
    """Gather the report.

    Raises
    ------
    StoreError
        No cells of this patient.
    """
    section = clone_section(store, patient_id, settings.ranking.potency_floor)
    if not section.read:
        raise StoreError(
            f"no cells of patient {patient_id!r}",
            where=str(store.path),
            remedy="patients with cells are listed by: crescreen cells list",
        )
    code = store.scalar("SELECT indication FROM patients WHERE patient_id = $id", id=patient_id)
    return CellsReport(
        title=f"Single cells: {patient_id}",
        subject=patient_id,
        indication=str(code or ""),
        answer=section.says,
        clones=section,
        provenance=_provenance(store, patient_id, settings),
    )


def _provenance(store: Store, patient_id: str, settings: Settings) -> Provenance:
    files = tuple(
        SourceFile(**row)
        for row in store.sql(
            """SELECT name, kind, sha256, snapshot_date, coverage, row_count AS rows FROM source_files
               WHERE source_id IN (SELECT source_id FROM cell_quality WHERE patient_id = $id) ORDER BY name, sha256""",
            id=patient_id,
        ).to_dicts()
    )
    made = cell_store.clones_of(store, patient_id)
    run = _model_run(store, made)
    if run is not None:
        whole = provenance_of(store, run, settings, patient_id)
        return replace(whole, sources=files, files=files, ranked=None, run_id="")
    return without_run(store, settings, files)


def _model_run(store: Store, made: cell_store.StoredClones | None) -> CurrentRun | None:
    """The model that scored the clones, in the shape of a ranking by it; ``None`` where none scored or it is gone."""
    if made is None or not made.model_id:
        return None
    text = store.scalar("SELECT manifest FROM models WHERE model_id = $id", id=made.model_id)
    if text is None:
        return None
    manifest = read_manifest(text, made.model_id, made.indication, store.path)
    return CurrentRun(run_id="", indication=made.indication, model_id=made.model_id, settings={}, manifest=manifest)
