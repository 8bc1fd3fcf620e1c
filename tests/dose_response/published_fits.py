"""Curves fitted here held against published fits, each set of files a line: what was compared, and what was found.

python -m tests.dose_response.published_fits ../shared/data    # a minute of a core
"""

import gzip
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time

import numpy as np
import polars as pl

from screen.dose_response.areas import Span, mean_viability
from screen.dose_response.curves import Fitted, fit
from screen.dose_response.hill import Hill
from screen.dose_response.points import Array
from screen.dose_response.selection import FLAT
from screen.ingest import registry
from screen.ingest.readers.count_tables import growth_rows
from screen.records import ReadOptions
from screen.results.layouts import of_file
from screen.results.normalising import normalise
from screen.results.readers.plate_formats import read_plates
from screen.results.readers.plate_read import Place, well_place
from tests.dose_response.test_curves import hill

CURVES = 2000
DESIGNS = ((5, 2), (5, 3), (8, 1), (8, 3))
"""Doses, and wells of each."""
NOISE = (0.05, 0.10)
Found = Iterator[tuple[str, str]]


def areas(path: Path) -> pl.DataFrame:
    """AUC of a raw table as ``ingest`` fits it: cell_line_ref, drug_name, value."""
    _, batch = registry.read(path, ReadOptions())
    return batch.tables["responses"].filter(pl.col("metric") == "AUC")


def gdsc_wells(data: Path) -> Found:
    """Each curve alone; GDSC fits all lines of a drug together."""
    joined = gdsc_pairs(data)
    parts = []
    for (name,), rows in joined.group_by("named"):
        r = float(np.corrcoef(rows["value"], rows["published"])[0, 1])
        error = float((rows["value"] - rows["published"]).abs().median())  # type: ignore[arg-type]
        parts.append((r, f"{name} {r:.2f} ({error:.3f}, {rows.height} lines)"))
    yield "GDSC's wells: r of AUC (median difference)", ", ".join(text for _, text in sorted(parts, reverse=True))


def gdsc_pairs(data: Path) -> pl.DataFrame:
    """cell_line_ref, named, value (ours), published: GDSC's AUC of seven drugs."""
    published = pl.read_csv(data / "dose_response" / "gdsc2_published_fits_7drugs.csv.gz").select(
        cell_line_ref=pl.col("COSMIC_ID").cast(pl.Int64).cast(pl.String),
        drug_name=pl.format("GDSC drug {}", pl.col("DRUG_ID").cast(pl.Int64)),
        named="DRUG_NAME",
        published="AUC",
    )
    found = areas(data / "dose_response" / "gdsc_raw_wells.parquet")
    return found.join(published, on=["cell_line_ref", "drug_name"])


def leukaemia(data: Path) -> Found:
    """BeatAML's release: a probit integrated over log10 dose, 100 at the vehicle."""
    joined = leukaemia_pairs(data)
    error = (joined["value"] - joined["released"]).abs()
    r = float(np.corrcoef(joined["value"], joined["released"])[0, 1])
    yield (
        f"BeatAML's {joined.height:,} released areas, as shares of the doses tested",
        f"median difference {error.median():.3f}, 95% below {error.quantile(0.95):.3f}, r {r:.3f}",
    )


def leukaemia_pairs(data: Path) -> pl.DataFrame:
    """cell_line_ref, drug_name, value (ours), released."""
    released = pl.read_parquet(data / "beataml" / "response.parquet").select(
        cell_line_ref=pl.col("patient").cast(pl.String),
        drug_name=pl.col("drug").cast(pl.String),
        released=pl.col("auc") / 100 / (pl.col("conc_max_uM") / pl.col("conc_min_uM")).log10(),
    )
    joined = areas(data / "beataml" / "dose_points.parquet").join(released, on=["cell_line_ref", "drug_name"])
    return joined.drop_nulls().filter(pl.col("released").is_finite())


def curve_curator(data: Path) -> Found:
    """Areas from its own parameters, where all doses were measured."""
    for folder, file, low, high, scale in (
        ("sarcoma", "curves.txt.gz", 0.17, 10_000.0, 1e-9),
        ("ctrp40", "curves_40.0.txt.gz", 0.0012, 40.0, 1e-6),
    ):
        rows = curve_curator_rows(data, folder, file)
        error = np.abs(curve_curator_areas(rows, low, high, scale) - rows["Curve AUC"].to_numpy())
        whole = ~np.isnan(rows.select(pl.col("^Ratio .*$").cast(pl.Float64)).to_numpy()).any(axis=1)
        yield (
            f"CurveCurator, {folder}: {int(whole.sum()):,} areas from its parameters",
            f"99% within {np.quantile(error[whole], 0.99):.0e}",
        )


def curve_curator_rows(data: Path, folder: str, file: str) -> pl.DataFrame:
    """Its table of curves."""
    raw = gzip.decompress((data / "dose_response" / "curve_curator" / folder / file).read_bytes())
    return pl.read_csv(io.BytesIO(raw), separator="\t", infer_schema_length=20_000, null_values=["", "nan"])


def curve_curator_areas(rows: pl.DataFrame, low: float, high: float, scale: float) -> Array:
    """Areas that its parameters give over the doses from ``low`` to ``high``, in units of ``scale`` M."""
    front, back, slope, potency = (
        rows[name].to_numpy() for name in ("Curve Front", "Curve Back", "Curve Slope", "pEC50")
    )
    curve = Hill(front, front - back, -potency - np.log10(scale), slope, front)
    return mean_viability(curve, Span(np.full(len(rows), np.log10(low)), np.full(len(rows), np.log10(high))))


def growth_shapes(data: Path) -> Found:
    """One data set in GRmetrics' cases A and C."""
    first, second = (growth_of(data, shape) for shape in "AC")
    yield (
        f"GRmetrics, cases A and C: {len(first)} GR values",
        f"{len(second)} in the other shape, largest difference {np.max(np.abs(first - second)):.0e}",
    )


def growth_of(data: Path, shape: str) -> Array:
    """GR of every treated well, sorted."""
    frame = pl.read_csv(data / "dose_response" / f"grmetrics_inputCase{shape}.csv.gz", infer_schema_length=0)
    rows, _ = growth_rows(frame, Path(shape))
    return np.asarray(rows.sort("line", "drug", "dose", "viability")["growth"].to_numpy(), np.float64)


def gemcitabine(data: Path) -> Found:
    """gCSI's nine points a line, its mean viability and IC50."""
    rows, found = gemcitabine_fits(data)
    mean = rows["gCSI.Mean.Viability"].to_numpy()
    known = np.isfinite(mean) & np.isfinite(found.aac)
    published = np.log10(rows["gCSI.IC50"].cast(pl.Float64, strict=False).to_numpy())
    both = np.array([not mark for mark in found.ic50_censored]) & np.isfinite(published)
    r = float(np.corrcoef(1 - found.aac[known], mean[known])[0, 1])
    apart = float(np.median(np.abs(found.log_ic50 - published)[both]))
    yield (
        f"gCSI, gemcitabine: {int(known.sum())} mean viabilities, {int(both.sum())} IC50s",
        f"r {r:.3f}; median difference of log10 IC50 {apart:.3f}",
    )


def gemcitabine_fits(data: Path) -> tuple[pl.DataFrame, Fitted]:
    """Its table, and each line fitted."""
    rows = pl.read_csv(data / "dose_response" / "Genentech_GCSI_Gemcitabine_Response.csv.gz")
    doses, viability = (
        rows.select(f"{name}.{number}" for number in range(1, 10)).cast(pl.Float64).to_numpy()
        for name in ("Dose", "Median.Raw.Viability")
    )
    return rows, fit(list(zip(doses, np.minimum(viability, 1.0), strict=True)), replicas=0)


def envision(data: Path) -> Found:
    """Another program's wells, normalisation, edge correction and fits of a leukaemia screen."""
    folder = data / "plates" / "envision_cll_384"
    layout = of_file(folder / "wellAnno" / "wellAnno.csv", {}, "uM")[0]
    corrected = pl.read_csv(folder / "expected_R" / "edgeCorrected_edgeCorr_bliss.csv.gz")
    areas_there = pl.read_csv(folder / "expected_R" / "summarisedData_sumData_IC50.csv.gz", infer_schema_length=None)
    equal, factors, spread, pairs = 0, [], [], []
    for (name,), rows in corrected.group_by("fileName", maintain_order=True):
        read = read_plates(next((folder / "rawData").glob(f"*{name}.txt"))).plates[0]
        viability = normalise(read, layout).viability
        places = [well_place(well) for well in rows["wellID"]]
        wells = np.array([read.values[row - 1, col - 1] for row, col in places])
        equal += int((wells == rows["value"].to_numpy()).sum())
        factors.append(float(np.median([viability[one] for one in places] / rows["normVal"].to_numpy())))
        control = rows.filter(pl.col("wellType") == "neg")
        spread.append(
            [float(np.std(level) / np.mean(level)) for level in control.select("normVal", "normVal.cor").to_numpy().T]
        )
        pairs += _areas_of_plate(areas_there.filter(pl.col("fileName") == name), viability)
    ours, theirs, again, by_log = np.array(pairs).T
    yield (
        f"EnVision, {len(factors)} plates: wells; viability over theirs; CV of controls by their edge fit",
        f"{equal} of {corrected.height} equal; a constant {min(factors):.2f} to {max(factors):.2f} a plate; "
        + ", ".join(f"{before:.1%} to {after:.1%}" for before, after in spread),
    )
    yield (
        f"EnVision, {len(ours)} areas: r with theirs; theirs again from its parameters over dose, over log dose",
        f"{np.corrcoef(ours, theirs)[0, 1]:.2f}; {np.corrcoef(again, theirs)[0, 1]:.3f}, "
        f"{np.corrcoef(by_log, theirs)[0, 1]:.2f}",
    )


def _areas_of_plate(rows: pl.DataFrame, viability: Mapping[Place, float]) -> list[tuple[float, ...]]:
    """A treatment each: area here, theirs, and theirs from its parameters over dose (to 5 uM) and over log dose."""
    tested = rows.filter((pl.col("wellType") == "sample") & pl.col("AUC").is_not_null())
    found, curves = [], []
    for _, one in tested.group_by("name", maintain_order=True):
        dose = one["concentration"].to_numpy()
        curves.append((dose, np.array([viability[well_place(well)] for well in one["wellID"]])))
        upper, lower, half, slope, area = (
            one[name][0] for name in ("UpperLimit", "LowerLimit", "IC50", "Slope", "AUC")
        )
        heights = [
            float(np.mean(lower + (upper - lower) / (1 + (at / half) ** -slope)))
            for at in (np.linspace(1e-6, 5, 4001), np.geomspace(dose.min(), dose.max(), 4001))
        ]
        found.append((float(area), *heights))
    if not curves:
        return []
    areas_here = 1 - fit(curves, replicas=0).aac
    return [(float(here), *there) for here, there in zip(areas_here, found, strict=True)]


def simulated(_: Path) -> Found:
    """2,000 planted curves and 2,000 flat ones, four designs, two noises."""
    each = CURVES // len(DESIGNS) // len(NOISE)
    errors, held, active, called = [], [], [], []
    for number, (doses, wells) in enumerate(DESIGNS):
        for sd in NOISE:
            curves, true = planted_curves(each, doses, wells, sd, seed=number)
            found = fit(curves, vehicle_error=[sd / 4] * each)
            errors += list(found.aac - true)
            held += list((found.aac_low <= true) & (true <= found.aac_high))
            called += [code != FLAT for code, area in zip(found.choice.codes, true, strict=True) if area > 0.2]
            rng = np.random.default_rng(100 + number)
            dose = np.repeat(np.logspace(-3, 1, doses), wells)
            nothing = fit([(dose, 1 + sd * rng.standard_normal(len(dose))) for _ in range(each)], replicas=0)
            active += [code != FLAT for code in nothing.choice.codes]
    yield (
        f"{len(errors):,} simulated curves, designs of {len(DESIGNS)} kinds, 5 and 10% noise",
        f"bias of the area {np.mean(errors):+.4f}; the 95% interval holds {np.mean(held):.1%}; "
        f"of {len(active):,} flat ones {np.mean(active):.1%} called active, of areas above 0.2 {np.mean(called):.1%}",
    )


def planted_curves(
    count: int, doses: int, wells: int, sd: float, seed: int
) -> tuple[Sequence[tuple[Array, Array]], Array]:
    """Curves of noisy wells over four decades of dose, vehicle noise included, and their true AAC."""
    rng = np.random.default_rng(seed)
    at, fine = np.logspace(-3, 1, doses), np.logspace(-3, 1, 4001)
    curves, true = [], []
    for _ in range(count):
        shape = rng.uniform(0, 0.8), rng.uniform(-3.3, 1.3), float(np.exp(rng.uniform(np.log(0.5), np.log(3))))
        dose = np.repeat(at, wells)
        clean = hill(dose, *shape)
        read = clean * (1 + 0.5 * sd * rng.standard_normal(len(dose))) + 0.86 * sd * rng.standard_normal(len(dose))
        curves.append((dose, read / (1 + sd * rng.standard_normal(16)).mean()))
        true.append(1 - np.trapezoid(hill(fine, *shape), np.log10(fine)) / 4)
    return curves, np.array(true)


COMPARED: tuple[Callable[[Path], Found], ...] = (
    simulated, gdsc_wells, leukaemia, curve_curator, growth_shapes, gemcitabine, envision,
)  # fmt: skip


def main(data: Path) -> None:
    """Print every line as it is found."""
    for compare in COMPARED:
        begun = process_time()
        for what, found in compare(data):
            sys.stdout.write(f"| {what} | {found} |\n")
            sys.stdout.flush()
        sys.stderr.write(f"  {process_time() - begun:.0f} s\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
