"""A matrix of alterations: altered, looked at and not altered, unknown."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.alterations import alteration_matrix, sources_of
from screen.alterations.one_subject import one_subject
from screen.errors import InputError
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from tests.alterations.ingested import ingest, of_cohorts

NAN = float("nan")
ONE, TWO, THREE = "TCGA-AA-0001", "TCGA-AA-0002", "TCGA-BB-0003"
PACK = (
    "tcga_mutation_long.parquet",
    "tcga_cnv_long.parquet",
    "tcga_mutcnv_patients.csv",
    "tcga_mutcnv_covered_genes.csv.gz",
)


MADE = {
    "Model.csv": (
        "ModelID,CellLineName,OncotreeLineage,COSMICID",
        "ACH-000001,MC-CAR,Lymphoid,683665.0",
        "ACH-000002,A375,Skin,906793",
    ),
    "hgnc_complete_set.txt": (
        "hgnc_id\tsymbol\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id",
        "1\tKMT2D\t\tMLL2\t8085\tENSG00000167548",
    ),
    "long.csv": (
        '"COSMIC.ID","IDENTIFIER","GENE","SAMPLE","TISSUE.TYPE","TYPE"',
        '"683665","MLL2","MLL2","MC-CAR","MM","Point.mutation"',
        '"683665","BCR-ABL","BCR-ABL","MC-CAR","MM","Point.mutation"',
        '"906793","cnaX1","ERBB2","A375","SKCM","Amplification"',
    ),
    "features.csv": ("COSMIC_ID,TISSUE_FACTOR,MSI_FACTOR,BRAF_mut,TP53_mut,KMT2D_mut", "906793,skin,1,1,0,0"),
}


def same(found: np.ndarray, expected: list[list[float]]) -> bool:  # type: ignore[type-arg]
    return np.array_equal(found, np.array(expected, dtype=np.float32), equal_nan=True)


def test_each_cohort_has_its_own_genes(tmp_path: Path) -> None:
    settings = of_cohorts(tmp_path, tmp_path / "s.duckdb")
    with open_store(settings.store) as store:
        found = alteration_matrix(store, "patient", [TWO, ONE, THREE, "TCGA-CC-0004"], ["TP53", "KRAS", "BRAF", "RAS"])
        assert same(found.values, [[0, 0, NAN, NAN], [1, 0, NAN, NAN], [NAN, NAN, 1, NAN], [NAN] * 4])
        copies = alteration_matrix(store, "patient", [ONE, TWO, THREE], ["ERBB2", "TP53"], "copy_number")
        assert same(copies.values, [[2, NAN], [-1, NAN], [NAN, NAN]])
        assert same(copies.altered, [[1, NAN], [0, NAN], [NAN, NAN]])
        indications = store.sql("SELECT patient_id, indication FROM patients ORDER BY 1").rows()
        assert indications == [(ONE, "STAD"), (TWO, "STAD"), (THREE, "SKCM")]


def test_a_table_of_calls_alone_proves_no_wild_type(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(settings)
    calls = "patient_id,gene,alteration\nP1,TP53,R273H\nP2,KRAS,G12D\n"
    notes = ingest(settings, tmp_path / "calls.csv", calls)
    assert any("a gene without a call is unknown, not wild type" in note for note in notes)
    with open_store(settings.store) as store:
        assert same(alteration_matrix(store, "patient", ["P1", "P2"], ["TP53", "KRAS"]).values, [[1, NAN], [NAN, 1]])
    ingest(settings, tmp_path / "calls.csv", calls, ReadOptions(coverage="exome"))
    with open_store(settings.store) as store:
        assert same(alteration_matrix(store, "patient", ["P1", "P2"], ["TP53", "KRAS"]).values, [[1, 0], [0, 1]])
        assert store.scalar("SELECT count(*) FROM alterations") == 2


def test_cell_lines_meet_under_any_of_their_names_and_genes_under_any_alias(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(settings)
    for name, rows in MADE.items():
        ingest(settings, tmp_path / name, "\n".join(rows) + "\n")
    with open_store(settings.store) as store:
        lines = ["ACH-000001", "ACH-000002"]
        assert same(alteration_matrix(store, "cell_line", lines, ["KMT2D", "MLL2"]).values, [[1, 1], [0, 0]])
        chosen = alteration_matrix(store, "cell_line", lines, ["BRAF", "KMT2D"], datasets=["features"])
        assert same(chosen.values, [[NAN, NAN], [1, 0]])
        assert same(
            alteration_matrix(store, "cell_line", lines, ["BCR", "ABL1"], "fusion").values, [[1, 1], [NAN, NAN]]
        )
        assert same(alteration_matrix(store, "cell_line", lines, ["MSI"], "msi").altered, [[NAN], [1]])
        assert sources_of(store, "cell_line", "mutation")["dataset"].to_list() == ["features", "long"]
        with pytest.raises(InputError, match="no data set 'other'"):
            alteration_matrix(store, "cell_line", lines, ["BRAF"], datasets=["other"])


def test_files_on_several_scales_are_brought_to_states(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(settings)
    genes = ["ERBB2", "EGFR", "MYC", "CDKN2A", "TP53", "KRAS", "BRAF"]
    ratios = "".join(
        f"{gene},{one},{two},0.1\n"
        for gene, one, two in zip(genes, [1.5, 0.1, "", -3, 0.2, 0.3, 0.1], [0.2] * 7, strict=True)
    )
    ingest(settings, tmp_path / "log2_cna.csv", "gene,P1,P2,P3\n" + ratios)
    calls = "".join(f"{gene},{level},0,1\n" for gene, level in zip(genes, [1, 2, 0, 0, 0, 0, -1], strict=True))
    ingest(settings, tmp_path / "cna.csv", "gene,P1,P4,P3\n" + calls)
    with open_store(settings.store) as store:
        found = alteration_matrix(
            store, "patient", ["P1", "P2", "P4"], ["ERBB2", "EGFR", "MYC", "CDKN2A"], "copy_number"
        )
        assert found.scale == "state"
        assert same(found.values, [[2, 2, 0, -2], [0, 0, 0, 0], [0, 0, 0, 0]])
        one = alteration_matrix(store, "patient", ["P1"], ["ERBB2", "MYC"], "copy_number", ["log2_cna"])
        assert one.scale == "log2ratio"
        assert same(one.values, [[1.5, NAN]])


@pytest.mark.real
def test_the_thirteen_cohorts(real_data: Path, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "real.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, [real_data / "patients" / name for name in (*PACK, "TCGA-CDR.csv")])
    patients = pl.read_csv(real_data / "patients" / PACK[2])
    covered = pl.read_csv(real_data / "patients" / PACK[3])
    cohort = dict(patients.iter_rows())
    with open_store(settings.store) as store:
        for kind, name, calls, column in (
            ("mutation", "mutation", PACK[0], None),
            ("copy_number", "cnv", PACK[1], "gistic"),
        ):
            lists = covered.filter((pl.col("kind") == name) & (pl.col("gene") != "RAS"))
            genes = sorted(set(lists["gene"]))
            found = alteration_matrix(store, "patient", list(cohort), genes, kind).values
            place, row = {g: j for j, g in enumerate(genes)}, {p: i for i, p in enumerate(cohort)}
            expected = np.full(found.shape, np.nan, np.float32)
            genes_of = {
                code: [place[g] for g in part] for code, part in lists.group_by("cohort").agg("gene").iter_rows()
            }
            for patient, code in cohort.items():
                expected[row[patient], genes_of.get(code, [])] = 0
            table = pl.read_parquet(real_data / "patients" / calls).filter(pl.col("gene").cast(pl.String) != "RAS")
            levels = table[column] if column else pl.Series([1]).new_from_index(0, table.height)
            at = [row[p] for p in table["patient_id"]], [place[g] for g in table["gene"].cast(pl.String)]
            expected[at] = levels.to_numpy()
            assert np.array_equal(found, expected, equal_nan=True)
        of_cohort = {code: patient for patient, code in cohort.items() if code != "UCEC"}
        carried = {code: one_subject(store, "patient", patient) for code, patient in of_cohort.items()}
        assert len(carried) == 13
        for code, one in carried.items():
            assert one.covered["mutation"], code
            assert ("copy_number" in one.covered) == (code not in ("LUSC", "SKCM", "KIRP")), code
            assert set(one.bases["mutation"]) == {"gene list of the published table"}
        (ovarian,) = store.sql("SELECT patient_id FROM patients WHERE indication = 'OV' ORDER BY 1 LIMIT 1")[
            "patient_id"
        ]
        assert not one_subject(store, "patient", ovarian).read
        for code in ("LUSC", "SKCM", "KIRP"):
            some = [p for p, c in cohort.items() if c == code]
            assert np.isnan(alteration_matrix(store, "patient", some, genes, "copy_number").values).all()
