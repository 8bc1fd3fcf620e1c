"""The report of a drug's markers in an indication: what stands up, what does not, what could not be tested."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import polars as pl

from screen.errors import InputError
from screen.report.content.biomarker_records import MarkerRow, Question, ReportingItem
from screen.report.content.biomarker_text import answer_of, cautions_of, questions_of, reporting_items
from screen.report.content.cautions import Caution
from screen.report.content.marker_provenance import marker_provenance
from screen.report.content.provenance import Provenance
from screen.settings import Settings
from screen.store import Store
from screen.store.biomarker_tables import marker_analysis

MOST = 15
"""Rows of a table on the page; the export has all."""


@dataclass(frozen=True, kw_only=True)
class BiomarkerReport:
    """Everything the report says."""

    title: str
    subject: str
    scope: str
    """Indication and drug: ``LUAD/<drug_id>``."""
    indication: str
    drug: str
    drug_id: str
    targets: tuple[str, ...]
    answer: str
    cautions: tuple[Caution, ...]
    questions: tuple[Question, ...]
    metric: str
    """Of the response in cell lines."""
    endpoint: str
    lines: int
    patients: int
    events: int
    treated: int
    others: int
    resistance: tuple[MarkerRow, ...]
    """Associated with resistance of cell lines, by p; where none is supported, the first few."""
    sensitivity: tuple[MarkerRow, ...]
    prognostic: tuple[MarkerRow, ...]
    predictive: tuple[MarkerRow, ...]
    targeted: tuple[MarkerRow, ...]
    """Markers of the drug's own targets, found or not."""
    reporting: tuple[ReportingItem, ...]
    provenance: Provenance
    kind: Literal["biomarkers"] = "biomarkers"


def biomarker_report(store: Store, subject: str, settings: Settings) -> BiomarkerReport:
    """Gather the report.

    Parameters
    ----------
    subject : ``CODE/DRUG``, the drug by name or id

    Raises
    ------
    InputError
        Not of that form.
    StoreError
        The markers of this drug were not analysed in the indication.
    """
    code, _, drug = subject.partition("/")
    if not drug:
        raise InputError("needs an indication and a drug", where=subject, remedy="as in LUAD/gefitinib")
    _, manifest, rows = marker_analysis(store, code, drug)
    name = manifest["drug"]["name"]
    associated = rows.filter(pl.col("association_p").is_not_null())
    return BiomarkerReport(
        title=f"Markers of {name} in {code}",
        subject=f"{code}-{name}",
        scope=f"{code}/{manifest['drug']['id']}",
        indication=code,
        drug=name,
        drug_id=manifest["drug"]["id"],
        targets=tuple(manifest["drug"]["targets"]),
        answer=answer_of(manifest, rows),
        cautions=tuple(cautions_of(manifest, rows)),
        questions=tuple(questions_of(manifest, rows)),
        metric=manifest["lines"]["metric"],
        endpoint=manifest["patients"]["endpoint"],
        lines=manifest["lines"]["n"],
        patients=manifest["patients"]["n"],
        events=manifest["patients"]["events"],
        treated=manifest["treated"]["n"],
        others=manifest["treated"]["others"],
        resistance=_first(associated.filter(pl.col("association") > 0), "association"),
        sensitivity=_first(associated.filter(pl.col("association") <= 0), "association"),
        prognostic=_first(rows.filter(pl.col("prognostic_p").is_not_null()), "prognostic"),
        predictive=_first(rows.filter(pl.col("predictive_p").is_not_null()), "predictive"),
        targeted=_targeted(rows, manifest["drug"]["targets"]),
        reporting=tuple(reporting_items(manifest)),
        provenance=marker_provenance(store, settings, manifest),
    )


def _first(rows: pl.DataFrame, name: str) -> tuple[MarkerRow, ...]:
    """The supported by p, at most fifteen; else the first three, so that the page shows how near they come."""
    ordered = rows.sort((pl.col(f"{name}_verdict") == "supported").not_(), f"{name}_p", "feature", "kind")
    supported = ordered.filter(pl.col(f"{name}_verdict") == "supported").height
    return tuple(_row(one) for one in ordered.head(min(MOST, supported) or 3).to_dicts())


def _targeted(rows: pl.DataFrame, targets: list[str]) -> tuple[MarkerRow, ...]:
    found = rows.filter(pl.col("feature").is_in(targets)).sort("feature", "kind")
    return tuple(_row(one) for one in found.head(MOST).to_dicts())


def _row(one: Mapping[str, Any]) -> MarkerRow:
    return MarkerRow(**{field.name: one[field.name] for field in fields(MarkerRow)})
