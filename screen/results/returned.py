"""What a user says of a lab's files, and what became of each plate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What a user says of the files."""

    plan: str | None = None
    layout: Path | None = None
    lab: str = "lab"
    organoids: Mapping[str, str] = field(default_factory=dict)
    """organoid -> patient; '' for the organoid's own id."""
    time_zero: Path | None = None
    doses: Path | None = None
    """Table of each drug's top dose, for a layout whose doses are relative."""
    dose_unit: str = ""
    """Of a layout whose doses name none."""


@dataclass(frozen=True, kw_only=True)
class AddedPlate:
    """What became of one plate."""

    plate_id: str
    file: str
    format: str
    plate: str
    organoid_id: str
    verdict: str
    reason: str
    repeated: bool
    """It was in the store already: nothing was changed."""
    notes: tuple[str, ...] = ()
