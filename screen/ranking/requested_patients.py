"""Which patients a ranking is for."""

from screen import indications
from screen.errors import StoreError
from screen.store import Store, load, patient_ids


def of_request(store: Store, code: str, patient_id: str | None) -> list[str]:
    """All patients of an indication with expression, or the one that was requested.

    Raises
    ------
    StoreError
        There is no such patient.
    """
    there = load.patients_of(store, indications.of_patients(code))
    if patient_id is None:
        return there
    if patient_id not in there:
        raise StoreError(
            f"no patient {patient_id!r} of {code} with expression",
            where=str(store.path),
            remedy=patient_ids.remedy_for(
                store, patient_id, otherwise=f"ingest it with: crescreen ingest FILE --indication {code}"
            ),
        )
    return [patient_id]
