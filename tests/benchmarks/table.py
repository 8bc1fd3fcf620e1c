"""One row of the table of ``make bench``, and how it is measured: repeats taken in turn, so that all share the weather.

A module of this folder with a function ``rows()`` is a benchmark. It yields rows as they are measured; what it needs
it makes itself, under a temporary folder, from a seed.

    def rows() -> Iterator[Row]:
        taken = in_turn({"ours": lambda: score(x), "peer": lambda: naive(x), "limit": lambda: x @ w})
        yield row("scores of 1e6 pairs", taken, unit="pairs/s", amount=1e6, note="peer: as in the reference")
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

REPEATS = 5
Taken = Mapping[str, Sequence[float]]
"""Seconds (or another amount where less is better) of each repeat; the n-th of each were taken side by side."""


@dataclass(frozen=True)
class Row:
    """One piece of work beside its peer and its limit; ``None`` where there is none."""

    work: str
    ours: float | None
    """Median over the repeats, in ``unit``; so are the next two."""
    peer: float | None
    """The same work as others do it, in the same run."""
    limit: float | None
    """What the machine allows, or what is asked: the note says which."""
    unit: str
    """A rate (``pairs/s``), where more is better, or an amount (``s``, ``MiB``), where less is."""
    ratio_peer: float | None
    """How many times better than the peer: above 1 ours is. Median over the repeats."""
    ratio_limit: float | None
    """Likewise of the limit: 1 is all the machine allows."""
    low: float | None
    """Smallest ratio of one repeat: to the peer, or to the limit where there is no peer."""
    high: float | None
    note: str


def in_turn(calls: Mapping[str, Callable[[], object]], repeats: int = REPEATS, warm: int = 1) -> dict[str, list[float]]:
    """Seconds of each call, ``repeats`` times, one after the other: a, b, c, a, b, c, ...

    Parameters
    ----------
    calls : by name; ``ours``, ``peer`` and ``limit`` are those that :func:`row` knows
    warm : rounds before, not counted
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(warm + repeats):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn >= warm:
                taken[name].append(time.perf_counter() - begun)
    return taken


def row(
    work: str,
    taken: Taken,
    *,
    unit: str = "s",
    amount: float | Mapping[str, float] | None = None,
    peer: float | None = None,
    limit: float | None = None,
    note: str = "",
) -> Row:
    """A row from repeats.

    Parameters
    ----------
    taken : of ``ours`` and, where they are measured, ``peer`` and ``limit``
    unit : of the figures shown
    amount : things done in one repeat: rates are shown, more is better; of each by name where they differ
    peer, limit : figures in ``unit`` where they are computed, not measured
    """
    done = amount if isinstance(amount, Mapping) else {} if amount is None else dict.fromkeys(taken, amount)
    shown = {
        name: [done[name] / s for s in seconds] if name in done else list(seconds) for name, seconds in taken.items()
    }
    ours, more = shown["ours"], amount is not None
    sides = {
        name: shown.get(name) or ([given] * len(ours) if given is not None else None)
        for name, given in (("peer", peer), ("limit", limit))
    }
    ratios = {
        name: None if side is None else [_better(a, b, more) for a, b in zip(ours, side, strict=True)]
        for name, side in sides.items()
    }
    spread = ratios["peer"] or ratios["limit"]
    return Row(
        work,
        median(ours),
        _middle(sides["peer"]),
        _middle(sides["limit"]),
        unit,
        _middle(ratios["peer"]),
        _middle(ratios["limit"]),
        min(spread) if spread else None,
        max(spread) if spread else None,
        note,
    )


def absent(work: str, why: str) -> Row:
    """A row that could not be measured, and why."""
    return Row(work, None, None, None, "", None, None, None, None, why)


def _better(ours: float, other: float, more: bool) -> float:
    return ours / other if more else other / ours


def _middle(figures: Sequence[float] | None) -> float | None:
    return median(figures) if figures else None
