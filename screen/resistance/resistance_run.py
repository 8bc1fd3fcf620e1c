"""Predicted resistance of cohorts to their first-line drugs, as a step of the pipeline: every model on every drug.

A cohort's models learn from cell lines over the genes that the cohort has too; its patients are brought to the lines'
scale by the frame of the default model, so a tumour is read at its type's level. What is finished of a run that was
interrupted waits as files beside the store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import polars as pl

from screen import indications
from screen.errors import InputError
from screen.indications.first_line import FirstLine, first_line_codes, first_line_drugs
from screen.resistance.attributed_genes import attributed_genes
from screen.resistance.feature_files import FeatureFile
from screen.resistance.labels import SENSITIVE_SHARE
from screen.resistance.resistance_cohort import Cohort, cohort_of
from screen.resistance.resistance_models import ON_PATIENTS, WITHOUT_FILE, ResistanceModel, requested
from screen.resistance.resistance_tasks import codes_of_cuts, head_task, predictions_of
from screen.settings import Settings
from screen.store import open_store
from screen.store.resistance_tables import save_resistance
from screen.tasks.cache import Tensors, WorkPlace, content_key
from screen.tasks.progress import Progress, silent

FIRST_LINE = "first-line"


@dataclass(frozen=True, kw_only=True)
class ResistanceFound:
    """What became of one cohort."""

    indication: str
    patients: int
    drugs: int
    tasks: int
    """Drugs times models."""
    lines: int
    genes: int
    resistant: str
    """Lowest and highest share of patients called resistant over drugs and models."""
    not_predicted: str
    seconds: float
    """Of the processor."""


def predict_resistance(
    settings: Settings,
    codes: Sequence[str],
    drugs: str = FIRST_LINE,
    models: Sequence[str] = (),
    features: Mapping[str, Path] | None = None,
    progress: Progress = silent,
    attributions: bool = False,
) -> list[ResistanceFound]:
    """Predict and store the resistance of every patient of some indications.

    Parameters
    ----------
    drugs : ``first-line`` (the reviewed table), or names with commas between
    models : none: the four that the publication took to patients
    features : ``large``, ``small`` -> file with a pretrained model's features of cell lines and patients
    attributions : the genes that the models rest on too, over refits

    Raises
    ------
    InputError
        A tumour type that the table does not have, an unknown model, or features that lack samples.
    StoreError
        Expression or responses are missing.
    """
    chosen = requested(models, ON_PATIENTS)
    files = {name: FeatureFile.read(path) for name, path in (features or {}).items()}
    wanted = {indications.require(code, "resistance"): None for code in codes}
    lists = {code: _drugs(code, drugs) for code in wanted}
    return [_one(settings, code, lists[code], chosen, files, progress, attributions) for code in wanted]


def _drugs(code: str, drugs: str) -> tuple[FirstLine, ...]:
    if drugs.strip() == FIRST_LINE:
        if not first_line_drugs(code):
            raise InputError(
                f"the table of first-line drugs does not have {code}",
                where="--drugs first-line",
                remedy=f"it has {', '.join(first_line_codes())}; or name drugs: crescreen resistance {code} "
                "--drugs cisplatin,docetaxel",
            )
        return first_line_drugs(code)
    names = [name.strip() for name in drugs.split(",") if name.strip()]
    if not names:
        raise InputError("no drug", where="--drugs", remedy="give first-line, or names with commas between")
    return tuple(FirstLine(code, name, "", "", "", "") for name in dict.fromkeys(names))


def _one(
    settings: Settings,
    code: str,
    drugs: Sequence[FirstLine],
    chosen: Mapping[str, ResistanceModel],
    files: Mapping[str, FeatureFile],
    progress: Progress,
    attributions: bool,
) -> ResistanceFound:
    start = process_time()
    progress(f"reading {code}", 0, 0)
    with open_store(settings.store) as store:
        cohort = cohort_of(store, settings, code, drugs, files)
    place = WorkPlace(
        folder=settings.work / "resistance", workers=settings.workers, cluster=settings.cluster, progress=progress
    )
    (codes,) = codes_of_cuts([cohort.cut], chosen, place)
    tasks = [
        head_task(model, cohort.cut, codes, [row.drug], np.array([column], np.intp))
        for column, row in enumerate(cohort.drugs)
        for model in chosen
    ]
    found = predictions_of(tasks, place, f"{code}: drugs x models")
    calls = _calls(cohort, chosen, found)
    genes = attributed_genes(cohort.attributed(codes), chosen if attributions else {}, place)
    manifest = _manifest(cohort, chosen, files, settings)
    with open_store(settings.store, write=True) as store:
        key = content_key([manifest, settings.seed, [one.file_name for one in tasks], attributions])
        save_resistance(store, key, code, manifest, calls, genes)
    shares = (
        calls.group_by("drug_name", "model").agg((pl.col("probability") > 0.5).mean().alias("share"))["share"].sort()
    )
    return ResistanceFound(
        indication=code,
        patients=len(cohort.data.patients),
        drugs=len(cohort.drugs),
        tasks=len(tasks),
        lines=len(cohort.cut.profiles),
        genes=cohort.cut.profiles.shape[1],
        resistant=f"{float(shares[0]):.0%} to {float(shares[-1]):.0%}",
        not_predicted="; ".join(f"{drug}: {why}" for drug, why in cohort.left_out.items()),
        seconds=round(process_time() - start, 1),
    )


def _calls(cohort: Cohort, chosen: Mapping[str, ResistanceModel], found: Sequence[Tensors]) -> pl.DataFrame:
    parts = []
    results = iter(found)
    for row, place in zip(cohort.drugs, cohort.places, strict=True):
        for model in chosen.values():
            parts.append(
                pl.DataFrame(
                    {
                        "patient_id": list(cohort.data.patients.subject_ids),
                        "probability": next(results)["resistant"][:, 0].astype(np.float64),
                    }
                ).with_columns(
                    drug_id=pl.lit(cohort.responses.drugs[place].drug_id),
                    drug_name=pl.lit(row.drug),
                    model=pl.lit(model.name),
                )
            )
    return pl.concat(parts)


def _counts(labels: Any, column: int) -> dict[str, int]:
    known = labels[:, column]
    return {"lines": int(np.isfinite(known).sum()), "lines_sensitive": int((known == 0).sum())}


def _manifest(
    cohort: Cohort, chosen: Mapping[str, ResistanceModel], files: Mapping[str, FeatureFile], settings: Settings
) -> dict[str, Any]:
    given = {"large": ("vae-ll", "vae-ld"), "small": ("vae-ls",)}
    with_file = {key for name in files for key in given[name]}
    return {
        "indication": cohort.code,
        "dataset": cohort.responses.dataset,
        "metric": cohort.responses.metric,
        "lines": len(cohort.cut.profiles),
        "lines_without_responses": len(cohort.cut.others),
        "genes": cohort.cut.profiles.shape[1],
        "patients": len(cohort.data.patients),
        "further_profiles": len(cohort.cut.further),
        "expression": [one.dataset for one in cohort.data.line_data],
        "patients_expression": sorted(set(cohort.data.patients.datasets)),
        "label": f"sensitive: the {SENSITIVE_SHARE:.0%} of a drug's cell lines with the lowest response",
        "seed": settings.seed,
        "drugs": [
            {
                "name": row.drug,
                "id": cohort.responses.drugs[place].drug_id,
                "standing": row.standing,
                "for_whom": row.for_whom,
                "source": row.source,
                **_counts(cohort.cut.labels, column),
            }
            for column, (row, place) in enumerate(zip(cohort.drugs, cohort.places, strict=True))
        ],
        "not_predicted": cohort.left_out,
        "models": {
            row.name: {"says": row.says, "note": "" if key in with_file else WITHOUT_FILE.get(key, "")}
            for key, row in chosen.items()
        },
        "features": {name: {"file": one.name, "sha256": one.digest} for name, one in files.items()},
    }
