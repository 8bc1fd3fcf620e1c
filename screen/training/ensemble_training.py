"""One model of one indication: frame, members, reference, domain and measured accuracy, in one bundle.

Keys of the manifest: ``name``, ``kind`` (pairs, process), ``indication``, ``dataset``, ``genes``, ``unit``,
``members``, what the kind adds (see :mod:`screen.models.networks.network_ensemble`,
:mod:`screen.models.pair_gp.gp_members`), ``encoder`` (id, name, toy), ``patients``, ``lines`` (numbers), ``drugs``
(ids), ``seed``, ``settings``, ``versions``, ``patient_source``, ``evaluation`` (rows of table ``evaluations``),
``conformal`` (level and overall half-width of predicted responses, or null).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen import __version__
from screen.errors import InputError
from screen.expression import Frame, fit_frame, shared_genes
from screen.metrics.figure import Figure
from screen.models import Drugs, Subjects
from screen.models.bundle import Bundle
from screen.models.drug_inputs import drug_inputs
from screen.models.ensemble.cell_line_accuracy import accuracy_figures, baseline_predictions
from screen.models.ensemble.fitted_ensemble import FittedEnsemble, fold_frames, fold_subjects
from screen.models.ensemble.folds import Folds, line_folds
from screen.models.networks.architectures import ARCHITECTURES
from screen.models.networks.network_ensemble import fit_networks
from screen.models.pair_gp.gp_members import fit_gp
from screen.models.pair_gp.gp_model import NAME as PROCESS
from screen.models.scoring import scorer
from screen.models.uncertainty.patient_applicability import fit_domain
from screen.models.uncertainty.score_interval import kept_widths
from screen.nn.determinism import one_thread
from screen.records import Floats, TrainingData
from screen.settings import Settings, Training
from screen.tasks.cache import Progress
from screen.training.data import known_of

if TYPE_CHECKING:
    from screen.models.encoder.drug_encoder import DrugEncoder

KNOWN = (PROCESS, *ARCHITECTURES)
"""Models that can be trained and stored."""
_MEASURING = "measuring on unseen cell lines"
_QUANTILES = 101
_OF_PROCESS = ("model", "dataset", "folds")
"""Settings of training that a process heeds."""


def train_model(
    data: TrainingData,
    vectors: Floats,
    encoder: "DrugEncoder",
    settings: Settings,
    work: Path,
    progress: Progress,
    model: str = PROCESS,
) -> Bundle:
    """Fit and measure the ensemble.

    Parameters
    ----------
    vectors : D x 300, of the library's drugs in its order
    work : folder for finished members, from which an interrupted call resumes

    Raises
    ------
    InputError
        The model is unknown, or cell lines and patients share no gene.
    """
    if model not in KNOWN:
        raise InputError(f"no model {model!r}", where="--model", remedy=f"known: {', '.join(KNOWN)}")
    frame = fit_frame(data.lines, data.aligned, shared_genes(data.lines, data.patients))
    folds = line_folds(_strata(data), settings.training.folds, settings.seed)
    drugs, per_fold = known_of(data.library, vectors), fold_subjects(data, fold_frames(data, frame.genes, folds))
    if model == PROCESS:
        fitted = fit_gp(data, per_fold, drugs, folds, settings, work, progress)
    else:
        fitted = fit_networks(data, frame, vectors, folds, settings, work, progress, model)
    with one_thread():
        figures = _measured(model, fitted, data, per_fold, drugs, folds, settings.seed, progress)
        widths, told = kept_widths(fitted.heldout, data.auc, data.library.drug_ids)
        manifest = _manifest(model, data, frame, encoder, settings, figures) | fitted.manifest | told
        return _bundle(data, frame, fitted.tensors | widths, drugs, settings, manifest)


def _measured(
    model: str,
    fitted: FittedEnsemble,
    data: TrainingData,
    per_fold: tuple[Subjects, ...],
    drugs: Drugs,
    folds: Folds,
    seed: int,
    progress: Progress,
) -> list[Figure]:
    """The ensemble and each rival on the lines that the same folds held out."""
    progress(_MEASURING, 0, 1)
    heldout = {model: fitted.heldout} | baseline_predictions(per_fold, drugs, folds, data.auc)
    figures = accuracy_figures(heldout, folds, data.auc, seed, data.indication)
    progress(_MEASURING, 1, 1)
    return figures


def _strata(data: TrainingData) -> Sequence[str]:
    """Lineage, and apart the lines that no drug was measured on."""
    measured = np.asarray(np.isfinite(data.auc).any(axis=1))
    return [f"{there} {lineage}" for there, lineage in zip(measured, data.lineages, strict=True)]


def _bundle(
    data: TrainingData,
    frame: Frame,
    fitted: dict[str, NDArray[Any]],
    drugs: Drugs,
    settings: Settings,
    manifest: dict[str, Any],
) -> Bundle:
    scaled = frame.scale(data.patients)
    tensors = {"line_knots": frame.line_knots, "patient_knots": frame.patient_knots, **fitted}
    bundle = Bundle(manifest, tensors)
    scores = scorer(bundle, scaled, settings.device).mean(drug_inputs(bundle, drugs))
    tensors["reference_scores"] = np.quantile(scores, np.linspace(0, 1, _QUANTILES), axis=0).astype(np.float32)
    return Bundle(manifest, tensors | fit_domain(scaled, settings.seed))


def _manifest(
    model: str, data: TrainingData, frame: Frame, encoder: "DrugEncoder", settings: Settings, figures: list[Figure]
) -> dict[str, Any]:
    import torch

    return {
        "name": model,
        "indication": data.indication,
        "dataset": data.dataset,
        "genes": list(frame.genes),
        "unit": frame.unit,
        "encoder": {"id": encoder.encoder_id, "name": encoder.name, "toy": encoder.toy},
        "patients": len(data.patients),
        "lines": int(np.isfinite(data.auc).any(axis=1).sum()),
        "drugs": list(data.library.drug_ids),
        "seed": settings.seed,
        "settings": _settings(model, settings.training),
        "versions": {"crescreen": __version__, "torch": torch.__version__, "numpy": np.__version__},
        "patient_source": _source(data),
        "evaluation": [figure.printed() for figure in figures],
    }


def _settings(model: str, training: Training) -> dict[str, Any]:
    """The settings that this model was made with: a process has none of a network's."""
    said = asdict(replace(training, model=model))
    return {name: said[name] for name in _OF_PROCESS} if model == PROCESS else said


def _source(data: TrainingData) -> dict[str, str]:
    """The file that most of the patients' profiles come from."""
    patients = data.patients
    (source_id, dataset), _ = Counter(zip(patients.source_ids, patients.datasets, strict=True)).most_common(1)[0]
    return {"dataset": dataset, "unit": patients.unit, "source_id": source_id}


def measured_lines(manifest: dict[str, Any]) -> tuple[str, ...]:
    """r_drug and r_res of each measured model with intervals, a line each."""
    return tuple(
        f"{row['model']}: {row['metric']} {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
        for row in manifest["evaluation"]
        if row["metric"] in ("r_drug", "r_res") and row["low"] is not None
    )
