"""Where each well's filling goes: seeded, in blocks, replicates apart, the edge kept free.

On one plate a replicate of everything is a block of neighbouring columns, so that no two replicates share a row or a
column. On several plates the replicates lie on different plates. Controls are dealt over the blocks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from screen.errors import InputError
from screen.organoid.request import Request
from screen.organoid.well_contents import Filling, controls

SHAPES = {96: (8, 12), 384: (16, 24)}
"""Rows and columns."""
CONTROLS = {
    384: {"vehicle": 6, "aqueous": 6, "positive": 6, "untreated": 6, "blank": 6},
    96: {"vehicle": 6, "aqueous": 3, "positive": 6, "untreated": 2, "blank": 3},
}
"""Wells a plate of each control; of vehicle for each amount of DMSO."""
TIME_ZERO = {384: {"time_zero": 24, "blank": 6}, 96: {"time_zero": 12, "blank": 4}}
MOST_PLATES = 24
ATTEMPTS = 200
"""Shuffles tried to keep replicates out of each other's rows and columns."""

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True)
class Series:
    """All doses of one treatment, once: they stay on one plate."""

    treatment: str
    replicate: int
    fillings: tuple[Filling, ...]


@dataclass(frozen=True, kw_only=True)
class Well:
    """One well of one plate."""

    plate: str
    row: int
    col: int
    filling: Filling
    replicate: int | None = None

    @property
    def name(self) -> str:
        """B2."""
        return f"{row_letter(self.row)}{self.col}"


@dataclass(frozen=True)
class _Item:
    filling: Filling
    replicate: int | None = None

    @property
    def key(self) -> tuple[str, float] | None:
        """What replicates of a test well have in common."""
        return (str(self.filling.treatment), float(self.filling.target_uM or 0)) if self.replicate else None


def row_letter(row: int) -> str:
    """1 -> A."""
    return chr(ord("A") + row - 1)


def lay_out(treatments: Sequence[tuple[Filling, ...]], killing: Filling, request: Request) -> list[Well]:
    """Every well of every plate, by plate, row and column; the last plate is that of time zero.

    Parameters
    ----------
    treatments : the doses of each treatment

    Raises
    ------
    InputError
        They do not fit on MOST_PLATES plates.
    """
    blocks = _blocks(treatments, killing, request)
    wells: list[Well] = []
    for number, parts in enumerate(blocks, start=1):
        wells += _whole_plate(f"P{number}", _placed(f"P{number}", parts, request), request)
    at_start = [_Item(Filling(role)) for role, count in TIME_ZERO[request.plate].items() for _ in range(count)]
    # Nothing is compared within it, so its wells are whole columns.
    return wells + _whole_plate("T0", dict(zip(inner(request.plate), at_start, strict=False)), request)


def inner(plate: int) -> list[Place]:
    """The wells off the edge, column by column."""
    rows, cols = SHAPES[plate]
    return [(row, col) for col in range(2, cols) for row in range(2, rows)]


def _blocks(treatments: Sequence[tuple[Filling, ...]], killing: Filling, request: Request) -> list[list[list[_Item]]]:
    """Plates, each a list of blocks, each a list of what goes into it."""
    size, replicates = len(inner(request.plate)), request.replicates
    counts = CONTROLS[request.plate]
    series = [Series(str(doses[0].treatment), r, doses) for r in range(1, replicates + 1) for doses in treatments]
    single = [[s for s in series if s.replicate == r] for r in range(1, replicates + 1)]
    together = _with_controls(single, killing, counts)
    if max(map(len, together)) <= size // replicates:
        return [together]
    for plates in range(max(2, replicates), MOST_PLATES + 1):
        split = [_with_controls([part], killing, counts) for part in _over_plates(treatments, request, plates)]
        if all(len(block) <= size for (block,) in split):
            return split
    raise InputError(
        f"{len(treatments)} treatments at {len(request.doses)} doses, {replicates} times, with their "
        f"controls do not fit on {MOST_PLATES} plates of {request.plate} wells ({size} off the edge)",
        where="organoid plan",
        remedy="ask for fewer drugs, doses or replicates, or for --plate 384",
    )


def _over_plates(treatments: Sequence[tuple[Filling, ...]], request: Request, plates: int) -> list[list[Series]]:
    """A treatment's replicates on different plates, each plate with nearly as many series."""
    order = list(treatments)
    Random(f"{request.seed}/plates").shuffle(order)
    parts: list[list[Series]] = [[] for _ in range(plates)]
    for replicate in range(1, request.replicates + 1):
        for i, doses in enumerate(order):
            parts[(i + replicate - 1) % plates].append(Series(str(doses[0].treatment), replicate, doses))
    return [part for part in parts if part]


def _with_controls(
    blocks: Sequence[Sequence[Series]], killing: Filling, counts: Mapping[str, int]
) -> list[list[_Item]]:
    """The blocks of one plate with its controls dealt over them."""
    tests = [f for block in blocks for s in block for f in s.fillings]
    items = [[_Item(f, s.replicate) for s in block for f in s.fillings] for block in blocks]
    made = controls(tests, killing, counts)
    for i, control in enumerate(one for one in made if one.role != "blank"):
        items[i % len(items)].append(_Item(control))
    # Wells without cells lie together: a row of them is left out when the cells are seeded.
    items[-1] += [_Item(control) for control in made if control.role == "blank"]
    return items


def _placed(plate: str, blocks: Sequence[Sequence[_Item]], request: Request) -> dict[Place, _Item]:
    """Each item in a well of its block's part of the plate."""
    wells = inner(request.plate)
    cuts = [len(wells) * i // len(blocks) for i in range(len(blocks) + 1)]
    for attempt in range(ATTEMPTS):
        # Left-over wells lie together at the end of a block; where that leaves no way, a block takes all its wells.
        spare = 0 if attempt < ATTEMPTS // 2 else len(wells)
        parts = [wells[a:b][: len(block) + spare] for block, (a, b) in zip(blocks, pairwise(cuts), strict=True)]
        random = Random(f"{request.seed}/{plate}/{attempt}")
        placed: dict[Place, _Item] = {}
        if all(_fill(block, part, placed, random) for block, part in zip(blocks, parts, strict=True)):
            return placed
    raise InputError(
        f"replicates cannot be kept in different rows and columns of one plate of {request.plate} wells",
        where="organoid plan",
        remedy="ask for fewer --replicates, or for --plate 384",
    )


def _fill(items: Sequence[_Item], wells: Sequence[Place], placed: dict[Place, _Item], random: Random) -> bool:
    """Put a block's items into its wells; False if an item finds no well out of its replicates' rows and columns."""
    taken: dict[tuple[str, float], list[Place]] = {}
    for place, item in placed.items():
        if item.key:
            taken.setdefault(item.key, []).append(place)
    blanks = [item for item in items if item.filling.role == "blank"]
    together = wells[len(wells) - len(blanks) :] if blanks else []
    placed.update(zip(together, blanks, strict=True))
    free = [well for well in wells if well not in set(together)]
    random.shuffle(free)
    order = [item for item in items if item.filling.role != "blank"]
    random.shuffle(order)
    order.sort(key=lambda item: item.key is None)
    for item in order:
        others = taken.get(item.key, []) if item.key else []
        found = next(_apart(free, others), None)
        if found is None:
            return False
        free.remove(found)
        placed[found] = item
    return True


def _apart(free: Iterable[Place], others: Sequence[Place]) -> Iterator[Place]:
    return (p for p in free if all(p[0] != row and p[1] != col for row, col in others))


def _whole_plate(plate: str, placed: Mapping[Place, _Item], request: Request) -> list[Well]:
    """The plate with its empty wells: the edge, and what is left inside."""
    rows, cols = SHAPES[request.plate]
    inside = set(inner(request.plate))
    wells = []
    for row in range(1, rows + 1):
        for col in range(1, cols + 1):
            empty = _Item(Filling("unused" if (row, col) in inside else "edge"))
            item = placed.get((row, col), empty)
            wells.append(Well(plate=plate, row=row, col=col, filling=item.filling, replicate=item.replicate))
    return wells
