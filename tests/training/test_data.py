"""What a model learns from: sources, units, genes and the response matrix."""

import numpy as np
import polars as pl
import pytest

from screen.errors import StoreError
from screen.settings import Settings, Training
from screen.store import Store
from screen.store.drug_identity import resolve_drugs
from screen.training.data import training_data

GENES = ["BRAF", "EGFR", "KRAS"]
LINES = [f"ACH-{i:06}" for i in range(30)]
PATIENTS = [f"P{i:02}" for i in range(12)]
DRUGS = {f"drug{i}": "C" * (i + 1) for i in range(6)}


def _expression(store: Store, source: str, domain: str, ids: list[str], unit: str, genes: list[str]) -> None:
    order = " ".join(genes)
    if store.scalar("SELECT 1 FROM gene_orders WHERE gene_order_id = $id", id=order) is None:
        store.append("gene_orders", pl.DataFrame({"gene_order_id": [order], "genes": [genes]}))
    store.append(
        "expression",
        pl.DataFrame(
            [
                {
                    "source_id": source,
                    "domain": domain,
                    "subject_id": one,
                    "sample_id": one,
                    "dataset": source,
                    "unit": unit,
                    "gene_order_id": order,
                    "levels": [float(i + j) for j in range(len(genes))],
                }
                for i, one in enumerate(ids)
            ]
        ),
    )


@pytest.fixture
def filled(store: Store) -> Store:
    _expression(store, "lines", "cell_line", LINES, "log2tpm1", [*GENES, "TP53"])
    _expression(store, "cohort", "patient", PATIENTS, "tpm", [*GENES, "MYC"])
    store.append(
        "cell_line_records",
        pl.DataFrame(
            {
                "source_id": "m",
                "cell_line_id": LINES,
                "name": [f"L-{i}" for i in range(30)],
                "lineage": ["Lung"] * 30,
                "sanger_id": [f"SIDM{i}" for i in range(30)],
            }
        ),
    )
    store.append(
        "drug_structures",
        pl.DataFrame(
            {
                "drug_id": [f"ID-{d}" for d in DRUGS],
                "smiles": list(DRUGS.values()),
                "molecular_weight": 1.0,
                "heavy_atoms": 1,
            }
        ),
    )
    store.append(
        "drug_names",
        pl.DataFrame(
            {
                "source_id": "d",
                "drug_key": list(DRUGS),
                "name": list(DRUGS),
                "drug_id": [f"ID-{d}" for d in DRUGS],
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
                    "cell_line_ref": ref,
                    "drug_key": d,
                    "drug_name": d,
                    "value": 0.1 * j + 0.001 * i,
                    "repeats": 1,
                }
                for i, ref in enumerate([f"SIDM{k}" for k in range(20)] + [f"L {k}" for k in range(20, 30)])
                for j, d in enumerate([*DRUGS, "antibody"])
            ]
        ),
    )
    resolve_drugs(store)
    return store


def test_units_genes_lines_and_drugs_meet(filled: Store) -> None:
    data = training_data(filled, "BRCA", PATIENTS, Settings())
    assert data.lines.unit == data.patients.unit == "log2tpm1"
    assert data.lines.genes == tuple(GENES)
    np.testing.assert_allclose(data.patients.levels[3], np.log2(np.array([3, 4, 5]) + 1), rtol=1e-6)
    assert data.auc.shape == (30, 6)
    assert data.auc[25, 2] == pytest.approx(0.225)
    assert set(data.lineages) == {"Lung"}


def test_a_drug_without_a_structure_is_listed(filled: Store) -> None:
    data = training_data(filled, "BRCA", PATIENTS, Settings())
    assert data.library.left_out == {"name:antibody": "no structure (SMILES) known"}


def test_the_data_set_can_be_named(filled: Store) -> None:
    with pytest.raises(StoreError, match="no responses of dataset 'OTHER'"):
        training_data(filled, "BRCA", PATIENTS, Settings(training=Training(dataset="OTHER")))


def test_too_few_patients(filled: Store) -> None:
    with pytest.raises(StoreError, match="3 patients with expression"):
        training_data(filled, "BRCA", PATIENTS[:3], Settings())


def test_without_a_unit_in_common_each_domain_keeps_its_own(filled: Store) -> None:
    filled.run("UPDATE expression SET unit = 'zscore' WHERE domain = 'patient'")
    data = training_data(filled, "BRCA", PATIENTS, Settings())
    assert (data.lines.unit, data.patients.unit) == ("log2tpm1", "zscore")


def test_counts_of_few_genes_are_refused_with_the_reason(filled: Store) -> None:
    filled.run("UPDATE expression SET unit = 'counts' WHERE domain = 'patient'")
    with pytest.raises(StoreError, match="read counts cannot be brought to") as fault:
        training_data(filled, "BRCA", PATIENTS, Settings())
    assert "whole" in str(fault.value)


def test_the_cell_lines_expression_may_be_chosen(filled: Store) -> None:
    dataset = str(filled.scalar("SELECT any_value(dataset) FROM expression WHERE domain = 'cell_line'"))
    chosen = Settings(training=Training(expression=(dataset,)))
    assert set(training_data(filled, "BRCA", PATIENTS, chosen).lines.datasets) == {dataset}
    with pytest.raises(StoreError, match="no cell-line expression is called 'none'") as fault:
        training_data(filled, "BRCA", PATIENTS, Settings(training=Training(expression=("none",))))
    assert dataset in str(fault.value.remedy)


def test_another_cohort_of_the_file_does_not_enter(filled: Store) -> None:
    data = training_data(filled, "BRCA", PATIENTS[:11], Settings())
    assert data.patients.subject_ids == tuple(PATIENTS[:11])


def _second_platform(store: Store, lines: list[str], genes: list[str], unit: str = "array") -> None:
    _expression(store, "by-array", "cell_line", lines, unit, genes)


def test_lines_of_two_platforms_are_learnt_from_together(filled: Store) -> None:
    more = [f"ACH-{i:06}" for i in range(20, 50)]
    _second_platform(filled, more, ["EGFR", "KRAS", "MYC"])
    data = training_data(filled, "BRCA", PATIENTS, Settings())
    assert data.lines.subject_ids == tuple(sorted({*LINES, *more}))
    assert data.lines.genes == ("BRAF", "EGFR", "KRAS", "MYC")
    assert data.lines.unit == "zscore"
    assert data.patients.unit == "log2tpm1"
    found = [(one.dataset, one.platform, one.unit, one.lines) for one in data.line_data]
    assert found == [("by-array", "array", "log2 intensity (array)", 30), ("lines", "RNA-seq", "log2(TPM + 1)", 30)]


def test_a_data_set_of_few_lines_is_left_out_and_said(filled: Store) -> None:
    _second_platform(filled, LINES[:5], GENES)
    data = training_data(filled, "BRCA", PATIENTS, Settings())
    assert data.lines.unit == "log2tpm1"
    assert data.notes == ("cell lines of by-array are left out: 5, fewer than 20",)


def test_counts_of_few_genes_beside_another_platform_are_left_out_and_said(filled: Store) -> None:
    _second_platform(filled, LINES, GENES, "counts")
    (note,) = training_data(filled, "BRCA", PATIENTS, Settings()).notes
    assert note.startswith("cell lines of by-array are left out: read counts cannot be brought to")


def test_of_two_files_of_one_data_set_the_last_ingested_holds(filled: Store) -> None:
    for number, source in enumerate(("lines", "corrected")):
        filled.append(
            "source_files",
            pl.DataFrame(
                [
                    {"source_id": source, "sha256": source, "name": source, "kind": "m", "size_bytes": 1}
                    | {"row_count": 1, "options": "{}", "ingested": number + 1}
                ]
            ),
        )
    _expression(filled, "corrected", "cell_line", LINES[29:], "log2tpm1", [*GENES, "TP53"])
    filled.run("UPDATE expression SET dataset = 'lines' WHERE source_id = 'corrected'")
    data = training_data(filled, "BRCA", PATIENTS, Settings())
    assert data.lines.levels[29].tolist() == [0.0, 1.0, 2.0]
    assert data.lines.levels[28].tolist() == [28.0, 29.0, 30.0]


def test_genes_are_those_of_the_cohort_and_not_of_every_patient(filled: Store) -> None:
    others = [f"Q{i:02}" for i in range(12)]
    _expression(filled, "cohort", "patient", others, "tpm", ["BRAF", "EGFR"])
    filled.run(
        "UPDATE expression SET gene_order_id = 'BRAF EGFR KRAS MYC', levels = [1, 2, NULL, 4] "
        "WHERE subject_id LIKE 'Q%'"
    )
    assert training_data(filled, "BRCA", PATIENTS, Settings()).lines.genes == tuple(GENES)
    aligned = Settings(training=Training(align_with="all"))
    assert training_data(filled, "BRCA", PATIENTS, aligned).lines.genes == ("BRAF", "EGFR")


def test_a_gene_that_half_of_the_lines_have_is_learnt_from(filled: Store) -> None:
    _without_kras(filled, "ACH-000015")
    assert training_data(filled, "BRCA", PATIENTS, Settings()).lines.genes == tuple(GENES)
    _without_kras(filled, "ACH-000016")
    assert training_data(filled, "BRCA", PATIENTS, Settings()).lines.genes == ("BRAF", "EGFR")


def _without_kras(store: Store, before: str) -> None:
    store.run(
        """UPDATE expression SET levels = [levels[1], levels[2], NULL, levels[4]]
           WHERE domain = 'cell_line' AND subject_id < $before""",
        before=before,
    )
