"""Alterations in a patient's report: altered, not altered and unknown, and known biomarkers beside the drugs."""

import json
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


def heard_in(store: Store) -> None:
    """The model hears two alterations; the patient has one of them, and is known not to have the other."""
    run, manifest = store.sql(
        "SELECT r.run_id, m.manifest FROM current_runs r JOIN models m USING (model_id) WHERE r.indication = 'BRCA'"
    ).row(0)
    scored = store.sql("SELECT drug_id FROM scores WHERE run_id = $run ORDER BY drug_id", run=run)["drug_id"].unique()
    drug, other = sorted(scored)[:2]
    says = {
        "events": [
            {"name": "PIK3CA mutation", "gene": "PIK3CA", "kind": "mutation"},
            {"name": "BRAF mutation", "gene": "BRAF", "kind": "mutation"},
        ],
        "datasets": ["calls"],
        "lines": 500,
        "effects": [
            {"drug": drug, "event": 0, "size": -0.82, "members": 5},
            {"drug": other, "event": 1, "size": 0.4, "members": 2},
        ],
        "r_drug": {drug: [0.36, 0.48], other: [None, None]},
    }
    store.run("UPDATE models SET manifest = $text", text=json.dumps(json.loads(manifest) | {"alterations": says}))
    for row in ((drug, "PIK3CA mutation", True, 0.31), (other, "BRAF mutation", False, 0.62)):
        store.run(
            "INSERT INTO heard_alterations VALUES ($run, $id, $drug, $name, $altered, $without)",
            run=run,
            id=PATIENT,
            **dict(zip(("drug", "name", "altered", "without"), row, strict=True)),
        )


def test_the_report_says_which_alterations_the_scores_heard(ranked: Store, tmp_path: Path) -> None:
    with_alterations(ranked)
    assert report_of(ranked).alterations.heard.says.startswith("The model was trained without alterations")
    heard_in(ranked)
    report = report_of(ranked)
    assert report.sample.alterations == "alterations read: mutation; scores of 2 drugs heard them"
    heard = report.alterations.heard
    assert heard.says == (
        "Scores of 2 drugs heard 2 of the 2 alterations that responses of cell lines hang on; altered: PIK3CA mutation."
    )
    found = {one.alteration: one for one in heard.drugs}
    one, other = found["PIK3CA mutation"], found["BRAF mutation"]
    assert (one.altered, one.score_without) == (True, pytest.approx(0.31))
    assert one.in_lines == "more sensitive by 0.82 SD; r on unseen lines 0.36, with it 0.48"
    assert (other.altered, other.in_lines) == (False, "less sensitive by 0.40 SD")
    page = render(report, "html", tmp_path).read_text(encoding="utf-8")
    assert "▲ PIK3CA mutation" in page
    assert "they changed no score" not in page
    ranked.run("DELETE FROM heard_alterations")
    assert report_of(ranked).alterations.heard.says.startswith("Scores heard no alteration: of the 2 alterations")
