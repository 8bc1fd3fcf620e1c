"""A patient's id, however a file spells it: TCGA barcodes of any length, R's dots, another case."""

import re

_BARCODE = re.compile(r"TCGA([-._])([A-Z0-9]{2})\1([A-Z0-9]{4})(?:[-._](\d\d)[A-Z]?)?(?:[-._].*)?", re.IGNORECASE)
"""Project, tissue source site, participant; then the sample type, where the barcode reaches that far."""
_SAMPLE_ENDING = re.compile(r"-\d\d[a-z]?(?:-.*)?$")


def canonical_patient_id(text: str) -> str:
    """The id under which a patient is stored.

    A TCGA barcode (of a patient, sample, aliquot; with ``-``, ``.`` or ``_``; in any case) becomes the patient's 12
    characters. Any other id keeps its own spelling without outer blanks: ``P.1`` and ``P-1`` may be two persons.

    >>> canonical_patient_id("tcga.a1.a0sb.01A.11R.A115.07"), canonical_patient_id(" P.1 ")
    ('TCGA-A1-A0SB', 'P.1')
    """
    barcode = _BARCODE.fullmatch(text.strip())
    return f"TCGA-{barcode[2]}-{barcode[3]}".upper() if barcode else text.strip()


def is_tcga(text: str) -> bool:
    """Whether an id is a TCGA barcode, of whatever length."""
    return _BARCODE.fullmatch(text.strip()) is not None


def tcga_sample_type(text: str) -> str:
    """The two digits of a TCGA barcode's sample type (``01`` primary, ``11`` normal tissue); empty without.

    >>> tcga_sample_type("TCGA.A1.A0SB.11A"), tcga_sample_type("TCGA-A1-A0SB"), tcga_sample_type("P-01")
    ('11', '', '')
    """
    barcode = _BARCODE.fullmatch(text.strip())
    return (barcode[4] or "") if barcode else ""


def erasure_keys(patient_id: str) -> tuple[str, ...]:
    """What an id may be another spelling of, for keeping an erased patient out: the id's own key comes first.

    Case and the marks between the parts do not count; a sample's ending (``-01A``) may stand behind the id. Wider
    than :func:`canonical_patient_id` on purpose: an erased patient must not come back under another spelling, even
    if a neighbour with nearly the same id stays out with it.

    >>> erasure_keys("SYN.BRCA.007-01A")
    ('syn-brca-007-01a', 'syn-brca-007')
    >>> erasure_keys("TCGA-A1-A0SB-01")
    ('tcga-a1-a0sb',)
    """
    key = re.sub(r"[\W_]+", "-", canonical_patient_id(patient_id).casefold()).strip("-") or patient_id.strip()
    bare = _SAMPLE_ENDING.sub("", key)
    return (key,) if bare in ("", key) or is_tcga(patient_id) else (key, bare)
