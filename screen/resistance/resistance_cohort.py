"""What models of resistance learn from for one cohort, and its patients brought to the scale of the lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from screen import indications
from screen.biomarkers.line_responses import Responses, responses_of
from screen.errors import InputError
from screen.expression import fit_frame
from screen.indications.first_line import FirstLine
from screen.models import Rows
from screen.records import drug_key
from screen.resistance.attributed_genes import AttributedLines
from screen.resistance.feature_files import FeatureFile
from screen.resistance.labels import FEWEST_LINES, cuts_of, predictable, resistant
from screen.resistance.line_data import aligned_responses, standardised, unlabelled_patients
from screen.resistance.resistance_models import Representation
from screen.resistance.resistance_tasks import CutData
from screen.settings import Settings
from screen.store import Store, load
from screen.tasks.cache import Tensors
from screen.training.data import CohortProfiles, cohort_profiles


@dataclass(frozen=True)
class Cohort:
    """One indication, with what its models learn from."""

    code: str
    data: CohortProfiles
    responses: Responses
    drugs: tuple[FirstLine, ...]
    """Those predicted."""
    places: tuple[int, ...]
    """Their columns among the responses."""
    left_out: dict[str, str]
    """Drug -> why it is not predicted."""
    cut: CutData
    line_ids: tuple[str, ...]
    """Of the rows of ``cut``."""

    def attributed(self, codes: Tensors) -> AttributedLines:
        """What its models learnt from."""
        return AttributedLines(
            cut=self.cut,
            codes=codes,
            line_ids=self.line_ids,
            genes=tuple(self.data.lines.genes),
            responses=self.responses,
            places=self.places,
            names=tuple(row.drug for row in self.drugs),
        )


def cohort_of(
    store: Store, settings: Settings, code: str, drugs: Sequence[FirstLine], files: Mapping[str, FeatureFile]
) -> Cohort:
    """Gather an indication's patients, the lines that its models learn from, and the drugs that can be predicted.

    Raises
    ------
    InputError
        None of the drugs can be predicted.
    StoreError
        Expression or responses are missing.
    """
    data = cohort_profiles(store, code, load.patients_of(store, indications.of_patients(code)), settings)
    responses = responses_of(store, settings)
    matrix = aligned_responses(responses, data.lines.subject_ids)
    enough, shown, places, left_out = predictable(matrix), [], [], {}
    for row in drugs:
        drug_id = store.scalar("SELECT drug_id FROM drug_keys WHERE drug_key = $key", key=drug_key(row.drug))
        place = responses.places.get(str(drug_id or f"name:{drug_key(row.drug)}"))
        if place is None or not enough[place]:
            few = f"measured in fewer than {FEWEST_LINES} cell lines, or in one class alone"
            left_out[row.drug] = few if place is not None else f"not measured in {responses.dataset}"
        elif place not in places:
            shown.append(row)
            places.append(place)
    if not shown:
        raise InputError(
            f"none of the drugs can be predicted: {'; '.join(f'{drug}: {why}' for drug, why in left_out.items())}",
            where=f"resistance {code}",
            remedy="names of drugs are listed by: crescreen export drugs --out drugs.csv",
        )
    cut = _cut(store, data, matrix[:, places], files, settings.seed)
    lines = tuple(data.lines.subject_ids[row] for row in _measured(matrix[:, places]).tolist())
    return Cohort(code, data, responses, tuple(shown), tuple(places), left_out, cut, lines)


def _cut(store: Store, data: CohortProfiles, responses: Any, files: Mapping[str, FeatureFile], seed: int) -> CutData:
    measured = _measured(responses)
    others = np.setdiff1d(np.arange(len(data.lines)), measured)
    lines, genes = data.lines.take(measured), data.lines.genes
    frame = fit_frame(lines, data.patients, genes, [data.nearness[row] for row in measured.tolist()])
    cuts = cuts_of(responses[measured])
    further, there, columns = unlabelled_patients(store, genes)
    return CutData(
        profiles=frame.scale(lines),
        measured=np.isfinite(lines.levels),
        labels=resistant(responses[measured], cuts),
        responses=responses[measured],
        cuts=cuts,
        lineages=tuple(data.lineages[row] for row in measured),
        query=frame.scale(data.patients),
        query_lineages=(data.lineage or "",) * len(data.patients),
        others=frame.scale(data.lines.take(others)) if others.size else np.zeros((0, len(genes)), np.float32),
        others_measured=np.isfinite(data.lines.levels[others]),
        further=further,
        further_measured=there,
        further_columns=columns,
        seed=seed,
        features=_features(files, lines.subject_ids, data.patients.subject_ids),
    )


def _measured(responses: Any) -> Rows:
    return np.flatnonzero(np.isfinite(responses).any(axis=1))


def _features(
    files: Mapping[str, FeatureFile], lines: Sequence[str], patients: Sequence[str]
) -> dict[Representation, tuple[Any, Any]]:
    names: dict[str, Representation] = {"large": "teacher", "small": "small"}
    found: dict[Representation, tuple[Any, Any]] = {}
    for name, file in files.items():
        train, query = file.of(lines), file.of(patients)
        found[names[name]] = standardised(train, train), standardised(query, train)
    return found
