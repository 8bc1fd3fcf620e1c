"""What a reader can do with a patient's first list: trials that recruit, altered targets that a scored drug acts on."""

from collections.abc import Iterable
from dataclasses import dataclass

from screen.report.content.clinical_records import RECRUITING, Record
from screen.report.content.patient_ranking import RankedDrug
from screen.report.content.tumour_alterations import DrugAlterations

TRIALS = 4
GENES = 6
"""Most of each on a page."""


@dataclass(frozen=True)
class OpenTrial:
    """A trial of this tumour type that recruits, by the files read."""

    record_id: str
    drug: str
    title: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class AlteredTarget:
    """An altered gene of the tumour that scored drugs act on."""

    gene: str
    change: str
    """What happened to it: mutated, amplified ..."""
    approved: tuple[str, ...]
    """Drugs that act on it and are approved for this tumour type, with their ranks; the best first."""
    others: tuple[str, ...]
    """The other scored drugs that act on it."""


@dataclass(frozen=True)
class NextSteps:
    """What a reader can do next."""

    trials: tuple[OpenTrial, ...]
    """Of the drugs that stand out."""
    altered: tuple[AlteredTarget, ...]
    """Genes with approved drugs first, then by the best rank."""


def next_steps(
    standing: Iterable[RankedDrug], altered: Iterable[DrugAlterations], drugs: Iterable[RankedDrug]
) -> NextSteps:
    """Trials of the drugs that stand out, and altered targets of any scored drug.

    Parameters
    ----------
    altered : alterations beside drugs
    drugs : every scored drug
    """
    approved = frozenset(d.rank for d in drugs if d.note.approved)
    return NextSteps(_open_trials(standing), _altered(altered, approved))


def _open_trials(drugs: Iterable[RankedDrug]) -> tuple[OpenTrial, ...]:
    found: dict[str, OpenTrial] = {}
    for drug in drugs:
        for record in drug.note.records:
            if record.kind == "trial" and record.status in RECRUITING:
                found.setdefault(record.record_id, _open(record, drug.note.name))
    return tuple(found.values())[:TRIALS]


def _open(record: Record, drug: str) -> OpenTrial:
    return OpenTrial(record.record_id, drug, record.detail or "no title in the file", record.date or "undated")


def _altered(drugs: Iterable[DrugAlterations], approved: frozenset[int]) -> tuple[AlteredTarget, ...]:
    found: dict[tuple[str, str], list[DrugAlterations]] = {}
    for drug in sorted(drugs, key=lambda one: one.rank):
        for gene in drug.targets:
            if gene.state == "altered":
                found.setdefault((gene.gene, gene.text.split(";")[0]), []).append(drug)
    made = [
        AlteredTarget(
            gene=gene,
            change=change,
            approved=tuple(_ranked(d) for d in acting if d.rank in approved),
            others=tuple(_ranked(d) for d in acting if d.rank not in approved),
        )
        for (gene, change), acting in found.items()
    ]
    return tuple(sorted(made, key=lambda one: not one.approved)[:GENES])


def _ranked(drug: DrugAlterations) -> str:
    return f"{drug.drug} (rank {drug.rank})"
