"""Peak concentrations in plasma: units, sources, and what is refused."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read

HEAD = "Drug,Cmax (uM),Fraction unbound,Source\n"


def test_micromolar_with_the_share_unbound(tmp_path: Path) -> None:
    batch = read(tmp_path / "peaks.csv", HEAD + "Drug A,1.5,0.05,Label 2020\nDrug B,0.2,,Review\n")
    assert batch.kind == "plasma-peaks"
    columns = ("drug_name", "peak_uM", "unbound", "citation")
    assert [*batch.tables["plasma_peaks"].select(columns).iter_rows()] == [
        ("Drug A", 1.5, 0.05, "Label 2020"),
        ("Drug B", 0.2, None, "Review"),
    ]


def test_nanomolar_is_brought_to_micromolar(tmp_path: Path) -> None:
    batch = read(tmp_path / "peaks.tsv", "compound\tcmax_nM\tpmid\nDrug A\t1500\t1\n")
    assert batch.tables["plasma_peaks"]["peak_uM"].to_list() == [1.5]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Drug,Cmax ng/ml,Source\nA,15,x\n", "is a mass in a volume"),
        ("Drug,cmax_uM\nA,15\n", "no column of the source"),
        (HEAD + "A,0,,x\n", "line 2: '0' is no concentration in plasma"),
        (HEAD + "A,2,,x\nB,9000,,x\n", "line 3: '9000' is no concentration"),
        (HEAD + "A,high,,x\n", "'high' is not a number"),
        ("drug;cmax_uM;source\nA;1,5;x\n", "column cmax_uM, line 2: '1,5' is not a number"),
        (HEAD + "A,nan,,x\n", "'nan' is no concentration"),
        (HEAD + "A,,,x\n", "column Cmax (uM), line 2: '' is empty"),
        (HEAD + "A,2,5,x\n", "'5' is no share"),
        (HEAD + "A,2,,\n", "column Source, line 2: '' is empty"),
        (HEAD + "1.25,2,,x\n", "'1.25' is a measured value, no name"),
    ],
)
def test_what_is_no_peak_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "peaks.csv", text)
    assert says in str(fault.value)
    assert fault.value.remedy
