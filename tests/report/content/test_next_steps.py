"""What can be done with a patient's first list: trials that recruit, altered genes that scored drugs act on."""

from dataclasses import replace

from screen.ranking.shortlists import Tables
from screen.report.content.next_steps import TRIALS, next_steps
from screen.report.content.patient_report import patient_context
from screen.report.content.tumour_alterations import DrugAlterations, GeneState
from screen.store import Store
from tests.report.conftest import SETTINGS


def _acting(drug: str, rank: int, *genes: GeneState) -> DrugAlterations:
    return DrugAlterations(drug, rank, True, genes, ())


def test_an_altered_gene_stands_once_with_its_approved_drugs_first(filled: Store, filled_tables: Tables) -> None:
    full = patient_context(filled, "SYN-BRCA-003", SETTINGS, filled_tables)
    first, second = full.shortlist[:2]
    ranked = [
        replace(first, rank=4, note=replace(first.note, approved=False)),
        replace(second, rank=90, note=replace(second.note, approved=True)),
    ]
    mutated, quiet = GeneState("GENE1", "altered", "mutated; unknown: fusion"), GeneState("GENE2", "not altered", "x")
    alone = GeneState("GENE3", "altered", "amplified (copy number)")
    drugs = [_acting("late", 90, mutated, quiet), _acting("early", 4, alone, mutated)]
    found = next_steps([], drugs, ranked).altered
    assert [(one.gene, one.change, one.approved, one.others) for one in found] == [
        ("GENE1", "mutated", ("late (rank 90)",), ("early (rank 4)",)),
        ("GENE3", "amplified (copy number)", (), ("early (rank 4)",)),
    ]


def test_trials_that_recruit_are_named_once_and_others_not(filled: Store, filled_tables: Tables) -> None:
    full = patient_context(filled, "SYN-BRCA-003", SETTINGS, filled_tables)
    recorded = next(d for row in full.rows for d in [row.drug] if any(r.kind == "trial" for r in d.note.records))
    trial = next(r for r in recorded.note.records if r.kind == "trial")
    states = ["COMPLETED", *["RECRUITING"] * 8]
    records = [replace(trial, record_id=f"NCT0000000{n}", status=one, detail="") for n, one in enumerate(states)]
    one = replace(recorded, note=replace(recorded.note, records=tuple(records)))
    found = next_steps([one, one], [], []).trials
    assert [t.record_id for t in found] == [f"NCT0000000{n}" for n in range(1, TRIALS + 1)]
    assert {t.title for t in found} == {"no title in the file"}
