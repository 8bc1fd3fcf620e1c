"""What to do about a patient's id that the store does not hold."""

from screen.patient_identity import erasure_keys
from screen.store.database import Store

_LISTED = "the ids are listed by: crescreen export patients --out patients.csv"


def remedy_for(store: Store, patient_id: str, otherwise: str = _LISTED) -> str:
    """The stored ids of which it is another spelling (case, marks between the parts); ``otherwise`` where none is.

    An id that differs by a letter or a digit is another patient's, and is never proposed.
    """
    held = store.sql("SELECT DISTINCT patient_id AS id FROM patients WHERE patient_id IS NOT NULL ORDER BY id")["id"]
    wanted = erasure_keys(patient_id)
    meant = [one for one in held.to_list() if one != patient_id and erasure_keys(one)[0] in wanted]
    return f"did you mean {', '.join(meant)}?" if meant else otherwise


def has_expression(store: Store, patient_id: str) -> bool:
    """Whether any profile of the patient's expression is held."""
    found = store.scalar(
        "SELECT 1 FROM expression WHERE domain = 'patient' AND subject_id = $id LIMIT 1", id=patient_id
    )
    return found is not None
