"""Raw dose-response tables are fitted by the same code as a lab's plates, and agree with what was published of them."""

import gzip
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.dose_response.areas import Span, mean_viability
from screen.dose_response.curves import fit
from screen.dose_response.growth import growth_rate
from screen.dose_response.hill import Hill, fit_hill
from screen.dose_response.points import points_of
from screen.errors import InputError
from screen.ingest import registry
from screen.ingest.readers.count_tables import growth_rows
from screen.records import ReadOptions


def areas(path: Path) -> pl.DataFrame:
    _, batch = registry.read(path, ReadOptions())
    return batch.tables["responses"].filter(pl.col("metric") == "AUC")


@pytest.mark.real
def test_gdsc_wells_give_gdsc_s_areas(real_data: Path) -> None:
    """Two drugs must agree; the others are fitted by GDSC over all lines together, which single fits cannot follow."""
    found = areas(real_data / "dose_response" / "gdsc_raw_wells.parquet")
    published = pl.read_csv(real_data / "dose_response" / "gdsc2_published_fits_7drugs.csv.gz").select(
        cell_line_ref=pl.col("COSMIC_ID").cast(pl.Int64).cast(pl.String),
        drug_name=pl.format("GDSC drug {}", pl.col("DRUG_ID").cast(pl.Int64)),
        named="DRUG_NAME",
        published="AUC",
    )
    joined = found.join(published, on=["cell_line_ref", "drug_name"])
    r = {name: np.corrcoef(rows["value"], rows["published"])[0, 1] for (name,), rows in joined.group_by("named")}
    assert r["Camptothecin"] >= 0.85
    assert r["PLX-4720"] >= 0.80
    assert min(r.values()) > 0.65


@pytest.mark.real
@pytest.mark.slow
def test_beataml_s_released_areas_are_found_again(real_data: Path) -> None:
    """Its release integrates a probit over log10 dose: as a share of the doses tested ours differ by a hundredth."""
    folder = real_data / "beataml"
    found = areas(folder / "dose_points.parquet")
    released = pl.read_parquet(folder / "response.parquet").select(
        cell_line_ref=pl.col("patient").cast(pl.String),
        drug_name=pl.col("drug").cast(pl.String),
        released=pl.col("auc") / 100 / (pl.col("conc_max_uM") / pl.col("conc_min_uM")).log10(),
    )
    joined = found.join(released, on=["cell_line_ref", "drug_name"]).drop_nulls().filter(pl.col("released").is_finite())
    error = (joined["value"] - joined["released"]).abs()
    assert joined.height > 50_000
    assert float(error.median()) <= 0.05  # type: ignore[arg-type]
    assert np.corrcoef(joined["value"], joined["released"])[0, 1] > 0.98


@pytest.mark.real
@pytest.mark.parametrize(("folder", "file", "low", "high", "scale"), [
    ("sarcoma", "curves.txt.gz", 0.17, 10_000.0, 1e-9),
    ("ctrp40", "curves_40.0.txt.gz", 0.0012, 40.0, 1e-6),
])  # fmt: skip
def test_curve_curator_s_areas_follow_from_its_parameters(
    folder: str, file: str, low: float, high: float, scale: float, real_data: Path
) -> None:
    """To the last digit where all doses were measured; where some lack, its range was another."""
    raw = gzip.decompress((real_data / "dose_response" / "curve_curator" / folder / file).read_bytes())
    rows = pl.read_csv(io.BytesIO(raw), separator="\t", infer_schema_length=20_000, null_values=["", "nan"])
    front, back, slope, potency = (
        rows[name].to_numpy() for name in ("Curve Front", "Curve Back", "Curve Slope", "pEC50")
    )
    curve = Hill(front, front - back, -potency - np.log10(scale), slope, front)
    span = Span(np.full(len(rows), np.log10(low)), np.full(len(rows), np.log10(high)))
    error = np.abs(mean_viability(curve, span) - rows["Curve AUC"].to_numpy())
    whole = ~np.isnan(rows.select(pl.col("^Ratio .*$").cast(pl.Float64)).to_numpy()).any(axis=1)
    assert whole.sum() > 500
    assert np.quantile(error[whole], 0.99) < 1e-9
    if folder == "sarcoma":
        doses = np.array([0.17, 0.51, 1.52, 4.57, 13.72, 41.15, 123.5, 370.4, 1111.0, 3333.0, 10_000.0])
        down = np.flatnonzero((rows["Curve Regulation"] == "down").fill_null(False).to_numpy())
        ratios = rows.select(f"Ratio {number}" for number in range(1, 12)).to_numpy().astype(float)
        fitted = fit_hill(points_of([(doses, ratios[row]) for row in down]), free_top=True)
        mine = mean_viability(fitted, span.take(down))
        assert np.median(np.abs(mine - rows["Curve AUC"].to_numpy()[down])) < 0.005


@pytest.mark.real
def test_grmetrics_two_shapes_give_the_same_growth_rates(real_data: Path) -> None:
    found = []
    for shape in "AC":
        frame = pl.read_csv(real_data / "dose_response" / f"grmetrics_inputCase{shape}.csv.gz", infer_schema_length=0)
        rows, _ = growth_rows(frame, Path(shape))
        found.append(rows.sort("line", "drug", "dose", "viability")["growth"].to_numpy())
    assert len(found[0]) == len(found[1])
    assert np.allclose(*found, atol=1e-9)


@pytest.mark.real
def test_gcsi_s_points_give_its_published_fits(real_data: Path) -> None:
    rows = pl.read_csv(real_data / "dose_response" / "Genentech_GCSI_Gemcitabine_Response.csv.gz")
    doses, viability = (
        rows.select(f"{name}.{number}" for number in range(1, 10)).cast(pl.Float64).to_numpy()
        for name in ("Dose", "Median.Raw.Viability")
    )
    found = fit(list(zip(doses, np.minimum(viability, 1.0), strict=True)), replicas=0)
    mean = rows["gCSI.Mean.Viability"].to_numpy()
    known = np.isfinite(mean) & np.isfinite(found.aac)
    assert known.sum() > 400
    assert np.corrcoef(1 - found.aac[known], mean[known])[0, 1] > 0.96
    measured = np.array([not mark for mark in found.ic50_censored])
    published = np.log10(rows["gCSI.IC50"].cast(pl.Float64, strict=False).to_numpy())
    both = measured & np.isfinite(published)
    assert np.median(np.abs(found.log_ic50 - published)[both]) < 0.1


def test_growth_is_1_at_the_vehicle_0_at_the_start() -> None:
    assert growth_rate(np.array([1.0, 0.25, 0.125]), 0.25) == pytest.approx([1.0, 0.0, 2**-0.5 - 1])


def made_wells() -> str:
    lines = ["BARCODE,SCAN_ID,COSMIC_ID,CELL_LINE_NAME,TAG,DRUG_ID,CONC,INTENSITY"]
    lines += [f"1,1,77,X,{tag},,,{value}" for tag, value in (("B", 10), ("NC-1", 1010), ("NC-1", 1010))]
    lines += [
        f"1,1,77,X,L1-D{number},5,{dose},{10 + 1000 / (1 + dose)}"
        for number, dose in enumerate((0.01, 0.1, 1, 10, 100))
    ]
    return "\n".join(lines) + "\n"


def test_wells_are_normalised_by_their_plate(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    path.write_text(made_wells())
    kind, batch = registry.read(path, ReadOptions(dataset="MINE"))
    assert kind.name == "gdsc-raw-wells"
    rows = {row["metric"]: row for row in batch.tables["responses"].to_dicts()}
    assert rows["LN_IC50"]["value"] == pytest.approx(0.0, abs=1e-3)
    assert rows["AUC"]["value"] == pytest.approx(0.5, abs=1e-3)
    assert rows["AUC"]["drug_name"] == "GDSC drug 5"
    assert batch.tables["response_ranges"].row(0)[1:] == ("gdscdrug5", 0.01, 100.0)


def test_points_name_their_unit_in_the_column(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    rows = "\n".join(f"L1,Foo,{dose},{100 / (1 + dose / 1000)}" for dose in (10, 100, 1000, 10_000, 100_000))
    path.write_text(f"cell_line,drug,dose_nM,viability_pct\n{rows}\n")
    kind, batch = registry.read(path, ReadOptions())
    assert kind.name == "dose-points"
    value = batch.tables["responses"].filter(pl.col("metric") == "LN_IC50")["value"][0]
    assert value == pytest.approx(0.0, abs=1e-3)


def test_doses_without_their_file_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "ratios.tsv"
    path.write_text("Name\tRaw 0\tRaw 1\tRaw 2\tRaw 3\nL Foo\t1\t1\t0.5\t0.2\n")
    with pytest.raises(InputError, match="parameter file"):
        registry.read(path, ReadOptions())
