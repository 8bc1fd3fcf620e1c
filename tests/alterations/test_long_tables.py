"""Alterations and their coverage taken out as tables."""

from pathlib import Path

from screen.store import open_store
from tests.alterations.ingested import of_cohorts
from tests.command import crescreen

ONE = "TCGA-AA-0001"


def test_calls_in_words_and_coverage(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    of_cohorts(tmp_path, store)
    out = tmp_path / "out.csv"
    assert crescreen("export", "alterations", "--out", str(out), "--store", str(store)).code == 0
    assert out.read_text().splitlines() == [
        "subject,domain,kind,gene,alteration,value,scale,source",
        "TCGA-AA-0001,patient,copy_number,ERBB2,amplified,2.0,gistic,cnv_long.csv",
        "TCGA-AA-0001,patient,mutation,TP53,mutated,1.0,called,mutation_long.csv",
        "TCGA-AA-0002,patient,copy_number,ERBB2,shallow loss,-1.0,gistic,cnv_long.csv",
        "TCGA-BB-0003,patient,mutation,BRAF,mutated,1.0,called,mutation_long.csv",
    ]
    words = ("export", "alteration_coverage", "--patient", ONE, "--out", str(out), "--store", str(store))
    assert crescreen(*words).code == 0
    assert [row.split(",")[2:6] for row in out.read_text().splitlines()[1:]] == [
        ["copy_number", "published table:STAD", "1", "gene list of the published table"],
        ["mutation", "published table:STAD", "2", "gene list of the published table"],
    ]
    assert crescreen("export", "gene_lists", "--out", str(out), "--store", str(store)).code == 0
    assert len(out.read_text().splitlines()) == 5


def test_forgetting_a_patient_reaches_calls_and_coverage(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    of_cohorts(tmp_path, store)
    assert crescreen("forget", "tcga.aa.0001", "--store", str(store)).code == 0
    with open_store(store) as left:
        assert left.scalar("SELECT count(*) FROM alterations WHERE subject_id = $id", id=ONE) == 0
        assert left.scalar("SELECT count(*) FROM covered_samples WHERE subject_id = $id", id=ONE) == 0
        assert left.scalar("SELECT count(DISTINCT subject_id) FROM covered_samples") == 2
