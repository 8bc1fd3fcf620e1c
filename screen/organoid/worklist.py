"""Tecan worklists (.gwl): A aspirate, D dispense, W change tips; positions count down the columns, volumes in uL."""

from collections.abc import Iterator
from typing import Any

from screen.organoid.plate import SHAPES
from screen.store.plans import Plan

_LABWARE = {96: "96 Well Microplate", 384: "384 Well Microplate"}
SOURCE_LABWARE = "384 Well Polypropylene"


def preparation(plan: Plan) -> str:
    """Fill the source plates: stocks from the tubes of the compound sheet, vehicle from troughs, then each dilution."""
    tubes = {drug: i for i, drug in enumerate(plan.compounds["drug_id"], start=1)}
    lines = ["C;source plates: stocks and vehicle, then 1:10 dilutions; tube n is row n of compounds.csv"]
    for source in sorted(plan.sources.to_dicts(), key=lambda s: s["level"]):
        lines += _prepared(source, tubes)
    return "\r\n".join(lines) + "\r\n"


def transfer_worklist(plan: Plan) -> str:
    """The transfers of the pick list, for a dispenser that reads worklists."""
    size = plan.request["plate"]
    goal = _LABWARE[size]
    lines = ["C;the transfers of transfers.csv in uL; most are below what pipette tips can do and need a dispenser"]
    for move in plan.transfers.to_dicts():
        volume = move["volume_nL"] / 1000
        lines += [
            _step(
                "A", move["source_plate"], SOURCE_LABWARE, position(move["source_well"], 384), volume, move["vehicle"]
            ),
            _step("D", move["plate"], goal, position(move["well"], size), volume, move["vehicle"]),
            "W;",
        ]
    return "\r\n".join(lines) + "\r\n"


def position(well: str, plate: int) -> int:
    """Number of a well, counted down the columns from 1.

    >>> position("A2", 96)
    9
    """
    rows, _ = SHAPES[plate]
    return (int(well[1:]) - 1) * rows + ord(well[0]) - ord("A") + 1


def _prepared(source: dict[str, Any], tubes: dict[str, int]) -> Iterator[str]:
    goal = (source["plate"], SOURCE_LABWARE, position(source["well"], 384))
    vehicle = source["vehicle"]
    taken: list[tuple[str, str, int, float]]
    if source["drug_id"] is None:
        taken = [(vehicle.upper(), "Trough", 1, source["fill_uL"])]
    elif source["parent"] is None:
        taken = [("STOCKS", "Tube Rack", tubes[source["drug_id"]], source["fill_uL"])]
    else:
        plate, well = source["parent"].split(":")
        taken = [
            (vehicle.upper(), "Trough", 1, source["fill_uL"] * 0.9),
            (plate, SOURCE_LABWARE, position(well, 384), source["fill_uL"] * 0.1),
        ]
    for rack, labware, place, volume in taken:
        yield from (_step("A", rack, labware, place, volume, vehicle), _step("D", *goal, volume, vehicle), "W;")


def _step(kind: str, rack: str, labware: str, place: int, volume_uL: float, liquid: str) -> str:
    """kind; rack label; rack id; rack type; position; tube id; volume; liquid class; tip mask; forced rack type."""
    return f"{kind};{rack};;{labware};{place};;{volume_uL:.6g};{liquid};;"
