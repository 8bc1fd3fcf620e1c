"""Expression of the targets, beside patients measured the same way."""

import polars as pl

from screen.ranking.shortlists import tables
from screen.report.content.patient_report import patient_context
from screen.settings import Settings
from screen.store import Store
from tests.report.filled import fill

PATIENT = "SYN-BRCA-003"


def test_a_target_lies_where_its_level_does(store: Store) -> None:
    fill(store, patients=(5, 5, 5))
    made = tables(store, Settings().ranking)
    genes = patient_context(store, PATIENT, Settings(), made).targets.unmeasured
    store.append("gene_orders", pl.DataFrame({"gene_order_id": ["g"], "genes": [[genes[0], "OTHER"]]}))
    store.append(
        "expression",
        pl.DataFrame(
            [
                {
                    "source_id": "e" * 16,
                    "domain": "patient",
                    "subject_id": f"SYN-BRCA-00{i}",
                    "sample_id": f"SYN-BRCA-00{i}-T",
                    "dataset": "synthetic",
                    "unit": "tpm",
                    "gene_order_id": "g",
                    "levels": [float(i), 0.0],
                }
                for i in range(1, 6)
            ]
        ),
    )
    found = patient_context(store, PATIENT, Settings(), made).targets
    assert [(t.gene, t.percentile, t.others) for t in found.measured] == [(genes[0], 0.5, 4)]
    assert genes[0] not in found.unmeasured
    assert found.by_drug[0].drug in found.measured[0].drugs
    assert found.by_drug[0].targets == found.measured


def test_without_profiles_every_target_is_said_to_be_unmeasured(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    found = patient_context(store, PATIENT, Settings(), tables(store, Settings().ranking)).targets
    assert found.measured == ()
    assert found.unmeasured
