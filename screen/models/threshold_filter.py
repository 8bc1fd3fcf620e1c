"""What a screen keeps of a block of scores, found where the scores lie: on the CPU or on a GPU."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Scores = Any
"""n x d, an array of numpy or a tensor of a device."""


class SelectedPairs(NamedTuple):
    """Some pairs of a block, patient by patient."""

    patients: NDArray[np.intp]
    drugs: NDArray[np.intp]
    scores: Floats


class FilteredBlock(NamedTuple):
    """A block of n patients x d drugs."""

    above: NDArray[np.intp]
    """n: drugs above each patient's bracket."""
    counts: NDArray[np.intp]
    """d: patients above whose bracket each drug lies."""
    within: SelectedPairs
    """Pairs within the bracket, both ends included."""
    best: SelectedPairs
    """Of each patient the best, with all that tie with the last of them."""


def filter_block(scores: Scores, brackets: Floats, top: int) -> FilteredBlock:
    """Sort out a block of at least one drug.

    Parameters
    ----------
    brackets : n x 2, lowest and highest value of each patient's threshold
    top : how many of the best, at least 1
    """
    place: _Place = _Host() if isinstance(scores, np.ndarray) else _Device()
    low, high = place.beside(scores, brackets[:, :1]), place.beside(scores, brackets[:, 1:])
    above = scores > high
    within = place.some(scores, (scores >= low) & ~above)
    best = place.some(scores, scores >= place.last_of_best(scores, min(top, scores.shape[1])))
    return FilteredBlock(place.array(above.sum(1)), place.array(above.sum(0)), within, best)


class _Place(Protocol):
    """What numpy and torch call differently."""

    def beside(self, scores: Scores, bounds: Floats) -> Any:
        """n x 1 where the scores lie."""
        ...

    def last_of_best(self, scores: Scores, some: int) -> Any:
        """n x 1, the lowest of so many best."""
        ...

    def some(self, scores: Scores, mask: Any) -> SelectedPairs: ...

    def array(self, found: Any) -> NDArray[np.intp]: ...


class _Host:
    def beside(self, scores: Scores, bounds: Floats) -> Any:
        return bounds

    def last_of_best(self, scores: Scores, some: int) -> Any:
        return -np.partition(-scores, some - 1, axis=1)[:, some - 1 : some]

    def some(self, scores: Scores, mask: Any) -> SelectedPairs:
        patients, drugs = np.nonzero(mask)
        return SelectedPairs(patients, drugs, scores[patients, drugs])

    def array(self, found: Any) -> NDArray[np.intp]:
        return np.asarray(found)


class _Device:
    def beside(self, scores: Scores, bounds: Floats) -> Any:
        import torch

        return torch.tensor(bounds, device=scores.device)

    def last_of_best(self, scores: Scores, some: int) -> Any:
        return scores.topk(some, dim=1).values[:, -1:]

    def some(self, scores: Scores, mask: Any) -> SelectedPairs:
        patients, drugs = mask.nonzero(as_tuple=True)
        return SelectedPairs(*(self.array(part) for part in (patients, drugs, scores[patients, drugs])))

    def array(self, found: Any) -> NDArray[Any]:
        array: NDArray[Any] = found.cpu().numpy()
        return array
