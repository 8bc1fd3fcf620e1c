"""A tiny world with a known mechanism: half of the drugs work where one gene is high."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from screen.models.bundle import Bundle
from screen.models.contract import LineAlterations
from screen.models.encoder.drug_encoder import DrugEncoder
from screen.records import Floats, Library, Profiles, TrainingData
from screen.settings import Settings, Training
from screen.training.ensemble_training import train_model

QUICK = Training(
    folds=2,
    seeds=1,
    hidden=(32, 16),
    code=8,
    align_epochs=4,
    adversarial_epochs=2,
    align_rate=3e-3,
    critic_steps=2,
    tune_epochs=40,
    tune_lines=8,
    encoder_rate=3e-3,
    head_rate=1e-2,
    gene_dropout=0.2,
    average=0.9,
)
SETTINGS = Settings(training=QUICK, workers=1, device="cpu")
GENES = tuple(f"G{i:02d}" for i in range(16))
DRUGS = 16
VECTOR = 24


class Encoder(NamedTuple):
    encoder_id: str = "0" * 16
    name: str = "planted"
    toy: bool = True


def profiles(domain: str, levels: Floats, prefix: str) -> Profiles:
    n = len(levels)
    names = tuple(f"{prefix}{i:03d}" for i in range(n))
    return Profiles(domain, names, names, ("s",) * n, ("planted",) * n, GENES, levels, "zscore")  # type: ignore[arg-type]


def planted(*, lines: int = 72, patients: int = 30, shuffled: bool = False) -> tuple[TrainingData, Floats]:
    """Training data and D x 24 drug vectors; even drugs work where G00 is high, odd ones at random."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(lines, len(GENES))).astype(np.float32)
    works = (np.arange(DRUGS) % 2 == 0).astype(np.float32)
    auc = 0.7 - 0.15 * np.tanh(2 * X[:, :1]) * works + 0.03 * rng.normal(size=(lines, DRUGS))
    if shuffled:
        auc = auc[rng.permutation(lines)]
    auc[rng.random(auc.shape) < 0.1] = np.nan
    vectors = rng.normal(size=(DRUGS, VECTOR)) + 3 * works[:, None]
    library = Library(
        tuple(f"D{i:02d}" for i in range(DRUGS)),
        ("x",) * DRUGS,
        ("C",) * DRUGS,
        (frozenset[str](),) * DRUGS,
        ("",) * DRUGS,
    )
    lineages = tuple(("Lung", "Breast", "Skin")[i % 3] for i in range(lines))
    patient_profiles = profiles("patient", rng.normal(size=(patients, len(GENES))).astype(np.float32), "P")
    data = TrainingData(
        "BRCA", profiles("cell_line", X, "L"), lineages, patient_profiles, library, auc.astype(np.float32), "GDSC2"
    )
    return data, vectors.astype(np.float32)


def trained(
    work: Path,
    data: TrainingData,
    vectors: Floats,
    settings: Settings = SETTINGS,
    model: str = "dsn-adv",
    alterations: LineAlterations | None = None,
) -> Bundle:
    encoder: DrugEncoder = Encoder()  # type: ignore[assignment]
    return train_model(data, vectors, encoder, settings, work, lambda *progress: None, model, alterations)


def measured(bundle: Bundle, model: str, metric: str) -> float:
    rows = bundle.manifest["evaluation"]
    return next(float(row["value"]) for row in rows if (row["model"], row["metric"]) == (model, metric))
