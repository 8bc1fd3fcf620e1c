"""The picture of error against distance holds every subject and every band."""

from xml.etree import ElementTree

from screen.report.drawing.domain_picture import error_by_distance

DISTANCES = [0.8 + 0.01 * i for i in range(60)]
ERRORS = [0.07 + 0.001 * i for i in range(60)]
BANDS = [(0.9, 0.075, 0.07, 0.08), (1.3, 0.12, 0.11, 0.13)]


def test_every_subject_is_a_mark_and_every_band_is_said() -> None:
    drawing = ElementTree.fromstring(error_by_distance(DISTANCES, ERRORS, BANDS, "distance", "error"))
    assert sum(node.tag.endswith("circle") for node in drawing.iter()) == 60
    assert "0.120 (0.110 to 0.130) at 1.300" in drawing.attrib["aria-label"]
    assert min(float(node.attrib["font-size"]) for node in drawing.iter() if node.tag.endswith("text")) >= 7


def test_an_outlier_is_drawn_at_the_edge_and_does_not_press_the_rest_together() -> None:
    drawing = ElementTree.fromstring(error_by_distance([*DISTANCES, 50.0], [*ERRORS, 0.1], BANDS, "x", "y"))
    across = sorted(float(node.attrib["cx"]) for node in drawing.iter() if node.tag.endswith("circle"))
    assert across[-1] - across[30] > 150


def test_subjects_at_one_place_are_no_fault() -> None:
    ElementTree.fromstring(error_by_distance([1.0], [0.1], [(1.0, 0.1, 0.1, 0.1)], "x", "y"))
