"""The profile a patient's scores come from, and the drugs that got none."""

from dataclasses import dataclass

from screen import indications
from screen.errors import StoreError
from screen.evidence.idle_in_culture import supportive_ids
from screen.indications.codes import indications as by_code
from screen.report.content.provenance import CurrentRun
from screen.store import Store, patient_ids

_PROFILE = """
SELECT p.sample_id, coalesce(f.name, p.source_id) AS source, coalesce(e.unit, 'unknown') AS unit, p.genes_found,
       p.genes_missing, p.profiles_unused, p.domain_distance, p.domain_percentile, p.inside_domain,
       c.age, c.sex, c.stage
FROM run_patients p
LEFT JOIN source_files f USING (source_id)
LEFT JOIN patients c USING (patient_id)
LEFT JOIN expression e ON e.source_id = p.source_id AND e.domain = 'patient' AND e.subject_id = p.patient_id
                      AND e.sample_id = p.sample_id
WHERE p.run_id = $run AND p.patient_id = $id
"""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One patient's profile as the model read it."""

    patient_id: str
    indication: str
    sample_id: str
    source: str
    """Name of the expression file."""
    unit: str
    """Of the profile as read."""
    nodes: tuple[str, ...]
    """OncoTree nodes the indication stands for."""
    age: float | None
    """Years."""
    sex: str | None
    stage: str | None
    genes_found: int
    genes_expected: int
    genes_missing: tuple[str, ...]
    profiles_unused: tuple[str, ...]
    domain_distance: float | None
    domain_percentile: float | None
    """Share of the reference patients that lie nearer, 0 to 1."""
    inside_domain: bool | None
    alterations: str
    """Whether any were read for the patient, in words."""


@dataclass(frozen=True)
class LeftOut:
    """Drugs without a score, by reason."""

    reason: str
    drugs: tuple[str, ...]


def indication_of(store: Store, patient_id: str) -> str:
    """The indication under which a patient was ranked last.

    Raises
    ------
    StoreError
        The patient is not known, or not in the newest run of any indication.
    """
    code: str | None = store.scalar(
        """SELECT r.indication FROM run_patients p JOIN current_runs r USING (run_id)
           WHERE p.patient_id = $id
           ORDER BY r.ranked DESC LIMIT 1""",
        id=patient_id,
    )
    if code is not None:
        return code
    known = store.sql("SELECT indication FROM patients WHERE patient_id = $id", id=patient_id)
    if known.is_empty():
        raise StoreError(
            f"no patient {patient_id!r}", where=str(store.path), remedy=patient_ids.remedy_for(store, patient_id)
        )
    code = known["indication"][0] or "CODE"
    if not patient_ids.has_expression(store, patient_id):
        raise StoreError(
            f"patient {patient_id!r} has no expression and cannot be ranked",
            where=str(store.path),
            remedy=f"ingest it with: crescreen ingest FILE --indication {code}",
        )
    raise StoreError(
        f"patient {patient_id!r} is not ranked",
        where=str(store.path),
        remedy=f"run: crescreen rank {code} --patient {patient_id}",
    )


def sample(store: Store, run: CurrentRun, patient_id: str) -> Sample:
    """How this patient entered the run."""
    row = store.sql(_PROFILE, run=run.run_id, id=patient_id).row(0, named=True)
    nodes = tuple(node for part in indications.members(run.indication) for node in by_code()[part].nodes)
    return Sample(
        **{**row, "genes_missing": tuple(row["genes_missing"]), "profiles_unused": tuple(row["profiles_unused"])},
        patient_id=patient_id,
        indication=run.indication,
        nodes=nodes,
        alterations=_alterations(store, run.run_id, patient_id),
        genes_expected=len(run.manifest["genes"]),
    )


def _alterations(store: Store, run_id: str, patient_id: str) -> str:
    kinds = store.sql(
        "SELECT DISTINCT kind FROM covered_samples WHERE domain = 'patient' AND subject_id = $id ORDER BY 1",
        id=patient_id,
    )["kind"]
    heard = store.scalar(
        "SELECT count(DISTINCT drug_id) FROM heard_alterations WHERE run_id = $run AND patient_id = $id",
        run=run_id,
        id=patient_id,
    )
    read = ", ".join(kind.replace("_", " ") for kind in kinds)
    if not read and not heard:
        return "alterations not read: unknown, not absent"
    entered = f"scores of {heard} {'drug' if heard == 1 else 'drugs'} heard them" if heard else "none enters a score"
    return f"alterations read: {read or 'calls alone'}; {entered}"


def left_out(store: Store, run: CurrentRun) -> tuple[LeftOut, ...]:
    """Drugs of the run that were not scored, by reason."""
    rows = store.sql(
        """SELECT coalesce(r.reason, 'no reason kept') AS reason,
                  list(coalesce(d.name, r.drug_id) ORDER BY lower(coalesce(d.name, r.drug_id)), r.drug_id) AS names
           FROM run_drugs r LEFT JOIN drugs d USING (drug_id)
           WHERE r.run_id = $run AND NOT r.scored GROUP BY ALL ORDER BY ALL""",
        run=run.run_id,
    )
    return tuple(LeftOut(reason, tuple(names)) for reason, names in rows.iter_rows())


def approved_unscored(store: Store, run: CurrentRun) -> tuple[str, ...]:
    """Names of drugs approved for the indication that the run gave no score, antibodies above all; without those that
    are given beside them, for heart, bone or blood."""
    rows = store.sql(
        """SELECT e.drug_id,
                  coalesce(any_value(d.name), min(i.drug_name), regexp_replace(e.drug_id, '^name:', '')) AS name
           FROM evidence e
           LEFT JOIN drugs d USING (drug_id)
           LEFT JOIN indication_records i
                  ON i.source_id = e.source_id AND i.origin || ':' || i.drug_key = e.record_id AND NOT e.combination
           WHERE list_contains($parts, e.indication) AND e.counts AND (e.kind = 'label' OR e.phase = 'Launched')
             AND e.drug_id NOT IN (SELECT drug_id FROM run_drugs WHERE run_id = $run AND scored)
           GROUP BY e.drug_id""",
        run=run.run_id,
        parts=list(indications.members(run.indication)),
    )
    beside = supportive_ids(store)
    names = [name for drug, name in rows.iter_rows() if drug not in beside]
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))
