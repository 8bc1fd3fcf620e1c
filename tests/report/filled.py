"""A store filled by hand: 60 drugs, three indications, seeded scores and records, as rank and ingest would leave it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import polars as pl

from screen.metrics.figure import from_printed
from screen.ranking.shortlists import rank_scores
from screen.records import drug_key
from screen.settings import Settings
from screen.store import Store, runs
from tests.report.filled_parts import manifest_of, members, run_patients

CODES = ("BRCA", "COADREAD", "STAD")
DRUGS = {
    "mTOR inhibitor": ("MTOR", "Everolimus Temsirolimus Rapamycin Torin-2 AZD8055 OSI-027 Sapanisertib"),
    "PI3K inhibitor": ("PIK3CA", "Alpelisib Pictilisib Taselisib Buparlisib Copanlisib"),
    "EGFR inhibitor": ("EGFR", "Erlotinib Gefitinib Afatinib Lapatinib Osimertinib Sapitinib"),
    "MEK inhibitor": ("MAP2K1", "Trametinib Selumetinib Cobimetinib Refametinib Mirdametinib"),
    "BRAF inhibitor": ("BRAF", "Dabrafenib Vemurafenib Encorafenib"),
    "CDK inhibitor": ("CDK4", "Palbociclib Ribociclib Abemaciclib Dinaciclib"),
    "PARP inhibitor": ("PARP1", "Olaparib Niraparib Rucaparib Talazoparib Veliparib"),
    "topoisomerase inhibitor": ("TOP1", "Irinotecan Topotecan Camptothecin Etoposide Epirubicin Doxorubicin"),
    "microtubule agent": ("TUBB", "Paclitaxel Docetaxel Vinorelbine Vincristine Eribulin"),
    "antimetabolite": ("TYMS", "5-Fluorouracil Gemcitabine Methotrexate Pemetrexed Cytarabine"),
    "DNA crosslinker": ("", "Cisplatin Oxaliplatin Carboplatin Mitomycin-C"),
    "HDAC inhibitor": ("HDAC1", "Vorinostat Entinostat Belinostat"),
    "BCL-2 family inhibitor": ("BCL2", "Venetoclax Navitoclax"),
}
LEFT_OUT = ("Trastuzumab", "Cetuximab", "Bevacizumab")
HOSTILE = ("<script>alert('x')</script>", "Na\"me & 'quote' {{ 7*7 }}", "Polyname-" + "abcdefghij " * 29)


def fill(
    store: Store,
    *,
    patients: Sequence[int] = (40, 40, 40),
    codes: Sequence[str] = CODES,
    further: int = 0,
    evidence: bool = True,
    hostile: bool = False,
    seed: int = 7,
) -> None:
    """Fill an empty, migrated store; one count of patients an indication, ``further`` drugs beside the sixty."""
    drugs = _drugs(hostile, further)
    with store.transaction():
        store.append("drugs", drugs)
        keys = pl.DataFrame({"drug_key": [drug_key(n) for n in drugs["name"]], "drug_id": drugs["drug_id"]})
        store.append("drug_keys", keys)
        _sources(store)
        if evidence:
            _evidence(store, drugs, np.random.default_rng(seed + 1))
        for number, (code, count) in enumerate(zip(codes, patients, strict=True)):
            _indication(store, code, count, drugs, np.random.default_rng(seed + 10 * number), number + 1)


def _key(name: str) -> str:
    letters = "".join(chr(ord("A") + b % 26) for b in hashlib.sha256(name.encode()).digest())
    return f"{letters[:14]}-{letters[14:24]}-N"


def _drugs(hostile: bool, further: int) -> pl.DataFrame:
    rows: list[tuple[str, str | None, list[str]]] = [
        (name, mechanism, [target] if target else [])
        for mechanism, (target, names) in DRUGS.items()
        for name in names.split()
    ]
    rows += [(name, None, []) for name in (HOSTILE if hostile else ())]
    kinds = list(DRUGS)
    rows += [(f"Compound {i:04d}", kinds[i % len(kinds)], [DRUGS[kinds[i % len(kinds)]][0]]) for i in range(further)]
    frame = [
        {
            "drug_id": _key(n),
            "name": n,
            "smiles": "C",
            "molecular_weight": 300.0,
            "targets": t,
            "pathway": None,
            "mechanism": m,
            "hub_phase": ("Launched", "Phase 2", None)[i % 3],
            "aliases": [],
            "screened": True,
        }
        for i, (n, m, t) in enumerate(rows)
    ]
    frame += [
        {
            **frame[0],
            "drug_id": f"name:{drug_key(n)}",
            "name": n,
            "smiles": None,
            "mechanism": "antibody",
            "molecular_weight": None,
            "targets": [],
        }
        for n in LEFT_OUT
    ]
    text: dict[str, Any] = {"pathway": pl.String, "targets": pl.List(pl.String), "aliases": pl.List(pl.String)}
    return pl.DataFrame(frame, schema_overrides=text)


def _sources(store: Store) -> None:
    rows = [
        ("e" * 16, "synthetic_expression.csv", "expression-matrix", None, None),
        ("c" * 16, "synthetic_cell_lines.csv", "expression-matrix", None, None),
        ("d" * 16, "synthetic_doses.csv", "gdsc-dose-response", None, None),
        ("a" * 16, "synthetic_labels.csv", "nci-indications", "2025-03-01", "full"),
        ("b" * 16, "synthetic_trials.json", "clinicaltrials-v2", "2025-06-30", "conditions:BRCA,STAD"),
        ("f" * 16, "synthetic_hub.txt", "repurposing-drugs", "2020-03-24", "partial"),
    ]
    store.append(
        "source_files",
        pl.DataFrame(
            [
                {
                    "source_id": i,
                    "sha256": i * 4,
                    "name": n,
                    "kind": k,
                    "size_bytes": 1000,
                    "row_count": 100,
                    "options": "{}",
                    "snapshot_date": s,
                    "coverage": c,
                    "notes": [],
                }
                for i, n, k, s, c in rows
            ],
            schema_overrides={"notes": pl.List(pl.String)},
        ),
    )


def _evidence(store: Store, drugs: pl.DataFrame, rng: np.random.Generator) -> None:
    rows = []
    parts = ("BRCA", "COAD", "READ", "STAD", "LUAD")
    for drug_id, name in drugs.select("drug_id", "name").rows():
        for code in parts:
            if rng.random() < 0.12:
                rows.append(_record(drug_id, code, "label", "nci", f"nci:{drug_key(name)}", None, None, "a"))
            for _ in range(rng.poisson(0.5)):
                phase = str(rng.choice(["PHASE1", "PHASE1/PHASE2", "PHASE2", "PHASE3"]))
                status = str(rng.choice(["COMPLETED", "RECRUITING", "TERMINATED", "WITHDRAWN"]))
                nct = f"NCT0{rng.integers(10**6, 10**7)}"
                rows.append(_record(drug_id, code, "trial", "clinicaltrials", nct, phase, status, "b"))
    store.append("evidence", pl.DataFrame(rows, schema_overrides={"phase": pl.String, "status": pl.String}))
    store.append(
        "searched",
        pl.DataFrame(
            [
                {"kind": "label", "origin": "nci", "drug_id": None, "indication": None, "source_id": "a" * 16},
                *(
                    {
                        "kind": "trial",
                        "origin": "clinicaltrials",
                        "drug_id": None,
                        "indication": c,
                        "source_id": "b" * 16,
                    }
                    for c in ("BRCA", "STAD")
                ),
            ],
            schema_overrides={"drug_id": pl.String, "indication": pl.String},
        ),
    )
    _raw(store, drugs)
    store.append(
        "unlinked",
        pl.DataFrame([{"what": "condition", "text": "Solid tumour", "origin": "clinicaltrials", "records": 12}]),
    )


def _raw(store: Store, drugs: pl.DataFrame) -> None:
    """The records as their files gave them, without which no file counts as one of evidence."""
    store.run(
        "INSERT INTO trials BY NAME SELECT DISTINCT source_id, record_id AS nct_id FROM evidence WHERE kind = 'trial'"
    )
    name = drugs["name"][0]
    rows = [("a", "nci", "BRCA"), ("f", "repurposing_hub", None)]
    store.append(
        "indication_records",
        pl.DataFrame(
            [
                {
                    "source_id": i * 16,
                    "origin": o,
                    "drug_key": drug_key(name),
                    "drug_name": name,
                    "condition": "a tumour",
                    "indication": c,
                }
                for i, o, c in rows
            ]
        ),
    )


def _record(
    drug_id: str, code: str, kind: str, origin: str, record_id: str, phase: str | None, status: str | None, source: str
) -> dict[str, object]:
    trial = kind == "trial"
    return {
        "drug_id": drug_id,
        "indication": code,
        "kind": kind,
        "origin": origin,
        "record_id": record_id,
        "counts": status != "WITHDRAWN",
        "phase": phase,
        "status": status,
        "record_date": "2024-05-17" if trial else None,
        "combination": trial and record_id.endswith("7"),
        "detail": f"A study in {code} of one drug or of two, with a title as long as such titles are"
        if trial
        else f"for the treatment of {code}",
        "source_id": source * 16,
    }


def _indication(
    store: Store, code: str, count: int, drugs: pl.DataFrame, rng: np.random.Generator, number: int
) -> None:
    scored = drugs.filter(pl.col("smiles").is_not_null())
    ids = [f"SYN-{code}-{i:03d}" for i in range(1, count + 1)]
    of_members = members(rng, count, scored)
    reference = np.quantile(of_members.mean(0), np.linspace(0, 1, 21), axis=0).astype(np.float32)
    scores = rank_scores(of_members, ids, scored["drug_id"].to_list(), reference)
    run_id, model_id = f"run{number:x}".ljust(16, "0"), f"model{number:x}".ljust(16, "0")
    manifest = manifest_of(code, count, scored, model_id)
    store.append(
        "models",
        pl.DataFrame(
            [
                {
                    "model_id": model_id,
                    "indication": code,
                    "name": "dsn-adv",
                    "manifest": json.dumps(manifest),
                    "weights": b"",
                    "trained": number,
                }
            ]
        ),
    )
    recorded = cast("Sequence[Any]", manifest["evaluation"])
    runs.save_evaluations(store, model_id, [from_printed(row) for row in recorded])
    store.append(
        "runs",
        pl.DataFrame(
            [
                {
                    "run_id": run_id,
                    "indication": code,
                    "model_id": model_id,
                    "ranked": number,
                    "settings": json.dumps(Settings().printed()),
                }
            ]
        ),
    )
    reason = "no structure (SMILES) known"
    store.append(
        "run_drugs",
        drugs.select(
            "drug_id",
            run_id=pl.lit(run_id),
            scored=pl.col("smiles").is_not_null(),
            reason=pl.when(pl.col("smiles").is_null()).then(pl.lit(reason)),
        ),
    )
    store.append("scores", scores.with_columns(run_id=pl.lit(run_id)))
    store.append("run_patients", run_patients(ids, run_id, rng))
    store.append(
        "patient_records",
        pl.DataFrame(
            {
                "source_id": ["e" * 16] * count,
                "patient_id": ids,
                "indication": [code] * count,
                "authority": [1] * count,
                "age": rng.integers(40, 80, count).astype(float),
                "sex": rng.choice(["female", "male"], count),
                "stage": rng.choice(["I", "II", "III"], count),
            }
        ),
    )
