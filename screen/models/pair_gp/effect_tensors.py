"""Effects of alterations as a bundle holds them: tensors of each member, and what the manifest says of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.metrics.correlation import drug_correlations
from screen.models.contract import EnsembleRequest
from screen.models.pair_gp.altered_gp import AlteredGP
from screen.models.uncertainty.conformal import Outcome, calibrate
from screen.models.uncertainty.score_interval import ALTERED_WIDTHS
from screen.records import Floats
from screen.store.stored_models import ALTERATIONS
from screen.tasks.cache import Tensors


def effect_tensors(fitted: AlteredGP) -> Tensors:
    """Of a member: F effects on U drugs, and what a new drug gets of each (U x D); nothing without alterations."""
    effects, lines = fitted.effects, len(fitted.process.lines)
    if effects is None:
        return {}
    drugs = np.unique(effects.drugs)
    return {
        "effect_drugs": effects.drugs.astype(np.int32),
        "effect_events": effects.events.astype(np.int32),
        "effect_sizes": effects.sizes,
        "effect_means": effects.means,
        # Tumours that laboratories measured follow the lines; of them no alteration was heard.
        "effect_expected": np.pad(effects.expected, ((0, lines - len(effects.expected)), (0, 0))),
        "effect_onto": fitted.among_drugs()[drugs].astype(np.float32),
    }


def with_effects(
    request: EnsembleRequest, members: Sequence[dict[str, NDArray[Any]]], plain: Floats, altered: Floats
) -> tuple[Tensors, dict[str, Any]]:
    """What the members share, and the manifest's :data:`~screen.store.stored_models.ALTERATIONS`.

    The members' ``effect_events`` are renumbered: only alterations that some drug hangs on are kept.

    Parameters
    ----------
    plain, altered : L x D, out-of-fold predictions without and with the lines' alterations
    """
    known = request.alterations
    if known is None:
        return {}, {}
    used = np.unique(np.concatenate([member["effect_events"] for member in members]))
    found: dict[tuple[int, int], list[float]] = {}
    for member in members:
        member["effect_events"] = np.searchsorted(used, member["effect_events"]).astype(np.int32)
        for place in zip(member["effect_drugs"], member["effect_events"], member["effect_sizes"], strict=True):
            found.setdefault((int(place[0]), int(place[1])), []).append(float(place[2]))
    auc, ids = request.data.auc, request.data.library.drug_ids
    widths = calibrate(Outcome(altered, auc), np.array([ids], np.str_)).of(np.array(ids, np.str_))
    without, having = (drug_correlations(one, auc, np.ones((1, len(auc))))[0] for one in (plain, altered))
    worth = [[_rounded(one), _rounded(other)] for one, other in zip(without, having, strict=True)]
    says = {
        "events": [{"name": known.names[i], "gene": known.genes[i], "kind": known.kinds[i]} for i in used.tolist()],
        "datasets": list(known.datasets),
        "lines": int(np.isfinite(known.values[np.isfinite(auc).any(axis=1)]).any(axis=1).sum()),
        "effects": [
            {"drug": ids[drug], "event": event, "size": round(float(np.mean(sizes)), 3), "members": len(sizes)}
            for (drug, event), sizes in sorted(found.items())
        ],
        "r_drug": {ids[drug]: worth[drug] for drug in sorted({drug for drug, _ in found})},
    }
    return {ALTERED_WIDTHS: widths}, {ALTERATIONS: says}


def _rounded(correlation: float) -> float | None:
    return round(float(correlation), 3) if np.isfinite(correlation) else None
