"""Who is measured: the tables of rivals and of learned models in one. A new model is one file and one row there."""

from collections.abc import Mapping, Sequence

from screen.errors import InputError
from screen.evaluation.cell_lines.splits import New
from screen.models.model_registry import MODELS, ModelEntry
from screen.models.networks.variants import NETWORK_ENTRIES
from screen.settings import Settings

DEFAULT = "default"
"""Names, in every table of figures, whatever model is the default."""
BARS: Mapping[New, Sequence[str]] = {
    "lines": ("drug-mean", "drug-lineage-mean", "ridge"),
    "drugs": ("line-mean", "drug-kernel"),
    "both": ("lineage-mean", "drug-kernel"),
}
"""Measured with every model, by what is new: what a model has over them is paired."""


def default_of(settings: Settings) -> str:
    """Name of the row that is the default model: of kind ``default`` in the table."""
    return next(name for name, entrant in MODELS.items() if entrant.kind == "default")


def entrants() -> Mapping[str, ModelEntry]:
    """Every row, in the order of the tables."""
    return {**MODELS, **NETWORK_ENTRIES}


def bars(new: New) -> tuple[str, ...]:
    """Those of the table."""
    return tuple(bar for bar in BARS[new] if bar in entrants())


def chosen(asked: Sequence[str], default: str, new: New) -> dict[str, ModelEntry]:
    """The entrants asked for that can answer (none asked: all that can), by their own names.

    Raises
    ------
    InputError
        A name is unknown, or none of those asked for can answer where drugs are new.
    """
    everyone = entrants()
    names = [default if name == DEFAULT else name for name in asked] or list(everyone)
    unknown = [name for name in names if name not in everyone]
    if unknown:
        raise InputError(
            f"no model {unknown[0]!r}", where="--models", remedy=f"known: {', '.join((DEFAULT, *everyone))}"
        )
    able = {name: everyone[name] for name in everyone if name in names and (new == "lines" or everyone[name].new_drugs)}
    if not able:
        raise InputError(
            f"{', '.join(names)} cannot answer for a new drug",
            where="--models",
            remedy="ask for a model that can, or for protocol lines",
        )
    return able
