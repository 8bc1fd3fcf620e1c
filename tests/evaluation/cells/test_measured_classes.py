"""The best class of a line by measured responses, and what a look at no cell would name."""

import numpy as np

from screen.biomarkers.line_responses import Drug, Responses
from screen.evaluation.cells.measured_classes import measured_classes

DRUGS = tuple(Drug(f"d{i}", f"drug {i}", frozenset()) for i in range(7))
CLASSES = {f"d{i}": "MEK" if i < 3 else "taxane" for i in range(6)}
LINES = ("a", "b", "c", "d", "e")


def responses() -> Responses:
    values = np.full((5, 7), 0.7)
    values[0, :3] = 0.2  # a: MEK
    values[1:4, 3:6] = 0.3  # b, c, d: taxanes
    values[:, 6] = np.arange(5)  # of no class
    values[1, 0] = np.nan
    values[4] = np.nan
    return Responses("GDSC2", "AUC", LINES, DRUGS, values, ("x",) * 5)


def test_the_class_that_a_line_responds_to_most_is_its_best() -> None:
    known = measured_classes(responses(), CLASSES)
    assert known.best == {"a": "MEK", "b": "taxane", "c": "taxane", "d": "taxane"}


def test_the_majority_is_of_the_other_lines() -> None:
    known = measured_classes(responses(), CLASSES)
    assert known.majority(()) == "taxane"
    assert known.majority({"b", "c", "d"}) == "MEK"
    assert measured_classes(responses(), {}).majority(()) == ""
