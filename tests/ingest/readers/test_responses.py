"""Responses: GDSC's 19 columns and long tables, with the traps of the real files."""

from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError
from tests.ingest.drug_files import read

_HEADER = (
    "DATASET,NLME_RESULT_ID,NLME_CURVE_ID,COSMIC_ID,CELL_LINE_NAME,SANGER_MODEL_ID,TCGA_DESC,DRUG_ID,DRUG_NAME,"
    "PUTATIVE_TARGET,PATHWAY_NAME,COMPANY_ID,WEBRELEASE,MIN_CONC,MAX_CONC,LN_IC50,AUC,RMSE,Z_SCORE\n"
)


def _row(
    auc: str,
    *,
    ln_ic50: str = "1.5",
    sanger: str = "SIDM01132",
    drug: str = "Erlotinib",
    drug_id: str = "1",
    dataset: str = "GDSC2",
    target: str = "EGFR",
) -> str:
    return (
        f'{dataset},401,9,683667,PFSK-1,{sanger},MB,{drug_id},{drug},"{target}",EGFR signaling,1046,Y,0.1,10,'
        f"{ln_ic50},{auc},0.1,0.4\n"
    )


def test_gdsc_gives_both_metrics_by_sanger_id(tmp_path: Path) -> None:
    batch = read(tmp_path / "gdsc.csv", _HEADER + _row("0.75"))
    assert batch.kind == "gdsc-dose-response"
    assert batch.tables["responses"].sort("metric").rows() == [
        ("GDSC2", "AUC", "SIDM01132", "erlotinib", "Erlotinib", 0.75, 1),
        ("GDSC2", "LN_IC50", "SIDM01132", "erlotinib", "Erlotinib", 1.5, 1),
    ]


def test_empty_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    batch = read(tmp_path / "gdsc.csv", _HEADER + "," * 18 + "\n" + _row("0.75") + "," * 18 + "\n")
    assert batch.tables["responses"].height == 2
    assert "2 empty rows left out" in batch.notes


def test_a_pair_under_two_drug_ids_is_averaged_and_said(tmp_path: Path) -> None:
    batch = read(tmp_path / "gdsc.csv", _HEADER + _row("0.5") + _row("0.7", drug_id="2"))
    auc = batch.tables["responses"].filter(metric="AUC")
    assert auc.select("value", "repeats").rows() == [(pytest.approx(0.6), 2)]
    assert any(note.startswith("1 pairs") for note in batch.notes)


def test_cosmic_id_stands_in_for_a_missing_sanger_id(tmp_path: Path) -> None:
    row = _row("0.5", sanger="").replace("683667", "683667.0")
    assert set(read(tmp_path / "gdsc.csv", _HEADER + row).tables["responses"]["cell_line_ref"]) == {"683667"}


def test_several_datasets_stay_apart_unless_one_is_declared(tmp_path: Path) -> None:
    content = _HEADER + _row("0.5") + _row("0.7", dataset="GDSC1")
    assert set(read(tmp_path / "a.csv", content).tables["responses"]["dataset"]) == {"GDSC1", "GDSC2"}
    assert set(read(tmp_path / "a.csv", content, dataset="mine").tables["responses"]["dataset"]) == {"mine"}


def test_targets_are_split_but_not_inside_a_class(tmp_path: Path) -> None:
    classes = "HDAC inhibitor Class I, IIa, IIb, IV"
    content = _HEADER + _row("0.5", target="PARP1, PARP2") + _row("0.5", drug="Vorinostat", target=classes)
    facts = read(tmp_path / "gdsc.csv", content).tables["drug_facts"].filter(field="target")
    assert facts.select("drug_key", "value").rows() == [
        ("erlotinib", "PARP1"),
        ("erlotinib", "PARP2"),
        ("vorinostat", classes),
    ]


@pytest.mark.parametrize(
    ("row", "output"),
    [
        (_row("1.2"), "AUC 1.2 lies outside"),
        (_row("-0.1"), "outside 0..1"),
        (_row("NaN"), "column AUC, line 2"),
        (_row("0.5", drug=""), "line 2: no drug"),
        ("", "no response"),
    ],
)
def test_a_wrong_gdsc_row_is_refused(tmp_path: Path, row: str, output: str) -> None:
    with pytest.raises(InputError, match=output):
        read(tmp_path / "gdsc.csv", _HEADER + row)


def test_a_long_table_is_named_by_its_study(tmp_path: Path) -> None:
    batch = read(tmp_path / "GDSC1_ln_ic50_long.csv", "cell_line_id,cell_line_name,drug_name,LN_IC50\nACH-1,A,X,2.5\n")
    row = batch.tables["responses"].row(0, named=True)
    assert (row["dataset"], row["metric"], row["cell_line_ref"]) == ("GDSC1", "LN_IC50", "ACH-1")


@pytest.mark.parametrize(("name", "values"), [("other.csv", "14.7\n13.3"), ("CTRPv2.csv", "0.3\n0.9")])
def test_ctrp_area_is_kept_apart(tmp_path: Path, name: str, values: str) -> None:
    first, second = values.split("\n")
    batch = read(tmp_path / name, f"cell_line_id,drug_name,auc\nACH-1,X,{first}\nACH-2,X,{second}\n")
    assert set(batch.tables["responses"]["metric"]) == {"AUC_CTRP"}


def test_a_fraction_far_above_one_now_and_then_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 4: AUC 2\.5"):
        read(tmp_path / "mine.csv", "cell_line_id,drug_name,auc\nA,X,0.3\nB,X,0.4\nC,X,2.5\n")


def test_growth_beyond_the_control_counts_as_one(tmp_path: Path) -> None:
    batch = read(tmp_path / "mine.csv", "cell_line_id,drug_name,auc\nA,X,0.3\nB,X,0.4\nC,X,1.03\n")
    assert batch.tables["responses"]["value"].to_list() == [0.3, 0.4, 1.0]
    assert any("1 areas above 1" in note for note in batch.notes)


PRISM = "broad_id,depmap_id,ccle_name,screen_id,auc,ec50,ic50,name,moa,target,smiles,phase\n"


def test_a_response_table_with_structures_gives_both(tmp_path: Path) -> None:
    rows = 'BRD-1,ACH-1,A_LUNG,HTS002,0.4,1,1,ethanol,inhibitor,"A, B","CCO, OCC",Launched\n'
    rows += "BRD-1,,B_LUNG,HTS002,0.9,1,9,ethanol,inhibitor,,CCO,Launched\n"
    batch = read(tmp_path / "prism.csv", PRISM + rows)
    responses = batch.tables["responses"]
    assert responses.select("cell_line_ref", "value").rows() == [("ACH-1", 0.4), ("B_LUNG", 0.9)]
    assert batch.tables["drug_structures"]["smiles"].to_list() == ["CCO"]
    assert "mechanism" in batch.tables["drug_facts"]["field"].to_list()


@pytest.mark.parametrize("column", ["ic50", "LN_IC50", "ec50"])
@pytest.mark.parametrize("above", [False, True])
def test_the_side_of_the_curve_is_told_by_the_potency(tmp_path: Path, column: str, above: bool) -> None:
    rows = [(f"L{i}", "X", 0.1 * i, 2.0 * i) for i in range(1, 9)]
    text = f"cell_line_id,drug_name,auc,{column}\n"
    text += "".join(f"{line},{drug},{1 - auc if above else auc:.2f},{dose}\n" for line, drug, auc, dose in rows)
    batch = read(tmp_path / "mine.csv", text)
    areas = batch.tables["responses"].filter(pl.col("metric") == "AUC")
    assert areas["value"].round(6).to_list() == pytest.approx([0.1 * i for i in range(1, 9)])
    assert above == any("above the curve" in note for note in batch.notes)


def test_an_area_above_the_curve_may_say_so_by_its_name(tmp_path: Path) -> None:
    batch = read(tmp_path / "mine.csv", "cell_line_id,drug_name,AAC\nA,X,0.3\nB,X,0.4\n")
    assert batch.tables["responses"]["value"].to_list() == pytest.approx([0.7, 0.6])


@pytest.mark.parametrize("row", ["0.5,X,0.3", "A,0.93,0.3"])
def test_a_value_in_the_place_of_a_name_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError, match=r"line 2, column .* is a measured value"):
        read(tmp_path / "mine.csv", f"cell_line_id,drug_name,auc\n{row}\nB,Y,0.4\n")


def test_a_cell_without_a_value_is_left_out_and_counted(tmp_path: Path) -> None:
    batch = read(tmp_path / "mine.csv", "cell_line_id,drug_name,auc\nA,X,0.3\nB,X,\n")
    assert batch.tables["responses"].height == 1
    assert "1 cells without a value left out" in batch.notes


@pytest.mark.real
def test_real_gdsc2(real_data: Path) -> None:
    batch = read(real_data / "responses" / "GDSC2_fitted_dose_response.csv.gz")
    responses = batch.tables["responses"]
    assert {"1,067 empty rows left out", "dataset GDSC2, from column DATASET"} <= set(batch.notes)
    assert any(note.startswith("5,068 pairs") for note in batch.notes)
    assert responses.group_by("metric").agg(pl.col("repeats").sum()).sort("metric").rows() == [
        ("AUC", 196_344 - 1_067),
        ("LN_IC50", 196_344 - 1_067),
    ]
    assert batch.tables["drug_names"].height == 286


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "rows", "metric"),
    [("GDSC1_ln_ic50_long.csv.gz", 284_816, "LN_IC50"), ("CTRPv2_auc_long.csv.gz", 365_321, "AUC_CTRP")],
)
def test_real_long_tables(real_data: Path, name: str, rows: int, metric: str) -> None:
    responses = read(real_data / "responses" / name).tables["responses"]
    assert responses["repeats"].sum() == rows
    assert set(responses["metric"]) == {metric}
    assert set(responses["dataset"]) == {name.split("_")[0]}
