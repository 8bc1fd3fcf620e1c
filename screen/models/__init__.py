"""Response models: cell lines with measured responses in, predicted responses out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats


@dataclass(frozen=True)
class Subjects:
    """What a response model may know of n cell lines or patients."""

    scaled: Floats
    """n x g, expression in the frame of the model."""
    lineages: tuple[str, ...]
    """Length n; a lineage never seen in training (patients: ``''``) has no effect."""

    def __len__(self) -> int:
        return len(self.lineages)

    def take(self, rows: NDArray[np.intp]) -> "Subjects":
        """The subjects at ``rows``."""
        return Subjects(self.scaled[rows], tuple(self.lineages[i] for i in rows))


class Fitted(Protocol):
    """A model that has seen responses."""

    def predict(self, subjects: Subjects) -> Floats:
        """n x D predicted responses, on the scale of the training responses."""
        ...


Fit = Callable[[Subjects, Floats], Fitted]
"""(L training lines, L x D responses with NaN where not measured) -> fitted model."""
