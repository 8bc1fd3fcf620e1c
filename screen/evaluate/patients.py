"""Protocol ``patients``: zero-shot on patients whose response to a given drug is known.

Responses are read here and nowhere else; no model, setting or seed is chosen by these figures. Ridge per drug answers
on the same pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen import indications
from screen.evaluate import Row
from screen.evaluate.responders import Known, responder_rows
from screen.records import Floats
from screen.settings import Settings
from screen.store import Store, load

_KNOWN = """
WITH current AS (
    SELECT r.run_id, r.indication, m.name AS model FROM runs r JOIN models m USING (model_id)
    WHERE list_contains($codes, r.indication)
    QUALIFY row_number() OVER (PARTITION BY r.indication ORDER BY ranked DESC) = 1
), given AS (
    SELECT g.patient_id, k.drug_id, bool_or(g.responder) AS positive
    FROM given_drugs g JOIN drug_keys k USING (drug_key)
    WHERE g.responder IS NOT NULL GROUP BY ALL
), several AS (
    SELECT patient_id, count(DISTINCT drug_key) > 1 AS several FROM given_drugs GROUP BY patient_id
)
SELECT c.indication, c.run_id, c.model, g.patient_id, g.drug_id, d.name, g.positive, s.several
FROM given g JOIN several s USING (patient_id) JOIN drugs d USING (drug_id)
JOIN scores x ON x.patient_id = g.patient_id AND x.drug_id = g.drug_id
JOIN current c ON c.run_id = x.run_id
QUALIFY row_number() OVER (PARTITION BY g.patient_id, g.drug_id ORDER BY c.indication) = 1
ORDER BY c.indication, g.patient_id, g.drug_id
"""
_SCORES = """
SELECT patient_id, drug_id, score FROM scores
WHERE run_id = $run AND patient_id IN (SELECT unnest($patients::VARCHAR[])) ORDER BY patient_id, drug_id
"""


@dataclass(frozen=True)
class Scored:
    """What one model says of n patients and D drugs; high = sensitive."""

    patients: tuple[str, ...]
    drugs: tuple[str, ...]
    scores: Floats
    """n x D."""

    def table(self, patients: Sequence[str], drugs: Sequence[str]) -> Floats:
        """The scores of these patients and drugs, NaN for patients without."""
        place = {patient: row for row, patient in enumerate(self.patients)}
        there = [row for row, patient in enumerate(patients) if patient in place]
        table = np.full((len(patients), len(drugs)), np.nan, np.float32)
        columns = [self.drugs.index(drug) for drug in drugs]
        table[there] = self.scores[[place[patients[row]] for row in there]][:, columns]
        return table


def evaluate_patients(store: Store, settings: Settings, codes: Sequence[str]) -> list[Row]:
    """Rows of protocol ``patients`` for the current runs of these indications; none without a known response.

    Pairs are compared that both the run and ridge have a score for.
    """
    known = store.sql(_KNOWN, codes=list(codes))
    if known.is_empty():
        return []
    parts = known.partition_by("indication", maintain_order=True)
    answers = {known["model"][0]: [_of_run(store, part) for part in parts],
               "ridge": [_of_ridge(store, settings, part) for part in parts]}
    drugs = sorted(set.intersection(*(set(one.drugs) for each in answers.values() for one in each)))
    tables = {model: np.concatenate([one.table(part["patient_id"].to_list(), drugs)
                                     for one, part in zip(each, parts, strict=True)])
              for model, each in answers.items()}
    both = np.all([np.isfinite(table).all(axis=1) for table in tables.values()], axis=0)
    usable = both & known["drug_id"].is_in(drugs).to_numpy()
    pairs = Known(known.filter(usable), tuple(drugs), {model: table[usable] for model, table in tables.items()})
    return responder_rows(pairs, settings.seed, codes[0] if len(codes) == 1 else None)


def _of_run(store: Store, part: pl.DataFrame) -> Scored:
    rows = store.sql(_SCORES, run=part["run_id"][0], patients=part["patient_id"].unique().to_list())
    wide = rows.pivot("drug_id", index="patient_id", values="score")
    return Scored(tuple(wide["patient_id"]), tuple(wide.columns[1:]), wide.drop("patient_id").to_numpy())


def _of_ridge(store: Store, settings: Settings, part: pl.DataFrame) -> Scored:
    """Ridge per drug, fitted on all cell lines, told nothing of a patient's lineage."""
    from screen.expression import fit_frame, shared_genes
    from screen.models import Subjects, Taught
    from screen.models.ridge import ridge
    from screen.nn.determinism import one_thread
    from screen.training_data import known_of, training_data

    code = part["indication"][0]
    data = training_data(store, code, load.patients_of(store, indications.members(code)), settings)
    frame = fit_frame(data.lines, data.patients, shared_genes(data.lines, data.patients))
    asked = set(part["patient_id"])
    own = data.patients.take([i for i, patient in enumerate(data.patients.subject_ids) if patient in asked])
    with one_thread():
        drugs = known_of(data.library, np.zeros((len(data.library), 1), np.float32))
        taught = Taught(Subjects(frame.scale(data.lines), data.lineages), drugs, data.auc, frame.scale(data.patients))
        predicted = ridge(taught).predict(Subjects(frame.scale(own), ("",) * len(own)), drugs)
    return Scored(own.subject_ids, data.library.drug_ids, -predicted)
