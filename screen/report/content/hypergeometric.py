"""How many efficient drugs would have a record if the list were drawn by lot."""

from dataclasses import dataclass
from math import comb


@dataclass(frozen=True)
class Chance:
    """The hypergeometric baseline of one fourfold table."""

    expected: float
    """Efficient and recorded drugs, on average, of a list drawn by lot."""
    p: float
    """Share of such lists that hold at least as many as were found."""


def by_lot(found: int, efficient: int, recorded: int, drugs: int) -> Chance | None:
    """Baseline of ``found`` recorded drugs among ``efficient`` drawn from ``drugs``, of which ``recorded`` have a
    record; None without drugs."""
    if not drugs:
        return None
    lists = comb(drugs, efficient)
    tail = sum(
        comb(recorded, k) * comb(drugs - recorded, efficient - k) for k in range(found, min(efficient, recorded) + 1)
    )
    return Chance(efficient * recorded / drugs, tail / lists)
