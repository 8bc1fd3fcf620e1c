"""Alterations in a patient's report: altered, not altered and unknown, and known biomarkers beside the drugs."""

from pathlib import Path

import polars as pl
import pytest

from screen.ranking.shortlists import tables
from screen.report.content.patient_report import PatientReport, patient_context
from screen.report.content.tumour_alterations import NO_TABLE, NOT_READ
from screen.report.formats.rendering import render
from screen.settings import Settings
from screen.store import Store
from tests.report.filled import fill

PATIENT = "SYN-BRCA-003"
SETTINGS = Settings()


@pytest.fixture
def ranked(store: Store) -> Store:
    fill(store, patients=(6, 3, 3))
    return store


def report_of(store: Store) -> PatientReport:
    return patient_context(store, PATIENT, SETTINGS, tables(store, SETTINGS.ranking))


def with_alterations(store: Store) -> None:
    store.append("gene_orders", pl.DataFrame({"gene_order_id": ["g1"], "genes": [["PIK3CA", "BRAF", "TOP1"]]}))
    lists = {
        "source_id": ["z"],
        "list_name": ["P3"],
        "kind": [None],
        "basis": ["gene panel P3"],
        "gene_order_id": ["g1"],
    }
    store.append("gene_lists", pl.DataFrame(lists, schema_overrides={"kind": pl.String}))
    for name in ("P3", "absent panel"):
        store.run(
            "INSERT INTO covered_samples VALUES ('z', 'patient', $id, $id, 'mutation', $name, NULL)",
            id=PATIENT,
            name=name,
        )
    for kind, scale, gene, level, detail in (
        ("mutation", "called", "PIK3CA", 1, "p.H1047R"),
        ("copy_number", "gistic", "CDK4", 2, None),
        ("copy_number", "gistic", "EGFR", 1, None),
    ):
        values = {"kind": kind, "scale": scale, "gene": gene, "level": level, "detail": detail}
        store.run(
            """INSERT INTO alterations
               VALUES ('z', 'patient', $id, $id, 'd', $kind, $scale, [$gene], [$level], [$detail])""",
            id=PATIENT,
            **values,
        )


def with_markers(store: Store) -> None:
    for drug, profile, gene, alteration in (
        ("alpelisib", "PIK3CA H1047R", "PIK3CA", "H1047R"),
        ("dabrafenib", "BRAF V600E", "BRAF", "V600E"),
        ("palbociclib", "CCND1 Amplification", "CCND1", "Amplification"),
    ):
        store.run(
            """INSERT INTO biomarker_records VALUES
               (repeat('a', 16), 'CIViC', 'EID1', $profile, [$gene], $alteration, $drug, $drug, FALSE, 'Breast', 'A',
                'sensitivity', NULL)""",
            profile=profile,
            gene=gene,
            alteration=alteration,
            drug=drug,
        )


def test_a_patient_without_any_is_said_to_have_none_read(ranked: Store, tmp_path: Path) -> None:
    report = report_of(ranked)
    assert (report.alterations.read, report.alterations.verdict, report.alterations.drugs) == (False, NOT_READ, ())
    page = render(report, "html", tmp_path).read_text(encoding="utf-8")
    assert f'<p class="unread">{NOT_READ}</p>' in page


def test_altered_not_altered_and_unknown_stand_apart(ranked: Store, tmp_path: Path) -> None:
    with_alterations(ranked)
    report = report_of(ranked)
    found = report.alterations
    assert found.verdict == "Read for this patient: mutation and copy number. Not read, so unknown: fusion."
    assert [(k.kind, k.altered, k.looked_at) for k in found.kinds] == [
        ("mutation", ("PIK3CA p.H1047R",), 3),
        ("copy number", ("CDK4 amplified",), None),
    ]
    assert found.kinds[0].basis == "gene panel P3"
    assert "all others are unknown" in found.kinds[1].basis
    assert found.absent_lists == ("absent panel",)
    assert (found.tables, found.no_table) == ((), NO_TABLE)
    states = {gene.gene: gene for drug in found.drugs for gene in drug.targets}
    expected = {"PIK3CA": "altered", "CDK4": "altered", "BRAF": "not altered", "MTOR": "unknown", "EGFR": "unknown"}
    assert {gene: states[gene].state for gene in expected if gene in states} == {
        gene: state for gene, state in expected.items() if gene in states
    }
    page = render(report, "html", tmp_path).read_text(encoding="utf-8")
    assert 'class="unread"' not in page
    assert "No table of known biomarkers was read" in page


def test_known_biomarkers_stand_beside_their_drug(ranked: Store) -> None:
    with_alterations(ranked)
    with_markers(ranked)
    found = report_of(ranked).alterations
    markers = {drug.drug: [(m.profile, m.state) for m in drug.markers] for drug in found.drugs}
    assert markers["Alpelisib"] == [("PIK3CA H1047R", "present")]  # listed for the marker, wherever the drug ranks
    for drug, expected in (
        ("Dabrafenib", ("BRAF V600E", "not altered")),
        ("Palbociclib", ("CCND1 Amplification", "unknown")),
    ):
        assert markers.get(drug, [expected]) == [expected]
    assert found.no_table == ""
    assert len(found.tables) == 1


def test_genes_meet_under_their_aliases(ranked: Store) -> None:
    with_alterations(ranked)
    ranked.run("UPDATE alterations SET genes = ['p110a'] WHERE kind = 'mutation'")
    ranked.run(
        """INSERT INTO gene_aliases VALUES ('h', 'PIK3CA', 'symbol', 'PIK3CA'), ('h', 'p110a', 'alias', 'PIK3CA')"""
    )
    with_markers(ranked)
    (alpelisib,) = [drug for drug in report_of(ranked).alterations.drugs if drug.drug == "Alpelisib"]
    assert [m.state for m in alpelisib.markers] == ["present"]
