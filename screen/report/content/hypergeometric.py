"""How many efficient drugs would have a record if the list were drawn at random."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chance:
    """The hypergeometric baseline of one fourfold table."""

    expected: float
    """Efficient and recorded drugs, on average, of a list drawn at random."""
    p: float
    """Share of such lists that hold at least as many as were found."""


def chance_of(found: int, efficient: int, recorded: int, drugs: int) -> Chance | None:
    """Baseline of ``found`` recorded drugs among ``efficient`` drawn from ``drugs``, of which ``recorded`` have a
    record; None without drugs."""
    if not drugs:
        return None
    from scipy.stats import hypergeom

    return Chance(efficient * recorded / drugs, float(hypergeom.sf(found - 1, drugs, recorded, efficient)))
