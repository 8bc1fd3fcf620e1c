"""What the lab asks for."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from screen.errors import InputError
from screen.settings.field_checks import STRICT, Allowed, explained

SHARES = {"A": 6, "B": 4, "C": 2, "D": 4}
"""Drugs a set of the published test of 16."""
MOST_REPLICATES = 6


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _each_once(doses: tuple[float, ...]) -> tuple[float, ...]:
    if len(set(doses)) < len(doses):
        raise ValueError("a dose twice")
    return doses


Dose = Annotated[float, Field(gt=0, le=10_000)]
Doses = Annotated[
    tuple[Dose, ...], AfterValidator(_each_once), Allowed("doses in uM, each above 0 and at most 10000, each once")
]


@explained("organoid plan", _option)
@dataclass(frozen=True, config=STRICT)
class Request:
    """One test set to plan; a number out of its range is an ``InputError``."""

    drugs: Annotated[int, Field(ge=4, le=200)] = 16
    """Treatments; a combination counts as one."""
    plate: Literal[96, 384] = 384
    """Wells a plate."""
    doses: Doses = ()
    """uM, of each drug of a treatment; empty: each drug its own ladder, from what cell lines say of its potency."""
    dose_points: Annotated[int, Field(ge=2, le=12)] = 4
    """Doses of a ladder."""
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] = 3
    """Wells a treatment and dose."""
    stock_mM: Annotated[float, Field(ge=0.1, le=1000)] = 10.0
    """Concentration of the stocks."""
    well_uL: Annotated[float, Field(ge=2, le=500)] = 50.0
    """Volume of an assay well after the additions."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """Of the layout."""
    dmso_limit_pct: Annotated[float, Field(gt=0, le=100)] = 0.5
    """DMSO, percent of the well: ladders stay below it, and doses given by hand are warned of."""
    compounds: Literal["clinical", "all"] = "clinical"
    """Sets A and B: only drugs once given to people, by the sources read, or any."""
    exclude: tuple[str, ...] = ()
    """Names of drugs left out; the next of the set takes the place."""
    include: tuple[str, ...] = ()
    """Names of drugs taken in, whatever the ranking says."""
    only: tuple[str, ...] = ()
    """Names of the drugs to plan, in place of the sets."""
    stocks: tuple[tuple[str, float], ...] = ()
    """Stocks (mM) that the lab has, by name; the others are ``stock_mM``."""
    organoids: Annotated[int, Field(ge=1, le=200)] = 1
    """Organoids that get the same plates."""

    @property
    def points(self) -> int:
        """Doses of each treatment."""
        return len(self.doses) or self.dose_points


def read_doses(text: str) -> tuple[float, ...]:
    """Doses (uM) as written on the command line, ascending.

    Raises
    ------
    InputError
        Not numbers.

    >>> read_doses("20,0.2,2")
    (0.2, 2.0, 20.0)
    """
    try:
        return tuple(sorted(float(part) for part in text.split(",")))
    except ValueError:
        raise InputError(
            f"cannot read doses {text!r}",
            where="--doses",
            remedy="give numbers in uM with commas between, e.g. 0.2,2,20,200",
        ) from None


def set_sizes(drugs: int) -> dict[str, int]:
    """Treatments a set, in the proportion 6/4/2/4 by largest remainder; of equal remainders the smaller set's.

    >>> set_sizes(16), set_sizes(40)
    ({'A': 6, 'B': 4, 'C': 2, 'D': 4}, {'A': 15, 'B': 10, 'C': 5, 'D': 10})
    """
    whole = sum(SHARES.values())
    sizes = {name: drugs * share // whole for name, share in SHARES.items()}
    by_remainder = sorted(SHARES, key=lambda name: (-(drugs * SHARES[name] % whole), sizes[name], name))
    for name in by_remainder[: drugs - sum(sizes.values())]:
        sizes[name] += 1
    return sizes
