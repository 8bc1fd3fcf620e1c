"""MAF and cBioPortal's data_mutations."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import calls, covered

HEADER = "Hugo_Symbol\tEntrez_Gene_Id\tVariant_Classification\tTumor_Sample_Barcode\tHGVSp_Short\tMutation_Status\n"
ROWS = """BRAF\t673\tMissense_Mutation\tTCGA-D3-A1Q1-06\tp.V600E\tSomatic
BRAF\t673\tMissense_Mutation\tTCGA-D3-A1Q1-06\tp.K601E\tSomatic
TP53\t7157\tSilent\tTCGA-D3-A1Q1-06\tp.P72=\tSomatic
TTN\t7273\tIntron\tTCGA-D3-A1Q1-06\t\tSomatic
TERT\t7015\t5'Flank\tTCGA-D3-A1Q1-06\t\tSomatic
BRCA2\t675\tFrame_Shift_Del\tP-0001-T01\tp.S1982Rfs*22\tGermline
PTEN\t5728\tMissense_Mutation\tP-0001-T01\tp.R130G\tLOH
KRAS\t3845\tMissense_Mutation\tTCGA-D3-A1Q1-11A\tp.G12D\tSomatic
"""


def test_changes_of_the_protein(tmp_path: Path) -> None:
    batch = read(tmp_path / "data_mutations.txt", HEADER + ROWS, indication="SKCM")
    assert batch.kind == "maf"
    assert calls(batch) == {
        ("TCGA-D3-A1Q1", "mutation"): {"BRAF": (1, "p.V600E; p.K601E"), "TERT": (1, "5'Flank")},
        ("P-0001-T01", "mutation"): {"BRCA2": (1, "p.S1982Rfs*22 (germline)")},
    }
    assert "1 samples of normal tissue left out" in batch.notes
    assert "2 rows left out: the protein stays as it is (silent, intron, ...)" in batch.notes
    assert "1 rows of status LOH, Wildtype left out" in batch.notes
    assert any("a gene without a call is unknown" in note for note in batch.notes)


def test_samples_named_as_sequenced_are_covered(tmp_path: Path) -> None:
    text = "#sequenced_samples: TCGA-D3-A1Q1-06 TCGA-D3-A1Q2-06\n" + HEADER + ROWS
    batch = read(tmp_path / "data_mutations.txt", text, coverage="exome")
    assert calls(batch)["TCGA-D3-A1Q2", "mutation"] == {}
    assert covered(batch)["TCGA-D3-A1Q2", "mutation"] == ["exome"]


def test_cell_lines_by_their_depmap_ids(tmp_path: Path) -> None:
    text = HEADER + "BRAF\t673\tMissense_Mutation\tACH-000001\tp.V600E\t\n"
    assert set(read(tmp_path / "lines.maf", text).tables["alterations"]["domain"]) == {"cell_line"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (HEADER + "\t\tSilent\tP1\t\t\n", "no row has a gene and a sample"),
        (HEADER + "BRAF\t673\tMissense_Mutation\t../P1\tp.V600E\t\n", "is a path"),
        (HEADER + "BRAF\t673\tMissense_Mutation\n", "line 2"),
        (HEADER + "BRAF\t673\tMissense_Mutation\tTCGA-D3-A1Q1-11A\tp.V600E\t\n", "no tumour sample"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "m.maf", text, kind="maf")
    assert what in str(fault.value)
