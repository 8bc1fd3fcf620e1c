"""One page of a patient in plain words: what the computer singles out, what is known of it, why not to trust it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from screen.alterations.marker_match import PRESENT_STATES
from screen.ranking.shortlists import Shortlists
from screen.report.content import glossary
from screen.report.content.next_steps import AlteredTarget, OpenTrial
from screen.report.content.patient_ranking import RankedDrug
from screen.report.content.patient_report import PatientReport, patient_context
from screen.report.content.patient_sample import Sample
from screen.report.content.provenance import Provenance
from screen.report.content.selective_list import SelectiveDrug
from screen.report.content.tumour_alterations import DrugAlterations
from screen.settings import Settings
from screen.store import Store

MOST = 6
"""Drugs on the page."""
ALTERATIONS = 6
ACTING = 6
"""Most trials, findings and drugs of one finding."""


@dataclass(frozen=True)
class PlainDrug:
    """A drug that stands out, in a sentence or two."""

    name: str
    drug_id: str
    prediction: str
    record: str


@dataclass(frozen=True, kw_only=True)
class ClinicianPage:
    """Everything the page says."""

    title: str
    subject: str
    """The patient."""
    indication_name: str
    sample: Sample
    answer: str
    drugs: tuple[PlainDrug, ...]
    further: int
    """Drugs that stand out beyond those on the page."""
    alterations: tuple[str, ...]
    """Known biomarkers that it has; then altered genes that scored drugs act on, those with approved drugs first."""
    alterations_read: bool
    alterations_left: int
    """Findings beyond those on the page."""
    trials: tuple[OpenTrial, ...]
    trust: tuple[str, ...]
    """How far the figures measured carry, and what is not known."""
    provenance: Provenance
    kind: Literal["clinician"] = "clinician"


def clinician_page(store: Store, patient_id: str, settings: Settings, tables: Shortlists) -> ClinicianPage:
    """The page of one patient; parameters and errors as of
    :func:`screen.report.content.patient_report.patient_context`."""
    report = patient_context(store, patient_id, settings, tables)
    known = {row.drug.note.drug_id: row.drug for row in report.rows}
    listed = report.stands_out.drugs
    concerned = list(filter(None, map(known_markers, report.alterations.drugs)))
    concerned += [acted_on(one) for one in report.next_steps.altered]
    return ClinicianPage(
        title=f"For the treating physician: {patient_id}",
        subject=patient_id,
        indication_name=report.indication_name,
        sample=report.sample,
        answer=_answer(report),
        drugs=tuple(_plain(one, known[one.drug_id], report) for one in listed[:MOST]),
        further=max(0, len(listed) - MOST),
        alterations=tuple(concerned[:ALTERATIONS]),
        alterations_read=report.alterations.read,
        alterations_left=max(0, len(concerned) - ALTERATIONS),
        trials=report.next_steps.trials,
        trust=_trust(report),
        provenance=report.provenance,
    )


def _answer(report: PatientReport) -> str:
    found = report.stands_out
    if not found.drugs:
        return "The computer singles out no drug for this tumour. That is an answer: nothing here speaks for one drug."
    return (
        f"The computer singles out {glossary.count(len(found.drugs), 'drug')} for this tumour; about "
        f"{glossary.number(found.expected, 0)} would be singled out by chance alone, for anybody. Each is a reason to "
        "test the drug on this patient's own cells, not a reason to give it."
    )


def _plain(one: SelectiveDrug, ranked: RankedDrug, report: PatientReport) -> PlainDrug:
    tumours = f"tumours of this type ({report.sample.indication})"
    # "mTOR inhibitor" stays as it is written.
    mechanism = one.mechanism if one.mechanism[1:2].isupper() else f"{one.mechanism[:1].upper()}{one.mechanism[1:]}"
    says = f"{mechanism}. Predicted to act more on this tumour than on "
    says += f"{one.selective * 100:.0f} of 100 other {tumours}"
    if one.line_place is not None:
        says += f", and more than on {one.line_place * 100:.0f} of 100 cell lines it was tested on"
    return PlainDrug(one.name, one.drug_id, f"{says}.", _record(ranked))


def known_markers(drug: DrugAlterations) -> str:
    """A sentence on the known biomarkers of a drug that the tumour has; empty where it has none."""
    markers = [f"{one.profile}, {one.state}: {one.says}" for one in drug.markers if one.state in PRESENT_STATES[:2]]
    return f"{drug.drug}: known biomarker {', '.join(markers[:2])}." if markers else ""


def acted_on(one: AlteredTarget) -> str:
    """A sentence on an altered gene and the drugs that act on it."""
    says = f"{one.gene} is {one.change}."
    if one.approved:
        says += f" Approved for this tumour type and acting on it: {glossary.listed(_unranked(one.approved), ACTING)}."
    if one.others:
        also = "Others that act" if one.approved else "Drugs that act"
        says += f" {also} on it: {glossary.listed(_unranked(one.others), ACTING)}."
    return says


def _unranked(drugs: Sequence[str]) -> list[str]:
    return [drug.rsplit(" (rank ", 1)[0] for drug in drugs]


def _record(ranked: RankedDrug) -> str:
    note = ranked.note
    stopped = next((r for r in (*note.records, *note.away) if r.why_stopped), None)
    says = {
        "E1": "Approved for this tumour type, by the sources read.",
        "E2": "Approved for another disease, not for this tumour type.",
        "E3": f"Not approved; {_tried(note.trials)} for this tumour type.",
        "E4": "Not approved; tried in people with other tumour types.",
        "E5": "Not approved; listed among drugs in development.",
        "E0": "The sources were searched and hold no record of it.",
        "N": "No record in the sources read, which were not searched in full.",
    }[note.grade]
    if note.idle:
        says += f" Its effect in the laboratory says little: {note.idle}."
    if note.plasma:
        says += f" In patients: {note.plasma}."
    if stopped:
        says += f" A trial ({stopped.record_id}) was stopped: {glossary.short(stopped.why_stopped or '', 120)}"
    return says


def _tried(trials: int) -> str:
    return "tried in one trial" if trials == 1 else f"tried in {trials} trials"


def _trust(report: PatientReport) -> tuple[str, ...]:
    return (
        "The computer learned from cancer cells grown in dishes. Whether that carries over to patients is not known.",
        _on_patients(report),
        f"{report.sample.alterations[:1].upper()}{report.sample.alterations[1:]}. Dose, side effects, interactions, "
        "earlier treatment and the patient's condition are not considered.",
        "Approved means that a source read here names the drug; it is no guideline.",
    )


def _on_patients(report: PatientReport) -> str:
    pooled = report.known.pooled
    if pooled is None or pooled.value is None:
        return "How well the method tells patients who respond from those who do not has not been measured here."
    span = glossary.interval(pooled.low, pooled.high)
    says = (
        f"Of patients whose response is known, one who responded scored higher in {pooled.value * 100:.0f} of 100 pairs"
    )
    return f"{says}{f' (interval {span})' if span else ''}; 50 would be chance."
