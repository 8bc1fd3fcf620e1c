"""A patient's single cells on a page: clones, which drugs cover them, which clone a drug misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen.store import Store, cell_store

NO_CLONES = "Cells were read for this patient and their clones not scored yet: crescreen cells clones {patient}"
EVERY = "all"
SHOWN = 18
"""Drugs of the picture."""


@dataclass(frozen=True, kw_only=True)
class CloneRow:
    """One clone."""

    clone: str
    cells: int
    share: float
    main_type: str
    stability: float | None
    main_sample: str
    sample_share: float | None
    sample_expected: float | None
    inside_domain: bool
    domain_percentile: float


@dataclass(frozen=True, kw_only=True)
class CloneScore:
    """A drug in one clone."""

    clone: str
    score: float
    low: float
    high: float
    """90% over resampled cells."""
    selective: float | None


@dataclass(frozen=True, kw_only=True)
class CloneDrug:
    """One drug over all clones."""

    drug_id: str
    name: str
    all_cells: float
    """Score of all cells taken together."""
    covered: float
    """Share of the cells in clones whose score reaches the potency floor."""
    stands_out: float
    """Share of the cells in clones in which it stands out."""
    worst_clone: str
    worst_score: float
    scores: tuple[CloneScore, ...]
    """In the order of the clones."""


@dataclass(frozen=True, kw_only=True)
class DrugSet:
    """A set of drugs that covers cells."""

    drugs: tuple[str, ...]
    """Names."""
    added: tuple[float, ...]
    """Share of the cells each adds."""
    covered: float
    reaches: bool
    random_mean: float
    random_as_good: float


@dataclass(frozen=True, kw_only=True)
class CloneSection:
    """Everything a page says of a patient's cells."""

    read: bool
    says: str
    """In one sentence."""
    scored: bool
    cells_read: int
    quality: tuple[str, ...]
    cells: int
    """That stay after quality control."""
    split_by: str
    malignant: int | None
    """Of those; ``None``: the file does not say."""
    model: str
    """Indication and id of the model that scored."""
    taken: int
    """Cells for the clones."""
    clones: tuple[CloneRow, ...]
    genes_found: int
    drugs: tuple[CloneDrug, ...]
    """Those of the sets, then every other that stands out in a clone, then by the score of the worst clone."""
    genes_expected: int
    missed: tuple[CloneDrug, ...]
    """Drugs that all cells together call for, and that miss a clone."""
    least: int
    """Cells of a clone that is scored."""
    personal: DrugSet | None
    """Of drugs that stand out in the clones they cover."""
    potent: DrugSet | None
    """By score alone."""
    notes: tuple[str, ...]


def clone_section(store: Store, patient_id: str, potency_floor: float) -> CloneSection:
    """What the store holds of a patient's cells; ``read`` is false where that is nothing."""
    quality = cell_store.quality(store, patient_id).to_dicts()
    last = quality[-1:]
    made = cell_store.clones_of(store, patient_id) if quality else None
    result: dict[str, Any] = dict(made.result) if made else {}
    drugs = _drugs(made, result) if made and made.clones.height else []
    every = made.clones.filter(pl.col("clone") == EVERY).to_dicts() if made and made.clones.height else []
    names = {drug.drug_id: drug.name for drug in drugs}
    return CloneSection(
        read=bool(quality),
        says=str(result.get("says", "")) or (NO_CLONES.format(patient=patient_id) if quality else ""),
        scored=bool(drugs),
        cells_read=sum(row["cells_read"] for row in last),
        cells=sum(row["cells"] for row in last),
        malignant=last[0]["malignant"] if last else None,
        taken=int(result.get("taken", 0)),
        quality=tuple(f"{row['file']}: {row['says']}" for row in last),
        split_by=str(result.get("split_by", "")),
        model=f"{made.indication} {made.model_id}" if made and made.model_id else "",
        genes_found=every[0]["genes_found"] if every else 0,
        genes_expected=every[0]["genes_expected"] if every else 0,
        least=int(made.request["min_cells"]) if made else 0,
        clones=_clones(made.clones) if made and made.clones.height else (),
        drugs=tuple(drugs),
        missed=tuple(_missed(drugs, potency_floor)),
        personal=_set(result, "stands_out", names),
        potent=_set(result, "score", names),
        notes=tuple(result.get("notes", ())),
    )


def _clones(rows: pl.DataFrame) -> tuple[CloneRow, ...]:
    return tuple(
        CloneRow(
            clone=row["clone"],
            cells=row["cells"],
            share=row["share"],
            main_type=row["main_type"] or "",
            stability=row["stability"],
            main_sample=row["main_sample"] or "",
            sample_share=row["sample_share"],
            sample_expected=row["sample_expected"],
            inside_domain=row["inside_domain"],
            domain_percentile=row["domain_percentile"],
        )
        for row in rows.filter(pl.col("clone") != EVERY).to_dicts()
    )


def _drugs(made: cell_store.StoredClones, result: dict[str, Any]) -> list[CloneDrug]:
    order = made.clones.filter(pl.col("clone") != EVERY)["clone"].to_list()
    held: dict[str, dict[str, Any]] = {}
    for row in made.scores.iter_rows(named=True):
        held.setdefault(row["drug_id"], {"name": row["drug_name"]})[row["clone"]] = row
    made_rows = [
        _drug(drug, rows, order, result["covered"].get(drug, 0.0), result["stands_out"].get(drug, 0.0))
        for drug, rows in held.items()
    ]
    chosen = {drug for one in result["sets"].values() for drug in one["drugs"]}
    return sorted(
        made_rows, key=lambda d: (d.drug_id not in chosen, -round(d.stands_out, 9), -round(d.worst_score, 6), d.drug_id)
    )


def _drug(drug: str, rows: dict[str, Any], order: Sequence[str], covered: float, stands_out: float) -> CloneDrug:
    scores = tuple(
        CloneScore(
            clone=clone,
            score=rows[clone]["score"],
            low=rows[clone]["low"],
            high=rows[clone]["high"],
            selective=rows[clone]["selective"],
        )
        for clone in order
    )
    worst = min(scores, key=lambda one: one.score)
    return CloneDrug(
        drug_id=drug,
        name=rows["name"],
        all_cells=rows[EVERY]["score"],
        covered=covered,
        stands_out=stands_out,
        worst_clone=worst.clone,
        worst_score=worst.score,
        scores=scores,
    )


def _missed(drugs: Sequence[CloneDrug], floor: float) -> list[CloneDrug]:
    """Potent for all cells together and below the floor in a clone; the largest gap first."""
    found = [d for d in drugs if d.all_cells >= floor > d.worst_score]
    return sorted(found, key=lambda d: (round(d.worst_score - d.all_cells, 6), d.drug_id))[:SHOWN]


def _set(result: dict[str, Any], name: str, names: dict[str, str]) -> DrugSet | None:
    one = result.get("sets", {}).get(name)
    if one is None:
        return None
    return DrugSet(
        drugs=tuple(names.get(drug, drug) for drug in one["drugs"]),
        added=tuple(one["added"]),
        covered=one["covered"],
        reaches=one["reaches"],
        random_mean=one["random_mean"],
        random_as_good=one["random_as_good"],
    )
