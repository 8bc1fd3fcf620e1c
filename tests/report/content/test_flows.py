"""Mechanisms over tumour types, and how new a drug is."""

from xml.etree import ElementTree

import pytest

from screen.ranking.across_indications import Across
from screen.report.content.flows import MOST_CODES, OTHER_TYPES, _most_frequent
from screen.report.content.indication_report import IndicationReport, indication_context
from screen.report.drawing.figures import landscape, sankey
from screen.store import Store
from tests.report.conftest import SETTINGS


@pytest.fixture(scope="module")
def report(filled: Store, filled_tables: Across) -> IndicationReport:
    return indication_context(filled, "BRCA", SETTINGS, filled_tables)


def test_each_drug_counts_once_a_tumour_type(report: IndicationReport, filled: Store) -> None:
    pairs = filled.scalar(
        """SELECT count(*) FROM (SELECT DISTINCT drug_id, indication FROM evidence
           WHERE kind = 'trial' AND counts AND list_contains($drugs, drug_id))""",
        drugs=[row.note.drug_id for row in report.edi],
    )
    assert sum(sum(row.drugs) for row in report.flows.rows) == pairs > 0


def test_the_own_indication_stands_first_and_the_rest_is_joined() -> None:
    from collections import Counter

    counts = Counter({f"T{i}": i for i in range(1, 20)})
    remaining = _most_frequent(counts, MOST_CODES, ("T1",), OTHER_TYPES)
    assert (remaining[0], remaining[1], remaining[-1], len(remaining)) == ("T1", "T19", OTHER_TYPES, MOST_CODES + 1)


def test_the_pictures_are_well_formed_and_legible(report: IndicationReport) -> None:
    for picture in (sankey(report.flows), landscape(report.landscape)):
        drawing = ElementTree.fromstring(picture)
        assert drawing.attrib["aria-label"]
        assert min(float(n.attrib["font-size"]) for n in drawing.iter() if n.tag.endswith("text")) >= 7


def test_names_in_the_landscape_do_not_lie_on_each_other(report: IndicationReport) -> None:
    drawing = ElementTree.fromstring(landscape(report.landscape))
    names = {p.name for p in report.landscape.points}
    texts = [(float(n.attrib["x"]), float(n.attrib["y"]), n.text or "") for n in drawing.iter() if n.text in names]
    assert texts
    for i, (x, y, steps) in enumerate(texts):
        assert not any(
            abs(y - v) < 7 and u < x + 3.4 * len(steps) and x < u + 3.4 * len(other) for u, v, other in texts[i + 1 :]
        )


def test_the_landscape_holds_every_scored_drug(report: IndicationReport) -> None:
    assert len(report.landscape.points) == report.scored


def test_a_drug_in_trial_here_is_not_new(report: IndicationReport) -> None:
    for one in report.novelty:
        assert (one.said in ("in trial here", "approved here")) or one.trials_here == 0
        assert (one.said == "approved here") == one.note.approved


def test_contradicted_drugs_are_listed_with_their_rank(report: IndicationReport) -> None:
    listed = {one.note.drug_id for one in report.missed}
    assert listed == {p.drug_id for p in report.landscape.points if p.label == "Contradicted"} != set()
    assert all(one.note.approved for one in report.missed[: sum(m.note.approved for m in report.missed)])
