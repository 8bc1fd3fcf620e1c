"""How the time of scores grows with patients, drugs, genes and members: a picture, and the fitted exponents.

    python -m tests.benchmarks.growth          # writes growth.svg beside this file

Each size alone x1, x4, x16, the others at their smallest, on one thread; the quickest of the repeats. Genes cost where
patients are made ready, the rest where pairs are scored.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from screen.models.networks.pair_head_scorer import NetworkScorer
from screen.models.pair_gp.gp_scorer import GPScorer
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, ORANGE, SOFT, WIDTH
from tests.benchmarks.scoring import process, rows_of, tensors, unseen
from tests.benchmarks.table import in_turn

TIMES = (1, 4, 16)
BASE = {"patients": 256, "drugs": 480, "genes": 422, "members": 1}
PICTURE = Path(__file__).with_name("growth.svg")
Curve = Mapping[str, Sequence[float]]
"""What grows -> seconds at x1, x4, x16."""


def main() -> None:
    """Measure, write the picture, say the exponents."""
    curves = {"networks": measured(network), "process (the default)": measured(pair_process)}
    PICTURE.write_text(drawn(curves), encoding="utf-8")
    for kind, curve in curves.items():
        for name, seconds in curve.items():
            sys.stdout.write(f"{kind}: time grows with {name} to the power {exponent(seconds):.2f}\n")
    sys.stdout.write(f"-> {PICTURE}\n")


def measured(call: Callable[[Mapping[str, int], bool], Callable[[], object]]) -> Curve:
    """One kind of model; ``call`` makes what is timed from sizes, and whether patients are made ready in it."""
    with threadpool_limits(1):
        return {
            name: [
                min(taken)
                for taken in in_turn(
                    {str(times): call(BASE | {name: BASE[name] * times}, name == "genes") for times in TIMES}
                ).values()
            ]
            for name in BASE
        }


def network(sizes: Mapping[str, int], ready: bool) -> Callable[[], object]:
    """Members of the shape of DSN-adv."""
    make = partial(
        NetworkScorer, tensors(sizes["members"], sizes["genes"]), rows_of(sizes["patients"], sizes["genes"]), threads=1
    )
    return make if ready else partial(make().mean, rows_of(sizes["drugs"], 300))


def pair_process(sizes: Mapping[str, int], ready: bool) -> Callable[[], object]:
    """Members of the shape of the default."""
    make = partial(
        GPScorer,
        [process(seed, sizes["genes"]) for seed in range(sizes["members"])],
        rows_of(sizes["patients"], sizes["genes"]),
        threads=1,
    )
    return make if ready else partial(make().mean, unseen(sizes["drugs"]))


def exponent(seconds: Sequence[float]) -> float:
    """Slope of log time over log size."""
    return float(np.polyfit(np.log(TIMES), np.log(seconds), 1)[0])


def drawn(curves: Mapping[str, Curve]) -> str:
    """One panel a size, both axes logarithmic: networks as blue circles, the process as orange diamonds."""
    room = 14.0
    side = (WIDTH - room * (len(BASE) - 1)) / len(BASE)
    first, second = curves
    marks = [
        svg.circle(4, 6, 2.4, BLUE),
        svg.text(10, 9, first, fill=SOFT),
        svg.diamond(70, 6, ORANGE),
        svg.text(77, 9, second, fill=SOFT),
    ]
    for number, name in enumerate(BASE):
        left = number * (side + room)
        marks += _plot(name, [curve[name] for curve in curves.values()], left, 24, side)
    return str(svg.picture(WIDTH, side + 76, "Time of scores over patients, drugs, genes and members", marks)) + "\n"


def _plot(name: str, curves: Sequence[Sequence[float]], left: float, top: float, side: float) -> list[str]:
    marks = [svg.text(left, top + 6, name, weight="bold")]
    logs = [np.log10(np.array(seconds) / seconds[0]) for seconds in curves]
    lines = [fitted(one) for one in logs]
    least, most = min(-0.1, *map(min, lines)), max(1.3, *map(max, logs), *map(max, lines))
    across = [left + 18 + (side - 24) * np.log(times) / np.log(TIMES[-1]) for times in TIMES]

    def at(value: float) -> float:
        return top + 14 + (side - 14) * float(most - value) / float(most - least)

    for tick in range(int(most) + 1):
        marks += [
            svg.line(left, at(tick), left + side, at(tick), FAINT, 0.6),
            svg.text(left, at(tick) - 2, f"x{10**tick}", fill=SOFT),
        ]
    marks += [
        svg.text(x, top + side + 10, f"x{times}", anchor="middle", fill=SOFT)
        for x, times in zip(across, TIMES, strict=True)
    ]
    for (low, high), one, ink, mark in zip(lines, logs, (BLUE, ORANGE), (_dot, svg.diamond), strict=True):
        marks.append(svg.line(across[0], at(low), across[-1], at(high), ink, 1.0))
        marks += [mark(x, at(value), ink) for x, value in zip(across, one, strict=True)]
    for place, (seconds, ink) in enumerate(zip(curves, (BLUE, ORANGE), strict=True)):
        marks.append(svg.text(left, top + side + 24 + 11 * place, output(name, seconds), fill=ink))
    return marks


def fitted(logs: Sequence[float] | NDArray[Any]) -> tuple[float, float]:
    """The fitted line at x1 and at x16, of logarithms of the time."""
    slope, middle = np.polyfit(np.log10(TIMES), logs, 1)
    return float(middle), float(middle + slope * np.log10(TIMES[-1]))


def output(name: str, seconds: Sequence[float]) -> str:
    """The exponent in words."""
    return f"to the power {exponent(seconds):.2f}; {seconds[0] * 1e3:.3g} ms at {BASE[name]}"


def _dot(x: float, y: float, ink: str) -> str:
    return svg.circle(x, y, 2.4, ink)


if __name__ == "__main__":
    main()
