"""The organoid plan as a document: what is tested and why, the doses, the plates, the sources, what to buy."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from screen import indications
from screen.errors import StoreError
from screen.report.content import glossary
from screen.report.content.cautions import Caution
from screen.report.content.plate_section import (
    Control,
    Dose,
    LadderRow,
    SourceRow,
    controls,
    doses,
    ladder_rows,
    plate_maps,
    source_rows,
)
from screen.report.content.provenance import CurrentRun, Provenance, provenance_of
from screen.report.drawing.plate_map import PlateMap
from screen.settings import Settings
from screen.store import Store
from screen.store.plans import Plan

SETS = {
    "R": "requested by the lab",
    "A": "ranked high, or standing out for the patient; new to the clinic",
    "B": "ranked high, or standing out for the patient; little tested here",
    "C": "approved comparators",
    "D": "much tested, ranked low",
}
OF_NEXT_PLATE = {"P": "put first by the ranking", "I": "chosen to tell most of the drugs not on the plate"}
"""Sets of a plate that was chosen by what its wells would add and find."""
FILES = (
    ("layout.csv", "a row a well: role, drug, dose, replicate, vehicle, volume; a combination's ids joined by +"),
    ("transfers.csv", "a row a transfer of one compound or vehicle, with source, dose and volume"),
    ("treatments.csv", "the sets and runners-up with their reasons"),
    ("sources.csv", "a row a source well: strength, fill, what is drawn"),
    ("compounds.csv", "what to buy and weigh"),
    ("labels.csv", "a row a plate of each organoid: barcode, organoid, plate, day"),
    ("results-template.csv", "barcode, well and an empty value, which is brought back by: crescreen results add FILE"),
    ("echo.csv", "pick list for an acoustic dispenser, nL"),
    ("tecan-sources.gwl", "worklist that fills the source plates and dilutes, uL"),
    ("tecan-transfers.gwl", "the transfers as a worklist, uL"),
)


@dataclass(frozen=True, kw_only=True)
class TreatmentRow:
    """One treatment, or a runner-up."""

    code: str
    name: str
    mechanism: str
    place: int | None
    score: float | None
    reason: str


@dataclass(frozen=True)
class TestSet:
    """One of the sets A to D."""

    name: str
    meaning: str
    drugs: tuple[TreatmentRow, ...]
    next_best: tuple[TreatmentRow, ...]


@dataclass(frozen=True, kw_only=True)
class CompoundRow:
    """One line of the compound sheet."""

    tube: int
    name: str
    drug_id: str
    salt: str | None
    molecular_weight: float | None
    samples: tuple[str, ...]
    vehicle: str
    stock_mM: float
    stock_uL: float
    mass_mg: float | None


@dataclass(frozen=True, kw_only=True)
class OrganoidReport:
    """Everything the plan's pages say."""

    title: str
    subject: str
    plan_id: str
    indication: str
    indication_name: str
    patient_id: str | None
    request: Mapping[str, Any]
    answer: str
    cautions: tuple[Caution, ...]
    sets: tuple[TestSet, ...]
    doses: tuple[Dose, ...]
    """Every way a dose is made; the pages show the ladders."""
    ladders: tuple[LadderRow, ...]
    controls: tuple[Control, ...]
    plate_names: tuple[str, ...]
    plates: tuple[PlateMap, ...]
    legend: tuple[tuple[str, str], ...]
    """Treatment code, name."""
    sources: tuple[SourceRow, ...]
    compounds: tuple[CompoundRow, ...]
    method: tuple[Caution, ...]
    files: tuple[tuple[str, str], ...]
    provenance: Provenance
    kind: Literal["organoid"] = "organoid"


def organoid_context(store: Store, plan: Plan, settings: Settings) -> OrganoidReport:
    """Gather a plan's document.

    Raises
    ------
    StoreError
        The ranking it was chosen from is no longer in the store.
    """
    rows = plan.treatments.to_dicts()
    chosen = [row for row in rows if row["chosen"]]
    names = tuple(plan.wells["plate"].unique(maintain_order=True))
    return OrganoidReport(
        title=f"Organoid test set: {plan.patient_id or plan.indication}",
        subject=f"{plan.patient_id or plan.indication}-{plan.plan_id[:8]}",
        plan_id=plan.plan_id,
        indication=plan.indication,
        indication_name=indications.name(plan.indication),
        patient_id=plan.patient_id,
        request=plan.request,
        answer=_answer(plan, names),
        cautions=_as_cautions(plan.cautions),
        sets=_sets(rows),
        doses=doses(plan),
        ladders=ladder_rows(plan),
        controls=controls(plan),
        plate_names=names,
        plates=plate_maps(plan),
        legend=tuple((row["treatment"], " + ".join(row["drug_names"])) for row in chosen),
        sources=source_rows(plan),
        compounds=tuple(_compound(i, row) for i, row in enumerate(plan.compounds.to_dicts(), start=1)),
        method=_as_cautions(plan.method),
        files=FILES,
        provenance=provenance_of(store, _run(store, plan), settings, plan.patient_id),
    )


def _run(store: Store, plan: Plan) -> CurrentRun:
    rows = store.sql(
        """SELECT r.run_id, r.indication, r.model_id, r.settings, m.manifest
                        FROM runs r JOIN models m USING (model_id) WHERE r.run_id = $run""",
        run=plan.run_id,
    )
    if rows.is_empty():
        raise StoreError(
            f"the ranking {plan.run_id} behind plan {plan.plan_id} is gone",
            where=str(store.path),
            remedy=f"plan again: crescreen organoid plan {plan.indication}",
        )
    run_id, code, model_id, given, manifest = rows.row(0)
    return CurrentRun(
        run_id=run_id, indication=code, model_id=model_id, settings=json.loads(given), manifest=json.loads(manifest)
    )


def _answer(plan: Plan, plates: Sequence[str]) -> str:
    request, roles = plan.request, dict(plan.wells["role"].value_counts().iter_rows())
    chosen, volumes = plan.treatments.filter("chosen").height, plan.transfers["volume_nL"].to_list()
    doses = len(request["doses"]) or request.get("dose_points", 0)
    beside = sum(roles.get(role, 0) for role in ("vehicle", "positive", "untreated", "blank", "time_zero"))
    return (
        f"{glossary.count(chosen, 'treatment')} × {glossary.count(doses, 'dose')} × "
        f"{glossary.count(request['replicates'], 'replicate')} = {glossary.count(roles.get('test', 0), 'test well')}, "
        f"with {glossary.count(beside, 'control well')}, "
        f"on {glossary.count(len(plates) - 1, 'plate')} of {request['plate']} "
        f"and one plate for time zero; {glossary.count(len(volumes), 'transfer')} of {min(volumes):g} to "
        f"{max(volumes):g} nL."
    )


def _as_cautions(lines: Sequence[str]) -> tuple[Caution, ...]:
    return tuple(Caution(*line.split(": ", 1)) for line in lines)


def _sets(rows: Sequence[Mapping[str, Any]]) -> tuple[TestSet, ...]:
    def those(name: str, chosen: bool) -> tuple[TreatmentRow, ...]:
        return tuple(
            TreatmentRow(
                code=r["treatment"],
                name=" + ".join(r["drug_names"]),
                mechanism=r["mechanism"],
                place=r["place"],
                score=r["score"],
                reason=r["reason"],
            )
            for r in rows
            if r["set_name"] == name and r["chosen"] == chosen
        )

    names = {row["set_name"] for row in rows}
    sets = {name: says for name, says in OF_NEXT_PLATE.items() if name in names}
    sets = sets or {name: says for name, says in SETS.items() if name in names | {"A", "B", "C", "D"}}
    return tuple(TestSet(name, meaning, those(name, True), those(name, False)) for name, meaning in sets.items())


def _compound(tube: int, row: Mapping[str, Any]) -> CompoundRow:
    first = [f"{row['vendor']} {row['catalogue']}"] if row["vendor"] else []
    return CompoundRow(
        tube=tube,
        name=row["name"],
        drug_id=row["drug_id"],
        salt=row["salt"],
        molecular_weight=row["molecular_weight"],
        samples=(*first, *row["others"]),
        vehicle=row["vehicle"],
        stock_mM=row["stock_mM"],
        stock_uL=row["stock_uL"],
        mass_mg=row["mass_mg"],
    )
