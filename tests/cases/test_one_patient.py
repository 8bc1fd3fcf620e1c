"""One new patient: the scores are those of the cohort, a foreign unit converts, a foreign scale is refused."""

from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from screen.synthetic import write_cohort

SCORES = """SELECT drug_id, score, score_low, score_high, score_sd, selective, rank
            FROM scores WHERE patient_id = $p ORDER BY drug_id"""


@pytest.fixture
def settings(ranked_store: Path, tmp_path: Path) -> Settings:
    path = tmp_path / "store.duckdb"
    pipeline.backup(Settings(store=ranked_store), path)
    return Settings(store=path)


def _matrix(tmp_path: Path, code: str) -> pl.DataFrame:
    cohort = write_cohort(tmp_path / "input")
    return pl.read_csv(next(f.path for f in cohort.files if f.path.name.endswith(f"expression_{code}.csv")))


def _ingest(settings: Settings, rows: pl.DataFrame, unit: str, tmp_path: Path) -> None:
    path = tmp_path / "alone.csv"
    rows.write_csv(path)
    pipeline.ingest(settings, [path], ReadOptions(unit=unit, indication="STAD"))


def test_a_patient_alone_scores_as_in_the_cohort(settings: Settings, tmp_path: Path) -> None:
    rows = _matrix(tmp_path, "STAD")
    first = rows.columns[0]
    _ingest(settings, rows.head(1).with_columns(pl.lit("ALONE").alias(first)), "log2tpm1", tmp_path)
    pipeline.rank(settings, ["STAD"], "ALONE")
    with open_store(settings.store) as store:
        alone, within = store.sql(SCORES, p="ALONE"), store.sql(SCORES, p=rows[first][0])
    assert alone.height == 67
    assert alone.equals(within)
    assert alone.filter(pl.col("score_low") < pl.col("score"), pl.col("score") < pl.col("score_high")).height == 67


def test_the_same_patient_twice_is_scored_once(settings: Settings, tmp_path: Path) -> None:
    rows = _matrix(tmp_path, "STAD").head(1)
    _ingest(settings, rows, "log2tpm1", tmp_path)
    pipeline.rank(settings, ["STAD"])
    with open_store(settings.store) as store:
        assert store.sql(SCORES, p=rows[rows.columns[0]][0]).height == 67
        unused = store.scalar(
            "SELECT profiles_unused FROM run_patients WHERE patient_id = $p", p=rows[rows.columns[0]][0]
        )
    assert "not used" in unused[0]


def test_tpm_from_outside_is_ranked(settings: Settings, tmp_path: Path) -> None:
    rows = _matrix(tmp_path, "STAD").head(1)
    genes = rows.columns[1:]
    linear = [(pl.lit(2.0) ** pl.col(gene) - 1).clip(0).alias(gene) for gene in genes]
    tpm = rows.with_columns(pl.lit("OUTSIDE").alias(rows.columns[0]), *linear)
    _ingest(settings, tpm, "tpm", tmp_path)
    pipeline.rank(settings, ["STAD"], "OUTSIDE")
    with open_store(settings.store) as store:
        pairs = store.sql(
            """SELECT a.score AS a, b.score AS b FROM scores a JOIN scores b USING (drug_id)
                             WHERE a.patient_id = 'OUTSIDE' AND b.patient_id = $p""",
            p=rows[rows.columns[0]][0],
        )
    assert (pairs["a"] - pairs["b"]).abs().max() < 1e-3


def test_z_scores_are_refused_with_coverage_and_remedy(settings: Settings, tmp_path: Path) -> None:
    rows = _matrix(tmp_path, "STAD").head(6)
    few = rows.select(rows.columns[:60]).with_columns(
        ("FOREIGN-" + pl.int_range(pl.len()).cast(pl.String)).alias(rows.columns[0]),
        *((pl.col(g) - pl.col(g).mean()) for g in rows.columns[1:60]),
    )
    _ingest(settings, few, "zscore", tmp_path)
    with pytest.raises(InputError, match=r"z-score cannot be brought to .* 59 of the model's 263 genes found"):
        pipeline.rank(settings, ["STAD"], "FOREIGN-0")
    done = pipeline.rank(settings, ["STAD"])[0]
    assert done.patients == 80
    assert set(done.refused) == {f"FOREIGN-{i}" for i in range(6)}


def test_every_scored_drug_is_placed_beside_those_of_training(settings: Settings) -> None:
    with open_store(settings.store) as store:
        drugs = store.sql("FROM run_drugs")
    scored = drugs.filter("scored")
    assert scored.filter(pl.col("similarity") > 0.999, pl.col("inside_domain")).height == scored.height == 67
    assert drugs.filter(~pl.col("scored"))["similarity"].null_count() == drugs.height - 67
