"""What is said of one model when it has been trained."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trained:
    """One model, with what was measured of it on unseen cell lines."""

    indication: str
    model: str
    model_id: str
    members: int
    cell_lines: int
    drugs: int
    patients: int
    genes: int
    learnt_from: tuple[str, ...]
    """Expression of cell lines and of patients: data set, unit, genes."""
    measured: tuple[str, ...]
