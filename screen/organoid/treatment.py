"""What goes into a well together."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """One drug, or several given together, each at the stated dose."""

    code: str
    """T01, T02, ...: no name of a well; a runner-up A-next1."""
    set_name: str
    drug_ids: tuple[str, ...]
    names: tuple[str, ...]
    mechanism: str
    place: int | None
    """In the ranking, 1 = best; None for a combination, or where not scored."""
    score: float | None
    reason: str
