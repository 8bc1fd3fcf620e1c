"""Find a patient, a drug, a target gene or a trial by a part of its name."""

from dataclasses import dataclass

import polars as pl

from screen.errors import InputError
from screen.records import drug_key
from screen.view.reading import Reading
from screen.view.tables import LONGEST

MOST = 30
"""Hits listed of a kind."""
_PATIENTS = """
SELECT p.patient_id, p.indication, r.patient_id IS NOT NULL AS ranked
FROM patients p LEFT JOIN (SELECT DISTINCT patient_id FROM run_patients JOIN current_runs USING (run_id)) r
  USING (patient_id)
WHERE contains(lower(p.patient_id), lower($q)) ORDER BY NOT ranked, p.patient_id LIMIT $most + 1
"""
_DRUGS = """
SELECT d.drug_id, d.name AS drug_name, list_aggregate(d.targets, 'string_agg', ', ') AS targets
FROM drugs d
WHERE contains(lower(d.name), lower($q)) OR d.drug_id = $q
   OR list_contains(list_transform(d.targets, lambda t: upper(t)), upper($q))
   OR d.drug_id IN (SELECT drug_id FROM drug_keys WHERE length($key) > 2 AND contains(drug_key, $key))
ORDER BY lower(d.name) <> lower($q), NOT d.screened, lower(d.name), d.drug_id LIMIT $most + 1
"""
_TRIALS = """
SELECT e.record_id, e.drug_id, coalesce(d.name, regexp_replace(e.drug_id, '^name:', '')) AS drug_name, e.status,
       string_agg(DISTINCT e.indication, ', ' ORDER BY e.indication) AS indications, any_value(e.detail) AS detail
FROM evidence e LEFT JOIN drugs d USING (drug_id)
WHERE e.kind = 'trial' AND (contains(lower(e.record_id), lower($q)) OR contains(lower(e.detail), lower($q)))
GROUP BY ALL ORDER BY e.record_id, drug_name LIMIT $most + 1
"""


@dataclass(frozen=True)
class Hits:
    """What a search found."""

    q: str
    patients: tuple[dict[str, object], ...]
    drugs: tuple[dict[str, object], ...]
    trials: tuple[dict[str, object], ...]
    more: bool
    """Some hits are left out."""


def search(reading: Reading, q: str) -> Hits:
    """Patients, drugs (by name, alias, id or target gene) and trials that hold the text.

    Raises
    ------
    InputError
        The text is too long.
    """
    q = q.strip()
    if len(q) > LONGEST:
        raise InputError(f"{len(q)} characters", where="search", remedy=f"give at most {LONGEST}")
    if not q:
        return Hits("", (), (), (), False)
    found = [
        reading.store.sql(_PATIENTS, q=q, most=MOST),
        reading.store.sql(_DRUGS, q=q, key=drug_key(q), most=MOST),
        reading.store.sql(_TRIALS, q=q, most=MOST),
    ]
    patients, drugs, trials = (tuple(rows.head(MOST).to_dicts()) for rows in found)
    return Hits(q, patients, drugs, trials, any(_longer(rows) for rows in found))


def _longer(rows: pl.DataFrame) -> bool:
    return rows.height > MOST
