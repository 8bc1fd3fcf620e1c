"""Patients whose plates a model was trained with: scored by the member that never saw them.

Tensors of such a model hold these patients' scaled expression among its lines, so that erasing one of them erases the
model too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from screen.models.bundle import Bundle
from screen.records import Floats
from screen.store.stored_models import LABS, unseen_by


def by_unseen_member(manifest: Mapping[str, Any], patient_ids: Sequence[str], members: Floats) -> Floats:
    """m x n x D scores in which a patient of training has those of the member that never saw its plate, m times."""
    dealt = unseen_by(manifest)
    there = {row: dealt[patient] for row, patient in enumerate(patient_ids) if patient in dealt}
    if not there:
        return members
    made = members.copy()
    for row, member in there.items():
        made[:, row] = members[member, row]
    return made


def for_patient(bundle: Bundle, patient_id: str) -> Bundle:
    """The model for one patient: the whole ensemble, or the member that never saw its plate."""
    member = unseen_by(bundle.manifest).get(patient_id)
    if member is None:
        return bundle
    shared = {name: tensor for name, tensor in bundle.tensors.items() if not name.startswith("member.")}
    alone = {f"member.0.{name}": tensor for name, tensor in bundle.members[member].items()}
    return Bundle(bundle.manifest | {"members": 1}, shared | alone)


def labs_in_lines(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What was learned from each laboratory's plates, a line each."""
    return tuple(_line(one) for one in manifest.get(LABS, {}).get("sources", ()))


def _line(one: Mapping[str, Any]) -> str:
    what = f"{one['tumours']} tumours, {one['pairs']} pairs of {one['drugs']} drugs"
    start = f"plates of {one['lab']} ({one['assay']}): {what}, a source of their own; "
    if one["settings"] is None:
        return f"{start}nothing was learned from them: their results do not go with the tumours' expression"
    found = one["settings"]
    how = f"correlation with the training screen {found['correlation']:.2f}, noise {found['noise']:.2f} of a variance"
    some = (
        ""
        if one["members_that_learned"] == one["members"]
        else (f", by {one['members_that_learned']} of {one['members']} members")
    )
    return f"{start}{how}{some}; {_worth(one['r_within'])}"


def _worth(figures: Mapping[str, Sequence[float] | None]) -> str:
    having, without = figures["with"], figures["without"]
    if having is None or without is None:
        return "what they are worth on an unseen tumour: n too small"
    return (
        f"on unseen tumours, less drug's and tumour's mean: r {having[0]:.2f} ({having[1]:.2f} to {having[2]:.2f}), "
        f"without the plates {without[0]:.2f} ({without[1]:.2f} to {without[2]:.2f})"
    )


def reference_scores(manifest: Mapping[str, Any], patient_ids: Sequence[str], mean: Floats, members: Floats) -> Floats:
    """n x D mean scores, those of patients of training by the member that never saw their plates.

    Parameters
    ----------
    members : m x k x D, of the k patients of :func:`rows_of_training`
    """
    made, dealt = mean.copy(), unseen_by(manifest)
    for number, row in enumerate(rows_of_training(manifest, patient_ids)):
        made[row] = members[dealt[patient_ids[row]], number]
    return made


def rows_of_training(manifest: Mapping[str, Any], patient_ids: Sequence[str]) -> list[int]:
    """Places of the patients whose plates the model was trained with."""
    dealt = unseen_by(manifest)
    return [row for row, patient in enumerate(patient_ids) if patient in dealt]
