"""Protocol patients on a planted world: responders are those in whom the drug's gene is high."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from screen.errors import InputError
from screen.evaluation.model_entries import default_of
from screen.evaluation.patients import best_of_grid
from screen.evaluation.patients.patient_protocol import evaluate_patients
from screen.evaluation.patients.treatments import cohorts
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.store import Store
from screen.store.drug_identity import resolve_drugs
from tests.models.planted import planted

DATA, _ = planted(patients=60)
HIGH = DATA.patients.levels[:, 0] > 0
DRUGS = DATA.library.drug_ids
NEW = "D99"
"""A drug with a structure that no cell line was given."""


def _expression(store: Store, name: str, domain: str, profiles: Any) -> None:
    store.append(
        "expression",
        pl.DataFrame(
            [
                {
                    "source_id": name,
                    "domain": domain,
                    "subject_id": one,
                    "sample_id": one,
                    "dataset": name,
                    "unit": "zscore",
                    "gene_order_id": "g",
                    "levels": levels.tolist(),
                }
                for one, levels in zip(profiles.subject_ids, profiles.levels, strict=True)
            ]
        ),
    )


@pytest.fixture
def filled(store: Store) -> Store:
    drugs = (*DRUGS, NEW)
    store.append("gene_orders", pl.DataFrame({"gene_order_id": ["g"], "genes": [list(DATA.lines.genes)]}))
    _expression(store, "lines", "cell_line", DATA.lines)
    _expression(store, "cohort", "patient", DATA.patients)
    store.append(
        "patient_records",
        pl.DataFrame(
            {
                "source_id": "c",
                "patient_id": DATA.patients.subject_ids,
                "indication": ["COAD", "READ", "BRCA"] * 20,
                "authority": 0,
            }
        ),
    )
    store.append(
        "cell_line_records",
        pl.DataFrame(
            {"source_id": "l", "cell_line_id": DATA.lines.subject_ids, "lineage": ["Lymphoid", "Lung", "Skin"] * 24}
        ),
    )
    store.append(
        "drug_structures", pl.DataFrame({"drug_id": drugs, "smiles": "C", "molecular_weight": 1.0, "heavy_atoms": 1})
    )
    store.append(
        "drug_names",
        pl.DataFrame(
            {
                "source_id": "d",
                "drug_key": [d.lower() for d in drugs],
                "name": drugs,
                "drug_id": drugs,
                "preferred": True,
                "authority": 0,
            }
        ),
    )
    store.append(
        "responses",
        pl.DataFrame(
            [
                {
                    "source_id": "r",
                    "dataset": "SCREEN",
                    "metric": "AUC",
                    "cell_line_ref": line,
                    "drug_key": drug.lower(),
                    "drug_name": drug,
                    "value": float(DATA.auc[i, j]),
                    "repeats": 1,
                }
                for i, line in enumerate(DATA.lines.subject_ids)
                for j, drug in enumerate(DRUGS)
                if np.isfinite(DATA.auc[i, j])
            ]
        ),
    )
    resolve_drugs(store)
    return store


def give(store: Store, drug: str, patients: range, *, truth: bool = True) -> None:
    store.append(
        "given_drugs",
        pl.DataFrame(
            [
                {
                    "source_id": "g",
                    "patient_id": DATA.patients.subject_ids[i],
                    "drug_key": drug.lower(),
                    "drug_name": drug,
                    "response": "Complete Response",
                    "responder": bool(HIGH[i]) == truth,
                }
                for i in patients
            ]
        ),
    )
    resolve_drugs(store)


def figures(store: Store, work: Path, models: tuple[str, ...] = ("ridge",)) -> list[Figure]:
    return evaluate_patients(store, Settings(store=work / "s.duckdb", workers=1), [], models)


def row(rows: list[Figure], model: str, stratum: str, metric: str = "auroc") -> Any:
    return next(r for r in rows if (r.model, r.printed_stratum, r.printed_metric) == (model, stratum, metric))


def test_scores_of_the_drug_given_find_its_responders(filled: Store, tmp_path: Path) -> None:
    give(filled, "D00", range(40))
    rows = figures(filled, tmp_path, ("ridge", "default"))
    positive = row(rows, "ridge", "within-drug")
    assert positive.value > 0.9
    assert positive.low < positive.value <= positive.high
    assert (positive.n, positive.n_positive) == (40, HIGH[:40].sum())
    assert positive.note == "p = 0.001 by permutation"
    assert row(rows, "ridge", "drug:D00").note == "p = 0.001 by permutation, q = 0.001 over 1 drugs"
    named = row(rows, default_of(Settings()), "within-drug")
    assert row(rows, "default", "within-drug").value == named.value


def test_what_knows_nothing_of_the_drug_stands_beside(filled: Store, tmp_path: Path) -> None:
    give(filled, "D00", range(40))
    give(filled, "D01", range(20, 60), truth=False)
    rows = figures(filled, tmp_path)
    for model, metric in (
        ("ridge other-drugs", "auroc"),
        ("ridge general-sensitivity", "auroc"),
        ("blood-likeness", "auroc"),
        ("tumour-type", "auroc"),
        ("random-signatures", "auroc_p95"),
        ("ridge permuted-within-lineage", "auroc"),
        ("ridge", "auroc_less_other-drugs"),
        ("ridge", "auroc_less_blood-likeness"),
        ("ridge", "auroc_beyond_blood-likeness"),
        ("ridge", "auroc_beyond_general-sensitivity"),
    ):
        assert 0 < abs(row(rows, model, "within-drug", metric).value) <= 1
    assert "read off the labels" in row(rows, "tumour-type", "within-drug").note
    assert row(rows, "ridge", "within-drug", "auroc_beyond_blood-likeness").value > 0.6
    assert row(rows, "ridge permuted-within-lineage", "within-drug").value < 0.8


def test_a_drug_that_no_line_was_given_is_answered_for_by_models_that_can(filled: Store, tmp_path: Path) -> None:
    give(filled, "D00", range(40))
    give(filled, NEW, range(30))
    rows = figures(filled, tmp_path, ("mean-effects",))
    assert row(rows, "mean-effects", "new-drugs").n == 30
    assert row(rows, "mean-effects", "new-drugs").value == 0.5
    assert not [r for r in rows if r.model == "ridge" and r.printed_stratum in ("new-drugs", f"drug:{NEW}")]
    assert row(rows, "ridge", "within-drug").n == 40


def test_seven_of_a_class_are_not_evaluable(filled: Store, tmp_path: Path) -> None:
    give(filled, "D02", range(9))
    found = row(figures(filled, tmp_path), "ridge", "drug:D02")
    assert found.value is None
    assert found.note.startswith("not evaluable")


def test_patients_given_several_drugs_can_be_left_out(filled: Store, tmp_path: Path) -> None:
    give(filled, "D00", range(40))
    give(filled, "D01", range(30, 60), truth=False)
    rows = figures(filled, tmp_path)
    assert row(rows, "ridge", "within-drug").n == 70
    assert row(rows, "ridge", "one-drug-only").n == 50


def test_no_outcome_reaches_what_a_model_is_handed(filled: Store, tmp_path: Path) -> None:
    give(filled, "D00", range(40))
    before = row(figures(filled, tmp_path), "ridge", "within-drug").value
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "s.duckdb.work").rglob("*.safetensors")}
    filled.run("UPDATE given_drugs SET responder = NOT responder")
    after = row(figures(filled, tmp_path), "ridge", "within-drug").value
    assert after == pytest.approx(1 - before)
    assert files == {path: path.stat().st_mtime_ns for path in (tmp_path / "s.duckdb.work").rglob("*.safetensors")}


def test_without_a_code_every_cohort_with_a_known_response_is_taken(filled: Store, tmp_path: Path) -> None:
    assert cohorts(filled) == []
    assert figures(filled, tmp_path) == []
    give(filled, "D00", range(2))
    assert cohorts(filled) == ["COADREAD"]
    give(filled, "D00", range(2, 3))
    assert cohorts(filled) == ["BRCA", "COADREAD"]


def test_an_unknown_model_is_one_clear_error(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model 'crystal-ball'"):
        figures(filled, tmp_path, ("crystal-ball",))


def test_the_published_choice_stands_beside_its_null(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best_of_grid, "SETTINGS", 6)
    give(filled, "D00", range(60))
    rows = [r for r in figures(filled, tmp_path, ("best-of-grid",)) if r.model == "best-of-grid ridge"]
    details = {r.printed_metric: r for r in rows}
    # Half of the settings lack the one gene that matters.
    assert details["auroc_best_setting"].value > 0.8 > details["auroc_average_setting"].value > 0.5
    assert details["auroc_best_random"].low > 0.5
    assert "never a figure of ours" in details["auroc_best_setting"].note
