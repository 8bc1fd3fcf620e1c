"""Alterations of patients as a stored model hears them, and what they changed of its scores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.alterations import alteration_matrix, sources_of
from screen.records import Floats
from screen.store import Store
from screen.store.stored_models import ALTERATIONS

if TYPE_CHECKING:
    from screen.models.bundle import Bundle

HEARD = {
    "patient_id": pl.String,
    "drug_id": pl.String,
    "alteration": pl.String,
    "altered": pl.Boolean,
    "score_without": pl.Float32,
}
"""Columns of ``heard_alterations`` but for the run."""


def known_alterations(store: Store, bundle: "Bundle", patient_ids: Sequence[str]) -> Floats | None:
    """n x E of the events that the model hears: 1 altered, 0 looked at and not, NaN unknown; ``None``: nothing is.

    An event learnt of one data set of cell lines (its drivers, say) is any mutation of that gene in a patient.
    """
    events = bundle.manifest.get(ALTERATIONS, {}).get("events", [])
    values = np.full((len(patient_ids), len(events)), np.nan, np.float32)
    for kind in sorted({event["kind"] for event in events}):
        if sources_of(store, "patient", kind).is_empty():
            continue
        places = [place for place, event in enumerate(events) if event["kind"] == kind]
        genes = [events[place]["gene"] for place in places]
        values[:, places] = alteration_matrix(store, "patient", patient_ids, genes, kind).altered
    return values if np.isfinite(values).any() else None


def heard_pairs(bundle: "Bundle", drug_ids: Sequence[str], known: Floats | None, patients: int) -> NDArray[np.bool_]:
    """n x D: every alteration that the drug hangs on is known of the patient."""
    heard = np.zeros((patients, len(drug_ids)), np.bool_)
    if known is None:
        return heard
    events = _events_of(bundle)
    for column, drug in enumerate(drug_ids):
        if drug in events:
            heard[:, column] = np.isfinite(known[:, events[drug]]).all(axis=1)
    return heard


def heard_rows(
    bundle: "Bundle", patient_ids: Sequence[str], drug_ids: Sequence[str], known: Floats | None, without: Floats
) -> pl.DataFrame:
    """Rows of ``heard_alterations``: each known alteration that a scored drug hangs on.

    Parameters
    ----------
    without : n x D scores of the model that hears none
    """
    if known is None:
        return pl.DataFrame(schema=HEARD)
    events, place = bundle.manifest[ALTERATIONS]["events"], {drug: column for column, drug in enumerate(drug_ids)}
    rows = [
        (patient, drug, events[event]["name"], bool(known[row, event]), float(without[row, place[drug]]))
        for drug, some in _events_of(bundle).items()
        if drug in place
        for event in some
        for row, patient in enumerate(patient_ids)
        if np.isfinite(known[row, event])
    ]
    return pl.DataFrame(rows, schema=HEARD, orient="row").sort("patient_id", "drug_id", "alteration")


def _events_of(bundle: "Bundle") -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for effect in bundle.manifest[ALTERATIONS]["effects"]:
        found.setdefault(effect["drug"], []).append(effect["event"])
    return found
