"""The files a lab pipettes from: layout, transfers, sources, compounds, Echo pick list, Tecan worklists."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from screen.organoid.plate import row_letter
from screen.organoid.worklist import preparation, transfer_worklist
from screen.store.plans import BARCODE_DIGITS, Plan
from screen.tasks.files import write_whole
from screen.untrusted_text import inert_cell

ECHO_TYPES = {"DMSO": "384PP_DMSO2", "AQ": "384PP_AQ_BP2"}
"""Names of the source plate in the dispenser's own list, by fluid."""


def write_files(plan: Plan, out: Path) -> list[Path]:
    """Write the plan's files into the folder ``out``, each whole or not at all; the files written."""
    out.mkdir(parents=True, exist_ok=True)
    named = {t["treatment"]: t for t in plan.treatments.to_dicts()}
    texts = {
        "layout.csv": _csv(_layout_row(well, named, plan) for well in plan.wells.to_dicts()),
        "transfers.csv": _csv(_plain(plan.transfers)),
        "treatments.csv": _csv(_plain(plan.treatments)),
        "sources.csv": _csv(_plain(plan.sources)),
        "compounds.csv": _csv(_plain(plan.compounds)),
        "labels.csv": _csv(_labels(plan)),
        "results-template.csv": _csv(_template(plan)),
        "echo.csv": _csv(_echo_row(move) for move in plan.transfers.to_dicts()),
        "tecan-sources.gwl": preparation(plan),
        "tecan-transfers.gwl": transfer_worklist(plan),
    }
    return [_write(out / name, text) for name, text in texts.items()]


def number(value: float | None) -> str:
    """A figure as the files write it: no trailing zeros, empty where there is none."""
    return "" if value is None else f"{value:.6g}"


def _layout_row(well: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]], plan: Plan) -> dict[str, object]:
    treatment = named.get(well["treatment"] or "")
    return {
        "plate": well["plate"],
        "well": well["well"],
        "row": row_letter(well["row_number"]),
        "col": well["col_number"],
        "role": well["role"],
        "drug_id": "+".join(well["drug_ids"]),
        "drug_name": _drug_name(well, treatment, plan),
        "set": treatment["set_name"] if treatment else "",
        "dose_uM": _doses(well["doses_uM"]),
        "replicate": well["replicate"] or "",
        "vehicle_pct": number(well["vehicle_pct"]),
        "volume_nL": number(well["volume_nL"]),
    }


def barcodes(plan: Plan) -> list[tuple[str, str, str]]:
    """Barcode, organoid and plate: the plan's first eight digits, O1 on, and the plate's name in the layout."""
    plates = plan.wells["plate"].unique(maintain_order=True).to_list()
    organoids = [f"O{number}" for number in range(1, int(plan.request.get("organoids", 1)) + 1)]
    return [(f"{plan.plan_id[:BARCODE_DIGITS]}-{one}-{plate}", one, plate) for one in organoids for plate in plates]


def _labels(plan: Plan) -> Iterable[dict[str, object]]:
    for code, organoid, plate in barcodes(plan):
        read = "day 1, as the drugs go on" if plate == "T0" else "day 6"
        yield {"barcode": code, "organoid": organoid, "plate": plate, "plan": plan.plan_id, "read": read}


def _template(plan: Plan) -> Iterable[dict[str, object]]:
    wells = plan.wells.filter(pl.col("role") != "edge").select("plate", "well").rows()
    for code, _, plate in barcodes(plan):
        yield from ({"plate": code, "well": well, "value": ""} for of, well in wells if of == plate)


def _drug_name(well: Mapping[str, Any], treatment: Mapping[str, Any] | None, plan: Plan) -> str:
    if treatment:
        return " + ".join(treatment["drug_names"])
    if not well["drug_ids"]:
        return ""
    return str(plan.compounds.filter(pl.col("drug_id") == well["drug_ids"][0])["name"][0])


def _doses(doses: Sequence[float]) -> str:
    """One figure where the drugs of a well have the same dose, else theirs joined by ``+``."""
    return "+".join(dict.fromkeys(map(number, doses))) if len(set(doses)) == 1 else "+".join(map(number, doses))


def _echo_row(move: Mapping[str, Any]) -> dict[str, object]:
    fluid = move["source_plate"].split("-")[0]
    return {
        "Source Plate Name": move["source_plate"],
        "Source Plate Type": ECHO_TYPES[fluid],
        "Source Well": move["source_well"],
        "Destination Plate Name": move["plate"],
        "Destination Well": move["well"],
        "Transfer Volume": number(move["volume_nL"]),
        "Sample Name": move["name"],
    }


def _plain(frame: pl.DataFrame) -> Iterable[dict[str, object]]:
    for row in frame.to_dicts():
        yield {
            name: number(v) if isinstance(v, float) else "+".join(v) if isinstance(v, list) else v
            for name, v in row.items()
        }


def _csv(rows: Iterable[Mapping[str, object]]) -> str:
    rows = list(rows)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: inert_cell(v) if isinstance(v, str) else v for name, v in row.items()} for row in rows)
    return stream.getvalue()


def _write(path: Path, text: str) -> Path:
    write_whole(path, text.encode("utf-8"))
    return path
