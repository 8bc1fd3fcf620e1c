"""Drawings are well-formed, hold their text, and let no name out of it."""

from xml.etree import ElementTree

from screen.report.content.edi import Bin, Step
from screen.report.content.patient_ranking import InCohort
from screen.report.drawing.figures import cohort_strip, funnel, histogram, rank_bar, share_bar


def test_drawings_are_well_formed() -> None:
    for drawing in (
        rank_bar(1, 3, 9, 60, 6),
        rank_bar(1, 1, 1, 1, 1),
        share_bar(0, 0, 0.2),
        funnel([]),
        histogram([]),
        funnel([Step("scores", 2400)]),
        histogram([Bin("nobody", 0)]),
    ):
        ElementTree.fromstring(drawing)


def test_a_hostile_name_is_text_in_a_drawing() -> None:
    drawing = ElementTree.fromstring(cohort_strip([InCohort("<b>&'\"", (0, 0.2, 0.3, 0.4, 1), 0.9, None)]))
    assert "<b>&'\"" in [node.text for node in drawing.iter() if node.tag.endswith("text")]


def test_no_text_is_under_seven_points() -> None:
    drawing = ElementTree.fromstring(funnel([Step("scores", 2400), Step("Qualified", 3)]))
    assert min(float(node.attrib["font-size"]) for node in drawing.iter() if node.tag.endswith("text")) >= 7
