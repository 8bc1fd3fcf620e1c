"""The patients of one survival analysis: what became of them, their marker, and what else is known; who is left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen import indications
from screen.alterations import alteration_matrix
from screen.errors import InputError, StoreError
from screen.expression import GeneIndex, resolve
from screen.records import drug_key
from screen.store import Store, load

_FOLLOWED = """
WITH held AS (
    SELECT o.patient_id, o.event, o.days FROM outcomes o LEFT JOIN source_files f USING (source_id)
    WHERE o.endpoint = $endpoint
    QUALIFY row_number() OVER (PARTITION BY o.patient_id ORDER BY f.ingested DESC NULLS LAST, o.source_id) = 1
)
SELECT p.patient_id, p.indication AS type, p.age, p.sex, p.stage, h.event, h.days
FROM patients p LEFT JOIN held h USING (patient_id)
WHERE list_contains($codes, p.indication) ORDER BY p.patient_id
"""
_SCORES = """
SELECT s.patient_id, s.score::DOUBLE AS value
FROM scores s JOIN current_runs r USING (run_id) JOIN drug_keys k USING (drug_id)
WHERE k.drug_key = $drug AND list_contains($codes, r.indication)
"""
_STAGE = re.compile(r"(?:stage\s+)?(IV|III|II|I|0)[A-D]?\d?\s*$", re.IGNORECASE)
KINDS = ("gene", "alteration", "score")


@dataclass(frozen=True)
class MarkerRequest:
    """What patients are compared by; all empty: clinical covariates alone."""

    gene: str = ""
    """Expression of a gene, per standard deviation."""
    alteration: str = ""
    """A gene altered or not; ``GENE:copy_number`` or ``GENE:fusion`` for another kind than mutation."""
    score: str = ""
    """A drug's score in the newest ranking, per standard deviation."""

    @property
    def kind(self) -> str:
        """gene, alteration, score, or empty."""
        return next((kind for kind in KINDS if getattr(self, kind)), "")

    @property
    def name(self) -> str:
        """What is named."""
        return str(getattr(self, self.kind)) if self.kind else ""


@dataclass(frozen=True)
class SurvivalCohort:
    """Patients analysed."""

    rows: pl.DataFrame
    """patient_id, type, age, sex, stage (I to IV), event, days, marker (null where there is none)."""
    left_out: dict[str, int]
    """Why -> how many patients."""
    source: str
    """Where the marker comes from."""


def survival_cohort(store: Store, codes: Sequence[str], endpoint: str, marker: MarkerRequest) -> SurvivalCohort:
    """Gather the patients of some tumour types.

    Raises
    ------
    StoreError
        No follow-up, or no patient, in the store.
    InputError
        Nobody of these patients has the marker.
    """
    everybody = store.sql(_FOLLOWED, endpoint=endpoint, codes=list(codes))
    if everybody.is_empty():
        raise StoreError(
            f"no patient of {', '.join(codes)}", where=str(store.path), remedy="run: crescreen ingest FILE"
        )
    values, source = _marker(store, everybody["patient_id"].to_list(), codes, marker)
    rows = everybody.with_columns(marker=pl.Series(values, dtype=pl.Float64).fill_nan(None), stage=_stages(everybody))
    measured = rows.filter(pl.col("marker").is_not_null()) if marker.kind else rows
    followed = measured.filter(pl.col("days").is_not_null())
    if followed.is_empty():
        without = marker.kind and measured.is_empty()
        raise InputError(
            f"{marker.name}: not known of any patient of {', '.join(codes)}"
            if without
            else f"no patient has {endpoint}",
            where="survival",
            remedy="what was looked at is listed by: crescreen export alteration_coverage --out coverage.csv"
            if marker.kind == "alteration"
            else "ingest expression, or TCGA-CDR's outcomes, of these patients",
        )
    left = {
        _unknown(marker): rows.height - measured.height,
        f"no {endpoint} on record": measured.height - followed.height,
    }
    return SurvivalCohort(followed, {why: count for why, count in left.items() if count}, source)


def _unknown(marker: MarkerRequest) -> str:
    return {
        "gene": f"{marker.name} not measured",
        "alteration": f"{marker.name} not covered: unknown",
        "score": f"no score of {marker.name}",
    }.get(marker.kind, "")


def _marker(store: Store, patients: list[str], codes: Sequence[str], marker: MarkerRequest) -> tuple[list[float], str]:
    if marker.kind == "alteration":
        return _altered(store, patients, marker.alteration)
    if marker.kind == "gene":
        return _expression(store, patients, marker.gene)
    if marker.kind == "score":
        return _scores(store, patients, codes, marker.score)
    return [float("nan")] * len(patients), ""


def _altered(store: Store, patients: list[str], name: str) -> tuple[list[float], str]:
    gene, _, kind = name.partition(":")
    kind = kind.strip().replace(" ", "_") or "mutation"
    if kind not in ("mutation", "copy_number", "fusion", "msi", "methylation"):
        raise InputError(f"no kind of alteration is called {kind!r}", where="--alteration", remedy="GENE:copy_number")
    found = alteration_matrix(store, "patient", patients, [gene.strip()], kind)
    return [float(value) for value in found.altered[:, 0]], ", ".join(found.sources)


def _expression(store: Store, patients: list[str], gene: str) -> tuple[list[float], str]:
    sources = load.expression_sources(store, "patient", patients)
    if sources.is_empty():
        raise InputError("no expression of these patients", where="--gene", remedy="run: crescreen ingest FILE")
    dataset, unit = sources["dataset"][0], sources["unit"][0]
    profiles = resolve(
        load.profiles(store, "patient", sources["source_id"][0], patients), GeneIndex(load.gene_aliases(store))
    )
    symbol = GeneIndex(load.gene_aliases(store)).symbols([gene])[0][0] or gene
    if symbol not in profiles.genes:
        raise InputError(
            f"{gene} is not in {dataset}", where="--gene", remedy="give a gene of the profile, by its approved symbol"
        )
    levels = dict(zip(profiles.subject_ids, profiles.levels[:, profiles.genes.index(symbol)], strict=True))
    return [float(levels.get(one, np.nan)) for one in patients], f"{dataset} ({unit})"


def _scores(store: Store, patients: list[str], codes: Sequence[str], drug: str) -> tuple[list[float], str]:
    ranked = [code for code in indications.all_codes() if set(indications.members(code)) & set(codes)]
    found = dict(store.sql(_SCORES, drug=drug_key(drug), codes=ranked).iter_rows())
    if not found:
        raise InputError(
            f"no score of {drug!r} for these patients", where="--score", remedy=f"run: crescreen rank {codes[0]}"
        )
    return [float(found.get(one, np.nan)) for one in patients], "the newest ranking"


def _stages(rows: pl.DataFrame) -> pl.Series:
    """I to IV; null where it is none of them."""
    found = [_STAGE.match(text.strip()) if text else None for text in rows["stage"]]
    return pl.Series([match[1].upper() if match else None for match in found], dtype=pl.String)
