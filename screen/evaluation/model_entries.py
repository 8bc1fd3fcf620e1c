"""The models that are measured: baselines and networks in one table. A new model is one file and one row there."""

from collections.abc import Mapping, Sequence

from screen.errors import InputError
from screen.evaluation.cell_lines.splits import New
from screen.models.model_registry import MODELS, ModelEntry
from screen.models.networks.variants import NETWORK_ENTRIES
from screen.settings import Settings

DEFAULT = "default"
"""Names, in every table of figures, whatever model is the default."""
COMPARED_WITH: Mapping[New, Sequence[str]] = {
    "lines": ("drug-mean", "drug-lineage-mean", "ridge"),
    "drugs": ("line-mean", "drug-kernel"),
    "both": ("lineage-mean", "drug-kernel"),
}
"""By what is new in the test pairs: measured with every model, which has a paired difference to each of them."""


def default_of(settings: Settings) -> str:
    """Name of the row that is the default model: of kind ``default`` in the table."""
    return next(name for name, entry in MODELS.items() if entry.kind == "default")


def all_entries() -> Mapping[str, ModelEntry]:
    """Every model, baselines first."""
    return {**MODELS, **NETWORK_ENTRIES}


def baselines(new: New) -> tuple[str, ...]:
    """The baselines that are in the table."""
    return tuple(baseline for baseline in COMPARED_WITH[new] if baseline in all_entries())


def requested_entries(requested: Sequence[str], default: str, new: New) -> dict[str, ModelEntry]:
    """The requested models that can predict what is new (none requested: all that can), by their own names.

    Raises
    ------
    InputError
        A name is unknown, or none of those requested can predict new drugs.
    """
    everyone = all_entries()
    names = [default if name == DEFAULT else name for name in requested] or list(everyone)
    unknown = [name for name in names if name not in everyone]
    if unknown:
        raise InputError(
            f"no model {unknown[0]!r}", where="--models", remedy=f"known: {', '.join((DEFAULT, *everyone))}"
        )
    able = {name: everyone[name] for name in everyone if name in names and (new == "lines" or everyone[name].new_drugs)}
    if not able:
        raise InputError(
            f"{', '.join(names)} cannot predict a new drug",
            where="--models",
            remedy="request a model that can, or for protocol lines",
        )
    return able
