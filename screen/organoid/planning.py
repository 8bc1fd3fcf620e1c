"""A test set for organoids, from the ranking in the store to the files a lab pipettes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from screen import indications, organoid
from screen.ranking import shortlists
from screen.report.formats.rendering import render
from screen.report.report_kinds import kind_of
from screen.settings import Settings
from screen.store import open_store
from screen.store.plans import BARCODE_DIGITS

if TYPE_CHECKING:
    from screen.organoid import NextPlate, Request


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What was planned, and where its files lie."""

    plan_id: str
    """Under which the results will come back."""
    indication: str
    folder: Path
    answer: str
    cautions: tuple[str, ...]
    files: tuple[str, ...]


def plan_organoids(
    settings: Settings,
    code: str,
    request: "Request",
    patient_id: str | None,
    out: Path,
    formats: Sequence[str] = ("pdf", "html", "json"),
    wanted: "NextPlate | None" = None,
) -> Planned:
    """Choose the drugs, lay out the plates, store the plan and write its files.

    Parameters
    ----------
    patient_id : plan by this patient's ranking; ``None``: by the cohort's
    wanted : the next plate, chosen by what its wells would add and find

    Raises
    ------
    StoreError
        The indication or the patient is not ranked.
    InputError
        The request is out of range or does not fit.
    """
    required = indications.require(code, "organoid plan")
    with open_store(settings.store, write=True) as store:
        tables = shortlists.tables(store, settings.ranking)
        standing = tables.stands_out.filter(~pl.col("folded") & (pl.col("patient_id") == (patient_id or "")))
        first = standing.sort("rank")["drug_id"].to_list()
        made = organoid.plan(store, required, request, tables.edp, patient_id, wanted, first)
        context = kind_of("organoid").build(store, made.plan_id, settings, None)
    folder = out / f"organoid-{required}-{made.plan_id[:BARCODE_DIGITS]}"
    written = [*organoid.write_files(made, folder), *(render(context, form, folder) for form in formats)]
    return Planned(
        plan_id=made.plan_id,
        indication=required,
        folder=folder,
        answer=context.answer,
        cautions=tuple(made.cautions),
        files=tuple(path.name for path in written),
    )
