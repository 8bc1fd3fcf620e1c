"""The kinds of reports there are: commands, pages, data and verification find a kind here and nowhere else.

Another kind is a row of ``KINDS``, a record with the function that fills it, and a template.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from screen.errors import InputError
from screen.ranking import shortlists
from screen.ranking.across_indications import across
from screen.ranking.shortlists import Shortlists
from screen.report.content.biomarker_report import BiomarkerReport, biomarker_report
from screen.report.content.cells_report import CellsReport, cells_context
from screen.report.content.clinician_page import ClinicianPage, clinician_page
from screen.report.content.cohort_index import CohortIndex, cohort_index
from screen.report.content.drug_report import DrugReport, drug_report, with_lines
from screen.report.content.indication_report import IndicationReport, indication_context
from screen.report.content.lab_report import LabReport, lab_context
from screen.report.content.organoid_report import OrganoidReport, organoid_context
from screen.report.content.patient_report import PatientReport, patient_context
from screen.report.content.patient_sample import indication_of
from screen.report.content.provenance import Provenance, current_run
from screen.report.content.resistance_report import ResistanceReport, resistance_context
from screen.settings import Settings
from screen.store import Store
from screen.store.plans import load_plan


class Report(Protocol):
    """What every report's record has; a record of dataclasses, lists, texts and numbers all the way down."""

    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def provenance(self) -> Provenance: ...


@dataclass(frozen=True, kw_only=True)
class ReportKind:
    """One kind of report."""

    name: str
    """First word of its files and of its schema."""
    title: str
    """What people call it."""
    subject: str
    """What one report of it is about."""
    version: int
    """Of its data: counted up where a field changes its name, its place or its meaning, or goes."""
    template: str
    terms: frozenset[str] = frozenset()
    """Terms defined on its last page that not every kind uses."""
    record: Callable[[], type]
    """The class of its records: called, so that a report of one kind does not pay for loading the others."""
    tables: Callable[[Store, Sequence[str], Settings], Shortlists]
    """Efficient drugs that reports of these subjects need."""
    build: Callable[[Store, str, Settings, Any], Report]
    """The content of one report: store, subject, settings, tables."""
    subject_field: str = "subject"
    """Field of its data that holds what ``build`` is given as the subject."""

    @property
    def schema(self) -> str:
        """Name and version of its data's schema: ``crescreen/patient-report/1``."""
        return f"crescreen/{self.name}-report/{self.version}"


def kind_of(name: str) -> ReportKind:
    """The kind of this name.

    Raises
    ------
    InputError
        There is none.
    """
    if name not in KINDS:
        raise InputError(f"no kind of report is called {name!r}", where="report", remedy=f"any of: {', '.join(KINDS)}")
    return KINDS[name]


def require_schema(data: Mapping[str, Any], where: str) -> ReportKind:
    """The kind of a report's data, if this program knows the version of its schema.

    Raises
    ------
    InputError
        Not a report, or one of another version.
    """
    kind = KINDS.get(str(data.get("kind")))
    if kind is None or not isinstance(data.get("subject"), str):
        raise InputError(
            "not a report of crescreen", where=where, remedy="give a report as JSON, PDF or HTML, as it was written"
        )
    if data.get("schema") != kind.schema:
        found = (
            f"of schema {data['schema']!r}" if "schema" in data else "that names no schema, as older versions wrote it"
        )
        raise InputError(
            f"{kind.title} {found}; this crescreen knows {kind.schema!r}",
            where=where,
            remedy="verify it with the program that wrote it, or write the report again",
        )
    return kind


def _lab_record() -> type:
    return LabReport


def _biomarkers_record() -> type:
    return BiomarkerReport


def _biomarkers(store: Store, subject: str, settings: Settings, _tables: Any) -> Report:
    return biomarker_report(store, subject, settings)


def _lab(store: Store, subject: str, settings: Settings, _tables: Any) -> Report:
    return lab_context(store, subject, settings)


def _no_tables(_store: Store, _subjects: Sequence[str], _settings: Settings) -> Any:
    """A report that needs no list of efficient drugs."""
    return None


def _patient(store: Store, subject: str, settings: Settings, tables: Any) -> Report:
    return patient_context(store, subject, settings, tables)


def _index(store: Store, subject: str, settings: Settings, tables: Any) -> Report:
    return cohort_index(store, subject, settings, tables)


def _cells(store: Store, subject: str, settings: Settings, _tables: Any) -> Report:
    return cells_context(store, subject, settings)


def _resistance(store: Store, subject: str, settings: Settings, _tables: Any) -> Report:
    return resistance_context(store, subject, settings)


def _of_the_run(store: Store, subjects: Sequence[str], settings: Settings) -> Shortlists:
    return shortlists.make_shortlists(store, settings.ranking, [current_run(store, code).run_id for code in subjects])


def _drug(store: Store, subject: str, settings: Settings, tables: Any) -> Report:
    return drug_report(store, subject, settings, tables)


def _clinician(store: Store, subject: str, settings: Settings, tables: Any) -> Report:
    return clinician_page(store, subject, settings, tables)


def _indication(store: Store, subject: str, settings: Settings, tables: Any) -> Report:
    return indication_context(store, subject, settings, tables)


def _organoid(store: Store, subject: str, settings: Settings, _tables: Any) -> Report:
    return organoid_context(store, load_plan(store, subject), settings)


def _of_their_runs(store: Store, subjects: Sequence[str], settings: Settings) -> Shortlists:
    codes = {indication_of(store, patient): None for patient in subjects}
    return shortlists.make_shortlists(store, settings.ranking, [current_run(store, code).run_id for code in codes])


def _of_all_runs(store: Store, _subjects: Sequence[str], settings: Settings) -> Shortlists:
    return shortlists.tables(store, settings.ranking)


def _across(store: Store, _subjects: Sequence[str], settings: Settings) -> Shortlists:
    return across(store, settings.ranking)


def _with_lines(store: Store, _subjects: Sequence[str], settings: Settings) -> Shortlists:
    return with_lines(store, across(store, settings.ranking))


KINDS = {
    kind.name: kind
    for kind in (
        ReportKind(
            name="patient",
            title="report of a patient",
            subject="a ranked patient's id",
            version=3,
            template="patient.html",
            terms=frozenset({"Score interval", "Rank interval", "Marks ● ○ ?"}),
            record=lambda: PatientReport,
            tables=_of_their_runs,
            build=_patient,
        ),
        ReportKind(
            name="clinician",
            title="page for the treating physician",
            subject="a ranked patient's id",
            version=1,
            template="clinician.html",
            record=lambda: ClinicianPage,
            tables=_of_their_runs,
            build=_clinician,
        ),
        ReportKind(
            name="indication",
            title="report of an indication",
            subject="a ranked indication's code",
            version=2,
            template="indication.html",
            terms=frozenset({"EDI", "DEI", "Novelty", "Qualified", "Marks ● ○ ?"}),
            record=lambda: IndicationReport,
            tables=_across,
            build=_indication,
        ),
        ReportKind(
            name="index",
            title="index of a cohort's reports",
            subject="a ranked indication's code",
            version=1,
            template="index.html",
            record=lambda: CohortIndex,
            tables=_of_the_run,
            build=_index,
        ),
        ReportKind(
            name="drug",
            title="report of a drug",
            subject="a scored drug's name",
            version=1,
            template="drug.html",
            terms=frozenset({"EDI"}),
            record=lambda: DrugReport,
            tables=_with_lines,
            build=_drug,
            subject_field="drug_id",
        ),
        ReportKind(
            name="organoid",
            title="organoid plan",
            subject="a plan's id",
            version=2,
            template="organoid.html",
            terms=frozenset({"EDI"}),
            record=lambda: OrganoidReport,
            tables=_of_all_runs,
            build=_organoid,
            subject_field="plan_id",
        ),
        ReportKind(
            name="lab",
            title="lab report",
            subject="id of a plan, a layout, an organoid or a patient, or a lab's name",
            version=1,
            template="lab.html",
            record=_lab_record,
            tables=_no_tables,
            build=_lab,
            subject_field="scope",
        ),
        ReportKind(
            name="biomarkers",
            title="report of a drug's markers",
            subject="CODE/DRUG, the drug by its name or id",
            version=1,
            template="biomarkers.html",
            record=_biomarkers_record,
            tables=_no_tables,
            build=_biomarkers,
            subject_field="scope",
        ),
        ReportKind(
            name="resistance",
            title="report of predicted resistance",
            subject="an indication's code, or all",
            version=1,
            template="resistance.html",
            record=lambda: ResistanceReport,
            tables=_no_tables,
            build=_resistance,
        ),
        ReportKind(
            name="cells",
            title="report of single cells",
            subject="id of a patient with single cells",
            version=1,
            template="cells.html",
            record=lambda: CellsReport,
            tables=_no_tables,
            build=_cells,
        ),
    )
}
