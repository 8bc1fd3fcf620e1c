"""What illustrates a drug's mechanism on its pages: signatures and dockings that were kept, each beside its control."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from screen.errors import StoreError
from screen.store import Store
from screen.store.illustration_store import StoredIllustration, illustrations_of

Group = Literal["drug", "control", "same mechanism", "other"]


@checked(frozen=True, config=ConfigDict(strict=True, allow_inf_nan=False))
class Molecule:
    """A molecule on the axis of the picture."""

    name: str
    value: float
    group: Group
    """drug: the one in question, or one docked in the same call; control: a decoy, or a drug of like strength."""


@checked(frozen=True, kw_only=True, config=ConfigDict(strict=True))
class IllustrationText:
    """What an illustration says, as it is stored."""

    lead: str
    lines: tuple[str, ...]
    axis: str
    """What the values of the molecules are."""
    molecules: tuple[Molecule, ...]
    """By value, the lowest first."""


@dataclass(frozen=True, kw_only=True)
class DrugIllustration:
    """An illustration with where it comes from."""

    kind: str
    """signature or docking."""
    file: str
    """Profiles or receptor, by its name."""
    sha256: str
    says: IllustrationText


_READ = TypeAdapter(IllustrationText)


def as_record(says: IllustrationText) -> str:
    """As the store holds it."""
    return json.dumps(asdict(says), sort_keys=True)


def drug_illustrations(store: Store, drug_id: str) -> tuple[DrugIllustration, ...]:
    """Those of a drug.

    Raises
    ------
    StoreError
        One that does not read as an illustration.
    """
    return tuple(_illustration(store, row) for row in illustrations_of(store, drug_id))


def _illustration(store: Store, row: StoredIllustration) -> DrugIllustration:
    try:
        says = _READ.validate_json(row.record)
    except ValidationError as fault:
        raise StoreError(
            f"an illustration of {row.drug_id} that cannot be read: {fault.errors()[0]['msg']}",
            where=str(store.path),
            remedy=f"make it anew: crescreen {'dock' if row.kind == 'docking' else 'signature'} with --keep",
        ) from None
    return DrugIllustration(kind=row.kind, file=row.file, sha256=row.sha256, says=says)
