"""Parts of the store filled by hand: scores of members, the patients of a run, a model's manifest."""

from typing import Any

import numpy as np
import polars as pl

from screen.records import Floats

MEMBERS = 6

LINE_EXPRESSION = [
    "by-array (array, z-score): 470 cell lines, 400 of the model's genes",
    "by-reads (z-score): 90 cell lines, 30 of the model's genes",
]
PLATES_LEARNED = (
    "plates of north (CTG): 12 tumours, 140 pairs of 16 drugs, a source of their own; correlation with the "
    "training screen 0.61, noise 0.40 of a variance, by 4 of 6 members; on unseen tumours, less drug's and "
    "tumour's mean: r 0.30 (0.10 to 0.50), without the plates 0.20 (0.00 to 0.40)"
)
"""What a report says of the laboratory in the manifest here."""


def members(rng: np.random.Generator, count: int, scored: pl.DataFrame) -> Floats:
    mechanisms = scored["mechanism"].fill_null("other").to_list()
    kinds = sorted(set(mechanisms))
    needs = rng.normal(0, 0.9, (count, len(kinds)))[:, [kinds.index(m) for m in mechanisms]]
    logits = rng.normal(0, 0.7, scored.height) + needs + rng.normal(0, 0.4, (count, scored.height))
    noisy = logits + rng.normal(0, 0.35, (MEMBERS, count, scored.height))
    return (1 / (1 + np.exp(-noisy))).astype(np.float32)


def run_patients(ids: list[str], run_id: str, rng: np.random.Generator) -> pl.DataFrame:
    place = rng.random(len(ids))
    return pl.DataFrame(
        {
            "run_id": [run_id] * len(ids),
            "patient_id": ids,
            "source_id": ["e" * 16] * len(ids),
            "sample_id": [f"{i}-T" for i in ids],
            "genes_found": [419] * len(ids),
            "genes_missing": [["MYC", "KMT2C", "ZFHX3"]] * len(ids),
            "profiles_unused": [["array_2012 (zscore): the model was trained on log2tpm1"]] * len(ids),
            "domain_distance": 4 + 3 * place,
            "domain_percentile": place,
            "inside_domain": place < 0.95,
        }
    )


def manifest_of(code: str, count: int, scored: pl.DataFrame, model_id: str) -> dict[str, Any]:
    figures = {"dsn-adv": (0.21, 0.18), "drug mean": (-0.10, 0.0), "mean effects": (0.13, 0.0), "ridge": (0.34, 0.31)}
    rows = [
        {
            "evaluation_id": model_id,
            "protocol": "lines",
            "model": model,
            "metric": metric,
            "stratum": "all",
            "indication": code,
            "value": value,
            "low": value - 0.03,
            "high": value + 0.03,
            "n": 480,
            "n_positive": None,
            "note": None,
        }
        for model, pair in figures.items()
        for metric, value in zip(("r_drug", "r_res"), pair, strict=True)
    ]
    return {
        "name": "dsn-adv",
        "indication": code,
        "dataset": "GDSC2",
        "genes": [f"G{i}" for i in range(422)],
        "unit": "log2tpm1",
        "members": MEMBERS,
        "encoder": {"id": "ab" * 8, "name": "brics-masking", "toy": True},
        "patients": count,
        "lines": 480,
        "drugs": scored["drug_id"].to_list(),
        "seed": 0,
        "settings": {"head": "binary", "folds": 5, "seeds": 2},
        "versions": {"crescreen": "0.1.0", "torch": "2.9"},
        "patient_source": {"dataset": "synthetic", "unit": "log2tpm1", "source_id": "e" * 16},
        "line_data": [
            {
                "dataset": "by-array",
                "platform": "array",
                "unit": "z-score",
                "lines": 470,
                "genes": 400,
                "source_ids": [],
            },
            {"dataset": "by-reads", "platform": "", "unit": "z-score", "lines": 90, "genes": 30},
        ],
        "line_notes": ["cell lines of tiny are left out: 3, fewer than 20"],
        "labs": {
            "sources": [
                {
                    "lab": "north",
                    "assay": "CTG",
                    "tumours": 12,
                    "pairs": 140,
                    "drugs": 16,
                    "members": 6,
                    "members_that_learned": 4,
                    "settings": {"scale": 0.8, "correlation": 0.61, "offset": 0.2, "noise": 0.4, "own": 0.1},
                    "r_within": {"with": [0.3, 0.1, 0.5], "without": [0.2, 0.0, 0.4]},
                }
            ],
            "unseen_by": {},
        },
        "evaluation": rows,
    }
