"""A known biomarker held against one subject: does the tumour have it, or is that not known?"""

import re
from collections.abc import Callable, Sequence

from screen.alterations.kinds import MSI
from screen.alterations.one_subject import Call, OneSubject

MATCHES = "present"
OTHERWISE = "another change in the gene"
UNSTATED = "gene altered, which change is not stated"
PARTLY = "some of its genes altered"
ABSENT = "not altered"
UNKNOWN = "unknown"
PRESENT_STATES = (MATCHES, UNSTATED, OTHERWISE, PARTLY)
"""States in which something was found, the surest first."""

_FUSION = re.compile(r"fusion|::|rearrange|translocation", re.IGNORECASE)
_GAIN = re.compile(r"amplification|copy number gain|copy gain", re.IGNORECASE)
_LOSS = re.compile(r"^(?:deletion|loss|homozygous deletion|copy number loss|deep deletion)$", re.IGNORECASE)
_MSI = re.compile(r"msi-?h|microsatellite instability", re.IGNORECASE)
_CHANGE = re.compile(r"(?<![A-Za-z0-9])([A-Z]\d+(?:[A-Z*]|fs\S*|_\S+|del\S*|ins\S*|dup\S*)?)", re.IGNORECASE)
_MORE = re.compile(r"^[A-Z]\d+$", re.IGNORECASE)


def marker_state(subject: OneSubject, genes: Sequence[str], alteration: str) -> str:
    """One of the states above.

    Parameters
    ----------
    genes : of the profile, as ``subject`` names them; empty: a state of the whole tumour
    alteration : as its table writes it (``V600E``, ``Amplification``, ``Oncogenic Mutations``); '' of joined profiles
    """
    if not genes:
        return _whole(subject, alteration)
    if _FUSION.search(alteration):
        return _of_kind(subject, genes, "fusion", lambda call: True)
    if not alteration:
        return _joined(subject, genes)
    if _GAIN.search(alteration) or _LOSS.match(alteration):
        wanted = "amplified gain" if _GAIN.search(alteration) else "deletion loss"
        return _of_kind(subject, genes, "copy_number", lambda c: c.strong and any(w in c.words for w in wanted.split()))
    return _mutation(subject, genes[0], alteration)


def _whole(subject: OneSubject, alteration: str) -> str:
    if not _MSI.search(alteration):
        return UNKNOWN
    found = subject.of_gene(MSI, "msi")
    return UNKNOWN if found is None else MATCHES if found else ABSENT


def _of_kind(subject: OneSubject, genes: Sequence[str], kind: str, counts: Callable[[Call], bool]) -> str:
    """Present where one of the genes has it; a fusion names its partners, of which one may be any."""
    found = [subject.of_gene(gene, kind) for gene in genes]
    if any(calls and any(counts(call) for call in calls) for calls in found):
        return MATCHES
    return UNKNOWN if all(calls is None for calls in found) else ABSENT


def _joined(subject: OneSubject, genes: Sequence[str]) -> str:
    kinds = ("mutation", "copy_number", "fusion")
    looked_up = [subject.of_gene(gene, kind) for gene in genes for kind in kinds]
    found = [calls for calls in looked_up if calls is not None]
    if any(call.strong for calls in found for call in calls):
        return PARTLY
    return ABSENT if len(found) >= len(genes) else UNKNOWN


def _mutation(subject: OneSubject, gene: str, alteration: str) -> str:
    found = subject.of_gene(gene, "mutation")
    if found is None:
        return UNKNOWN
    if not found:
        return ABSENT
    wanted = {change.lower() for change in _CHANGE.findall(alteration)}
    stated = {change.lower() for call in found for change in _CHANGE.findall(call.words)}
    if not wanted:
        return MATCHES if re.search(r"mutation|alteration|variant", alteration, re.IGNORECASE) else UNSTATED
    if wanted & stated or any(_MORE.match(one) and any(s.startswith(one) for s in stated) for one in wanted):
        return MATCHES
    return OTHERWISE if stated else UNSTATED
