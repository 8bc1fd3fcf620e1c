"""GDSC's tables of cell lines' alterations."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import calls

FEATURES = """COSMIC_ID,TISSUE_FACTOR,MSI_FACTOR,BRAF_mut,TP53_mut,KRAS_mut,gain_cnaPANCAN1_(CCNE1),loss_cnaPANCAN2
906793,skin,0,1,0,0,1,0
907060,bowel,1,0,1,1,0,1
"""
LONG = '"COSMIC.ID","IDENTIFIER","GENE","SAMPLE","TISSUE.TYPE","TYPE"\n'


def test_driver_events(tmp_path: Path) -> None:
    batch = read(tmp_path / "features.csv", FEATURES)
    found = calls(batch)
    assert batch.kind == "genomic-features"
    assert found["906793", "mutation"] == {"BRAF": 1}
    assert found["906793", "copy_number"] == {"cnaPANCAN1": 1, "CCNE1": 1}
    assert found["907060", "copy_number"] == {"cnaPANCAN2": -1}
    assert found["907060", "msi"] == {"MSI": (1, "MSI-H")}
    assert found["906793", "msi"] == {"MSI": (0, "MSS")}
    assert batch.tables["gene_orders"]["genes"].to_list() == [
        ["BRAF", "TP53", "KRAS"],
        ["cnaPANCAN1", "CCNE1", "cnaPANCAN2"],
    ]


def test_the_long_table_proves_no_absence_and_names_fusions(tmp_path: Path) -> None:
    rows = [
        '"906855","BCR-ABL","BCR-ABL","EM-2","LCML","Point.mutation"',
        '"906855","HLA-A","HLA-A","EM-2","LCML","Point.mutation"',
        '"906855","cna1","MYC","EM-2","LCML","Deletion"',
        '"906855","chr1:1-2","MLH1","EM-2","LCML","Methylation"',
    ]
    batch = read(tmp_path / "long.csv", LONG + "\n".join(rows) + "\n")
    assert calls(batch) == {
        ("906855", "mutation"): {"HLA-A": 1},
        ("906855", "fusion"): {"BCR": (1, "BCR::ABL1"), "ABL1": (1, "BCR::ABL1")},
        ("906855", "copy_number"): {"MYC": (-1, "cna1")},
        ("906855", "methylation"): {"MLH1": (1, "chr1:1-2")},
    }
    assert "covered_samples" not in batch.tables
    assert any("unknown there, not wild type" in note for note in batch.notes)


def test_microsatellites(tmp_path: Path) -> None:
    batch = read(tmp_path / "info.csv", "SAMPLE_NAME,COSMIC_ID,MMR\nA253,906794.0,MSI-S\nHCT-15,905937,MSI-H\nX,1,\n")
    assert calls(batch) == {("906794", "msi"): {"MSI": (0, "MSI-S")}, ("905937", "msi"): {"MSI": (1, "MSI-H")}}
    assert "1 lines without a state left out: unknown" in batch.notes


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (FEATURES.replace("906793,skin,0,1", "906793,skin,0,maybe"), "line 2, column BRAF_mut: 'maybe'"),
        (FEATURES.replace("907060", "906793"), "'906793' is there twice"),
        (FEATURES.replace("907060", "HCT15"), "'HCT15' is not a number"),
        (FEATURES.replace("907060", ""), "line 3, column COSMIC_ID: empty"),
        (LONG + '"1","X","MYC","S","T","Inversion"\n', "line 2, column TYPE: 'Inversion'"),
        ("SAMPLE_NAME,COSMIC_ID,MMR\nA,906794,perhaps\n", "line 2, column MMR: 'perhaps'"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "f.csv", content)
    assert what in str(fault.value)


@pytest.mark.real
def test_published_tables(real_data: Path) -> None:
    folder = real_data / "cell_lines"
    long = read(folder / "omnibem_genomic_alterations_long.csv.gz")
    bcr = [line for (line, kind), genes in calls(long).items() if kind == "fusion" and "ABL1" in genes]
    assert len(bcr) == 6
    features = read(folder / "genomic_features_v17.csv.gz")
    assert sum(kind == "mutation" for _, kind in calls(features)) == 988
    msi = calls(read(folder / "cosmic_info.csv.gz"))
    assert sum(genes["MSI"][0] == 1 for genes in msi.values()) == 60
