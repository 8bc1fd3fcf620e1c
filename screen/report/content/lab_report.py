"""The lab report: which drugs worked, how sure that is, whether the sets differ, how good the plates are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from screen.errors import StoreError
from screen.report.content.cautions import Caution
from screen.report.content.lab_curves import CurveRow, curve_rows_of
from screen.report.content.lab_prediction import agreement_of
from screen.report.content.lab_provenance import lab_provenance
from screen.report.content.lab_records import Combination, OrganoidResult, PlateRow
from screen.report.content.lab_replicates import Replicates, replicates
from screen.report.content.lab_sets import MechanismRow, Squares, by_mechanism, heat_maps, set_areas
from screen.report.content.lab_summary import answer_of, cautions_of
from screen.report.content.lab_update import RankedRun, lab_results_of
from screen.report.content.provenance import Provenance
from screen.results.comparisons import SetComparison, compare_sets
from screen.settings import Settings
from screen.store import Store

__all__ = ["CurveRow", "LabReport", "PlateRow", "Squares", "lab_context"]


@dataclass(frozen=True, kw_only=True)
class LabReport:
    """Everything the lab report says."""

    title: str
    subject: str
    scope: str
    """What was asked for: a plan, a layout, an organoid, a patient or a lab, by its id."""
    labs: tuple[str, ...]
    dose_unit: str
    """uM, relative, or both."""
    answer: str
    cautions: tuple[Caution, ...]
    organoids: tuple[OrganoidResult, ...]
    comparisons: tuple[SetComparison, ...]
    sets: dict[str, list[tuple[str, float]]]
    """Set -> treatment and its area, over all organoids."""
    mechanisms: tuple[MechanismRow, ...]
    organoid_map: Squares
    drug_map: Squares
    combinations: tuple[Combination, ...]
    plates: tuple[PlateRow, ...]
    replicates: Replicates
    provenance: Provenance
    kind: Literal["lab"] = "lab"


def lab_context(store: Store, scope: str, settings: Settings) -> LabReport:
    """Gather a lab report.

    Parameters
    ----------
    scope : id of a plan (or its first digits), layout, organoid or patient, or a lab's name

    Raises
    ------
    StoreError
        No plate of it came back.
    """
    plates = _plates_of(store, scope)
    ids = plates["plate_id"].to_list()
    batches = plates.select("lab", batch="layout", organoid_id="organoid_id").unique()
    curves = store.sql("FROM lab_curves ORDER BY organoid_id, aac DESC, treatment").join(
        batches, on=["lab", "batch", "organoid_id"], how="semi", maintain_order="left"
    )
    wells = store.sql("FROM lab_wells WHERE list_contains($ids, plate_id)", ids=ids)
    rows = curve_rows_of(curves, wells, plates)
    runs: dict[str, RankedRun] = {}
    organoids = tuple(
        _organoid(store, runs, one, [row for row in rows if row.organoid_id == one], plates)
        for one in dict.fromkeys(plates["organoid_id"])
    )
    sound = [row for row in rows if row.verdict != "fail"]
    organoid_map, drug_map = heat_maps(sound)
    sets = set_areas(sound)
    comparisons = compare_sets(
        {
            one: {
                name: [area for _, area in drugs]
                for name, drugs in set_areas([row for row in sound if row.organoid_id == one]).items()
            }
            for one in dict.fromkeys(row.organoid_id for row in sound)
        }
    )
    plate_rows = tuple(_plate(row, wells) for row in plates.to_dicts() if row["purpose"] == "treated")
    return LabReport(
        title=f"Lab report: {scope}",
        subject=scope,
        scope=scope,
        labs=tuple(dict.fromkeys(plates["lab"])),
        dose_unit=" and ".join(sorted({row.dose_unit for row in rows})) or str(plates["dose_unit"][0]),
        answer=answer_of(organoids, comparisons, plate_rows),
        cautions=tuple(cautions_of(plate_rows, rows)),
        organoids=organoids,
        comparisons=tuple(comparisons),
        sets=sets,
        mechanisms=tuple(by_mechanism(sound)),
        organoid_map=organoid_map,
        drug_map=drug_map,
        combinations=_combinations(store, batches),
        plates=plate_rows,
        replicates=replicates(plates, wells),
        provenance=lab_provenance(store, settings, plates, organoids[0].agreement.indication),
    )


def _plates_of(store: Store, scope: str) -> pl.DataFrame:
    found = store.sql(
        """FROM lab_plates WHERE layout = $id OR organoid_id = $id OR patient_id = $id OR lab = $id
           OR (plan IS NOT NULL AND length($id) >= 4 AND starts_with(plan, $id)) ORDER BY added, plate_id""",
        id=scope,
    )
    if found.is_empty():
        raise StoreError(
            f"no plate of {scope!r} came back", where=str(store.path), remedy="see what did: crescreen results list"
        )
    return found


def _organoid(
    store: Store, runs: dict[str, RankedRun], organoid: str, rows: Sequence[CurveRow], plates: pl.DataFrame
) -> OrganoidResult:
    patient = str(plates.filter(pl.col("organoid_id") == organoid)["patient_id"][0])
    agreement = agreement_of(store, patient, rows)
    run = runs.setdefault(agreement.run_id, RankedRun(store, agreement.run_id, agreement.indication))
    return OrganoidResult(
        organoid_id=organoid,
        patient_id=patient,
        worked=tuple(row.name for row in rows if row.worked),
        curves=tuple(rows),
        agreement=agreement,
        results=lab_results_of(run, patient) if agreement.indication else None,
    )


def _plate(row: dict[str, Any], wells: pl.DataFrame) -> PlateRow:
    mine = wells.filter(pl.col("plate_id") == row["plate_id"])
    taken = mine.filter(~pl.col("role").is_in(["unused", "edge"])).sort("row_number", "col_number")
    return PlateRow(
        **{
            name: row[name]
            for name in (
                "plate",
                "organoid_id",
                "lab",
                "verdict",
                "reason",
                "z_prime",
                "killing_control",
                "signal_to_background",
                "replicate_cv",
                "vehicle_cv",
            )
        },
        file=row["file_name"],
        plate_error=row["nrfe"],
        flagged=mine.filter(pl.col("flags").list.len() > 0).height,
        rows=row["n_rows"],
        cols=row["n_cols"],
        wells=tuple(taken.select("row_number", "col_number", "viability").rows()),
    )


def _combinations(store: Store, batches: pl.DataFrame) -> tuple[Combination, ...]:
    rows = store.sql("FROM lab_combinations ORDER BY organoid_id, treatment").join(
        batches, on=["lab", "batch", "organoid_id"], how="semi", maintain_order="left"
    )
    return tuple(
        Combination(
            organoid_id=row["organoid_id"],
            name=" + ".join(row["drug_names"]),
            pairs=row["dose_pairs"],
            bliss=row["bliss"],
            low=row["bliss_low"],
            high=row["bliss_high"],
            hsa=row["hsa"],
            reading=row["reading"],
        )
        for row in rows.to_dicts()
    )
