"""One model of one indication: frame, members, reference, domain and measured accuracy, in one bundle.

Keys of the manifest: ``name``, ``kind`` (pairs, process), ``indication``, ``dataset``, ``genes``, ``unit`` and
``line_unit`` (of patients and of cell lines), ``members``, what the family adds (see :mod:`screen.models.families`),
``encoder`` (id, name, toy), ``patients``, ``lines`` (numbers), ``tumour_type`` (lineage, lines of the type and of the
lineage), ``drugs`` (ids), ``seed``, ``settings``, ``inputs`` (digest of what it was made from), ``versions``,
``patient_source`` and ``line_source`` (expression: data set, unit, file), ``line_data`` (each data set of cell lines:
name, platform, unit, lines, genes of the model, files) and ``line_notes`` (expression of cell lines left out),
``labs`` (where plates were learned from: :mod:`screen.models.unseen_plates`), ``alterations`` (where those of lines
were: the events that some drug hangs on, their data sets, the effects, r_drug of each such drug without and with),
``evaluation`` (rows of table ``evaluations``), ``conformal`` (level and overall half-width of predicted responses,
or null).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen import __version__
from screen.expression import UNITS, fit_frame, shared_genes
from screen.metrics.figure import Figure
from screen.models.bundle import Bundle
from screen.models.computed_on import kernels
from screen.models.conditioning.stored_covariance import stored_covariance
from screen.models.contract import EnsembleRequest, LineAlterations
from screen.models.drug_features import features_of
from screen.models.ensemble.folds import fold_frames, fold_subjects, line_folds
from screen.models.families import family_of_model
from screen.models.scoring import drug_inputs, scorer
from screen.models.uncertainty.patient_applicability import fit_domain
from screen.models.uncertainty.score_interval import stored_widths
from screen.models.unseen_plates import labs_in_lines, reference_scores, rows_of_training
from screen.nn.determinism import device_of, one_thread
from screen.records import Floats, LineExpression, Profiles, TrainingData
from screen.settings import Settings
from screen.store.stored_models import ALTERATIONS
from screen.tasks.progress import Progress
from screen.training.accuracy_task import measured_accuracy
from screen.training.model_inputs import inputs_digest

if TYPE_CHECKING:
    from screen.models.encoder.drug_encoder import DrugEncoder

DEFAULT = "pair-gp"
_QUANTILES = 101


def train_model(
    data: TrainingData,
    vectors: Floats,
    encoder: "DrugEncoder",
    settings: Settings,
    work: Path,
    progress: Progress,
    model: str = DEFAULT,
    alterations: LineAlterations | None = None,
) -> Bundle:
    """Fit and measure the ensemble.

    Parameters
    ----------
    vectors : D x 300, of the library's drugs in its order
    work : folder for finished members, from which an interrupted call resumes
    alterations : of the L lines, for a family that learns from them

    Raises
    ------
    InputError
        The model is unknown, or cell lines and patients share no gene.
    """
    family = family_of_model(model)
    genes = shared_genes(data.lines, data.patients)
    frame = fit_frame(data.lines, data.aligned, genes, data.nearness_of(range(len(data.lines))))
    folds = line_folds(_strata(data), settings.training.folds, settings.seed)
    frames = fold_frames(data, frame.genes, folds)
    request = EnsembleRequest(
        model=model,
        data=data,
        frame=frame,
        folds=folds,
        fold_frames=frames,
        fold_subjects=fold_subjects(data, frames, alterations),
        drugs=features_of(data.library, vectors),
        settings=settings,
        work=work,
        progress=progress,
        alterations=alterations,
    )
    fitted = family.fit(request)
    figures = measured_accuracy(request, fitted)
    with one_thread():
        widths, conformal = stored_widths(fitted.heldout, data.auc, data.library.drug_ids)
        errors = stored_covariance(fitted.heldout, data.auc, request.drugs)
        manifest = _manifest(request, encoder, family.SETTINGS, figures) | fitted.manifest | conformal
        return _bundle(request, fitted.tensors | widths | errors, manifest).sealed()


def _strata(data: TrainingData) -> Sequence[str]:
    """Lineage, and apart the lines that no drug was measured on."""
    measured = np.asarray(np.isfinite(data.auc).any(axis=1))
    return [f"{there} {lineage}" for there, lineage in zip(measured, data.lineages, strict=True)]


def _bundle(request: EnsembleRequest, fitted: dict[str, NDArray[Any]], manifest: dict[str, Any]) -> Bundle:
    frame, settings = request.frame, request.settings
    scaled = frame.scale(request.data.patients)
    knots = {"line_knots": frame.line_knots, "patient_knots": frame.patient_knots, "type_knots": frame.type_knots}
    tensors = knots | fitted
    bundle = Bundle(manifest, tensors)
    scores = _reference(bundle, request, scaled)
    tensors["reference_scores"] = np.quantile(scores, np.linspace(0, 1, _QUANTILES), axis=0).astype(np.float32)
    return Bundle(manifest, tensors | fit_domain(scaled, settings.seed))


def _reference(bundle: Bundle, request: EnsembleRequest, scaled: Floats) -> Floats:
    """Scores of the patients of training, n x D; none by a member that saw the patient's plate."""
    drugs, device, ids = drug_inputs(bundle, request.drugs), request.settings.device, request.data.patients.subject_ids
    scores = scorer(bundle, scaled, device).mean(drugs)
    rows = rows_of_training(bundle.manifest, ids)
    if not rows:
        return scores
    return reference_scores(bundle.manifest, ids, scores, scorer(bundle, scaled[rows], device).members(drugs))


def _manifest(
    request: EnsembleRequest, encoder: "DrugEncoder", heeded: Sequence[str], figures: list[Figure]
) -> dict[str, Any]:
    import torch

    data, frame = request.data, request.frame
    training = asdict(replace(request.settings.training, model=request.model))
    heeded_settings = {name: training[name] for name in heeded}
    return {
        "name": request.model,
        "indication": data.indication,
        "dataset": data.dataset,
        "genes": list(frame.genes),
        "unit": frame.unit,
        "line_unit": frame.line_unit or frame.unit,
        "tumour_type": _tumour_type(data),
        "encoder": {"id": encoder.encoder_id, "name": encoder.name, "toy": encoder.toy},
        "patients": len(data.patients),
        "lines": int(np.isfinite(data.auc).any(axis=1).sum()),
        "drugs": list(data.library.drug_ids),
        "seed": request.settings.seed,
        "settings": heeded_settings,
        "inputs": inputs_digest(request, encoder.encoder_id, heeded_settings),
        "versions": {"crescreen": __version__, "torch": torch.__version__, "numpy": np.__version__}
        | {"model computed on": kernels(device_of(request.settings.device).type)},
        "patient_source": _source(data.patients),
        "line_source": _source(data.lines),
        "line_data": [_line_data(one, frame.genes) for one in data.line_data],
        "line_notes": list(data.notes),
        "evaluation": [figure.printed() for figure in figures],
    }


def _tumour_type(data: TrainingData) -> dict[str, Any]:
    """What the patients are read against: lines of the tumour type, drawn towards its lineage and all lines."""
    near = data.nearness if data.everyone is None else ()
    return {"lineage": data.lineage, "type_lines": near.count(2), "lineage_lines": len(near) - near.count(0)}


def _source(profiles: Profiles) -> dict[str, str]:
    """The file that most of the profiles come from, and the unit they are learnt in."""
    pairs = Counter(zip(profiles.source_ids, profiles.datasets, strict=True))
    (source_id, dataset), _ = pairs.most_common(1)[0]
    return {"dataset": dataset, "unit": profiles.unit, "source_id": source_id}


def _line_data(one: LineExpression, genes: Sequence[str]) -> dict[str, Any]:
    found = set(one.genes)
    return {
        "dataset": one.dataset,
        "platform": one.platform,
        "unit": one.unit,
        "lines": one.lines,
        "genes": sum(gene in found for gene in genes),
        "source_ids": list(one.source_ids),
    }


def learnt_from(manifest: dict[str, Any]) -> tuple[str, ...]:
    """The expression a model was fitted on: data sets, platform, unit and genes of each domain, a line each."""
    genes, patients = len(manifest["genes"]), manifest["patient_source"]
    sets = manifest.get("line_data", [])
    first = "cell lines: "
    if len(sets) < 2:
        first += f"expression {_lines_in_words(manifest)}, {manifest['lines']} with {genes} genes in common"
    else:
        first += f"{manifest['lines']} with responses, {genes} genes in common, of {len(sets)} data sets on one scale"
    return (
        first,
        *(
            f"  expression {one['dataset']} ({_platform_and_unit(one)}): {one['lines']} lines, {one['genes']} genes"
            for one in (sets if len(sets) > 1 else ())
        ),
        *manifest.get("line_notes", ()),
        f"patients: expression {patients['dataset']} ({UNITS[patients['unit']]}), "
        f"{manifest['patients']} with {genes} genes in common",
        *_alterations_in_lines(manifest),
        *labs_in_lines(manifest),
    )


def _alterations_in_lines(manifest: dict[str, Any]) -> tuple[str, ...]:
    heard = manifest.get(ALTERATIONS)
    if heard is None:
        return ()
    counts = f"{heard['lines']} cell lines ({', '.join(heard['datasets'])})"
    return (f"alterations of {counts}: {len(heard['r_drug'])} drugs hang on {len(heard['events'])} of them",)


def _lines_in_words(manifest: dict[str, Any]) -> str:
    source = manifest["line_source"]
    unit = UNITS[source["unit"]]
    platform = next((one["platform"] for one in manifest.get("line_data", ())), "")
    return f"{source['dataset']} ({', '.join(filter(None, (platform, unit)))})"


def _platform_and_unit(one: dict[str, Any]) -> str:
    return ", ".join(filter(None, (one["platform"], one["unit"])))


def measured_lines(manifest: dict[str, Any]) -> tuple[str, ...]:
    """r_drug and r_res of each measured model with intervals, a line each."""
    return tuple(
        f"{row['model']}: {row['metric']} {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
        for row in manifest["evaluation"]
        if row["metric"] in ("r_drug", "r_res") and row["low"] is not None
    )
