"""Survival by a marker, from files to an answer; the known results of the real data."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.biomarkers.survival_analysis import analyse
from screen.biomarkers.survival_cohort import MarkerRequest
from screen.settings import Settings
from screen.store import open_store
from tests.biomarkers.followed import cohort
from tests.command import crescreen

FILES = ("TCGA-CDR.csv", "tcga_mutation_long.parquet", "tcga_mutcnv_patients.csv", "tcga_mutcnv_covered_genes.csv.gz")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return cohort(tmp_path_factory.mktemp("followed"))


def test_a_planted_alteration_is_found_and_the_unknown_left_out(settings: Settings) -> None:
    done = crescreen(
        "survival", "GBMLGG", "--within", "LGG", "--alteration", "IDH1", "--endpoint", "OS", "--json",
        "--store", str(settings.store),
    )  # fmt: skip
    found = json.loads(done.out)
    assert found["n"] == 280
    assert found["left_out"] == {"IDH1 not covered: unknown": 20}
    assert found["low"] < 0.3 < found["high"]
    assert found["high"] < 0.5
    assert found["p"] < 1e-6
    assert found["medians"]["IDH1 altered"] > 2 * found["medians"]["IDH1 not altered"]
    assert found["events"] == sum(group["events"] for group in found["groups"])
    assert found["groups"][0]["at_risk"][0] == found["groups"][0]["n"] == found["altered"]
    assert found["endpoint_use"] == "caution"
    assert found["adjusted_for"] == []


def test_adjusting_adds_covariates_and_leaves_out_whom_they_are_unknown_of(settings: Settings) -> None:
    with open_store(settings.store) as store:
        found = analyse(store, "LGG", MarkerRequest(alteration="IDH1"), "OS", adjust=("age", "stage"))
    assert [one.name for one in found.covariates] == ["IDH1", "age", "stage II", "stage III", "stage IV"]
    assert found.left_out["stage not known"] > 0
    age = found.covariates[1]
    assert age.low < np.exp(0.03) < age.high
    assert "adjusted for age, stage" in found.verdict


@pytest.mark.parametrize(("split", "groups"), [("median", 2), ("tertiles", 3)])
def test_expression_is_per_standard_deviation_with_groups_set_beforehand(
    settings: Settings, split: str, groups: int
) -> None:
    with open_store(settings.store) as store:
        found = analyse(store, "LGG", MarkerRequest(gene="MYC"), split=split)
    assert found.endpoint == "PFI"
    assert found.per.startswith("per standard deviation")
    assert found.low is not None
    assert found.low > 1
    assert len(found.groups) == groups
    sizes = [curve.n for curve in found.groups]
    assert max(sizes) - min(sizes) <= 2


def test_a_gene_without_effect_is_said_to_show_none(settings: Settings) -> None:
    with open_store(settings.store) as store:
        found = analyse(store, "LGG", MarkerRequest(gene="RB1"), "OS")
    assert found.verdict.startswith("RB1: no association with overall survival shown")


@pytest.mark.parametrize("ending", ["html", "svg", "json", "pdf"])
def test_a_page_of_the_curve(settings: Settings, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"km.{ending}"
    words = ("survival", "LGG", "--alteration", "IDH1", "--out", str(out), "--store", str(settings.store))
    assert crescreen(*words).code == 0
    content = out.read_bytes()
    assert crescreen(*words).code == 0
    assert out.read_bytes() == content
    if ending == "html":
        assert b"Kaplan-Meier curves" in content
        assert b"http" not in content.replace(b"http://www.w3.org", b"")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("LGG",), "give one of --gene, --alteration and --score"),
        (("LGG", "--gene", "MYC", "--alteration", "IDH1"), "give one of"),
        (("LGG", "--gene", "NOGENE"), "NOGENE is not in tpm"),
        (("LGG", "--alteration", "NOGENE"), "not known of any patient"),
        (("LGG", "--alteration", "IDH1:other"), "no kind of alteration"),
        (("LGG", "--score", "Docetaxel"), "no score of 'Docetaxel'"),
        (("LGG", "--alteration", "IDH1", "--adjust", "mood"), "no covariate is called 'mood'"),
        (("LGG", "--alteration", "IDH1", "--split", "best"), "no split is called 'best'"),
        (("LGG", "--alteration", "IDH1", "--within", "BRCA"), "BRCA is no part of LGG"),
        (("LGG", "--alteration", "IDH1", "--endpoint", "DSS"), "no patient has DSS"),
        (("LGG", "--alteration", "IDH1", "--out", "x.docx"), "cannot write '.docx'"),
        (("BRCA", "--alteration", "IDH1"), "no patient of BRCA"),
        (("THCA", "--alteration", "BRAF", "--endpoint", "OS"), "OS is not to be used for THCA"),
    ],
)
def test_what_cannot_be_answered(settings: Settings, words: tuple[str, ...], what: str) -> None:
    done = crescreen("survival", *words, "--store", str(settings.store))
    assert done.code == 2
    assert what in done.err


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Settings:
    settings = Settings(store=tmp_path_factory.mktemp("real") / "real.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, [real_data / "patients" / name for name in FILES])
    return settings


@pytest.mark.real
@pytest.mark.parametrize(
    ("within", "n", "ratio", "medians"),
    [("LGG", 479, (0.21, 0.14, 0.31), (8.8, 2.1)), (None, 569, (0.13, 0.10, 0.18), (8.2, 1.4))],
)
def test_idh1_in_glioma(
    real: Settings, within: str | None, n: int, ratio: tuple[float, ...], medians: tuple[float, ...]
) -> None:
    with open_store(real.store) as store:
        found = analyse(store, "GBMLGG", MarkerRequest(alteration="IDH1"), "OS", within)
    assert found.n == n
    assert (found.hazard_ratio, found.low, found.high) == pytest.approx(ratio, abs=0.005)
    assert tuple(found.medians.values()) == pytest.approx(medians, abs=0.05)


@pytest.mark.real
@pytest.mark.parametrize("code", ["BRCA", "KIRC", "LUAD"])
def test_stage_and_age_against_another_calculation(real: Settings, real_data: Path, code: str) -> None:
    from lifelines import CoxPHFitter

    table = pl.read_csv(real_data / "patients" / "TCGA-CDR.csv", null_values=["#N/A"], infer_schema_length=None)
    stage = pl.col("ajcc_pathologic_tumor_stage").str.extract(r"^Stage (IV|III|II|I)(?:[ABC]\d?)?$", 1)
    columns = {name: pl.col(name).cast(pl.Float64, strict=False) for name in ("OS", "OS.time")}
    age = pl.col("age_at_initial_pathologic_diagnosis").cast(pl.Float64, strict=False)
    rows = table.filter(pl.col("type") == code).select(**columns, age=age, stage=stage).drop_nulls()
    rows = rows.filter(pl.col("OS.time") >= 0)
    frame = rows.with_columns((pl.col("stage") == s).cast(pl.Int8).alias(s) for s in ("II", "III", "IV")).drop("stage")
    exact = {"precision": 1e-12}  # the usual 1e-7 leaves errors of 1e-4
    summary = CoxPHFitter().fit(frame.to_pandas(), "OS.time", "OS", fit_options=exact).summary
    with open_store(real.store) as store:
        found = analyse(store, code, MarkerRequest(), "OS", adjust=("age", "stage"))
    assert found.n == frame.height
    for one in found.covariates:
        row = summary.loc[one.name.removeprefix("stage ")]
        expected = [row[name] for name in ("exp(coef)", "exp(coef) lower 95%", "exp(coef) upper 95%", "p")]
        assert [one.hazard_ratio, one.low, one.high, one.p] == pytest.approx(expected, rel=1e-6, abs=1e-6)
