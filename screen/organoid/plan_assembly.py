"""From a ranking to a plate: choose the drugs, dose them, place the wells, draw the transfers, store the plan."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.organoid import plan_tables
from screen.organoid.candidates import current_run, ranked_candidates
from screen.organoid.compounds import purchases
from screen.organoid.curated import Positive, positive_control
from screen.organoid.doses import Stock, stock
from screen.organoid.method import method_lines
from screen.organoid.next_plate import NextPlate, next_method, next_sets
from screen.organoid.plan_cautions import cautions
from screen.organoid.plate import lay_out
from screen.organoid.request import Request
from screen.organoid.sets import choose
from screen.organoid.transfers import draw_transfers
from screen.organoid.treatment import Treatment
from screen.organoid.well_contents import Compound, of_treatment, positive
from screen.store import Store
from screen.store.plans import Plan, plan_id, save_plan


def plan(
    store: Store,
    code: str,
    request: Request,
    edp: pl.DataFrame,
    patient_id: str | None = None,
    wanted: NextPlate | None = None,
) -> Plan:
    """Plan a test set from the newest ranking of an indication, and store it.

    Parameters
    ----------
    code : a known TCGA code
    edp : table EDP over the newest runs (``screen.ranking.shortlists.tables``)
    patient_id : choose by this patient's ranking; else by EDI over the cohort
    wanted : choose by what the wells would add and find, not by sets

    Raises
    ------
    StoreError
        The indication or the patient is not ranked.
    InputError
        The request does not fit on plates or in droplets.
    """
    run_id = current_run(store, code)
    ranked = ranked_candidates(store, code, run_id, edp, patient_id)
    if wanted is None:
        chosen = choose(store, code, ranked, request.drugs)
    else:
        chosen = next_sets(store, code, run_id, ranked, request.drugs, wanted, patient_id)
    if not chosen.treatments:
        raise InputError(
            f"no drug of the ranking of {code} fits any set",
            where="organoid plan",
            remedy="ingest evidence, and rank more drugs",
        )
    compounds, killing, weights = _compounds(store, chosen.treatments, request)
    doses = [of_treatment(t, {c.drug_id: c for c in compounds}, request) for t in chosen.treatments]
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
    notes = (*chosen.cautions, *cautions(request, chosen.treatments, tests, compounds, sources, bought, ranked))
    options = asdict(request) | {"doses": list(request.doses)}
    options |= {"next": asdict(wanted)} if wanted else {}
    made = Plan(
        plan_id(code, patient_id, run_id, options, parts),
        code,
        patient_id,
        run_id,
        options,
        notes,
        tuple(_method(request, wanted)),
        **parts,
    )
    save_plan(store, made)
    return made


def _method(request: Request, wanted: NextPlate | None) -> list[str]:
    lines = method_lines(request)
    if wanted is None:
        return lines
    of_sets = ("Set ", "Diversity", "Places")
    return [*next_method(wanted), *(line for line in lines if not line.startswith(of_sets))]


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
