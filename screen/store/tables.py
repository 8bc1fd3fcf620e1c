"""Every table of the store: what kind of facts it holds, and what in it is a patient's.

``forget``, ingest and re-derivation read this list; a test fails where the schema has a table or a patient's column
that is not declared here.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["source", "shared", "derived", "result", "plan", "lab", "bookkeeping"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table."""

    name: str
    kind: Kind
    """``source``: rows of one source file, by ``source_id``. ``shared``: facts that several files may bring, once each.
    ``derived``: follows from the facts, rebuilt after an ingest. ``result``: models, rankings, measured figures.
    ``plan``: organoid test sets. ``lab``: plates that came back, and their curves. ``bookkeeping``: of the store
    itself."""
    patient: str | None = None
    """Column with a patient's id: the row goes with the patient."""
    where: str = "TRUE"
    """SQL: which rows are patients', where others lie beside them."""
    owner: tuple[str, str] | None = None
    """Table and column through which a row is a patient's: it goes with the row there."""
    quotes: tuple[str, ...] = ()
    """Text columns that may quote an id (a file's name, a note): the id is taken out, the row stays."""
    key: str | None = None
    """Of a shared table: what makes two rows the same."""


_PLAN = ("plans", "plan_id")

TABLES: tuple[Table, ...] = (
    Table(name="source_files", kind="bookkeeping", quotes=("name", "options", "notes", "coverage")),
    Table(name="audit", kind="bookkeeping"),
    Table(name="migrations", kind="bookkeeping"),
    Table(name="forgotten", kind="bookkeeping"),
    Table(name="indication_members", kind="bookkeeping"),
    Table(name="cell_line_records", kind="source"),
    Table(name="patient_records", kind="source", patient="patient_id"),
    Table(
        name="expression",
        kind="source",
        patient="subject_id",
        where="domain = 'patient'",
        quotes=("dataset", "sample_id"),
    ),
    Table(name="outcomes", kind="source", patient="patient_id"),
    Table(name="given_drugs", kind="source", patient="patient_id"),
    Table(
        name="alterations",
        kind="source",
        patient="subject_id",
        where="domain = 'patient'",
        quotes=("dataset", "sample_id"),
    ),
    Table(name="biomarker_records", kind="source"),
    Table(name="plasma_peaks", kind="source"),
    Table(name="patient_groups", kind="source", patient="patient_id"),
    Table(name="gene_lists", kind="source", quotes=("list_name", "basis")),
    Table(
        name="covered_samples",
        kind="source",
        patient="subject_id",
        where="domain = 'patient'",
        quotes=("sample_id", "list_name"),
    ),
    Table(name="cell_blocks", kind="source", patient="patient_id", quotes=("dataset",)),
    Table(name="cell_quality", kind="source", patient="patient_id", quotes=("dataset", "says")),
    Table(name="gene_aliases", kind="source"),
    Table(name="drug_names", kind="source"),
    Table(name="drug_facts", kind="source"),
    Table(name="drug_problems", kind="source"),
    Table(name="responses", kind="source"),
    Table(name="response_ranges", kind="source"),
    Table(name="trials", kind="source"),
    Table(name="trial_conditions", kind="source"),
    Table(name="trial_interventions", kind="source"),
    Table(name="indication_records", kind="source"),
    Table(name="oncotree_nodes", kind="source"),
    Table(name="gene_orders", kind="shared", key="gene_order_id"),
    Table(name="drug_structures", kind="shared", key="drug_id"),
    Table(name="drug_encoders", kind="shared", key="encoder_id"),
    Table(name="condition_codes", kind="derived"),
    Table(name="evidence", kind="derived"),
    Table(name="unlinked", kind="derived"),
    Table(name="searched", kind="derived"),
    Table(name="drug_keys", kind="derived"),
    Table(name="drugs", kind="derived"),
    Table(name="drug_conflicts", kind="derived"),
    Table(name="drug_embeddings", kind="derived"),
    Table(name="models", kind="result"),
    Table(name="evaluations", kind="result", quotes=("note",)),
    Table(name="evaluation_manifests", kind="result", quotes=("manifest",)),
    Table(name="predictions", kind="result"),
    Table(name="biomarker_analyses", kind="result"),
    Table(name="biomarkers", kind="result"),
    Table(name="illustrations", kind="result"),
    Table(name="resistance_runs", kind="result"),
    Table(name="resistance_calls", kind="result", patient="patient_id"),
    Table(name="resistance_attributions", kind="result"),
    Table(name="runs", kind="result", owner=("conditioned_runs", "run_id")),
    Table(name="conditioned_runs", kind="result", patient="patient_id", quotes=("conditioned_on",)),
    Table(name="run_drugs", kind="result"),
    Table(name="run_patients", kind="result", patient="patient_id", quotes=("sample_id", "profiles_unused")),
    Table(name="scores", kind="result", patient="patient_id"),
    Table(name="heard_alterations", kind="result", patient="patient_id"),
    Table(name="score_updates", kind="result", patient="patient_id"),
    Table(name="clones", kind="result", patient="patient_id"),
    Table(name="clone_scores", kind="result", patient="patient_id"),
    Table(name="clone_runs", kind="result", patient="patient_id"),
    Table(name="cell_models", kind="result", owner=("cell_model_patients", "model_id")),
    Table(name="cell_predictions", kind="result", patient="patient_id", owner=("cell_model_patients", "model_id")),
    Table(name="cell_explanations", kind="result", patient="patient_id", owner=("cell_model_patients", "model_id")),
    Table(name="key_genes", kind="result", patient="patient_id", owner=("cell_model_patients", "model_id")),
    Table(name="cell_model_patients", kind="result", patient="patient_id", owner=("cell_model_patients", "model_id")),
    Table(name="plans", kind="plan", patient="patient_id", quotes=("cautions", "method", "request")),
    Table(name="plan_treatments", kind="plan", owner=_PLAN),
    Table(name="plan_wells", kind="plan", owner=_PLAN),
    Table(name="plan_sources", kind="plan", owner=_PLAN),
    Table(name="plan_transfers", kind="plan", owner=_PLAN),
    Table(name="plan_compounds", kind="plan", owner=_PLAN),
    Table(name="lab_plates", kind="lab", patient="patient_id", quotes=("file_name", "plate", "organoid_id")),
    Table(name="lab_wells", kind="lab", owner=("lab_plates", "plate_id")),
    Table(name="lab_curves", kind="lab", patient="patient_id", quotes=("plates", "organoid_id")),
    Table(name="lab_combinations", kind="lab", patient="patient_id", quotes=("plates", "organoid_id")),
)


def named(name: str) -> Table:
    """The table of this name; a ``KeyError`` where it is not declared."""
    return _BY_NAME[name]


def of_kind(kind: Kind) -> tuple[Table, ...]:
    """All tables of one kind, in the order declared."""
    return tuple(table for table in TABLES if table.kind == kind)


def with_patients() -> tuple[Table, ...]:
    """Tables with a column of patients' ids."""
    return tuple(table for table in TABLES if table.patient)


def with_owner() -> tuple[Table, ...]:
    """Tables whose rows belong to a row elsewhere."""
    return tuple(table for table in TABLES if table.owner)


_BY_NAME = {table.name: table for table in TABLES}
