"""Drugs that patients were given, with the response: read here and nowhere else, and never by what fits a model."""

from collections.abc import Sequence

import polars as pl

from screen import indications
from screen.store import Store

_KNOWN = """
WITH given AS (
    SELECT g.patient_id, k.drug_id, bool_or(g.responder) AS positive
    FROM given_drugs g JOIN drug_keys k USING (drug_key)
    WHERE g.responder IS NOT NULL GROUP BY ALL
), several AS (
    SELECT patient_id, count(DISTINCT drug_key) > 1 AS several FROM given_drugs GROUP BY patient_id
)
SELECT p.indication AS type, g.patient_id, g.drug_id, d.name, g.positive, s.several
FROM given g JOIN several s USING (patient_id) JOIN drugs d USING (drug_id) JOIN patients p USING (patient_id)
WHERE d.smiles IS NOT NULL AND p.indication IN (SELECT unnest($types::VARCHAR[]))
  AND patient_id IN (SELECT subject_id FROM expression WHERE domain = 'patient')
ORDER BY type, g.patient_id, g.drug_id
"""
_TYPES = """
SELECT DISTINCT p.indication, g.patient_id IS NOT NULL AS known
FROM patients p JOIN expression e ON e.domain = 'patient' AND e.subject_id = p.patient_id
LEFT JOIN given_drugs g ON g.patient_id = p.patient_id AND g.responder IS NOT NULL
WHERE p.indication IS NOT NULL
"""
_FOLLOWED = """
SELECT o.patient_id, p.indication AS type, max(o.days) AS days, bool_or(o.event) AS event,
       o.patient_id IN (SELECT patient_id FROM given_drugs) AS treated
FROM outcomes o JOIN patients p USING (patient_id)
WHERE o.endpoint = 'PFI' AND o.days > 0 AND o.patient_id IN (SELECT unnest($patients::VARCHAR[]))
GROUP BY ALL ORDER BY ALL
"""
_GIVEN = """
SELECT DISTINCT g.patient_id, k.drug_id FROM given_drugs g JOIN drug_keys k USING (drug_key)
WHERE g.patient_id IN (SELECT unnest($patients::VARCHAR[])) ORDER BY ALL
"""


def cohorts(store: Store) -> list[str]:
    """Every indication with patients whose response is known; a group's code where the store holds all its members."""
    rows = store.sql(_TYPES)
    there = set(rows["indication"])
    groups = {
        member: code
        for code in indications.all_codes()
        if len(members := indications.members(code)) > 1 and there.issuperset(members)
        for member in members
    }
    return sorted({groups.get(code, code) for code in rows.filter("known")["indication"]})


def known_responses(store: Store, codes: Sequence[str]) -> pl.DataFrame:
    """One row a patient and given drug with a structure and a response.

    Returns
    -------
    type (TCGA code), patient_id, drug_id, name, positive (complete or partial response), several (drugs were given)
    """
    return store.sql(_KNOWN, types=[member for code in codes for member in indications.members(code)])


def followed(store: Store, patient_ids: Sequence[str]) -> pl.DataFrame:
    """patient_id, type, days of the progression-free interval, event, treated (a given drug is on record)."""
    return store.sql(_FOLLOWED, patients=list(patient_ids))


def given_drugs(store: Store, patient_ids: Sequence[str]) -> pl.DataFrame:
    """patient_id, drug_id: whatever was given, with a response or without."""
    return store.sql(_GIVEN, patients=list(patient_ids))
