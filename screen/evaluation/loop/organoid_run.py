"""Measure the stored models on organoids that came back, indication by indication."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from screen import __version__, indications
from screen.evaluation.benchmark_data import load_benchmark
from screen.evaluation.loop.organoid_protocol import (
    METRICS,
    PROTOCOL,
    ROWS,
    measured_organoids,
    organoid_figures,
    patients_measured,
)
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.store import Store, open_store
from screen.tasks.progress import Progress

_SAYS = {
    "prior": "the stored model",
    "drug-mean": "each drug's mean over cell lines",
    "ridge": "a ridge a drug on the same lines and genes",
    "offset": "the stored model and one number an organoid",
    "process": "the stored model conditioned on the other half of an organoid's drugs",
}


@dataclass(frozen=True)
class OrganoidResult:
    """Figures, and how they were made."""

    key: str
    """Of the responses, the models and the seed, as 16 hex digits."""
    manifest: dict[str, Any]
    figures: list[Figure]


def evaluate_organoids(settings: Settings, codes: Sequence[str], progress: Progress) -> OrganoidResult:
    """Figures of each indication that has a model and organoids that came back.

    Parameters
    ----------
    codes : none: every indication with a model
    """
    figures: list[Figure] = []
    digest = hashlib.sha256(f"{PROTOCOL} {settings.seed}".encode())
    with open_store(settings.store) as store:
        models = dict(store.sql("SELECT indication, model_id FROM current_models ORDER BY 1").iter_rows())
        wanted = list(codes) or list(models)
        for number, code in enumerate(wanted):
            progress(f"organoids of {code}", number, len(wanted))
            figures += _of_code(store, settings, code)
            digest.update(f"{code} {models.get(code)}".encode())
        digest.update(repr(store.sql("SELECT curve_id, auc_gdsc FROM lab_curves ORDER BY ALL").rows()).encode())
    if not figures:
        why = "not evaluable: no patient of an indication with a model has expression and measured drugs"
        figures = [
            Figure(protocol=PROTOCOL, model=model, metric=metric, note=why) for model in ROWS for metric in METRICS
        ]
    manifest = {
        "protocol": PROTOCOL,
        "indications": wanted,
        "seed": settings.seed,
        "version": __version__,
        "models": {name: {"says": says} for name, says in _SAYS.items()},
    }
    return OrganoidResult(digest.hexdigest()[:16], manifest, figures)


def _of_code(store: Store, settings: Settings, code: str) -> list[Figure]:
    patients = patients_measured(store, code, indications.of_patients(code))
    if not patients:
        return []
    benchmark = load_benchmark(store, settings, code)
    return organoid_figures(measured_organoids(store, settings, code, patients, benchmark), code, settings.seed)
