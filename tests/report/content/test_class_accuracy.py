"""What stands behind the scores of a class, from measured figures only."""

import polars as pl

from screen.ranking.across_indications import Across, across
from screen.report.content.class_accuracy import Known
from screen.report.content.patient_report import patient_context
from screen.report.formats.rendering import as_html
from screen.settings import Settings
from screen.store import Store
from tests.report.conftest import SETTINGS
from tests.report.filled import fill

PATIENT = "SYN-BRCA-003"


def known(store: Store, made: Across) -> Known:
    return patient_context(store, PATIENT, Settings(), made).known


def test_a_class_without_a_figure_reads_not_measured(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    assert {c.measure for c in report.known.classes} == {None}
    assert "not measured" in as_html(report)


def test_figures_of_pathway_and_indication_are_found_where_they_were_measured(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    store.run("UPDATE drugs SET pathway = 'Cell cycle'")
    made = across(store, Settings().ranking)
    row = store.sql("FROM evaluations WHERE model = 'dsn-adv' AND metric = 'r_drug' AND indication = 'BRCA'")
    for kind, name in (("pathway", "Cell cycle"), ("type", "BRCA")):
        columns = {"stratum_kind": pl.lit(kind), "stratum_name": pl.lit(name), "value": pl.lit(0.4)}
        store.append("evaluations", row.with_columns(**columns))
    found = known(store, made)
    assert found.classes[0].measure is not None
    assert found.classes[0].measure.value == 0.4
    assert [s.measure.value if s.measure else None for s in found.scopes] == [0.21, 0.4, None, None]


def test_figures_of_a_harness_are_found_by_lineage_pathway_and_drug(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    store.run("UPDATE drugs SET pathway = 'Cell cycle'")
    store.append(
        "cell_line_records",
        pl.DataFrame([{"source_id": "c" * 16, "cell_line_id": "ACH-1", "oncotree_code": "BRCA", "lineage": "Breast"}]),
    )
    store.append(
        "expression",
        pl.DataFrame(
            [
                {
                    "source_id": "c" * 16,
                    "domain": "cell_line",
                    "subject_id": "ACH-1",
                    "sample_id": "ACH-1",
                    "dataset": "lines",
                    "unit": "tpm",
                    "gene_order_id": "g",
                    "levels": [1.0],
                }
            ]
        ),
    )
    made = across(store, Settings().ranking)
    first = known(store, made).classes[0]
    assert not known(store, made).measured
    strata = (("lineage", "Breast"), ("pathway", "Cell cycle"), ("drug", first.drugs[0]))
    store.append(
        "evaluations",
        pl.DataFrame(
            [
                {
                    "evaluation_id": "harness",
                    "protocol": "lines",
                    "model": "dsn-adv",
                    "metric": "r_drug",
                    "stratum_kind": kind,
                    "stratum_name": name,
                    "value": value,
                    "low": 0.1,
                    "high": 0.6,
                    "n": 100,
                }
                for (kind, name), value in zip(strata, (0.3, 0.4, 0.5), strict=True)
            ]
        ),
    )
    found = known(store, made)
    assert found.measured
    assert [(s.name, s.measure.value) for s in found.scopes if s.measure][1] == ("unseen cell lines: Breast", 0.3)
    assert [m.value for m in (found.classes[0].measure, found.classes[0].of_drugs[0]) if m] == [0.4, 0.5]


def test_cell_lines_are_counted_by_drug_and_tumour_type(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    made = across(store, Settings().ranking)
    drug = patient_context(store, PATIENT, Settings(), made).shortlist[0].note
    lines = (("ACH-1", "BRCA"), ("ACH-2", "BRCA"), ("ACH-3", "STAD"))
    store.append(
        "cell_line_records",
        pl.DataFrame([{"source_id": "c" * 16, "cell_line_id": line, "oncotree_code": node} for line, node in lines]),
    )
    store.append(
        "expression",
        pl.DataFrame(
            [
                {
                    "source_id": "c" * 16,
                    "domain": "cell_line",
                    "subject_id": line,
                    "sample_id": line,
                    "dataset": "lines",
                    "unit": "tpm",
                    "gene_order_id": "g",
                    "levels": [1.0],
                }
                for line, _ in lines
            ]
        ),
    )
    store.append(
        "responses",
        pl.DataFrame(
            [
                {
                    "source_id": "d" * 16,
                    "dataset": "GDSC2",
                    "metric": "AUC",
                    "cell_line_ref": line,
                    "drug_key": drug.name.casefold(),
                    "drug_name": drug.name,
                    "value": 0.5,
                    "repeats": 1,
                }
                for line, _ in lines
            ]
        ),
    )
    first = known(store, made).classes[0]
    assert (first.lines_most, first.here_most) == (3, 2)
