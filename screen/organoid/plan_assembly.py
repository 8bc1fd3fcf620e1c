"""From a ranking to a plate: choose the drugs, dose them, place the wells, draw the transfers, store the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.organoid import plan_tables
from screen.organoid.candidates import current_run, ranked_candidates
from screen.organoid.chosen import chosen_treatments, coded, shelf
from screen.organoid.compounds import purchases
from screen.organoid.curated import Positive, positive_control
from screen.organoid.doses import Stock, stock
from screen.organoid.method import method_lines
from screen.organoid.next_plate import NextPlate, next_method, next_sets
from screen.organoid.plan_cautions import cautions
from screen.organoid.plate import lay_out
from screen.organoid.request import Request
from screen.organoid.stronger_stocks import stronger_stocks
from screen.organoid.transfers import draw_transfers
from screen.organoid.treatment import Treatment
from screen.organoid.treatment_doses import TreatmentDoses, treatment_doses
from screen.organoid.well_contents import Compound, of_treatment, positive, same_vehicle
from screen.store import Store
from screen.store.plans import Plan, plan_id, save_plan


def plan(
    store: Store,
    code: str,
    request: Request,
    edp: pl.DataFrame,
    patient_id: str | None = None,
    wanted: NextPlate | None = None,
    standing: Sequence[str] = (),
) -> Plan:
    """Plan a test set from the newest ranking of an indication, and store it.

    Parameters
    ----------
    code : a known TCGA code
    edp : table EDP over the newest runs (``screen.ranking.shortlists.tables``)
    patient_id : choose by this patient's ranking; else by EDI over the cohort
    wanted : choose by what the wells would add and find, not by sets
    standing : drugs that stand out for the patient, the most selective first: they come before the others

    Raises
    ------
    StoreError
        The indication or the patient is not ranked.
    InputError
        The request does not fit on plates or in droplets, or names a drug that the store does not know.
    """
    run_id = current_run(store, code)
    ranked = ranked_candidates(store, code, run_id, edp, patient_id)
    if wanted is None:
        chosen = chosen_treatments(store, code, run_id, ranked, request, standing)
    else:
        may = shelf(store, run_id, ranked, request)
        chosen = coded(next_sets(store, code, run_id, may, request.drugs, wanted, patient_id))
    if not chosen.treatments:
        raise InputError(
            f"no drug of the ranking of {code} fits any set",
            where="organoid plan",
            remedy="ingest evidence, and rank more drugs",
        )
    compounds, killing, weights = _compounds(store, chosen.treatments, request)
    tested, stronger = stronger_stocks(store, compounds[:-1], chosen.treatments, request)
    compounds = [*tested, compounds[-1]]
    known = {c.drug_id: c for c in compounds}
    steps = treatment_doses(store, chosen.treatments, known, request)
    doses = same_vehicle([of_treatment(t, known, steps[t.code].doses_uM, request) for t in chosen.treatments], request)
    wells = lay_out(doses, positive(compounds[-1], killing.dose_uM, request), request)
    sources, moves = draw_transfers(wells)
    bought = purchases(store, compounds, sources, weights)
    parts = {
        "treatments": plan_tables.treatments(chosen.treatments, chosen.next_best),
        "wells": plan_tables.wells(wells, {t.code: t.drug_ids for t in chosen.treatments}, request),
        "sources": plan_tables.sources(sources),
        "transfers": plan_tables.transfers(moves),
        "compounds": plan_tables.compounds(bought),
    }
    tests = [filling for one in doses for filling in one]
    notes = (
        *chosen.cautions,
        *stronger,
        *(f"Doses: {line}" for one in steps.values() for line in one.warns),
        *cautions(request, chosen.treatments, tests, compounds, sources, bought, ranked),
    )
    options = _options(request, steps) | ({"next": asdict(wanted)} if wanted else {})
    made = Plan(
        plan_id(code, patient_id, run_id, options, parts),
        code,
        patient_id,
        run_id,
        options,
        notes,
        tuple(_method(request, wanted, len({well.plate for well in wells}))),
        **parts,
    )
    save_plan(store, made)
    return made


def _method(request: Request, wanted: NextPlate | None, plates: int) -> list[str]:
    lines = method_lines(request, plates)
    if wanted is None:
        return lines
    of_sets = ("Set ", "Diversity", "Places")
    return [*next_method(wanted), *(line for line in lines if not line.startswith(of_sets))]


def _options(request: Request, steps: Mapping[str, TreatmentDoses]) -> dict[str, Any]:
    """The request as the plan keeps it, with the doses of each treatment and what they stand on."""
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(request).items()}
    plain["stocks"] = [list(pair) for pair in request.stocks]
    plain["ladders"] = {
        code: {"doses_uM": [list(doses) for doses in one.doses_uM.values()], "says": list(one.says)}
        for code, one in steps.items()
    }
    return plain


def _compounds(
    store: Store, treatments: Sequence[Treatment], request: Request
) -> tuple[list[Compound], Positive, dict[str, float | None]]:
    """Every drug of the treatments once, and last the positive control; their molecular weights."""
    wanted = list(dict.fromkeys(drug for t in treatments for drug in t.drug_ids))
    rows: dict[str, dict[str, Any]] = {
        row["drug_id"]: row
        for row in store.sql(
            "SELECT drug_id, name, smiles, aliases, molecular_weight FROM drugs WHERE list_contains($ids, drug_id)",
            ids=wanted,
        ).to_dicts()
    }
    compounds = [
        Compound(d, rows[d]["name"], stock(rows[d]["name"], rows[d]["smiles"], rows[d]["aliases"], request))
        for d in wanted
    ]
    killing = positive_control()
    weights = {d: row["molecular_weight"] for d, row in rows.items()} | {killing.drug_id: killing.molecular_weight}
    return [*compounds, Compound(killing.drug_id, killing.name, Stock("DMSO", request.stock_mM))], killing, weights
