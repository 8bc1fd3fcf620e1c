"""What the lab asks for."""

from dataclasses import dataclass

from screen.errors import InputError

SHARES = {"A": 6, "B": 4, "C": 2, "D": 4}
"""Drugs a set of the published test of 16."""
MOST_REPLICATES = 6


@dataclass(frozen=True)
class Request:
    """One test set to plan."""

    drugs: int = 16
    """Treatments; a combination counts as one."""
    plate: int = 384
    """Wells a plate: 384 or 96."""
    doses: tuple[float, ...] = (0.2, 2.0, 20.0, 200.0)
    """uM, of each drug of a treatment."""
    replicates: int = 3
    stock_mM: float = 10.0
    well_uL: float = 50.0
    """Volume of an assay well after the additions."""
    seed: int = 0
    dmso_limit_pct: float = 0.5
    """DMSO (percent of the well) above which the plan warns."""


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


def checked(request: Request) -> Request:
    """The request, if it can be carried out at all.

    Raises
    ------
    InputError
        A number out of its range, or a dose given twice.
    """
    rules = (
        (4 <= request.drugs <= 200, "--drugs", request.drugs, "4 to 200"),
        (request.plate in (96, 384), "--plate", request.plate, "96 or 384"),
        (
            all(0 < dose <= 10_000 for dose in request.doses) and bool(request.doses),
            "--doses",
            request.doses,
            "uM, above 0 and up to 10000",
        ),
        (len(set(request.doses)) == len(request.doses), "--doses", request.doses, "each dose once"),
        (1 <= request.replicates <= MOST_REPLICATES, "--replicates", request.replicates, f"1 to {MOST_REPLICATES}"),
        (0.1 <= request.stock_mM <= 1000, "--stock-mM", request.stock_mM, "0.1 to 1000"),
        (2 <= request.well_uL <= 500, "--well-uL", request.well_uL, "2 to 500"),
        (0 < request.dmso_limit_pct <= 100, "DMSO limit", request.dmso_limit_pct, "a percentage"),
    )
    for holds, where, given, allowed in rules:
        if not holds:
            raise InputError(f"{given} is out of range", where=where, remedy=f"allowed: {allowed}")
    return request


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
