"""Where a lab report comes from: the readers' files, and the ranking where there is one."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import polars as pl

from screen import __version__
from screen.errors import StoreError
from screen.report.content.audit_trail import read_trail
from screen.report.content.provenance import Provenance, SourceFile, current_run, provenance_of
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
    return Provenance(
        ranked=None,
        version=__version__,
        run_id="",
        model_id="",
        model="",
        members=0,
        dataset="",
        lines=0,
        patients=0,
        drugs=0,
        genes=0,
        unit="",
        line_expression=(),
        line_notes=(),
        patient_dataset="",
        encoder="",
        encoder_id="",
        toy_encoder=False,
        synthetic=any(file.name.startswith("synthetic_") for file in files),
        sources=files,
        files=files,
        settings=tuple(_flat(asdict(settings.ranking))),
        versions=(("crescreen", __version__),),
        trail=read_trail(store),
    )


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


def _flat(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(f"tables.{name}", str(value)) for name, value in sorted(values.items())]
