"""The same again: nothing doubled, nothing different."""

from pathlib import Path

import pytest

from screen import pipeline
from screen.settings import Settings, Training
from screen.synthetic import write_cohort
from tests.command import crescreen, fingerprint


def test_ingesting_everything_twice_changes_the_audit_trail_alone(demo_store: Path, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store.duckdb")
    pipeline.backup(Settings(store=demo_store), settings.store)
    before = fingerprint(settings.store)
    for file in write_cohort(tmp_path / "input").files:
        assert all(one.repeated for one in pipeline.ingest(settings, [file.path], file.options))
    after = fingerprint(settings.store)
    assert after.pop("audit") != before.pop("audit")
    assert after == before


def test_the_order_of_files_does_not_matter(demo_store: Path, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store.duckdb")
    pipeline.init(settings)
    for file in reversed(write_cohort(tmp_path / "input").files):
        pipeline.ingest(settings, [file.path], file.options)
    assert fingerprint(settings.store, audit=False, order=False) == fingerprint(demo_store, audit=False, order=False)


@pytest.mark.slow
def test_trained_again_on_one_core_it_is_the_same_model_and_the_same_pdf(
    ranked_store: Path, demo_store: Path, quick: Training, tmp_path: Path
) -> None:
    settings = Settings(store=tmp_path / "again.duckdb", training=quick, workers=1)
    pipeline.backup(Settings(store=demo_store), settings.store)
    pipeline.train(settings, ["STAD"])
    pipeline.rank(settings, ["STAD"])
    assert fingerprint(settings.store, audit=False) == fingerprint(ranked_store, audit=False)
    pages = {}
    for store in (settings.store, ranked_store):
        out = tmp_path / store.stem
        for words in (("patient", "SYN-STAD-001"), ("indication", "STAD")):
            done = crescreen("report", *words, "--out", str(out), "--format", "pdf", "--store", str(store))
            assert done.code == 0, done.err
        pages[store] = [path.read_bytes() for path in sorted(out.iterdir())]
    assert len(pages[ranked_store]) == 2
    assert pages[settings.store] == pages[ranked_store]
