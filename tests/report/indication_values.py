"""What each field of an indication's report must hold, by the store of ``field_values``."""

from collections.abc import Iterator
from typing import Any

import polars as pl
from scipy.stats import binomtest

from screen.store import Store
from tests.report.field_values import CODE, PATIENTS, one
from tests.report.places import Place, Starts, Values


def expected_of_indication(store: Store, drug: str, dei: pl.DataFrame) -> Iterator[Place]:
    """Every record of more than four fields.

    Parameters
    ----------
    drug : the drug whose evidence is designed
    dei : the table DEI
    """

    def there(rows: Any) -> Any:
        return next(row for row in rows if drug in (row.get("drug_id"), row.get("note", {}).get("drug_id")))

    def trials(report: Any) -> Any:
        return next(row for row in report["coverage"] if row["source"] == "synthetic_trials.json")

    yield Place("EdiRow", "indication", lambda report: there(report["edi"]), _edi(store, drug))
    yield Place("Agreement", "indication", lambda report: report["agreement"][0], _agreement(store))
    yield Place("DrugPoint", "indication", lambda report: there(report["landscape"]["points"]), _point(store, drug))
    yield _dei_cell(store, dei, drug)
    yield Place("QualifiedRow", "indication", lambda report: there(report["qualified"]), _qualified(dei, drug))
    yield Place("RankedPatients", "indication", lambda report: report["cohort"], _cohort(store))
    yield Place("CoverageLine", "indication", trials, _coverage(store))
    yield from _bounds(store)
    yield _missed(store)


def _edi(store: Store, drug: str) -> Values:
    row = one(
        store,
        """SELECT rank, tied, efficient_patients, patients, fraction AS share FROM edi
           WHERE indication = $code AND drug_id = $drug""",
        code=CODE,
        drug=drug,
    )
    low, high = binomtest(row["efficient_patients"], row["patients"]).proportion_ci(method="wilson")
    return row | {"low": float(low), "high": float(high)}


def _agreement(store: Store) -> Values:
    counts = store.sql(
        """SELECT d.drug_id IN (SELECT drug_id FROM edi WHERE indication = $code) AS efficient,
                  d.drug_id IN (SELECT drug_id FROM evidence WHERE indication = $code AND counts) AS recorded
           FROM run_drugs d JOIN runs r USING (run_id) WHERE r.indication = $code AND d.scored""",
        code=CODE,
    ).rows()
    return {
        "efficient_recorded": counts.count((True, True)),
        "efficient_not": counts.count((True, False)),
        "inefficient_recorded": counts.count((False, True)),
        "inefficient_not": counts.count((False, False)),
        "unsearched": 0,
    }


def _point(store: Store, drug: str) -> Values:
    row = one(
        store,
        """SELECT drug_id, any_value(name) AS name, avg(score) AS score
           FROM scores JOIN runs USING (run_id) JOIN drugs USING (drug_id)
           WHERE indication = $code AND drug_id = $drug GROUP BY drug_id""",
        code=CODE,
        drug=drug,
    )
    return row | {"level": "approved", "label": "Proved", "efficient": True, "recorded": True, "named": True}


def _dei_cell(store: Store, dei: pl.DataFrame, drug: str) -> Place:
    """The share of the indication's patients on whose shortlist the drug is."""
    listed = store.scalar("SELECT count(*) FROM edp WHERE indication = $code AND drug_id = $drug", code=CODE, drug=drug)
    label = dei.filter((pl.col("drug_id") == drug) & (pl.col("indication") == CODE)).row(0, named=True)
    interval = binomtest(listed, PATIENTS).proportion_ci(method="wilson")
    values = {
        "indication": CODE,
        "label": label["label"],
        "label_trial": label["label_trial"],
        "share": listed / PATIENTS,
        "low": interval.low,
        "high": interval.high,
    }

    def find(report: Any) -> Any:
        lines = (line for block in report["dei"] for line in block["lines"] if line["drug"] == label["drug_name"])
        return next(cell for line in lines for cell in line["cells"] if cell["indication"] == CODE)

    return Place("DeiCell", "indication", find, values)


def _qualified(dei: pl.DataFrame, drug: str) -> Values:
    rows = dei.filter(pl.col("drug_id") == drug)
    found = {"drug_id": drug, "name": rows["drug_name"][0]}
    labels = dict(rows.select("indication", "label_trial").iter_rows())
    codes = {
        column: sorted(code for code, given in labels.items() if given == label)
        for column, label in (("proved", "Proved"), ("contradicted", "Contradicted"), ("not_searched", "Not searched"))
    }
    qualified, reason = ("yes", "Proved in") if codes["proved"] else ("no", "no Proved indication")
    if codes["contradicted"]:
        qualified, reason = "no", "Contradicted in"
    return {**found, **codes, "qualified": qualified, "reason": Starts(reason), "indications_ranked": sorted(labels)}


def _bounds(store: Store) -> Iterator[Place]:
    """Of every listed drug: on how many shortlists it is in every member, by the ensemble, in at least one."""
    scored = int(store.scalar("SELECT count(*) FROM drugs WHERE smiles IS NOT NULL"))
    rows = store.sql(
        """SELECT e.drug_name AS name, avg((s.rank_high <= $best)::INT) AS firm, avg((s.rank <= $best)::INT) AS share,
                  avg((s.rank_low <= $best)::INT) AS loose
           FROM edi e JOIN runs r USING (indication) JOIN scores s ON s.run_id = r.run_id AND s.drug_id = e.drug_id
           WHERE e.indication = $code GROUP BY e.drug_name ORDER BY e.drug_name""",
        code=CODE,
        best=-(-scored // 10),
    )
    for row in rows.to_dicts():

        def find(report: Any, name: str = row["name"]) -> Any:
            return next(place for place in report["sensitivity"]["places"] if place["name"] == name)

        yield Place("DrugRanks", "indication", find, row)


def _missed(store: Store) -> Place:
    """A drug approved here that is not efficient: it is named all the same."""
    drug = store.scalar(
        """SELECT min(drug_id) FROM evidence WHERE indication = $code AND kind = 'label' AND counts
           AND drug_id NOT IN (SELECT drug_id FROM edi WHERE indication = $code) AND drug_id NOT LIKE 'name:%'""",
        code=CODE,
    )
    values = {"drug_id": drug, "label": "Contradicted", "efficient": False, "named": True}

    def find(report: Any) -> Any:
        return next(point for point in report["landscape"]["points"] if point["drug_id"] == drug)

    return Place("DrugPoint", "indication", find, values)


def _coverage(store: Store) -> Values:
    trials = store.sql("SELECT DISTINCT record_id, indication FROM evidence WHERE kind = 'trial'")
    return {
        "kind": "clinical trials",
        "source": "synthetic_trials.json",
        "snapshot_date": "2025-06-30",
        "coverage": "conditions:BRCA,STAD",
        "searched": "searched in full",
        "records": store.scalar("SELECT count(DISTINCT nct_id) FROM trials"),
        "linked": store.scalar("SELECT count(DISTINCT nct_id) FROM trials SEMI JOIN evidence ON record_id = nct_id"),
        "here": trials.filter(pl.col("indication") == CODE)["record_id"].n_unique(),
    }


def _cohort(store: Store) -> Values:
    run = store.sql("SELECT p.* FROM run_patients p JOIN runs USING (run_id) WHERE indication = $code", code=CODE)
    return {
        "patients": PATIENTS,
        "genes_median": 419.0,
        "genes_least": 401,
        "genes_expected": 422,
        "inside": run.filter("inside_domain").height,
        "outside": run.filter(~pl.col("inside_domain")).height,
        "age_known": 10,
        "with_unused": run.filter(pl.col("profiles_unused").list.len() > 0).height,
        "without_profile": 4,
        "refused": 0,
    }
