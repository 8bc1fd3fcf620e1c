"""What lies near a drug among those scored, and where it was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screen.models.baselines.drug_similarity import tanimoto
from screen.store import Store

NEAREST = 8
_MEASURED = """
SELECT r.dataset, r.metric, count(DISTINCT r.cell_line_id) AS lines, median(r.value) AS middle,
       quantile_cont(r.value, 0.1) AS low, quantile_cont(r.value, 0.9) AS high
FROM pair_responses r WHERE r.drug_id = $drug GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Near:
    """A scored drug that is similar in structure."""

    name: str
    drug_id: str
    similarity: float
    """Tanimoto of Morgan fingerprints, 0 to 1."""
    mechanism: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a data set measured of the drug on cell lines."""

    dataset: str
    metric: str
    lines: int
    middle: float
    """Median response; low and high hold four fifths."""
    low: float
    high: float


def nearest(store: Store, drug: str, scored: Sequence[str]) -> tuple[Near, ...]:
    """The scored drugs most similar in structure, the nearest first."""
    from screen.chem.fingerprints import fingerprint

    rows = store.sql(
        """SELECT drug_id, name, smiles, coalesce(mechanism, pathway, '') AS mechanism FROM drugs
           WHERE list_contains($drugs, drug_id) AND smiles IS NOT NULL ORDER BY drug_id""",
        drugs=list(scored),
    ).to_dicts()
    at = next((i for i, row in enumerate(rows) if row["drug_id"] == drug), None)
    if at is None:
        return ()
    prints = np.array([fingerprint(row["smiles"]) for row in rows])
    similarity = tanimoto(prints[at : at + 1], prints)[0]
    order = sorted((i for i in range(len(rows)) if i != at), key=lambda i: (-similarity[i], rows[i]["drug_id"]))[
        :NEAREST
    ]
    return tuple(Near(rows[i]["name"], rows[i]["drug_id"], float(similarity[i]), rows[i]["mechanism"]) for i in order)


def measured(store: Store, drug: str) -> tuple[Measured, ...]:
    """Responses of the drug, a row a data set and metric."""
    return tuple(Measured(**row) for row in store.sql(_MEASURED, drug=drug).to_dicts())
