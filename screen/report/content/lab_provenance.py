"""Where a lab report comes from: the readers' files, and the ranking where there is one."""

from dataclasses import replace

import polars as pl

from screen.errors import StoreError
from screen.report.content.provenance import Provenance, SourceFile, current_run, provenance_of, without_run
from screen.settings import Settings
from screen.store import Store


def lab_provenance(store: Store, settings: Settings, plates: pl.DataFrame, indication: str) -> Provenance:
    """Origin of a lab report; the fields of a model are empty where the patients are not ranked.

    Parameters
    ----------
    plates : rows of ``lab_plates`` that the report is about
    indication : of the ranking that the plates are compared with; '' for none
    """
    files = _files(plates)
    if indication:
        try:
            made = provenance_of(store, current_run(store, indication), settings)
        except StoreError:
            pass
        else:
            return replace(made, sources=files, files=files)
    return without_run(store, settings, files)


def _files(plates: pl.DataFrame) -> tuple[SourceFile, ...]:
    return tuple(
        SourceFile(
            name=row["file_name"],
            kind=row["file_format"],
            sha256=row["file_sha256"],
            snapshot_date=None,
            coverage=None,
            rows=row["n_rows"] * row["n_cols"],
        )
        for row in plates.to_dicts()
    )
