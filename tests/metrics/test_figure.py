"""A figure is the same in Python, in the table, and in the printed form that manifests and exports keep."""

import math
from dataclasses import asdict
from pathlib import Path

import pytest

from screen.metrics.figure import Estimate, Figure, from_printed
from screen.store import open_store, runs
from screen.store.database import Store
from screen.store.migrations import migrate, scripts

FORMS = [
    ("r_drug", None, "all", None, "r_drug", "all"),
    ("r_drug", "ridge", "lineage", "Lung", "r_drug_less_ridge", "lineage:Lung"),
    ("auroc", "other-drugs", "within-drug", None, "auroc_less_other-drugs", "within-drug"),
    ("r_drug_far_less_near", None, "all", None, "r_drug_far_less_near", "all"),
    ("r_res", "same-pair", "unseen lines", "CTRP", "r_res_less_same-pair", "CTRP unseen lines"),
    ("r_drug", None, "drug", "A: B", "r_drug", "drug:A: B"),
    ("r_drug", None, "domain", "shared target", "r_drug", "domain:shared target"),
    ("auroc", None, "new-drugs", None, "auroc", "new-drugs"),
]
"""metric, baseline, stratum's kind and name; metric and stratum as printed."""


def figures() -> list[Figure]:
    """One a form."""
    return [
        Figure(
            protocol="lines",
            model="pair-gp",
            metric=metric,
            baseline=baseline,
            stratum_kind=kind,
            stratum_name=name,
            indication="STAD",
            value=0.25,
            low=0.125,
            high=0.5,
            n=10 + number,
            n_positive=number,
            note=f"form {number}",
        )
        for number, (metric, baseline, kind, name, _, _) in enumerate(FORMS)
    ]


@pytest.mark.parametrize(("figure", "form"), zip(figures(), FORMS, strict=True))
def test_the_printed_form_is_read_back(figure: Figure, form: tuple[str, ...]) -> None:
    assert (figure.printed_metric, figure.printed_stratum) == form[-2:]
    assert from_printed(figure.printed()) == figure


def test_the_printed_form_has_the_keys_of_a_models_manifest() -> None:
    assert sorted(figures()[0].printed()) == sorted(
        ["protocol", "model", "metric", "stratum", "indication", "value", "low", "high", "n", "n_positive", "note"]
    )


def test_what_could_not_be_computed_is_none() -> None:
    found = figures()[0].measured(Estimate(1.0, math.nan, math.inf))
    assert (found.value, found.low, found.high) == (1.0, None, None)


def test_the_table_gives_back_what_was_stored(store: Store) -> None:
    runs.save_evaluations(store, "e" * 16, figures())
    rows = store.sql("FROM evaluations ORDER BY n").rows(named=True)
    assert [asdict(figure) | {"evaluation_id": "e" * 16} for figure in figures()] == rows


def test_rows_of_an_older_store_are_the_same_figures(tmp_path: Path) -> None:
    """Filled before the migration in the printed form, read after it as figures, exported in the printed form."""
    path = tmp_path / "old.duckdb"
    with open_store(path, create=True) as store:
        before = [script for script in scripts() if script.stem < "0011"]
        store.run("CREATE TABLE migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
        for script in before:
            store.run(script.read_text(encoding="utf-8"))
            store.run("INSERT INTO migrations VALUES ($version, 'old')", version=int(script.stem[:4]))
        store.run("INSERT INTO evaluation_manifests VALUES ('old', 'lines', '{}', 1)")
        import polars as pl

        store.append("evaluations", pl.DataFrame([one.printed() | {"evaluation_id": "old"} for one in figures()]))
        assert "0011_measured_figures" in migrate(store)
        rows = store.sql("FROM evaluations ORDER BY n").rows(named=True)
        assert rows == [asdict(one) | {"evaluation_id": "old"} for one in figures()]
        exported = store.query("evaluation").sort("n")
        assert list(zip(exported["metric"], exported["stratum"], strict=True)) == [form[-2:] for form in FORMS]
        assert exported["baseline"].to_list() == [form[1] for form in FORMS]
