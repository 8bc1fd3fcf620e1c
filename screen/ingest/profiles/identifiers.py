"""What may not come in: columns that name a person, and patient ids that could not be one."""

import re
from collections.abc import Iterable

from screen.errors import InputError

_WHOSE = r"(?:(?:patient|subject|participant|person|donor|contact|emergency_contact|home|next_of_kin|physician)_)?"
_NAME = r"(?:(?:full|first|last|middle|given|family|maiden|birth)_?)?names?|surname|forename|initials"
_NUMBER = (
    r"mrn|ssn|(?:(?:medical|hospital|health|clinic|patient)_)?record_(?:number|num|no|nr|id)|medical_record"
    r"|(?:hospital|chart|nhs|account|insurance|passport|licen[cs]e|national|medicare)_(?:number|num|no|nr|id)"
    r"|social_security(?:_\w+)?|health_insurance(?:_\w+)?|passport|national_id(?:entity)?(?:_\w+)?"
)
_BIRTH = r"dob|d_o_b|date_of_birth|birth_?da(?:te|y)|birth_dt|date_birth|born(?:_on)?"
_PLACE = (
    r"(?:(?:street|postal|mailing|ip|email)_)?address(?:_line)?(?:_?\d)?|street|city|zip(?:_?code)?"
    r"|post(?:al)?_?code"
)
_CONTACT = (
    r"(?:(?:tele|mobile_?|cell_?|work_)?phone|mobile|fax)(?:_(?:number|num|no|nr))?(?:_?\d)?"
    r"|e_?mails?"
)
_DIRECT = re.compile(f"{_WHOSE}(?:{'|'.join((_NAME, _NUMBER, _BIRTH, _PLACE, _CONTACT))})")
_LONGEST = 128


def refuse_direct(columns: Iterable[str], where: str) -> None:
    """Refuse columns that look like direct identifiers of a person.

    Names, record and insurance numbers, dates of birth, addresses, telephone numbers, e-mail addresses. Ages,
    days to an event and pseudonyms are no direct identifiers.

    Raises
    ------
    InputError
        With every such column; none of their values is shown.
    """
    direct = [column for column in columns if _DIRECT.fullmatch(_words(column))]
    if direct:
        raise InputError(
            f"columns look like direct identifiers of persons: {', '.join(direct)}",
            where=where,
            remedy="remove them and name each patient by a pseudonym; the key stays with you",
        )


def check_patient_id(patient_id: str, where: str) -> str:
    """The id, if it can name a patient in files and on pages.

    Raises
    ------
    InputError
        Empty, longer than 128 characters, with control characters, a path, or an e-mail address.
    """
    fault = _fault(patient_id)
    if fault:
        shown = repr(patient_id if len(patient_id) <= 40 else patient_id[:40] + "...")
        raise InputError(
            f"patient id {shown} {fault}", where=where, remedy="use a pseudonym of letters, digits, '-', '_' and '.'"
        )
    return patient_id


def _fault(patient_id: str) -> str | None:
    if not patient_id.strip():
        return "is empty"
    if len(patient_id) > _LONGEST:
        return f"has more than {_LONGEST} characters"
    if not patient_id.isprintable():
        return "holds control characters"
    if "/" in patient_id or "\\" in patient_id or patient_id.startswith("."):
        return "is a path"
    return "is an e-mail address" if "@" in patient_id else None


def _words(column: str) -> str:
    """``PatientName``, ``patient.name`` and ``Patient Name`` as ``patient_name``."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column.strip())
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")
