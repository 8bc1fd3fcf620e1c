"""A drug over all indications ranked: where it stands out, for whom, what chance gives, and what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from screen.errors import InputError
from screen.ranking.across_indications import Across
from screen.ranking.between_indications import HIGHER, LineContrast, line_contrasts
from screen.ranking.shortlists import Tables
from screen.records import drug_key
from screen.report.content import glossary
from screen.report.content.class_accuracy import home_of
from screen.report.content.clinical_records import Record, once
from screen.report.content.drug_evidence import DrugNote, Noted, notes_over, records_of
from screen.report.content.drug_neighbours import Measured, Near, measured, nearest
from screen.report.content.illustrations import DrugIllustration, drug_illustrations
from screen.report.content.provenance import CurrentRun, Provenance, current_run, provenance_of
from screen.settings import Ranking, Settings
from screen.store import Store

PATIENTS = 12
"""Patients listed of an indication, the most selective first."""


@dataclass(frozen=True, kw_only=True)
class InIndication:
    """The drug in one indication."""

    indication: str
    patients: int
    sensitive: float
    """Share of the patients whose score is at the potency floor."""
    score: float
    """Mean over the patients."""
    higher: float | None
    """How often a patient here scores higher than one of the other indications; ``None`` where no other is ranked."""
    standing: int
    """Patients for whom it stands out."""
    by_chance: float
    """How many it would be where places among patients are all there is."""
    lines: LineContrast
    record: str
    """Page's word for what is recorded here."""
    grade: str
    chip: str
    stands_out: bool
    """Sensitive in half of the patients, and higher than elsewhere."""


@dataclass(frozen=True, kw_only=True)
class ForPatient:
    """A patient for whom the drug stands out."""

    indication: str
    patient_id: str
    score: float
    selective: float
    line_place: float | None
    rank: int
    """By score among the patient's drugs."""


@dataclass(frozen=True, kw_only=True)
class DrugReport:
    """Everything a drug's pages say."""

    title: str
    subject: str
    """The drug's name."""
    drug_id: str
    smiles: str
    aliases: tuple[str, ...]
    note: DrugNote
    """For the indication in which it stands out most."""
    answer: str
    places: tuple[InIndication, ...]
    """The indication with the largest difference first."""
    tests: int
    """Pairs of a drug and an indication whose cell lines were tested together."""
    for_patients: tuple[ForPatient, ...]
    patients_left: int
    """Patients for whom it stands out, beyond those listed."""
    trials: tuple[Record, ...]
    """All trials known, those that say why they stopped first."""
    labels: tuple[Record, ...]
    nearest: tuple[Near, ...]
    measured: tuple[Measured, ...]
    illustrations: tuple[DrugIllustration, ...]
    """Signatures and dockings that were kept; no score reads them."""
    provenance: Provenance
    kind: Literal["drug"] = "drug"


@dataclass(frozen=True)
class AcrossWithLines(Across):
    """What every drug's report takes from all rankings."""

    contrasts: Mapping[tuple[str, str], LineContrast]
    """Of each scored drug in each indication ranked, whose tests are adjusted together."""


def with_lines(store: Store, tables: Across) -> AcrossWithLines:
    """The tables with what cell lines say of each drug and indication."""
    runs = [current_run(store, code) for code in _ranked(store)]
    return AcrossWithLines(**vars(tables), contrasts=_contrasts(store, runs, tables.between))


def drug_report(store: Store, name: str, settings: Settings, tables: AcrossWithLines) -> DrugReport:
    """Gather a drug's report.

    Parameters
    ----------
    name : any name of the drug, or its id

    Raises
    ------
    InputError
        No drug of that name, or not a scored one.
    """
    facts, runs = _facts(store, name), [current_run(store, code) for code in _ranked(store)]
    drug = str(facts["drug_id"])
    rows, contrasts = tables.between, tables.contrasts
    mine = rows.filter(pl.col("drug_id") == drug).sort("higher", descending=True, nulls_last=True)
    if mine.is_empty():
        raise InputError(
            f"{facts['name']} is not scored in any ranking",
            where="report drug",
            remedy="scored drugs are listed by: crescreen export scores --out scores.csv",
        )
    notes = _notes(store, runs, drug, tables, rows)
    standing = tables.stands_out.filter(pl.col("drug_id") == drug).sort(
        "selective", "patient_id", descending=[True, False]
    )
    places = tuple(_place(row, standing, tables, notes, contrasts, settings.ranking) for row in mine.to_dicts())
    records = records_of(store, [drug]).get(drug, [])
    return DrugReport(
        title=f"A drug over indications: {facts['name']}",
        subject=str(facts["name"]),
        drug_id=drug,
        smiles=facts["smiles"] or "",
        aliases=tuple(facts["aliases"][:12]),
        note=notes[places[0].indication],
        answer=_answer(str(facts["name"]), places),
        places=places,
        tests=sum(one.q is not None for one in contrasts.values()),
        for_patients=_for_patients(store, standing),
        patients_left=max(0, standing.height - PATIENTS),
        trials=_trials(records),
        labels=once([r for r in records if r.kind != "trial"]),
        nearest=nearest(store, drug, rows["drug_id"].unique().to_list()),
        measured=measured(store, drug),
        illustrations=drug_illustrations(store, drug),
        provenance=provenance_of(store, current_run(store, places[0].indication), settings),
    )


def _ranked(store: Store) -> list[str]:
    codes: list[str] = store.sql("SELECT indication FROM current_runs ORDER BY 1")["indication"].to_list()
    return codes


def _facts(store: Store, name: str) -> dict[str, Any]:
    rows = store.sql(
        """SELECT drug_id, name, smiles, aliases FROM drugs
           WHERE drug_id = $name OR drug_id IN (SELECT drug_id FROM drug_keys WHERE drug_key = $key)
           ORDER BY drug_id""",
        name=name,
        key=drug_key(name),
    )
    if rows.is_empty():
        raise InputError(
            f"no drug {name!r}",
            where="report drug",
            remedy="names are listed by: crescreen export drugs --out drugs.csv",
        )
    return rows.row(0, named=True)


def _notes(
    store: Store, runs: Sequence[CurrentRun], drug: str, tables: Tables, rows: pl.DataFrame
) -> dict[str, DrugNote]:
    """indication -> the note on the drug there."""
    efficient = set(tables.edi.filter(pl.col("drug_id") == drug)["indication"])
    higher = dict(rows.filter(pl.col("drug_id") == drug).select("indication", "higher").iter_rows())
    wanted = [
        Noted(run, {drug: run.indication in efficient}, {drug} if (higher[run.indication] or 0.0) >= HIGHER else ())
        for run in runs
        if run.indication in higher
    ]
    return {code: notes[drug] for code, notes in notes_over(store, wanted).items()}


def _contrasts(store: Store, runs: Sequence[CurrentRun], rows: pl.DataFrame) -> dict[tuple[str, str], LineContrast]:
    """Of every scored drug in every indication ranked: the adjustment counts them all."""
    nodes = {run.indication: home_of(store, run.indication).nodes for run in runs}
    dataset = str(runs[0].manifest["dataset"])
    return line_contrasts(store, dataset, nodes, rows["drug_id"].unique().sort().to_list())


def _place(
    row: Mapping[str, Any],
    standing: pl.DataFrame,
    tables: Tables,
    notes: Mapping[str, DrugNote],
    contrasts: Mapping[tuple[str, str], LineContrast],
    ranking: Ranking,
) -> InIndication:
    code, drug = row["indication"], row["drug_id"]
    none = LineContrast(here=0, elsewhere=0, difference=None, p=None, q=None)
    note = notes[code]
    return InIndication(
        indication=code,
        patients=row["patients"],
        sensitive=row["sensitive"],
        score=row["score"],
        higher=row["higher"],
        standing=standing.filter(pl.col("indication") == code).height,
        by_chance=min(row["sensitive"], 1 - ranking.selective_floor) * row["patients"],
        lines=contrasts.get((code, drug), none),
        record=glossary.page_word(note.label, note.listed),
        grade=note.grade,
        chip=note.chip,
        stands_out=row["sensitive"] >= 0.5 and (row["higher"] or 0.0) >= HIGHER,
    )


def _trials(records: Sequence[Record]) -> tuple[Record, ...]:
    found = once([r for r in records if r.kind == "trial"])
    return tuple(sorted(found, key=lambda r: (not r.why_stopped, r.record_id)))


def _for_patients(store: Store, standing: pl.DataFrame) -> tuple[ForPatient, ...]:
    first = standing.head(PATIENTS)
    ranks = {
        (run, patient): rank
        for run, patient, rank in store.sql(
            """SELECT run_id, patient_id, rank FROM scores
               WHERE drug_id = $drug AND list_contains($patients, patient_id) AND list_contains($runs, run_id)""",
            drug=first["drug_id"][0] if first.height else "",
            patients=first["patient_id"].to_list(),
            runs=first["run_id"].unique().to_list(),
        ).iter_rows()
    }
    return tuple(
        ForPatient(
            indication=row["indication"],
            patient_id=row["patient_id"],
            score=row["score"],
            selective=row["selective"],
            line_place=row["line_place"],
            rank=ranks[row["run_id"], row["patient_id"]],
        )
        for row in first.to_dicts()
    )


def _answer(name: str, places: Sequence[InIndication]) -> str:
    above = [one for one in places if one.stands_out]
    patients, of = sum(one.standing for one in places), sum(one.patients for one in places)
    chance = sum(one.by_chance for one in places)
    for_whom = (
        f"It stands out for {patients} of {of:,} patients; {chance:.0f} would be expected by chance, since every drug "
        "has a tenth of the patients at the top of its own list."
    )
    if len(places) < 2:
        return f"Only {places[0].indication} is ranked, so that no indication can be told from another. {for_whom}"
    if not above:
        return f"{name} stands out for no indication against the others ranked: that is an answer. {for_whom}"
    agreeing = [one.indication for one in above if one.lines.q is not None and one.lines.q < 0.1]
    backed = (
        f"the cell lines of {glossary.listed(agreeing)} agree" if agreeing else "no type's own cell lines confirm it"
    )
    codes = glossary.listed([one.indication for one in above])
    return f"{name} stands out for {codes} against the others ranked; {backed}. {for_whom}"
