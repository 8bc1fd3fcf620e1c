"""The synthetic cohort: the same seed gives the same bytes, and what is planted can be learned from its files."""

import ast
import hashlib
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from screen.resources import folder
from screen.synthetic import Cohort, write_cohort
from screen.synthetic.dose_response import area_under_curve

Array = NDArray[np.float64]
EXPRESSION = "synthetic_OmicsExpressionProteinCodingGenesTPMLogp1.csv"
RESPONSE = "synthetic_fitted_dose_response.csv.gz"


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return write_cohort(tmp_path_factory.mktemp("cohort"))


def table(cohort: Cohort, name: str) -> pl.DataFrame:
    return pl.read_csv(cohort.outside.path.parent / name)


def digests(folder: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())]


def test_the_same_seed_gives_the_same_bytes(cohort: Cohort, tmp_path: Path) -> None:
    write_cohort(tmp_path)
    assert digests(tmp_path) == digests(cohort.outside.path.parent)


def test_another_seed_gives_another_cohort(cohort: Cohort, tmp_path: Path) -> None:
    write_cohort(tmp_path, seed=1)
    same = [a == b for a, b in zip(digests(tmp_path), digests(cohort.outside.path.parent), strict=True)]
    assert sum(same) == 2, "only the drug table and the real approvals hold nothing random"


def test_every_file_says_that_it_is_synthetic(cohort: Cohort) -> None:
    assert all(file.path.name.startswith("synthetic_") for file in (*cohort.files, cohort.outside))
    trials = json.loads((cohort.outside.path.parent / "synthetic_trials.json").read_text())
    modules = [study["protocolSection"]["identificationModule"] for study in trials]
    assert all(m["nctId"].startswith("NCT999") and m["briefTitle"].startswith("SYNTHETIC") for m in modules)


def test_patients_do_not_look_like_real_ones(cohort: Cohort) -> None:
    assert cohort.truth["patient_id"].str.starts_with("SYN-").all()
    assert table(cohort, EXPRESSION)[""].str.starts_with("ACH-9").all()


def test_the_traps_of_the_published_files_are_there(cohort: Cohort) -> None:
    response = table(cohort, RESPONSE)
    assert response.width == 19
    assert response.filter(pl.all_horizontal(pl.all().is_null())).height == 1
    twice = response.drop_nulls().group_by("DRUG_NAME").agg(n=pl.col("DRUG_ID").n_unique()).filter(pl.col("n") == 2)
    assert twice.height == 5
    screened = set(response["CELL_LINE_NAME"].drop_nulls().str.replace("SYN", "ACH"))
    sequenced = set(table(cohort, EXPRESSION)[""])
    assert len(screened - sequenced) == len(sequenced - screened) == 3


def test_a_tenth_of_the_pairs_is_missing(cohort: Cohort) -> None:
    auc = screened_lines(cohort)[1]
    assert 0.07 < np.isnan(auc).mean() < 0.12


def test_area_under_curve_is_the_mean_of_its_curve() -> None:
    potency = np.array([-9.0, -4.0, 0.0, 3.0])
    dose = np.linspace(-np.log(1000), 0, 200_001)
    curves = 1 / (1 + np.exp(dose - potency[:, None]))
    assert area_under_curve(potency) == pytest.approx(curves.mean(axis=1), abs=1e-5)


def test_ln_ic50_and_auc_tell_the_same(cohort: Cohort) -> None:
    rows = table(cohort, RESPONSE).drop_nulls()
    again = area_under_curve((rows["LN_IC50"] - rows["MAX_CONC"].log()).to_numpy())
    assert again == pytest.approx(rows["AUC"].to_numpy(), abs=1e-5)


def test_some_patients_are_sensitive_and_most_are_not(cohort: Cohort) -> None:
    share = cohort.truth.group_by("programme").agg(pl.col("sensitive").mean()).drop_nulls()
    assert share.height == len(cohort.planted) == 6
    assert share["sensitive"].is_between(0.1, 0.6).all()


KINDS = {
    "synthetic_Model.csv": "depmap-model",
    EXPRESSION: "depmap-expression",
    "synthetic_drugs.csv": "drug-table",
    RESPONSE: "gdsc-dose-response",
    "synthetic_clinical.csv": "clinical-table",
    "synthetic_expression_BRCA.csv": "expression-matrix",
    "synthetic_outside_tpm.csv": "expression-matrix",
    "synthetic_repurposing_drugs.txt": "repurposing-drugs",
    "synthetic_nci_labels.csv": "nci-indications",
    "synthetic_trials.json": "clinicaltrials-json",
}


@pytest.mark.parametrize("name", KINDS)
def test_ingest_recognises_the_published_shapes(cohort: Cohort, name: str) -> None:
    from screen.ingest import registry

    file = next(f for f in (*cohort.files, cohort.outside) if f.path.name == name)
    kind, batch = registry.read(file.path, file.options)
    assert kind.name == KINDS[name]
    assert batch.coverage == file.options.coverage


def test_truth_is_in_no_file(cohort: Cohort) -> None:
    written = b"".join(file.path.read_bytes() for file in cohort.files)
    assert b"sensitive" not in written
    assert b"SYN-OUTSIDE-001" not in written


def test_purity_and_platform_separate_patients_from_lines(cohort: Cohort) -> None:
    lines = table(cohort, EXPRESSION)
    lines = lines.rename(lambda c: c.split(" (")[0])
    patients = table(cohort, "synthetic_expression_BRCA.csv")
    gap = np.array([abs(lines[g].mean() - patients[g].mean()) for g in patients.columns[1:]])  # type: ignore[operator]
    assert np.median(gap) > 0.5


def screened_lines(cohort: Cohort) -> tuple[Array, Array, list[str]]:
    """Genes and AUC of the lines that have both, as anybody would read them from the files."""
    levels = table(cohort, EXPRESSION).with_columns(pl.col("").str.replace("ACH", "SYN"))
    auc = (
        table(cohort, RESPONSE)
        .drop_nulls()
        .pivot(on="DRUG_NAME", index="CELL_LINE_NAME", values="AUC", aggregate_function="mean", sort_columns=True)
    )
    both = levels.join(auc, left_on="", right_on="CELL_LINE_NAME").sort("")
    drugs = auc.columns[1:]
    return both.select(levels.columns[1:]).to_numpy(), both.select(drugs).to_numpy(), drugs


def ridge(train: Array, auc: Array, test: Array) -> tuple[Array, Array]:
    """Drug means, and what a ridge on ranked genes adds to them for ``test``."""
    mean = np.nanmean(auc, axis=0)
    gram = train @ train.T + 100 * np.eye(len(train))
    return mean, test @ train.T @ np.linalg.solve(gram, np.nan_to_num(auc - mean))


def ranked(levels: Array) -> Array:
    order = levels.argsort(axis=0).argsort(axis=0)
    return (order + 0.5) / len(levels) * 3.46 - 1.73


def residual_correlation(cohort: Cohort) -> float:
    """Out of fold, after subtracting the training mean of each drug."""
    levels, auc, _ = screened_lines(cohort)
    genes, fold = ranked(levels), np.arange(len(levels)) % 5
    seen, predicted = np.zeros_like(auc), np.zeros_like(auc)
    for k in range(5):
        mean, predicted[fold == k] = ridge(genes[fold != k], auc[fold != k], genes[fold == k])
        seen[fold == k] = auc[fold == k] - mean
    known = ~np.isnan(auc)
    return float(np.corrcoef(seen[known], predicted[known])[0, 1])


def test_ridge_learns_the_response_of_unseen_lines(cohort: Cohort) -> None:
    assert residual_correlation(cohort) > 0.5


def test_nothing_is_left_to_learn_when_responses_are_shuffled(tmp_path: Path) -> None:
    assert abs(residual_correlation(write_cohort(tmp_path, shuffle_responses=True))) < 0.1


@pytest.mark.parametrize("indication", ["BRCA", "COAD", "STAD"])
def test_what_lines_teach_holds_in_patients(cohort: Cohort, indication: str) -> None:
    levels, auc, drugs = screened_lines(cohort)
    patients = table(cohort, f"synthetic_expression_{indication}.csv")
    predicted = pl.DataFrame(ridge(ranked(levels), auc, ranked(patients.drop("sample").to_numpy()))[1], schema=drugs)
    long = predicted.with_columns(patient_id=patients["sample"]).unpivot(index="patient_id", variable_name="drug")
    both = cohort.truth.join(long, on=["patient_id", "drug"]).filter(pl.col("programme").is_not_null())
    within = both.group_by("drug").agg(r=pl.corr("auc", "value", method="spearman"))
    assert within["r"].mean() > 0.5  # type: ignore[operator]


def test_no_approval_is_invented(cohort: Cohort) -> None:
    """Labels and launched indications of the demo's real drugs are those of the reviewed table, all of them."""
    real = set(pl.read_csv(folder("db") / "demo" / "approvals.csv").select("drug", "indication").iter_rows())
    known = {row["name"]: row["status"] for row in pl.read_csv(folder("db") / "demo" / "drugs.csv").to_dicts()}
    assert {drug for drug, _ in real} <= {name for name, status in known.items() if status == "approved"}
    labels = table(cohort, "synthetic_nci_labels.csv")
    written = {
        (name.lower(), code)
        for name, codes in labels.select("DrugName", "DrugIndications").iter_rows()
        for code in ast.literal_eval(codes)
    }
    assert written == real
    hub = next(f.path for f in cohort.files if f.path.name == "synthetic_repurposing_drugs.txt")
    rows = [line.split("\t") for line in hub.read_text(encoding="utf-8").splitlines() if not line.startswith("!")]
    launched = {row[0] for row in rows[1:] if row[1] == "Launched" and row[5]}
    assert launched <= {drug for drug, _ in real}
