"""Synthetic labels, trials and repurposing records, in the shapes their publishers use.

Approvals are the real ones of these real drugs (``db/demo/approvals.csv``): none is invented. Trials are invented and
say so in their titles, as are the repurposing records of drugs that are not launched. They follow the planted truth,
not wholly: most drugs that work there have a record, a few have none (to be promising), and a few records stand where
the drug does not work (to be contradicted).
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.random import Generator

from screen import resources
from screen.synthetic.biology import Facts

Pairs = Mapping[tuple[str, str], bool]
"""(drug name, indication) -> whether the drug is among the best of the indication in truth."""

SNAPSHOT = "2026-01-15"
_SHARE = 0.05
_BEST = 10
_CONDITIONS = {
    "BRCA": ("Breast Cancer", "Metastatic Breast Cancer", "Breast Carcinoma"),
    "COAD": ("Colon Cancer", "Colon Adenocarcinoma", "Metastatic Colon Cancer"),
    "STAD": ("Gastric Cancer", "Stomach Neoplasms", "Gastric Adenocarcinoma"),
}
_PROSE = {"BRCA": "Breast invasive carcinoma", "COAD": "Colon adenocarcinoma", "STAD": "Stomach adenocarcinoma"}
_STATUS = (
    "RECRUITING",
    "COMPLETED",
    "ACTIVE_NOT_RECRUITING",
    "COMPLETED",
    "TERMINATED",
    "UNKNOWN",
    "RECRUITING",
    "WITHDRAWN",
)
_PHASES: tuple[list[str], ...] = (["PHASE1"], ["PHASE2"], ["PHASE1", "PHASE2"], ["PHASE3"], ["PHASE2"])
_HUB_PHASE = {"approved": "Launched", "investigational": "Phase 2", "preclinical": "Preclinical"}
_HUB_HEAD = (
    "!Source\tSynthetic table of the crescreen demo in the shape of the Drug Repurposing Hub's; not its data",
    "!File_date\t1/15/2026",
    "!Table_name\tdrug information",
    "!Disclaimer\tSynthetic: nothing here is true",
)

UNKNOWN_DRUG = "synthastatin"
"""A name that no drug table knows: ingest has to list it, not to drop it."""


def truly_best(truth: pl.DataFrame) -> Pairs:
    """Which drugs are efficient in which indication by the planted truth, as EDP and EDI count it.

    ``truth`` has patient_id, indication, drug, auc (0..1, low = sensitive).
    """
    keep = int(np.ceil(_SHARE * truth["drug"].n_unique()))
    best = truth.with_columns(best=pl.col("auc").rank("ordinal").over("patient_id") <= keep)
    counts = best.group_by("indication", "drug").agg(n=pl.col("best").sum())
    ordered = counts.sort("indication", "n", "drug", descending=[False, True, False])
    chosen = ordered.with_columns(best=pl.int_range(pl.len()).over("indication") < _BEST).sort("drug", "indication")
    return {(drug, code): best for drug, code, best in chosen.select("drug", "indication", "best").iter_rows()}


def draw_records(pairs: Pairs, if_best: float, otherwise: float, rng: Generator) -> list[tuple[str, str]]:
    """Pairs that get a record: each with probability ``if_best`` or ``otherwise``."""
    return [pair for pair, best in pairs.items() if rng.random() < (if_best if best else otherwise)]


def approvals() -> list[tuple[str, str]]:
    """Drug and indication of every label of the demo's drugs, as they are."""
    table = pl.read_csv(resources.folder("db") / "demo" / "approvals.csv", infer_schema=False)
    return list(table.select("drug", "indication").iter_rows())


def label_csv(records: list[tuple[str, str]], known: Facts) -> str:
    """Labelled indications, in the shape of the NCI table; a row a drug, lists as Python prints them."""
    codes: dict[str, list[str]] = {}
    for drug, code in records:
        codes.setdefault(drug, []).append(code)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["PubChemId", "DrugName", "DrugType", "DrugAliases", "DrugIndicationsExtended", "DrugIndications"])
    for drug, cid in known.drugs.select("name", "pubchem_cid").iter_rows():
        if drug in codes:
            kind = ("C_" + cid, "Compound") if cid else ("S_0", "Substance")
            writer.writerow(
                [kind[0], _capital(drug), kind[1], "None found", [_PROSE[c] for c in codes[drug]], codes[drug]]
            )
    return out.getvalue()


def trial_json(records: list[tuple[str, str]], known: Facts, rng: Generator) -> str:
    """Study records as the ClinicalTrials.gov website downloads them, a bare list; NCT numbers from NCT99900001 on."""
    mechanism = dict(known.drugs.select("name", "mechanism").iter_rows())
    studies = [
        _study(number, drug, code, mechanism.get(drug, "of no known mechanism"), rng)
        for number, (drug, code) in enumerate(records, 1)
    ]
    return json.dumps(studies, indent=1) + "\n"


def _study(number: int, drug: str, code: str, mechanism: str, rng: Generator) -> dict[str, Any]:
    status = _STATUS[number % len(_STATUS)]
    partner = ["paclitaxel"] if number % 6 == 0 and drug != "paclitaxel" else []
    design: dict[str, Any] = {"studyType": "OBSERVATIONAL"}
    if number % 9:
        design = {"studyType": "INTERVENTIONAL", "phases": _PHASES[int(rng.integers(len(_PHASES)))]}
    condition = _CONDITIONS[code][int(rng.integers(3))]
    title = f"SYNTHETIC record, no real trial: {_capital(drug)} ({mechanism}) in {condition.lower()}"
    state: dict[str, Any] = {
        "overallStatus": status,
        "startDateStruct": {"date": f"20{15 + number % 10}-03-01"},
        "lastUpdatePostDateStruct": {"date": "2025-11-03"},
    }
    if status in {"TERMINATED", "WITHDRAWN"}:
        state["whyStopped"] = "synthetic record"
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT999{number:05d}", "briefTitle": title},
            "statusModule": state,
            "designModule": design,
            "conditionsModule": {"conditions": [condition]},
            "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": name} for name in (drug, *partner)]},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": SNAPSHOT}},
    }


def hub_txt(records: list[tuple[str, str]], known: Facts) -> str:
    """A repurposing table: comment lines, tabs, CRLF, ``|`` lists; blanks where nothing is known."""
    diseases: dict[str, list[str]] = {}
    for drug, code in records:
        diseases.setdefault(drug, []).append(_CONDITIONS[code][0].lower())
    launched: dict[str, list[str]] = {}
    for drug, code in approvals():
        launched.setdefault(drug, []).append(_CONDITIONS[code][0].lower())
    rows = ["\t".join(["pert_iname", "clinical_phase", "moa", "target", "disease_area", "indication"])]
    for drug, status, moa, target in known.drugs.select("name", "status", "mechanism", "target").iter_rows():
        # A launched drug's indication reads as an approval: only real ones.
        named = (launched if status == "approved" else diseases).get(drug, [])
        rows.append("\t".join([drug, _HUB_PHASE[status], moa, target, "oncology" if named else "", "|".join(named)]))
    return "\r\n".join([*_HUB_HEAD, *rows]) + "\r\n"


def _capital(name: str) -> str:
    return name.capitalize() if name.islower() else name
