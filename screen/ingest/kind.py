"""A kind of published file: its name, how it is recognised, how it is read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from screen.ingest.damage import as_input_errors
from screen.ingest.file_head import Head
from screen.ingest.row_doubts import refuse_unfilled, row_doubts
from screen.records import Batch, ReadOptions


@dataclass(frozen=True)
class Kind:
    """One kind of published file."""

    name: str
    """Stable identifier, the value of ``--as``."""
    says: str
    """What is printed when it is recognised."""
    recognised_by: Callable[[Head], bool]
    """Looks at the content; at the name only where two tables of one dump have the same columns."""
    read_by: Callable[[Head, ReadOptions], Batch]
    first_filled: bool = False
    """Each row of such a file has something in its first cell, else its cells have slid."""
    last_filled: bool = False
    """Some row of such a file has something in its last cell, else the cells of all have slid."""

    def recognises(self, head: Head) -> bool:
        """Whether a file is of this kind.

        Raises
        ------
        InputError
            The file is damaged.
        """
        with as_input_errors(str(head.path)):
            return self.recognised_by(head)

    def read(self, head: Head, options: ReadOptions) -> Batch:
        """The checked rows of a file.

        Raises
        ------
        InputError
            The file is damaged, or is not of this kind; with place and remedy.
        """
        with as_input_errors(str(head.path)):
            refuse_unfilled(head, first=self.first_filled, last=self.last_filled)
            batch = self.read_by(head, options)
            return replace(batch, notes=(*batch.notes, *row_doubts(head)))
