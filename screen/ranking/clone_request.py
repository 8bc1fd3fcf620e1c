"""What is asked of a patient's cells, and what comes of it."""

from dataclasses import dataclass

from screen.errors import InputError

MALIGNANT, ALL, CLUSTER = "malignant", "all", "cluster"


@dataclass(frozen=True, kw_only=True)
class CloneRequest:
    """Which cells, split by what, scored by which model."""

    patient_id: str
    cells: str = MALIGNANT
    """``malignant``, ``all``, or names of cell types, comma between."""
    by: str = ""
    """Column of the file, ``cluster``, or empty: the clone column, else clusters."""
    min_cells: int = 50
    """A clone with fewer is not scored."""
    model: str = ""
    """Indication of the model; empty: the patient's."""

    @property
    def types(self) -> tuple[str, ...]:
        """Cell types named; empty for malignant and for all cells."""
        if self.cells in (MALIGNANT, ALL):
            return ()
        names = tuple(name.strip() for name in self.cells.split(",") if name.strip())
        if not names:
            raise InputError("no cells named", where="--cells", remedy="malignant, all, or names of cell types")
        return names


@dataclass(frozen=True, kw_only=True)
class ClonesScored:
    """What became of one patient's cells."""

    patient_id: str
    cells: int
    """Taken: malignant, or as requested."""
    clones: int
    """Scored."""
    model: str
    drugs: int
    says: str
    """In one sentence."""
    notes: tuple[str, ...]
