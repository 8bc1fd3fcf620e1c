"""From files to ranks: drugs planted to work in some patients are found in those patients, unless nothing is there."""

from pathlib import Path

import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from screen import pipeline
from screen.records import drug_keys
from screen.settings import Settings, Training
from screen.synthetic import Cohort, write_cohort

INDICATION = "BRCA"


def ranked(folder: Path, *, shuffle_responses: bool) -> tuple[Cohort, pl.DataFrame]:
    """The whole road for one indication; the scores of every patient and drug."""
    cohort = write_cohort(folder / "input", shuffle_responses=shuffle_responses)
    settings = Settings(store=folder / "store.duckdb", training=Training(folds=3, seeds=1))
    pipeline.init(settings)
    for file in cohort.files:
        pipeline.ingest(settings, [file.path], file.options)
    pipeline.train(settings, [INDICATION])
    pipeline.rank(settings, [INDICATION])
    pipeline.export(settings, "scores", folder / "scores.parquet")
    return cohort, pl.read_parquet(folder / "scores.parquet")


def found_again(cohort: Cohort, scores: pl.DataFrame) -> dict[str, float]:
    """Programme -> AUROC of the selective score for truly sensitive patients, the mean over its drugs."""
    text = scores.with_columns(key=drug_keys(scores["drug_name"]))
    both = cohort.truth.with_columns(key=drug_keys(cohort.truth["drug"])).join(text, on=["patient_id", "key"])
    auroc = [
        (programme, float(roc_auc_score(rows["sensitive"], rows["selective"])))
        for (programme, _), rows in both.drop_nulls("sensitive").group_by("programme", "drug")
    ]
    means = pl.DataFrame(auroc, schema=["programme", "auroc"], orient="row").group_by("programme").mean()
    return dict(means.sort("programme").iter_rows())


@pytest.mark.slow
def test_planted_drugs_are_found_in_the_patients_they_work_in(tmp_path: Path) -> None:
    by_programme = found_again(*ranked(tmp_path, shuffle_responses=False))
    assert len(by_programme) == 6
    assert sum(by_programme.values()) / 6 > 0.68, by_programme
    assert min(by_programme.values()) > 0.5, by_programme


@pytest.mark.slow
def test_with_shuffled_responses_they_are_not(tmp_path: Path) -> None:
    """Each AUROC then is that of a random signature over 80 patients, 0.5 give or take 0.1; six together 0.05."""
    by_programme = found_again(*ranked(tmp_path, shuffle_responses=True))
    assert sum(by_programme.values()) / 6 < 0.62, by_programme
