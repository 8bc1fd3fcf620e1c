"""A store in which neighbouring figures all differ, and what each field of a report must hold by it."""

from typing import Any

import polars as pl

from screen import __version__
from screen.ranking.across_indications import Across, across
from screen.report.content.indication_report import IndicationReport, indication_context
from screen.report.content.patient_report import PatientReport, patient_context
from screen.settings import Ranking, Settings
from screen.store import Store
from tests.report.filled import fill
from tests.report.filled_parts import LINE_EXPRESSION, PLATES_LEARNED
from tests.report.places import Place, Starts, Values
from tests.report.responses import give_responses, read_back

CODE, PATIENT, PATIENTS = "BRCA", "SYN-BRCA-003", 12
RANKING = Ranking(efficient_fraction=0.1, indication_drugs=8)
SETTINGS = Settings(ranking=RANKING)


def designed_store(store: Store) -> tuple[PatientReport, IndicationReport, str, pl.DataFrame]:
    """Fill the store; a patient's and an indication's report, the id of the drug designed, and DEI."""
    fill(store, patients=(PATIENTS, 6, 5))
    store.run("UPDATE scores SET score_low = score - 0.11, score_high = score + 0.13")
    store.run("UPDATE models SET manifest = replace(manifest, '\"toy\": true', '\"toy\": false')")
    store.run("UPDATE patient_records SET age = NULL WHERE patient_id IN ('SYN-BRCA-004', 'SYN-BRCA-005')")
    store.run("UPDATE run_patients SET inside_domain = FALSE WHERE patient_id = 'SYN-BRCA-007'")
    store.run("UPDATE run_patients SET inside_domain = TRUE, profiles_unused = [] WHERE patient_id > 'SYN-BRCA-009'")
    store.run("UPDATE run_patients SET genes_found = 401 WHERE patient_id = 'SYN-BRCA-006'")
    # Four patients of the indication without a profile, and so not ranked.
    store.run(
        """INSERT INTO patient_records BY NAME
           SELECT source_id, 'SYN-MORE-' || i AS patient_id, indication, authority FROM patient_records, range(4) r(i)
           WHERE patient_id = $id""",
        id=PATIENT,
    )
    give_responses(store)
    # A tool compound: without a phase, a trial or a label.
    store.run("DELETE FROM evidence WHERE drug_id = $drug", drug=_tool(store))
    made = across(store, RANKING)
    drug = _listed(made)
    _design(store, drug)
    made = across(store, RANKING)
    patient = patient_context(store, PATIENT, SETTINGS, made)
    return patient, indication_context(store, CODE, SETTINGS, made), drug, made.dei


def _tool(store: Store) -> str:
    """The drug without a hub phase that scores worst."""
    found = store.sql(
        """SELECT drug_id FROM scores JOIN drugs USING (drug_id) WHERE hub_phase IS NULL
           GROUP BY drug_id HAVING max(score) > 0.5 ORDER BY avg(score), drug_id"""
    )
    return str(found["drug_id"][0])


def _listed(made: Across) -> str:
    """A drug on both lists, whose counts among the efficient all differ."""
    mine = set(made.edp.filter(pl.col("patient_id") == PATIENT)["drug_id"])
    found = made.edi.filter(
        (pl.col("indication") == CODE)
        & pl.col("drug_id").is_in(mine)
        & (pl.col("rank") != pl.col("efficient_patients"))
    )
    return str(found.sort("rank", "drug_id")["drug_id"][-1])


def _design(store: Store, drug: str) -> None:
    """Two withdrawn trials and an approval here, three labels elsewhere: every count and both labels differ."""
    store.run("DELETE FROM evidence WHERE drug_id = $drug", drug=drug)
    store.run("UPDATE drugs SET pathway = 'a pathway', hub_phase = 'Phase 2' WHERE drug_id = $drug", drug=drug)
    rows = [
        (CODE, "trial", "clinicaltrials", "NCT00000001", False, "PHASE2", "WITHDRAWN", "2024-05-17"),
        (CODE, "trial", "clinicaltrials", "NCT00000002", False, "PHASE1", "WITHDRAWN", "2023-05-17"),
        (CODE, "label", "nci", "nci:one", True, None, None, None),
        *(("LUAD", "label", "nci", f"nci:{i}", True, None, None, None) for i in range(3)),
    ]
    names = ("indication", "kind", "origin", "record_id", "counts", "phase", "status", "record_date")
    frame = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], infer_schema_length=None)
    more = {"drug_id": pl.lit(drug), "combination": pl.lit(True), "detail": pl.lit("a title")}
    store.append("evidence", frame.with_columns(**more, source_id=pl.lit("b" * 16)))
    store.run(
        "INSERT INTO trials BY NAME SELECT $source AS source_id, 'NCT00000001' AS nct_id, 'no funds' AS why_stopped",
        source="b" * 16,
    )
    store.run(
        "INSERT INTO trials BY NAME SELECT $source AS source_id, 'NCT9000000' || i AS nct_id FROM range(3) r(i)",
        source="b" * 16,
    )


def expected_values(store: Store, drug: str) -> list[Place]:
    """Every record of more than four fields of a patient's report, and both reports themselves."""
    return [*_of_the_run(store), *_of_the_drug(store, drug), *_reports(store), *_of_the_list(store)]


def one(store: Store, sql: str, **values: Any) -> Values:
    """The one row of a query, by column."""
    return store.sql(sql, **values).row(0, named=True)


def _of_the_run(store: Store) -> list[Place]:
    run = one(store, "SELECT run_id, model_id FROM runs WHERE indication = $code", code=CODE)
    source = one(
        store,
        """SELECT name, kind, sha256, snapshot_date, coverage, row_count AS rows FROM source_files
           WHERE name LIKE '%trials%'""",
    )
    provenance = {
        **run,
        "model": "dsn-adv",
        "members": 6,
        "dataset": "GDSC2",
        "lines": 480,
        "patients": PATIENTS,
        "drugs": store.scalar("SELECT count(*) FROM drugs WHERE smiles IS NOT NULL"),
        "genes": 422,
        "unit": "log2tpm1",
        "line_expression": LINE_EXPRESSION,
        "line_notes": ["cell lines of tiny are left out: 3, fewer than 20"],
        "plates_learned": [PLATES_LEARNED],
        "patient_dataset": "synthetic",
        "encoder": "brics-masking",
        "ranked": None,
        "version": __version__,
        "encoder_id": "ab" * 8,
        "toy_encoder": False,
        "synthetic": True,
    }
    profile = one(
        store,
        """SELECT sample_id, genes_found, genes_missing, profiles_unused, domain_distance, domain_percentile
           FROM run_patients WHERE patient_id = $id""",
        id=PATIENT,
    )
    who = one(store, "SELECT age, sex, stage FROM patient_records WHERE patient_id = $id", id=PATIENT)
    sample = {
        **profile,
        **who,
        "patient_id": PATIENT,
        "indication": CODE,
        "source": "synthetic_expression.csv",
        "unit": "unknown",
        "genes_expected": 422,
        "inside_domain": True,
        "alterations": "alterations not read: unknown, not absent",
    }
    trials = lambda report: next(f for f in report["provenance"]["sources"] if "trials" in f["name"])  # noqa: E731
    return [
        Place("Provenance", "patient", lambda report: report["provenance"], provenance),
        Place("Provenance", "indication", lambda report: report["provenance"], provenance),
        Place("SourceFile", "patient", trials, source),
        Place("Sample", "patient", lambda report: report["sample"], sample),
    ]


def _of_the_drug(store: Store, drug: str) -> list[Place]:
    facts = one(store, "SELECT name, mechanism, targets FROM drugs WHERE drug_id = $drug", drug=drug)
    note = {
        "drug_id": drug,
        "name": facts["name"],
        "mechanism": facts["mechanism"],
        "pathway": "a pathway",
        "targets": facts["targets"][0],
        "hub_phase": "Phase 2",
        "flag": "",
        "idle": "",
        "trained": True,
        "unseen": False,
        "grade": "E1",
        "chip": "approved here",
        "label": "Proved",
        "label_trial": "Promising",
        "approved": True,
        "stopped_only": False,
        "trials": 0,  # both are withdrawn
        "elsewhere": 3,
    }
    record = {
        "indication": CODE,
        "kind": "trial",
        "origin": "clinicaltrials",
        "record_id": "NCT00000001",
        "counts": False,
        "phase": "PHASE2",
        "status": "WITHDRAWN",
        "date": "2024-05-17",
        "combination": True,
        "detail": "a title",
        "why_stopped": "no funds",
    }
    scores = one(
        store,
        """SELECT rank, rank_low, rank_high, tied, score, score_low, score_high, score_sd, selective FROM scores
           WHERE drug_id = $drug AND patient_id = $id""",
        drug=drug,
        id=PATIENT,
    )
    listed = store.scalar("SELECT count(*) FROM edp WHERE indication = $code AND drug_id = $drug", code=CODE, drug=drug)
    ranked = {**scores, "efficient": True, "cohort_share": listed / PATIENTS}

    def of_patient(report: Any) -> Any:
        return next(row["drug"] for row in report["rows"] if row["drug"]["note"]["drug_id"] == drug)

    return [
        Place("DrugNote", "patient", lambda report: of_patient(report)["note"], note),
        Place(
            "Record",
            "patient",
            lambda report: next(r for r in of_patient(report)["note"]["records"] if r["record_id"] == "NCT00000001"),
            record,
        ),
        Place("RankedDrug", "patient", of_patient, ranked),
    ]


def _standing(store: Store) -> pl.DataFrame:
    """The drugs at both floors, most selective first; none of this store is folded."""
    return store.sql(
        """SELECT s.*, d.name, d.mechanism FROM scores s JOIN drugs d USING (drug_id)
           WHERE patient_id = $id AND score >= 0.5 AND selective >= 0.9::FLOAT
           ORDER BY selective DESC, score DESC, drug_id""",
        id=PATIENT,
    )


def _of_the_list(store: Store) -> list[Place]:
    found = _standing(store).to_dicts()
    columns = ("drug_id", "name", "mechanism", "score", "score_low", "score_high", "selective", "rank")
    chance = one(
        store,
        """SELECT sum(least(p, 0.1)) AS of_all, sum(least(p, 0.1)) FILTER (drug_id <> $tool) AS unfolded FROM (
               SELECT drug_id, avg((score >= 0.5)::INT) AS p FROM scores JOIN runs USING (run_id)
               WHERE indication = $code GROUP BY drug_id)""",
        code=CODE,
        tool=_tool(store),
    )
    whole = {
        "potency_floor": 0.5,
        "selective_floor": 0.9,
        "compounds": "clinical",
        "clinical_known": True,
        "potent": store.scalar("SELECT count(*) FROM scores WHERE patient_id = $id AND score >= 0.5", id=PATIENT),
        "placed": store.scalar("SELECT count(*) FROM drugs WHERE smiles IS NOT NULL"),
        "expected": chance["unfolded"],
        "expected_of_all": chance["of_all"],
    }
    places = [Place("StandsOut", "patient", lambda report: report["stands_out"], whole)]
    for number, row in enumerate(found, start=1):
        listed = {"place": number, "grade": Starts("E"), **{name: row[name] for name in columns}}

        def of_list(report: Any, at: int = number - 1) -> Any:
            return report["stands_out"]["drugs"][at]

        def of_all(report: Any, drug: str = row["drug_id"]) -> Any:
            return next(one for one in report["drugs"] if one["drug_id"] == drug)

        scored = {name: row[name] for name in ("drug_id", "rank", "name", "score", "score_low", "score_high")}
        back = read_back(row)
        places.append(Place("SelectiveDrug", "patient", of_list, {**listed, **back}))
        grade = {"grade": Starts("E"), "remark": ""}
        alone = {name: back[name] for name in ("response", "line_place")}
        places.append(
            Place("ScoredDrug", "patient", of_all, {**scored, "selective": row["selective"], **alone, **grade})
        )
    return places


def _reports(store: Store) -> list[Place]:
    scored = store.scalar("SELECT count(*) FROM drugs WHERE smiles IS NOT NULL")
    patient = {
        "title": f"Drug ranking: {PATIENT} ({CODE})",
        "subject": PATIENT,
        "indication_name": "Breast invasive carcinoma",
        "answer": Starts(f"{_standing(store).height} drugs of {_standing(store)['mechanism'].n_unique()} mechanisms"),
        "worth": Starts("How often a list like this is right"),
        "scored": scored,
        "cohort": PATIENTS,
        "box_left": 0,
        "general": Starts(f"Of {scored} scored drugs"),
        "comparators": Starts("Approved for BRCA"),
        "kind": "patient",
    }
    indication = {
        "title": f"Drugs for an indication: {CODE}",
        "subject": CODE,
        "name": "Breast invasive carcinoma",
        "answer": Starts(""),
        "scored": scored,
        "dropped": store.scalar("SELECT count(*) FROM drugs WHERE smiles IS NULL"),
        "indications_ranked": ["BRCA", "COADREAD", "STAD"],
        "kind": "indication",
    }
    return [
        Place("PatientReport", "patient", lambda report: report, patient),
        Place("IndicationReport", "indication", lambda report: report, indication),
    ]
