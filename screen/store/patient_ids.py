"""What to do about a patient's id that the store does not hold."""

from difflib import get_close_matches

from screen.patient_identity import canonical_patient_id
from screen.store.database import Store

_LISTED = "the ids are listed by: crescreen export patients --out patients.csv"
_NEAR = 0.85
"""Least similarity of a spelling that is proposed: one letter of six."""


def remedy_for(store: Store, patient_id: str, otherwise: str = _LISTED) -> str:
    """The stored id that another case or one slip of the keyboard makes of it; ``otherwise`` where there is none."""
    held = store.sql("SELECT DISTINCT patient_id AS id FROM patients WHERE patient_id IS NOT NULL ORDER BY id")["id"]
    by_folded = {one.casefold(): one for one in held.to_list()}
    wanted = canonical_patient_id(patient_id).casefold()
    near = [wanted] if wanted in by_folded else get_close_matches(wanted, by_folded, n=3, cutoff=_NEAR)
    meant = sorted(by_folded[one] for one in near if by_folded[one] != patient_id)
    return f"did you mean {', '.join(meant)}?" if meant else otherwise


def has_expression(store: Store, patient_id: str) -> bool:
    """Whether any profile of the patient's expression is held."""
    found = store.scalar(
        "SELECT 1 FROM expression WHERE domain = 'patient' AND subject_id = $id LIMIT 1", id=patient_id
    )
    return found is not None
