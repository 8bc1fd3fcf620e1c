"""Drugs with what the sources hold on them: facts, records, grade, label. Nothing here touches a score."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen import evidence, indications
from screen.evidence.idle_in_culture import idle_in_culture
from screen.evidence.plasma_peaks import plasma_peaks
from screen.report.content import glossary
from screen.report.content.clinical_records import STOPPED, Record, approves, first_away, grade, once
from screen.report.content.provenance import CurrentRun
from screen.store import Store

SHOWN_KINDS = ("label", "trial", "hub")
"""The order of a drug's marks."""
_RECORDS = """
SELECT e.drug_id, e.indication, e.kind, e.origin, e.record_id, e.counts, e.phase, e.status, e.record_date AS date,
       e.combination, e.detail, t.why_stopped
FROM evidence e
LEFT JOIN (SELECT nct_id, min(why_stopped) AS why_stopped FROM trials GROUP BY nct_id) t ON t.nct_id = e.record_id
WHERE list_contains($drugs, drug_id)
ORDER BY e.drug_id, e.kind, e.record_date DESC NULLS LAST, e.record_id, e.indication
"""
_FACTS = "SELECT drug_id, name, mechanism, pathway, targets, hub_phase FROM drugs WHERE list_contains($drugs, drug_id)"
_OUTSIDE = "SELECT run_id, drug_id FROM run_drugs WHERE list_contains($runs, run_id) AND NOT inside_domain"


@dataclass(frozen=True)
class Mark:
    """What one kind of evidence says of a drug in the indication."""

    kind: str
    """label, trial or hub."""
    state: str
    """recorded, none (searched in full, without a record) or open (not searched)."""


@dataclass(frozen=True, kw_only=True)
class DrugNote:
    """A drug as a report speaks of it, for one indication."""

    drug_id: str
    name: str
    mechanism: str
    pathway: str | None
    targets: str
    hub_phase: str | None
    flag: str
    """What the name alone hides: withdrawn, a tool compound; else empty."""
    marks: tuple[Mark, ...]
    idle: str
    """Why its response in culture says little (a prodrug, a modulator); else empty."""
    trained: bool
    """Measured on cell lines the model learned from; else the score is by structure alone."""
    unseen: bool
    """Not trained, and like no trained drug in structure or target."""
    grade: str
    """Key of words.GRADES."""
    chip: str
    """The grade in a few words."""
    label: str
    label_trial: str
    approved: bool
    """Labelled for this indication by a source."""
    stopped_only: bool
    """Recorded here by trials alone, all of which were terminated, suspended or withdrawn."""
    records: tuple[Record, ...]
    """For this indication."""
    listed: bool
    """On some list of the page: efficient, or standing out."""
    plasma: str
    """What a patient's plasma reaches beside the drug's potency in cell lines; else empty."""
    trials: int
    """Distinct trials among them that count: a withdrawn one is shown and does not."""
    elsewhere: int
    """Distinct records for other tumour types, those that no code stands for among them."""
    away: tuple[Record, ...]
    """Some of these: those that say why they stopped first, then recruiting ones, then late phases."""


@dataclass(frozen=True)
class Listing:
    """Drugs with their records, and those that have none in the indication."""

    recorded: tuple[DrugNote, ...]
    searched: tuple[str, ...]
    """Names of drugs that were searched, without a record."""
    unsearched: tuple[str, ...]
    """Names of drugs no source was searched for, and none has a record of."""
    further: tuple[str, ...] = ()
    """Names of recorded drugs beyond those listed."""


def listing(notes: Iterable[DrugNote], most: int | None = None) -> Listing:
    """Notes by what can be shown of them, in their order; of contradicted drugs the first ``most``."""
    notes = tuple(notes)
    silent = [n for n in notes if not n.records]
    against = [n for n in notes if n.records and n.label == "Contradicted" and not n.listed]
    further = tuple(n.name for n in against[len(notes) if most is None else most :])
    recorded = tuple(n for n in notes if n.records and n.name not in further)
    searched = tuple(n.name for n in silent if n.label != "Not searched")
    return Listing(recorded, searched, tuple(n.name for n in silent if n.label == "Not searched"), further)


@dataclass(frozen=True)
class Noted:
    """Drugs of a run of which notes are wanted, for its indication."""

    run: CurrentRun
    efficient: Mapping[str, bool]
    """drug_id -> predicted efficient."""
    standing: Collection[str] = ()
    """Drugs that another list of the page names, so that a record of theirs is not missed."""


def drug_notes(
    store: Store, run: CurrentRun, efficient: Mapping[str, bool], standing: Collection[str] = ()
) -> dict[str, DrugNote]:
    """Notes on the drugs of a run, for its indication; parameters as the fields of :class:`Noted`."""
    return notes_over(store, [Noted(run, efficient, standing)])[run.indication]


def notes_over(store: Store, wanted: Sequence[Noted]) -> dict[str, dict[str, DrugNote]]:
    """Indication -> notes on its drugs; what is known of a drug whatever the indication is read once."""
    drugs = sorted({drug for one in wanted for drug in one.efficient})
    pairs = pl.concat([_pairs(one.run.indication, one.efficient) for one in wanted])
    labels = {(r["indication"], r["drug_id"]): r for r in evidence.labels(store, pairs).iter_rows(named=True)}
    marks, records, known = _marks(store, pairs), records_of(store, drugs), _facts(store, drugs)
    runs = [one.run.run_id for one in wanted]
    outside = set(store.sql(_OUTSIDE, runs=runs).iter_rows())
    found: dict[str, dict[str, DrugNote]] = {}
    for one in wanted:
        code, trained = one.run.indication, set(one.run.manifest["drugs"])
        found[code] = {
            d: _note(
                code,
                known[d] | {"listed": one.efficient[d] or d in one.standing},
                labels[code, d],
                records.get(d, []),
                marks[code, d],
                (d in trained, d not in trained and (one.run.run_id, d) in outside),
            )
            for d in sorted(one.efficient)
        }
    return found


def _facts(store: Store, drugs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """drug_id -> what is known of it, also of drugs that the table lacks."""
    rows = store.sql(_FACTS, drugs=drugs).iter_rows(named=True)
    held = {row["drug_id"]: row for row in rows}
    idle = idle_in_culture(store)
    plasma = {drug: peak.says for drug, peak in plasma_peaks(store, drugs).items()}
    return {d: held.get(d, {"drug_id": d}) | {"idle": idle.get(d, ""), "plasma": plasma.get(d, "")} for d in drugs}


def labels_of(store: Store, code: str, efficient: Mapping[str, bool]) -> dict[str, dict[str, Any]]:
    """drug_id -> row of ``labels.sql``: recorded, searched, label and the same by trials."""
    return {row["drug_id"]: row for row in evidence.labels(store, _pairs(code, efficient)).iter_rows(named=True)}


def _pairs(code: str, efficient: Mapping[str, bool]) -> pl.DataFrame:
    rows = {"drug_id": list(efficient), "efficient": list(efficient.values())}
    return pl.DataFrame(rows, schema={"drug_id": pl.String, "efficient": pl.Boolean}).with_columns(
        indication=pl.lit(code)
    )


def _marks(store: Store, pairs: pl.DataFrame) -> dict[tuple[str, str], tuple[Mark, ...]]:
    """(indication, drug_id) -> its marks."""
    held: dict[tuple[str, str], dict[str, Mark]] = {}
    for drug_id, code, kind, recorded, searched in evidence.marks(store, pairs).iter_rows():
        state = "recorded" if recorded else "none" if searched else "open"
        held.setdefault((code, drug_id), {})[kind] = Mark(kind, state)
    return {pair: tuple(kinds[kind] for kind in SHOWN_KINDS) for pair, kinds in held.items()}


def records_of(store: Store, drugs: Iterable[str]) -> dict[str, list[Record]]:
    """drug_id -> all its records, of any tumour type; a drug without any has no entry."""
    held: dict[str, list[Record]] = {}
    for row in store.sql(_RECORDS, drugs=list(drugs)).iter_rows(named=True):
        held.setdefault(row.pop("drug_id"), []).append(Record(**row))
    return held


def _note(
    code: str,
    facts: Mapping[str, Any],
    label: Mapping[str, Any],
    records: list[Record],
    marks: tuple[Mark, ...],
    seen: tuple[bool, bool],
) -> DrugNote:
    parts = indications.members(code)
    here = once([r for r in records if r.indication in parts])
    away = [r for r in records if r.indication not in parts]
    hub = facts.get("hub_phase")
    evidence_grade, chip = grade(here, away, hub, bool(label["searched"]))
    targets = glossary.listed(facts.get("targets") or [], 3)
    mechanism = facts.get("mechanism") or facts.get("pathway") or (f"acts on {targets}" if targets else "")
    trained, unseen = seen
    return DrugNote(
        drug_id=facts["drug_id"],
        name=facts.get("name") or facts["drug_id"],
        mechanism=mechanism or "mechanism not recorded",
        pathway=facts.get("pathway"),
        targets=targets,
        hub_phase=hub,
        flag=_flag(hub, records),
        idle=facts["idle"],
        plasma=facts["plasma"],
        marks=marks,
        trained=trained,
        unseen=unseen,
        grade=evidence_grade,
        chip=chip,
        label=label["label"],
        label_trial=label["label_trial"],
        listed=facts["listed"],
        approved=any(map(approves, here)),
        stopped_only=_stopped(here),
        records=here,
        trials=sum(r.kind == "trial" and r.counts for r in here),
        elsewhere=len({(r.origin, r.record_id) for r in away if r.counts}),
        away=first_away(away),
    )


def _stopped(here: Iterable[Record]) -> bool:
    """Whether what counts here is trials that stopped, and nothing else."""
    counting = [r for r in here if r.counts]
    return bool(counting) and all(r.kind == "trial" and r.status in STOPPED for r in counting)


def _flag(hub: str | None, records: Iterable[Record]) -> str:
    """Withdrawn by the hub; a tool compound where the hub knows no clinical phase and no trial or label counts."""
    if hub == "Withdrawn":
        return "withdrawn"
    clinical = any(r.counts and r.kind in ("trial", "label") for r in records)
    if clinical or hub not in (None, "Preclinical"):
        return ""
    return "tool compound" if hub else "no record"
