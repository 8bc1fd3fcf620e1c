"""The tables of the view: another one is a function that reads its rows and a row of ``TABLES``."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from screen import indications
from screen.errors import InputError
from screen.ranking.predicted_response import read_back
from screen.report.content import glossary
from screen.report.content.provenance import current_run
from screen.view.comparisons import COMPARISONS
from screen.view.lab_tables import LAB_TABLES
from screen.view.plate_wells import WELLS
from screen.view.reading import Reading
from screen.view.tables import Column, TableKind

Fields = Mapping[str, str]
_SCORE_COLUMNS = (
    *("patient_id", "indication", "score", "score_low", "score_high", "selective", "rank"),
    *("line_place", "standing"),
)

_IN_TRAINING = """
SELECT e.protocol, e.model, e.metric || coalesce('_less_' || e.baseline, '') AS metric,
       e.stratum_kind || coalesce(':' || e.stratum_name, '') AS stratum, m.indication, e.value, e.low, e.high,
       e.n, e.note
FROM evaluations e JOIN current_models m ON m.model_id = e.evaluation_id ORDER BY m.indication, e.model, metric, stratum
"""
_PATIENTS = """
SELECT p.patient_id, c.age, c.sex, c.stage, p.genes_found, p.domain_percentile, p.inside_domain
FROM run_patients p LEFT JOIN patients c USING (patient_id) WHERE p.run_id = $run ORDER BY p.patient_id
"""
_SCORES = """
SELECT s.patient_id, n.indication, s.score, s.score_low, s.score_high, s.selective, s.rank, s.run_id
FROM scores s JOIN current_runs n USING (run_id) WHERE s.drug_id = $drug
ORDER BY s.selective DESC NULLS LAST, s.patient_id
"""
_UNSCORED = """
SELECT r.drug_id, coalesce(d.name, regexp_replace(r.drug_id, '^name:', '')) AS drug_name, n.indication, r.reason
FROM run_drugs r JOIN current_runs n USING (run_id) LEFT JOIN drugs d USING (drug_id)
WHERE NOT r.scored ORDER BY drug_name, n.indication
"""
_PLANS = """
SELECT p.plan_id, p.indication, p.patient_id, count(t.treatment) FILTER (t.chosen) AS treatments, p.run_id
FROM plans p LEFT JOIN plan_treatments t USING (plan_id)
GROUP BY p.plan_id, p.indication, p.patient_id, p.run_id, p.planned ORDER BY p.planned DESC
"""


def _code(reading: Reading, fields: Fields) -> str:
    code = indications.require(fields.get("indication", ""), "indication")
    current_run(reading.store, code)  # an error where it is not ranked
    return code


def _patients(reading: Reading, fields: Fields) -> pl.DataFrame:
    code = _code(reading, fields)
    rows = reading.store.sql(_PATIENTS, run=current_run(reading.store, code).run_id)
    listed = reading.standing(code)
    counted = (
        listed.sort("patient_id", "rank")
        .group_by("patient_id", maintain_order=True)
        .agg(
            standing=pl.len().cast(pl.Int64),
            first=pl.col("drug_name").first(),
            first_id=pl.col("drug_id").first(),
            place=pl.col("selective").first(),
            score=pl.col("score").first(),
        )
    )
    joined = rows.join(counted, on="patient_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("standing").fill_null(0))


def _drugs(reading: Reading, fields: Fields) -> pl.DataFrame:
    rows = reading.between()
    facts = reading.store.sql("SELECT drug_id, name AS drug_name, mechanism, pathway, targets FROM drugs")
    facts = facts.with_columns(
        targets=pl.col("targets").list.join(", "),
        mechanism=pl.coalesce(pl.col("mechanism").replace("", None), pl.col("pathway").replace("", None)),
    )
    if fields.get("indication"):
        rows = rows.filter(pl.col("indication") == _code(reading, fields))
    joined = rows.join(facts.drop("pathway"), on="drug_id", how="left", maintain_order="left")
    return joined.with_columns(drug_name=pl.coalesce("drug_name", "drug_id"))


def _scores(reading: Reading, fields: Fields) -> pl.DataFrame:
    drug, ranking = fields.get("drug", ""), reading.settings.ranking
    rows = reading.store.sql(_SCORES, drug=drug)
    if rows.is_empty():
        return rows.with_columns(line_place=None, standing=None).drop("run_id")
    found = reading.line_responses(drug)
    least = {
        run: max(ranking.potency_floor, found.least_score(run, drug, ranking.line_floor))
        for run in rows["run_id"].unique()
    }
    floor = pl.col("run_id").replace_strict(least, return_dtype=pl.Float32)
    stands = (pl.col("score") >= floor) & (pl.col("selective") >= pl.lit(ranking.selective_floor, pl.Float32))
    read = read_back(found, rows.with_columns(drug_id=pl.lit(drug)))
    standing = pl.when(stands.fill_null(False)).then(pl.lit("stands out")).otherwise(pl.lit(""))
    return read.with_columns(standing=standing).select(*_SCORE_COLUMNS)


def _evidence(reading: Reading, fields: Fields) -> pl.DataFrame:
    rows = reading.store.query("evidence")
    if fields.get("drug"):
        rows = rows.filter(pl.col("drug_id") == fields["drug"])
    if fields.get("indication"):
        codes = [fields["indication"], *indications.members(indications.require(fields["indication"], "indication"))]
        rows = rows.filter(pl.col("indication").is_in(codes))
    return rows.with_columns(origin=pl.col("origin").replace(glossary.ORIGINS))


def _unscored(reading: Reading, _fields: Fields) -> pl.DataFrame:
    return reading.store.sql(_UNSCORED)


def _figures(reading: Reading, _fields: Fields) -> pl.DataFrame:
    measured = reading.store.query("evaluation").with_columns(where=pl.lit("evaluate"))
    in_training = reading.store.sql(_IN_TRAINING).with_columns(where=pl.lit("training"))
    return pl.concat([measured.select(in_training.columns), in_training], how="vertical_relaxed")


def _plans(reading: Reading, _fields: Fields) -> pl.DataFrame:
    return reading.store.sql(_PLANS)


_DRUG: dict[str, Any] = {"name": "drug_name", "title": "Drug", "form": "drug", "id": "drug_id"}
PATIENTS = TableKind(
    name="patients",
    title="Patients",
    says="Patients of the newest ranking. Stand out: drugs on the first list of the patient's report; the "
    "number by chance stands there. Place: of the first of them, the share of reference patients who score "
    "lower.",
    fields={"indication": "indication"},
    rows=_patients,
    columns=(
        Column("patient_id", "Patient", "patient"),
        Column("standing", "Stand out", "whole"),
        Column("first", "The first of them", "drug", "first_id"),
        Column("score", "Its score", "number"),
        Column("place", "Its place", "percent"),
        Column("inside_domain", "Inside the domain", "yes"),
        Column("age", "Age", "whole"),
        Column("sex", "Sex"),
        Column("stage", "Stage"),
    ),
)
TABLES = {
    kind.name: kind
    for kind in (
        PATIENTS,
        replace(PATIENTS, name="cohort", title="Cohort", fields={"indication": "indication", "drugs": ""}),
        TableKind(
            name="drugs",
            title="Scored drugs",
            says="Each scored drug in each indication ranked. Sensitive: share of the patients with a score at the "
            "potency floor. Higher here: how often a patient here scores higher than one of the others ranked; 50% "
            "with no difference. A mechanism or a target in the filter finds the drugs that share it.",
            fields={"indication": "indication"},
            rows=_drugs,
            sort="-higher",
            columns=(
                Column(**_DRUG),
                Column("mechanism", "Mechanism"),
                Column("targets", "Targets"),
                Column("indication", "Indication", "code"),
                Column("patients", "Patients", "whole"),
                Column("sensitive", "Sensitive", "percent"),
                Column("score", "Mean score", "number"),
                Column("score_elsewhere", "Elsewhere", "number"),
                Column("higher", "Higher here", "percent"),
            ),
        ),
        TableKind(
            name="unscored",
            title="Drugs not scored, and why",
            says="Drugs of the library that a ranking could not score, with the reason.",
            rows=_unscored,
            columns=(Column(**_DRUG), Column("indication", "Indication", "code"), Column("reason", "Reason")),
        ),
        TableKind(
            name="scores",
            title="Its scores over the patients",
            says="Every patient ranked. Place: the share of the reference patients of the indication who score lower "
            "for this drug; uniform by construction, so a tenth of them is at 90% or more by chance.",
            fields={"drug": "drug"},
            rows=_scores,
            columns=(
                Column("patient_id", "Patient", "patient"),
                Column("indication", "Indication", "code"),
                Column("score", "Score", "number"),
                Column("score_low", "90% from", "number"),
                Column("score_high", "to", "number"),
                Column("selective", "Place", "percent"),
                Column("line_place", "Above lines", "percent"),
                Column("rank", "Rank", "whole"),
                Column("standing", "List"),
            ),
        ),
        TableKind(
            name="evidence",
            title="Evidence",
            says="Records of labels, trials and the Repurposing Hub, linked to drugs. Evidence annotates a ranking; it "
            "changes no score. “Recruiting” in the filter finds trials that did at the day of their snapshot.",
            fields={"drug": "drug", "indication": "indication"},
            rows=_evidence,
            columns=(
                Column(**_DRUG),
                Column("indication", "Tumour type"),
                Column("record_id", "Record", "trial"),
                Column("origin", "Source"),
                Column("phase", "Phase"),
                Column("status", "Status"),
                Column("record_date", "Date"),
                Column("detail", "Says"),
            ),
        ),
        TableKind(
            name="figures",
            title="Measured figures",
            says="What was measured of each model on what it had not seen, beside naive predictors, with 95% "
            "intervals. The page of all models is written by: crescreen evaluate card",
            rows=_figures,
            columns=(
                Column("protocol", "Protocol"),
                Column("model", "Model"),
                Column("metric", "Measure"),
                Column("stratum", "Stratum"),
                Column("indication", "Indication"),
                Column("value", "Value", "number"),
                Column("low", "95% from", "number"),
                Column("high", "to", "number"),
                Column("n", "n", "whole"),
                Column("where", "Measured in"),
                Column("note", "Note"),
            ),
        ),
        *COMPARISONS,
        *LAB_TABLES,
        WELLS,
        TableKind(
            name="plans",
            title="Organoid plans",
            says="Test sets planned, the newest first.",
            rows=_plans,
            columns=(
                Column("plan_id", "Plan", "plan"),
                Column("indication", "Indication", "code"),
                Column("patient_id", "Patient", "patient"),
                Column("treatments", "Treatments", "whole"),
            ),
        ),
    )
}
"""By name, which is the page's."""


def table_of(name: str) -> TableKind:
    """The table of this name.

    Raises
    ------
    InputError
        There is none.
    """
    if name not in TABLES:
        raise InputError(f"no table is called {name!r}", where="view", remedy=f"any of: {', '.join(TABLES)}")
    return TABLES[name]
