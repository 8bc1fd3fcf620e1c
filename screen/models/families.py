"""The families of models that can be trained, stored and applied: one row each, imported when it is used."""

from collections.abc import Callable
from dataclasses import dataclass

from screen.errors import InputError, StoreError
from screen.models.bundle import Bundle
from screen.models.contract import ModelFamily
from screen.models.networks.architectures import ARCHITECTURES
from screen.models.pair_gp import gp_family


@dataclass(frozen=True)
class FamilyRow:
    """One family."""

    kind: str
    """Its name in the manifest of a stored bundle."""
    models: tuple[str, ...]
    """What can be trained of it, by the names that ``train --model`` takes."""
    load: Callable[[], ModelFamily]
    """Import it."""
    builds: bool = False
    """Whether it scores on a GPU by kernels that triton builds."""


def _pair_gp() -> ModelFamily:
    return gp_family


def _networks() -> ModelFamily:
    from screen.models.networks import network_family

    return network_family


FAMILIES: tuple[FamilyRow, ...] = (
    FamilyRow("process", ("pair-gp",), _pair_gp),
    FamilyRow("pairs", tuple(ARCHITECTURES), _networks, builds=True),
)
_KIND_OF_OLD_BUNDLES = "pairs"
"""Bundles that name no kind are of networks."""


def trainable() -> tuple[str, ...]:
    """Names of the models that can be trained and stored."""
    return tuple(model for row in FAMILIES for model in row.models)


def family_of_model(model: str, where: str = "--model") -> ModelFamily:
    """The family that a model belongs to; ``where`` its name was given.

    Raises
    ------
    InputError
        No model of that name can be trained.
    """
    for row in FAMILIES:
        if model in row.models:
            return row.load()
    raise InputError(f"no model {model!r}", where=where, remedy=f"known: {', '.join(trainable())}")


def family_of(bundle: Bundle) -> ModelFamily:
    """The family that a stored model belongs to; see :func:`row_of`."""
    return row_of(bundle).load()


def row_of(bundle: Bundle) -> FamilyRow:
    """The row of the family that a stored model belongs to.

    Raises
    ------
    StoreError
        A kind this version does not know.
    """
    kind = bundle.manifest.get("kind", _KIND_OF_OLD_BUNDLES)
    for row in FAMILIES:
        if row.kind == kind:
            return row
    known = ", ".join(sorted(row.kind for row in FAMILIES))
    raise StoreError(
        f"a model of kind {kind!r} cannot be scored by this version",
        remedy=f"known: {known}; train again, or install the version it is of",
    )
