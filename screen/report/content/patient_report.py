"""The patient report's content: which drugs to try, how sure that is, and what speaks against it."""

from dataclasses import dataclass
from typing import Literal

from screen import indications
from screen.ranking.shortlists import Shortlists
from screen.report.content import glossary
from screen.report.content.cautions import Caution, patient_cautions
from screen.report.content.class_accuracy import Known, home_of, known_of, strata_of
from screen.report.content.clone_section import CloneSection, clone_section
from screen.report.content.drug_evidence import Listing, listing
from screen.report.content.lab_update import LabResults, RankedRun, lab_results_of
from screen.report.content.model_quality import Quality, quality
from screen.report.content.next_steps import NextSteps, next_steps
from screen.report.content.patient_ranking import (
    InCohort,
    MechanismGroup,
    RankedDrug,
    RankingRow,
    groups,
    in_cohort,
    ranked_drugs,
    table_rows,
)
from screen.report.content.patient_sample import LeftOut, Sample, approved_unscored, indication_of, left_out, sample
from screen.report.content.provenance import Provenance, current_run, provenance_of
from screen.report.content.selective_list import (
    ScoredDrug,
    StandsOut,
    everybody,
    headline,
    scored_drugs,
    standing,
    standing_ids,
    worth,
)
from screen.report.content.targets import Targets, target_expression
from screen.report.content.tumour_alterations import TumourAlterations, tumour_alterations
from screen.settings import Settings
from screen.store import Store

BOX = 12
"""Most drugs of a list on page one."""


@dataclass(frozen=True, kw_only=True)
class PatientReport:
    """Everything a patient's pages say."""

    title: str
    subject: str
    """The patient."""
    sample: Sample
    indication_name: str
    answer: str
    """What stands out for this patient, in words."""
    stands_out: StandsOut
    worth: str
    """How often such a list is right, where that was measured."""
    next_steps: NextSteps
    scored: int
    cohort: int
    """Patients of the indication ranked."""
    shortlist: tuple[RankedDrug, ...]
    box: tuple[MechanismGroup, ...]
    """The head of the shortlist by mechanism, for page one."""
    box_left: int
    """Shortlisted drugs not in the box."""
    general: str
    """What the shortlist is, and how much of it is the same for everybody."""
    comparators: str
    """Where the drugs approved for the indication rank."""
    cautions: tuple[Caution, ...]
    quality: Quality
    known: Known
    targets: Targets
    alterations: TumourAlterations
    clones: CloneSection
    rows: tuple[RankingRow, ...]
    drugs: tuple[ScoredDrug, ...]
    """Every scored drug by rank; print leaves them out."""
    cohort_picture: tuple[InCohort, ...]
    evidence: Listing
    """What stands out, then recorded drugs that the model missed, then the shortlist."""
    left_out: tuple[LeftOut, ...]
    unscored: tuple[str, ...]
    """Drugs approved for the indication that have no score."""
    lab: LabResults | None
    """What came back of the patient's organoids; None where nothing did."""
    provenance: Provenance
    kind: Literal["patient"] = "patient"


def patient_context(store: Store, patient_id: str, settings: Settings, tables: Shortlists) -> PatientReport:
    """Gather one patient's report from the store.

    Parameters
    ----------
    tables : of the patient's run at least

    Raises
    ------
    StoreError
        The patient is unknown or not ranked.
    """
    run = current_run(store, indication_of(store, patient_id))
    drugs = ranked_drugs(store, run, patient_id, tables.edp, standing_ids(tables, patient_id))
    shortlist = tuple(d for d in drugs if d.efficient)
    notes, home = [d.note for d in shortlist], home_of(store, run.indication)
    source, one = provenance_of(store, run, settings, patient_id), sample(store, run, patient_id)
    measured = quality(store, run, strata_of(home, notes))
    cohort = store.scalar("SELECT count(*) FROM run_patients WHERE run_id = $run", run=run.run_id)
    unscored = approved_unscored(store, run)
    found = standing(run, patient_id, drugs, tables, settings.ranking, cohort)
    places = {d.drug_id: d.place for d in found.drugs[:BOX]}
    first = sorted((d for d in drugs if d.note.drug_id in places), key=lambda d: places[d.note.drug_id])
    shown = sorted(
        (d for d in drugs if d.efficient or d.note.approved or d.note.drug_id in places),
        key=lambda d: (places.get(d.note.drug_id, BOX + 1), d.note.label != "Contradicted"),
    )
    figures = known_of(store, run, home, measured, notes)
    listed = {*places, *(d.note.drug_id for d in shortlist)}
    altered = tumour_alterations(store, run, patient_id, drugs, listed)
    by_id = {d.note.drug_id: d for d in drugs}
    return PatientReport(
        title=f"Drug ranking: {patient_id} ({run.indication})",
        subject=patient_id,
        sample=one,
        indication_name=indications.name(run.indication),
        answer=headline(found),
        stands_out=found,
        worth=worth(figures),
        next_steps=next_steps((by_id[d.drug_id] for d in found.drugs), altered.drugs, drugs),
        scored=len(drugs),
        cohort=cohort,
        shortlist=shortlist,
        box=groups(shortlist[:BOX]),
        box_left=max(0, len(shortlist) - BOX),
        general=everybody(store, run, shortlist, _shortlisted(drugs, shortlist)),
        comparators=_comparators(drugs, unscored, run.indication),
        cautions=patient_cautions(drugs, one, measured, source, cohort, unscored),
        quality=measured,
        known=figures,
        targets=target_expression(store, run, patient_id, notes),
        alterations=altered,
        clones=clone_section(store, patient_id, settings.ranking.potency_floor),
        rows=table_rows(drugs, {d.drug_id for d in (*found.drugs, *found.folded)}),
        drugs=scored_drugs(run, drugs, tables.responses),
        cohort_picture=in_cohort(store, run, first or shortlist[:BOX]),
        evidence=listing((d.note for d in shown), 6),
        left_out=left_out(store, run),
        unscored=unscored,
        lab=lab_results_of(RankedRun(store, run.run_id, run.indication), patient_id),
        provenance=source,
    )


def _shortlisted(drugs: tuple[RankedDrug, ...], shortlist: tuple[RankedDrug, ...]) -> str:
    mechanisms = groups(shortlist)
    proved = [d.note.name for d in shortlist if d.note.label == "Proved"]
    recorded = (
        f"Recorded for this indication: {glossary.listed(proved)}."
        if proved
        else "None of them has a record for this indication."
    )
    return (
        f"Of {glossary.count(len(drugs), 'scored drug')} these {len(shortlist)} rank highest, by "
        f"{glossary.count(len(mechanisms), 'mechanism')}. {recorded}"
    )


def _comparators(drugs: tuple[RankedDrug, ...], unscored: tuple[str, ...], code: str) -> str:
    """The approved drugs, which is what the sources know of the standard of care."""
    approved = [d for d in drugs if d.note.approved]
    if not approved and not unscored:
        return f"No drug approved for {code} is known to the sources read: there is no comparator."
    on = [f"{d.note.name} (rank {d.rank})" for d in approved if d.efficient]
    off = [f"{d.note.name} (rank {d.rank})" for d in approved if not d.efficient]
    parts = [f"{len(on)} on the shortlist{f': {glossary.listed(on, 4)}' if on else ''}"]
    if off:
        parts.append(f"{len(off)} below it: {glossary.listed(off, 4)}")
    if unscored:
        parts.append(f"{len(unscored)} without a score: {glossary.listed(unscored, 4)}")
    return f"Approved for {code}: {'; '.join(parts)}."
