"""The list of published files."""

from screen.ingest.published_files import sources
from screen.ingest.registry import kinds


def test_sources_name_every_kind_of_data() -> None:
    listed = [note.kind for note in sources()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {kind.name for kind in kinds()} - {"drugbank-schema"}


def test_the_trial_query_can_be_copied() -> None:
    trials = next(note for note in sources() if note.kind == "clinicaltrials-json")
    assert "clinicaltrials.gov/api/v2/studies?query.cond=" in trials.where
