"""One model of one indication: frame, members, reference, domain and measured accuracy, in one bundle.

Keys of the manifest: ``name``, ``indication``, ``dataset``, ``genes``, ``unit``, ``members``, ``network`` (hidden,
code, drug), ``encoder`` (id, name, toy), ``patients``, ``lines`` (numbers), ``drugs`` (ids), ``seed``,
``settings``, ``versions``, ``patient_source``, ``evaluation`` (rows of table ``evaluations``).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from screen import __version__
from screen.errors import InputError
from screen.expression import Frame, fit_frame, shared_genes
from screen.learn.bundles import Bundle
from screen.learn.composition import ZOO
from screen.learn.domain import fit_domain
from screen.learn.ensemble import Member, Progress, Tensors, fit_members, tasks_of
from screen.learn.folds import Folds, line_folds
from screen.learn.invitro import Heldout, Stratum, evaluation_rows, naive_means, rivals_heldout
from screen.models import Drugs, Subjects
from screen.nn.determinism import one_thread
from screen.records import Floats, TrainingData
from screen.score import member_scores, outputs, prepare
from screen.settings import Settings, Training
from screen.training_data import known_of

if TYPE_CHECKING:
    from screen.models.drug_encoder import DrugEncoder

NAME = "dsn-adv"
_MEASURING = "measuring on unseen cell lines"
_QUANTILES = 101
_FLAT = 1e-6
_HEADS = ("binary", "regression")
_PATIENTS = ("indication", "all")
_LEAST = {"folds": 2, "seeds": 1, "tune_epochs": 1, "tune_lines": 1, "align_batch": 1, "code": 1, "patience": 1}


@dataclass(frozen=True)
class Ensemble:
    """Members of all folds and seeds, with the frames that their folds were seen in."""

    model: str
    """Its name in the zoo."""
    folds: Folds
    per_fold: tuple[Subjects, ...]
    """All L lines, scaled in the frame of each fold's training lines."""
    drugs: dict[str, Floats]
    """``drug_centre`` and ``drug_spread`` of the library's vectors."""
    prepared: Floats
    """D x 300."""
    known: Drugs
    patients: Floats
    """P x g, scaled."""
    members: tuple[Tensors, ...]
    """Fold by fold, seed by seed."""


def train(data: TrainingData, vectors: Floats, encoder: "DrugEncoder", settings: Settings, work: Path,
          progress: Progress, model: str = NAME) -> Bundle:
    """Fit and measure the ensemble.

    Parameters
    ----------
    vectors : D x 300, of the library's drugs in its order
    work : folder for finished members, from which an interrupted call resumes

    Raises
    ------
    InputError
        The model or the head is unknown, a count is too small, or cell lines and patients share no gene.
    """
    if model not in ZOO:
        raise InputError(f"no model {model!r}", where="--model", remedy=f"known: {', '.join(ZOO)}")
    _require(settings.training)
    genes = shared_genes(data.lines, data.patients)
    frame = fit_frame(data.lines, data.aligned, genes)
    folds = line_folds(_strata(data), settings.training.folds, settings.seed)
    ensemble = fit_ensemble(data, frame, vectors, folds, settings, work, progress, model)
    with one_thread():
        heldout = predict_heldout(ensemble, data, settings.training, progress)
        everywhere = Stratum("all", np.ones(len(data.lines), bool))
        rows = evaluation_rows(heldout, folds, data.auc, settings.seed, data.indication, everywhere)
        return _bundle(data, frame, ensemble, vectors, settings, _manifest(model, data, frame, encoder, settings, rows))


def predict_heldout(ensemble: Ensemble, data: TrainingData, training: Training,
                    progress: Progress) -> dict[str, Heldout]:
    """What the ensemble, and each rival on the same folds, says of the lines it never saw."""
    progress(_MEASURING, 0, 2)
    heldout = {ensemble.model: _by_members(ensemble, data, training)}
    progress(_MEASURING, 1, 2)
    heldout |= rivals_heldout(ensemble.per_fold, ensemble.known, ensemble.patients, ensemble.folds, data.auc)
    progress(_MEASURING, 2, 2)
    return heldout


def fit_ensemble(data: TrainingData, frame: Frame, vectors: Floats, folds: Folds, settings: Settings, work: Path,
                 progress: Progress, model: str = NAME) -> Ensemble:
    """One member for each fold and seed; nothing of a fold's held-out lines enters its members, not even quantiles."""
    drugs = {"drug_centre": vectors.mean(axis=0), "drug_spread": np.maximum(vectors.std(axis=0), _FLAT)}
    prepared = prepare(vectors, drugs)
    per_fold = tuple(_fold_subjects(data, frame, folds != fold) for fold in range(int(folds.max()) + 1))
    patients = frame.scale(data.aligned)
    members = []
    for fold, subjects in enumerate(per_fold):
        rows = np.flatnonzero(folds != fold)
        taught = subjects.take(rows)
        members += [Member(fold, settings.seed + seed, taught.scaled, taught.lineages, data.auc[rows])
                    for seed in range(settings.training.seeds)]
    tasks = tasks_of(members, model, patients, prepared, settings.training, settings.device)
    fitted = tuple(fit_members(tasks, work, settings.workers, progress, settings.cluster))
    return Ensemble(model, folds, per_fold, drugs, prepared, known_of(data.library, vectors), patients, fitted)


def _by_members(ensemble: Ensemble, data: TrainingData, training: Training) -> Heldout:
    """What the members say of the lines they never saw, averaged over seeds."""
    predicted, beyond = np.empty_like(data.auc), np.empty_like(data.auc)
    on_scale = training.head == "regression"
    for fold, subjects in enumerate(ensemble.per_fold):
        own = ensemble.members[fold * training.seeds:(fold + 1) * training.seeds]
        said = np.mean([_auc(member, subjects.scaled, ensemble.prepared, training) for member in own], axis=0)
        asked = ensemble.folds == fold
        predicted[asked] = said[asked]
        beyond[asked] = said[asked] - said[~asked].mean(axis=0)
    if on_scale:
        beyond = predicted - naive_means(ensemble.folds, data.auc)
    return Heldout(predicted, beyond, on_scale)


def _require(training: Training) -> None:
    if training.head not in _HEADS:
        raise InputError(f"no head {training.head!r}", where="[training]", remedy=f"one of: {', '.join(_HEADS)}")
    if training.align_with not in _PATIENTS:
        raise InputError(f"no patients {training.align_with!r} to align with", where="[training]",
                         remedy=f"one of: {', '.join(_PATIENTS)}")
    for name, least in _LEAST.items():
        if getattr(training, name) < least:
            raise InputError(f"{name} = {getattr(training, name)}, at least {least} is needed", where="[training]",
                             remedy="mend the settings file")


def network_shape(training: Training, vectors: Floats) -> dict[str, Any]:
    """What is needed to rebuild a member from its tensors."""
    return {"hidden": list(training.hidden), "code": training.code, "drug": vectors.shape[1]}


def _auc(member: Tensors, scaled: Floats, prepared: Floats, training: Training) -> Floats:
    """n x D: predicted response, or minus the logit of sensitivity."""
    said = outputs(member, scaled, prepared)
    centre, spread = member["auc_scale"]
    return -said if training.head == "binary" else centre + spread * said


def _strata(data: TrainingData) -> Sequence[str]:
    """Lineage, and apart the lines that no drug was measured on."""
    measured = np.asarray(np.isfinite(data.auc).any(axis=1))
    return [f"{there} {lineage}" for there, lineage in zip(measured, data.lineages, strict=True)]


def _fold_subjects(data: TrainingData, frame: Frame, taught: Any) -> Subjects:
    own = fit_frame(data.lines.take(np.flatnonzero(taught)), data.aligned, frame.genes)
    return Subjects(own.scale(data.lines), data.lineages)


def _bundle(data: TrainingData, frame: Frame, ensemble: Ensemble, vectors: Floats, settings: Settings,
            manifest: dict[str, Any]) -> Bundle:
    manifest["network"] = network_shape(settings.training, vectors)
    scaled = frame.scale(data.patients)
    tensors: Tensors = {"line_knots": frame.line_knots, "patient_knots": frame.patient_knots, **ensemble.drugs}
    tensors |= {f"member.{i}.{name}": tensor for i, member in enumerate(ensemble.members)
                for name, tensor in member.items()}
    scores = member_scores(Bundle(manifest, tensors), scaled, vectors, settings.device).mean(axis=0)
    tensors["reference_scores"] = np.quantile(scores, np.linspace(0, 1, _QUANTILES), axis=0).astype(np.float32)
    return Bundle(manifest, tensors | fit_domain(scaled, settings.seed))


def _manifest(model: str, data: TrainingData, frame: Frame, encoder: "DrugEncoder", settings: Settings,
              rows: list[dict[str, Any]]) -> dict[str, Any]:
    import torch

    return {
        "name": model, "indication": data.indication, "dataset": data.dataset, "genes": list(frame.genes),
        "unit": frame.unit, "members": settings.training.folds * settings.training.seeds,
        "encoder": {"id": encoder.encoder_id, "name": encoder.name, "toy": encoder.toy},
        "patients": len(data.patients), "lines": len(data.lines), "drugs": list(data.library.drug_ids),
        "seed": settings.seed, "settings": asdict(settings.training),
        "versions": {"crescreen": __version__, "torch": torch.__version__, "numpy": np.__version__},
        "patient_source": _source(data), "evaluation": rows,
    }


def _source(data: TrainingData) -> dict[str, str]:
    """The file that most of the patients' profiles come from."""
    patients = data.patients
    (source_id, dataset), _ = Counter(zip(patients.source_ids, patients.datasets, strict=True)).most_common(1)[0]
    return {"dataset": dataset, "unit": patients.unit, "source_id": source_id}
