"""What a model is made from, as one digest: the same on every processor, as no computed number is in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from screen import __version__
from screen.models.contract import EnsembleRequest
from screen.models.model_registry import MODELS
from screen.records import Profiles

_RECIPE = 1
"""Raise with every change of training that no entry of a model's table tells of."""


def inputs_digest(request: EnsembleRequest, encoder_id: str, settings: Mapping[str, Any]) -> str:
    """SHA-256 over the files, samples, drugs, responses and settings of a training, and the version of its code.

    Notes
    -----
    Expression is told by its files and samples: levels may have passed through a logarithm, whose last bit another
    processor has otherwise. Responses are as they were read, to six digits.
    """
    data, entry = request.data, MODELS.get(request.model)
    words = {
        "code": [__version__, entry.version if entry else 0, _RECIPE],
        "model": request.model,
        "settings": dict(settings),
        "seed": request.settings.seed,
        "encoder": encoder_id,
        "indication": [data.indication, data.lineage, list(data.nearness)],
        "genes": list(request.frame.genes),
        "lines": _profiles(data.lines),
        "line_data": [asdict(one) for one in data.line_data],
        "lineages": list(data.lineages),
        "patients": _profiles(data.patients),
        "everyone": None if data.everyone is None else _profiles(data.everyone),
        "drugs": [list(data.library.drug_ids), list(data.library.smiles), list(data.library.pathways)],
        "targets": [sorted(targets) for targets in data.library.targets],
        "dataset": data.dataset,
        "responses": _responses(data.auc),
    }
    if data.labs:
        words["labs"] = [[lab.lab, lab.assay, list(lab.rows), _responses(lab.response)] for lab in data.labs]
    if request.alterations:
        given = request.alterations
        called = hashlib.sha256(np.nan_to_num(given.values, nan=-1).astype(np.int8).tobytes()).hexdigest()
        words["alterations"] = [list(given.names), [sorted(names) for names in given.called], called]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def _profiles(profiles: Profiles) -> list[Any]:
    return [profiles.unit, *map(list, (profiles.subject_ids, profiles.sample_ids, profiles.source_ids))]


def _responses(auc: "np.ndarray[Any, Any]") -> str:
    digits = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in auc.tolist())
    return hashlib.sha256(digits.encode()).hexdigest()
