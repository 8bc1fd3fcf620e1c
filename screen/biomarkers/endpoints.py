"""Which endpoint of TCGA's follow-up may be used for which tumour type (Liu et al., Cell 2018, 173:400).

``db/indications/endpoints.csv`` is the reviewed table. Its column ``basis`` says where a row comes from: ``notes``, the
notes of TCGA-CDR itself (PFI before OS; DSS approximated but for CESC, PAAD and UVM; DFI not derived for SKCM, THYM and
UVM); ``Table 3`` of the paper; ``nine types``, those for which PFI is taken in place of OS since few died within the
follow-up; ``counts``, the paper's numbers of events (under 20: with caution; under 10: refused).
"""

import csv
from dataclasses import dataclass
from functools import lru_cache

from screen import indications, resources
from screen.errors import InputError

ENDPOINTS = {
    "PFI": "progression-free interval",
    "OS": "overall survival",
    "DSS": "disease-specific survival",
    "DFI": "disease-free interval",
}
"""In the order in which they are taken where none is named."""
_GRADES = ("recommended", "caution", "refused")


@dataclass(frozen=True)
class EndpointUse:
    """Whether an endpoint may be used."""

    endpoint: str
    use: str
    """recommended, caution; ``not reviewed`` for a tumour type that the table does not have."""
    reason: str


@lru_cache
def _table() -> dict[tuple[str, str], tuple[str, str]]:
    with (resources.folder("db") / "indications" / "endpoints.csv").open(encoding="utf-8", newline="") as stream:
        return {(row["code"], row["endpoint"]): (row["use"], row["reason"]) for row in csv.DictReader(stream)}


def endpoint_use(code: str, endpoint: str | None) -> EndpointUse:
    """The use of an endpoint for an indication; of a group of tumour types the gravest of its members'.

    Parameters
    ----------
    endpoint : ``None`` takes the first of ``ENDPOINTS`` that is not refused

    Raises
    ------
    InputError
        Unknown, or refused for the tumour type.
    """
    if endpoint is None:
        return next((use for name in ENDPOINTS if (use := _use(code, name)).use != "refused"), _use(code, "OS"))
    name = endpoint.strip().upper()
    if name not in ENDPOINTS:
        raise InputError(
            f"no endpoint is called {endpoint!r}", where="--endpoint", remedy=f"one of: {', '.join(ENDPOINTS)}"
        )
    found = _use(code, name)
    if found.use == "refused":
        fit = [one for one in ENDPOINTS if _use(code, one).use != "refused"]
        raise InputError(
            f"{name} is not to be used for {code}: {found.reason}",
            where="--endpoint",
            remedy=f"take {' or '.join(fit)}" if fit else "no endpoint of TCGA-CDR is fit for this tumour type",
        )
    return found


def _use(code: str, endpoint: str) -> EndpointUse:
    rows = [(part, _table().get((part, endpoint))) for part in indications.members(code)]
    known = [(part, row) for part, row in rows if row is not None]
    if not known:
        return EndpointUse(endpoint, "not reviewed", "TCGA-CDR says nothing of this tumour type")
    worst = max((row[0] for _, row in known), key=_GRADES.index)
    several = len(rows) > 1
    reasons = [f"{part}: {row[1]}" if several else row[1] for part, row in known if row[0] == worst and row[1]]
    return EndpointUse(endpoint, worst, "; ".join(reasons))
