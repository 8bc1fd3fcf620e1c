"""The indication report's content: which drugs for how many patients, how far the record agrees, what is Qualified."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from screen import indications
from screen.ranking.across_indications import Across
from screen.report.content import glossary
from screen.report.content.agreement import Agreement, Phases, agreement_tables, by_phase
from screen.report.content.cautions import Caution, indication_cautions
from screen.report.content.class_accuracy import Known, home_of, known_of, strata_of
from screen.report.content.contradicted import Missed, missed
from screen.report.content.dei import DeiBlock, QualifiedRow, blocks, verdicts
from screen.report.content.drug_evidence import Listing, drug_notes, listing
from screen.report.content.edi import Bin, EdiRow, Step, edi_rows, funnel, histogram
from screen.report.content.evidence_coverage import CoverageLine, coverage
from screen.report.content.flows import Flows, mechanism_flows
from screen.report.content.indication_lead import Lead, chosen_for, lead
from screen.report.content.landscape import Landscape, drug_landscape
from screen.report.content.model_quality import Quality, quality
from screen.report.content.novelty import Novelty, novelty_rows
from screen.report.content.patient_sample import LeftOut, approved_unscored, left_out
from screen.report.content.patient_strata import Strata, strata
from screen.report.content.provenance import Provenance, current_run, provenance_of
from screen.report.content.ranked_patients import RankedPatients, cohort
from screen.report.content.sensitivity import Sensitivity, list_sensitivity
from screen.settings import Settings
from screen.store import Store


@dataclass(frozen=True, kw_only=True)
class IndicationReport:
    """Everything an indication's pages say."""

    title: str
    subject: str
    """The indication."""
    name: str
    answer: str
    """Who is on most shortlists, how many are recorded, what is Qualified."""
    lead: Lead
    """What stands out for this indication, and how much of EDI is everybody's."""
    cautions: tuple[Caution, ...]
    cohort: RankedPatients
    scored: int
    dropped: int
    """Drugs left out."""
    indications_ranked: tuple[str, ...]
    funnel: tuple[Step, ...]
    histogram: tuple[Bin, ...]
    edi: tuple[EdiRow, ...]
    dei: tuple[DeiBlock, ...]
    qualified: tuple[QualifiedRow, ...]
    agreement: tuple[Agreement, ...]
    missed: tuple[Missed, ...]
    """Contradicted drugs."""
    landscape: Landscape
    flows: Flows
    novelty: tuple[Novelty, ...]
    sensitivity: Sensitivity
    strata: Strata
    phases: Phases
    evidence: Listing
    """Of approved drugs that are not among the efficient, then of the EDI drugs."""
    coverage: tuple[CoverageLine, ...]
    quality: Quality
    known: Known
    left_out: tuple[LeftOut, ...]
    unscored: tuple[str, ...]
    """Drugs approved for the indication that have no score."""
    provenance: Provenance
    kind: Literal["indication"] = "indication"


def indication_context(store: Store, code: str, settings: Settings, tables: Across) -> IndicationReport:
    """Gather one indication's report from the store.

    Parameters
    ----------
    tables : over the newest runs

    Raises
    ------
    StoreError
        The indication is not ranked.
    """
    run = current_run(store, code)
    patients, dropped, verdict = cohort(store, run), left_out(store, run), verdicts(tables.qualified)
    scored = store.sql("SELECT drug_id FROM run_drugs WHERE run_id = $run AND scored ORDER BY 1", run=run.run_id)[
        "drug_id"
    ].to_list()
    mine, pairs = (frame.filter(pl.col("indication") == code) for frame in (tables.edi, tables.edp))
    counts = dict(pairs["drug_id"].value_counts().iter_rows())
    chosen = set(mine["drug_id"])
    standing = set(chosen_for(tables.between, code)["drug_id"])
    notes = drug_notes(store, run, {drug: drug in chosen for drug in scored}, standing)
    edi, unscored = edi_rows(mine, notes), approved_unscored(store, run)
    efficient = [row.note for row in edi]
    against = missed(store, run, notes, chosen, counts, patients.patients)
    other = list_sensitivity(store, run, settings.ranking, edi, {drug: note.name for drug, note in notes.items()})
    home, source = home_of(store, code), provenance_of(store, run, settings)
    measured = quality(store, run, strata_of(home, efficient))
    first = lead(store, run, settings.ranking, tables, notes)
    return IndicationReport(
        title=f"Drugs for an indication: {code}",
        subject=code,
        name=indications.name(code),
        answer=_answer(edi, verdict, patients),
        lead=first,
        cautions=indication_cautions(
            list(notes.values()), edi, other, first, measured, source, patients.patients, unscored
        ),
        cohort=patients,
        scored=len(scored),
        dropped=sum(len(group.drugs) for group in dropped),
        indications_ranked=tuple(sorted({*tables.dei["indication"], code})),
        funnel=funnel(patients.patients * len(scored), counts, len(edi), tables.qualified),
        histogram=histogram(counts, len(scored), patients.patients),
        edi=edi,
        dei=blocks(tables.dei, tables.edi, tables.edp, _patients_ranked(store), code),
        qualified=verdict,
        agreement=agreement_tables(store, code, notes, chosen),
        missed=against,
        landscape=drug_landscape(store, run, notes, chosen),
        flows=mechanism_flows(store, code, efficient),
        novelty=novelty_rows(edi),
        sensitivity=other,
        strata=strata(store, run, edi, pairs, settings.strata),
        phases=by_phase(efficient),
        evidence=listing([*(one.note for one in against if one.note.approved), *efficient]),
        coverage=coverage(store, code),
        quality=measured,
        known=known_of(store, run, home, measured, efficient),
        left_out=dropped,
        unscored=unscored,
        provenance=source,
    )


def _patients_ranked(store: Store) -> dict[str, int]:
    """Patients of the newest ranking of each indication."""
    rows = store.sql("SELECT indication, count(*) FROM current_runs JOIN run_patients USING (run_id) GROUP BY ALL")
    return dict(rows.iter_rows())


def _answer(edi: Sequence[EdiRow], qualified: Sequence[QualifiedRow], cohort: RankedPatients) -> str:
    if not edi:
        return "No drug is efficient for any patient of this indication."
    best = edi[0]
    yes = [v.name for v in qualified if v.qualified == "yes"]
    proved = [row.note.name for row in edi if row.note.label == "Proved"]
    return (
        f"{glossary.short(best.note.name)} is on the shortlist of most patients: {best.efficient_patients} of "
        f"{cohort.patients}. Of {len(edi)} efficient drugs {len(proved)} are recorded for this indication. "
        f"Qualified over all indications ranked: {glossary.listed(yes) if yes else 'none'}."
    )
