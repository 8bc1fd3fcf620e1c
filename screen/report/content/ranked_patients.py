"""The patients of an indication, as a group."""

from dataclasses import dataclass

from screen import indications
from screen.report.content.provenance import CurrentRun
from screen.store import Store

_COHORT = """
SELECT count(*) AS patients, median(p.genes_found) AS genes_median, min(p.genes_found) AS genes_least,
       count(*) FILTER (p.inside_domain) AS inside, count(*) FILTER (NOT p.inside_domain) AS outside,
       median(c.age) AS age_median, count(c.age) AS age_known,
       count(*) FILTER (len(p.profiles_unused) > 0) AS with_unused
FROM run_patients p LEFT JOIN patients c USING (patient_id)
WHERE p.run_id = $run
"""
_STRATA = """
SELECT coalesce({column}, 'not known') AS name, count(*) AS n
FROM run_patients p LEFT JOIN patients c USING (patient_id)
WHERE p.run_id = $run GROUP BY ALL ORDER BY n DESC, name
"""
_UNRANKED = """
SELECT count(*) FILTER (e.subject_id IS NULL) AS without_profile, count(*) FILTER (e.subject_id IS NOT NULL) AS refused
FROM patients c
LEFT JOIN (SELECT DISTINCT subject_id FROM expression WHERE domain = 'patient') e ON e.subject_id = c.patient_id
WHERE list_contains($codes, c.indication)
  AND c.patient_id NOT IN (SELECT patient_id FROM run_patients WHERE run_id = $run)
"""


@dataclass(frozen=True, kw_only=True)
class RankedPatients:
    """The patients ranked."""

    patients: int
    genes_median: float
    genes_least: int
    genes_expected: int
    inside: int
    outside: int
    age_median: float | None
    """Years."""
    age_known: int
    with_unused: int
    """Patients with a further profile that was not used."""
    without_profile: int
    """Patients of the indication known to the store who are not ranked, having no expression profile."""
    refused: int
    """Patients with a profile who are not ranked all the same."""
    sexes: tuple[tuple[str, int], ...]
    stages: tuple[tuple[str, int], ...]


def cohort(store: Store, run: CurrentRun) -> RankedPatients:
    """The patients of a run: how many, how well measured, who."""
    row = store.sql(_COHORT, run=run.run_id).row(0, named=True)
    codes = list(indications.of_patients(run.indication))
    left = store.sql(_UNRANKED, run=run.run_id, codes=codes).row(0, named=True)
    sexes, stages = (
        tuple(store.sql(_STRATA.format(column=f"c.{name}"), run=run.run_id).iter_rows()) for name in ("sex", "stage")
    )
    return RankedPatients(genes_expected=len(run.manifest["genes"]), sexes=sexes, stages=stages, **row, **left)
