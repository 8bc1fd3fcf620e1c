"""A synthetic cohort with a planted marker: a store with outcomes, stages, ages, alterations and expression."""

from pathlib import Path

import numpy as np
import polars as pl

from screen import pipeline
from screen.records import ReadOptions
from screen.settings import Settings

GENES = ["TP53", "IDH1", "EGFR", "KRAS", "BRAF", "MYC", "PTEN", "RB1", "MDM2", "CDK4"]


def cohort(folder: Path, *, n: int = 300, ratio: float = 0.3, code: str = "LGG", seed: int = 3) -> Settings:
    """Patients with IDH1 mutated or not (the last 20 not looked at), whose hazard differs by ``ratio``; and a store."""
    rng = np.random.default_rng(seed)
    settings = Settings(store=folder / "s.duckdb")
    pipeline.init(settings)
    ids = [f"P{i:03}" for i in range(n)]
    mutated = rng.random(n) < 0.5
    stage = rng.choice(
        ["Stage I", "Stage IIA", "Stage III", "Stage IV", "[Discrepancy]"], n, p=[0.3, 0.3, 0.2, 0.15, 0.05]
    )
    age = rng.normal(50, 10, n).round(1)
    risk = np.where(mutated, ratio, 1.0) * np.exp(0.03 * (age - 50) + 0.5 * (stage == "Stage IV"))
    event_day, censored = rng.exponential(900 / risk), rng.uniform(200, 3000, n)
    outcomes = pl.DataFrame(
        {
            "patient_id": ids,
            "indication": code,
            "age": age,
            "stage": stage,
            "OS": (event_day <= censored).astype(int),
            "OS.time": np.minimum(event_day, censored).round(),
            "PFI": (event_day <= censored).astype(int),
            "PFI.time": np.minimum(event_day, censored).round(),
        }
    )
    outcomes.write_csv(folder / "clinical.csv")
    looked_at = n - 20
    calls = {gene: rng.integers(0, 2, looked_at) for gene in GENES} | {"IDH1": mutated[:looked_at].astype(int)}
    pl.DataFrame({"patient_id": ids[:looked_at], **calls}).write_csv(folder / "mutations.csv")
    levels = {gene: rng.lognormal(3, 1, n).round(2) for gene in GENES} | {"MYC": np.round(50 * risk, 2)}
    pl.DataFrame({"patient_id": ids, **levels}).write_csv(folder / "tpm.csv")
    pipeline.ingest(settings, [folder / "clinical.csv", folder / "mutations.csv"])
    pipeline.ingest(settings, [folder / "tpm.csv"], ReadOptions(unit="tpm"))
    return settings
