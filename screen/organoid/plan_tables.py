"""A plan's parts as rows of the store's ``plan_...`` tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import polars as pl

from screen.organoid.compounds import Purchase
from screen.organoid.doses import percent
from screen.organoid.plate import Well
from screen.organoid.request import Request
from screen.organoid.transfers import SourceWell, Transfer
from screen.organoid.treatment import Treatment

_TEXTS = pl.List(pl.String)


def treatments(chosen: Sequence[Treatment], following: Sequence[Treatment]) -> pl.DataFrame:
    """Rows of ``plan_treatments``."""
    return pl.DataFrame(
        [
            {
                "treatment": t.code,
                "set_name": t.set_name,
                "chosen": i < len(chosen),
                "drug_ids": list(t.drug_ids),
                "drug_names": list(t.names),
                "mechanism": t.mechanism,
                "place": t.place,
                "score": t.score,
                "reason": t.reason,
            }
            for i, t in enumerate((*chosen, *following))
        ],
        schema_overrides={"place": pl.Int32, "score": pl.Float64, "drug_ids": _TEXTS, "drug_names": _TEXTS},
    )


def wells(laid: Sequence[Well], drugs: Mapping[str, Sequence[str]], request: Request) -> pl.DataFrame:
    """Rows of ``plan_wells``.

    Parameters
    ----------
    drugs : treatment -> its drug ids, in the order of its transfers
    """
    return pl.DataFrame(
        [_well(w, drugs, request) for w in laid],
        schema_overrides={
            "treatment": pl.String,
            "drug_ids": _TEXTS,
            "target_uM": pl.Float64,
            "doses_uM": pl.List(pl.Float64),
            "replicate": pl.Int32,
            "row_number": pl.Int32,
            "col_number": pl.Int32,
        },
        infer_schema_length=None,
    )


def _well(well: Well, drugs: Mapping[str, Sequence[str]], request: Request) -> dict[str, object]:
    filling = well.filling
    given = [p for p in filling.parts if p.compound]
    ids = [p.compound.drug_id for p in given if p.compound]
    return {
        "plate": well.plate,
        "well": well.name,
        "row_number": well.row,
        "col_number": well.col,
        "role": filling.role,
        "treatment": filling.treatment,
        "drug_ids": list(drugs.get(filling.treatment or "", ids)),
        "target_uM": filling.target_uM,
        "doses_uM": [float(p.dose_uM) for p in given],
        "replicate": well.replicate,
        "vehicle_pct": percent(filling.dmso_nL, request.well_uL),
        "volume_nL": float(filling.volume_nL),
    }


def sources(made: Sequence[SourceWell]) -> pl.DataFrame:
    """Rows of ``plan_sources``."""
    return pl.DataFrame(
        [
            {
                "plate": s.plate,
                "well": s.well,
                "drug_id": s.compound.drug_id if s.compound else None,
                "name": s.compound.name if s.compound else s.vehicle,
                "vehicle": s.vehicle,
                "level": s.level,
                "stock_mM": float(s.mM),
                "fill_uL": float(s.fill_uL),
                "drawn_nL": float(s.drawn_nL),
                "parent": f"{s.parent.plate}:{s.parent.well}" if s.parent else None,
            }
            for s in made
        ],
        schema_overrides={"parent": pl.String, "drug_id": pl.String, "level": pl.Int32},
        infer_schema_length=None,
    )


def transfers(made: Sequence[Transfer]) -> pl.DataFrame:
    """Rows of ``plan_transfers``."""
    return pl.DataFrame(
        [
            {
                "step": i,
                "source_plate": t.source.plate,
                "source_well": t.source.well,
                "plate": t.well.plate,
                "well": t.well.name,
                "drug_id": t.part.compound.drug_id if t.part.compound else None,
                "name": t.part.compound.name if t.part.compound else t.part.vehicle,
                "vehicle": t.part.vehicle,
                "source_mM": float(t.part.source_mM),
                "target_uM": t.well.filling.target_uM if t.part.compound else None,
                "dose_uM": float(t.part.dose_uM) if t.part.compound else None,
                "volume_nL": float(t.part.volume_nL),
            }
            for i, t in enumerate(made, start=1)
        ],
        schema_overrides={"step": pl.Int32, "drug_id": pl.String, "target_uM": pl.Float64, "dose_uM": pl.Float64},
        infer_schema_length=None,
    )


def compounds(bought: Sequence[Purchase]) -> pl.DataFrame:
    """Rows of ``plan_compounds``."""
    rows = [asdict(p) | {"others": list(p.others), "stock_uL": float(p.stock_uL)} for p in bought]
    return pl.DataFrame(
        rows,
        infer_schema_length=None,
        schema_overrides={
            "salt": pl.String,
            "vendor": pl.String,
            "catalogue": pl.String,
            "others": _TEXTS,
            "molecular_weight": pl.Float64,
            "mass_mg": pl.Float64,
            "stock_mM": pl.Float64,
        },
    )
