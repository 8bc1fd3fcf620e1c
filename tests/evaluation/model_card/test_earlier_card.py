"""What was not measured anew is taken from a card of before, and said to be of before."""

from dataclasses import replace
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.evaluation.model_card.card import write_card
from screen.settings import Settings
from screen.store import open_store, runs
from screen.store.migrations import migrate
from tests.evaluation.model_card.test_card import ABOUT, filled, row


def earlier_card(folder: Path) -> Path:
    """Figures of a store that measured a network on lines, and lineages."""
    with open_store(folder / "before.duckdb", create=True) as store:
        migrate(store)
        with store.transaction():
            rows = [row(model, "r_drug", 0.15) for model in ("ridge", "default", "dsn-adv")]
            runs.save_evaluation(store, "a" * 16, "lines", dict(ABOUT), rows)
            of_lineages = [replace(one, protocol="lineages") for one in rows]
            runs.save_evaluation(store, "b" * 16, "lineages", ABOUT | {"protocol": "lineages"}, of_lineages)
    return write_card(Settings(store=folder / "before.duckdb"), folder / "BEFORE.md", folder / "before")[1]


def test_a_protocol_and_a_model_not_measured_anew_are_said_to_be_of_before(tmp_path: Path) -> None:
    earlier = earlier_card(tmp_path)
    page, parquet, _, tables, *_ = write_card(filled(tmp_path / "s.duckdb"), tmp_path / "MODELS.md", earlier=earlier)
    text = tables.read_text()
    lineages = text[text.index("## Unseen lineages") :]
    assert "Of an earlier version: 2 folds" in lineages
    assert "**default**" not in lineages
    assert "r_drug of an earlier version (SCREEN, 60 lines" in text
    assert "where `ridge` had 0.150 (0.050 to 0.250): `dsn-adv` 0.150 (0.050 to 0.250)." in text
    first = page.read_text()
    assert "| Which unseen lines, of a lineage that training lacks? (r_drug) (of an earlier version) |" in first
    again = write_card(Settings(store=tmp_path / "s.duckdb"), tmp_path / "again.md", earlier=parquet)
    assert again[3].read_text() == text, "figures of before stay of before, said once"


def test_a_headline_of_before_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path / "before.duckdb", create=True) as store:
        migrate(store)
        with store.transaction():
            rows = [replace(row(model, "r_drug", 0.15), protocol="lineages") for model in ("ridge", "default", "other")]
            runs.save_evaluation(store, "b" * 16, "lineages", ABOUT | {"protocol": "lineages"}, rows)
    earlier = write_card(Settings(store=tmp_path / "before.duckdb"), tmp_path / "BEFORE.md", tmp_path / "before")[1]
    page = write_card(filled(tmp_path / "s.duckdb"), tmp_path / "MODELS.md", earlier=earlier)[0].read_text()
    (line,) = (one for one in page.splitlines() if one.startswith("| Which unseen lines, of a lineage"))
    assert "(of an earlier version)" in line
    assert "0.150 (0.050 to 0.250)" in line
    (claim,) = (one for one in page.splitlines() if one.startswith("- **A tumour type that training lacks."))
    assert claim.endswith("(of an earlier version).")


def test_a_file_that_is_no_card_is_refused(tmp_path: Path) -> None:
    (tmp_path / "figures.parquet").write_text("nothing")
    with pytest.raises(InputError, match="no figures of a card"):
        write_card(filled(tmp_path / "s.duckdb"), tmp_path / "MODELS.md", earlier=tmp_path / "figures.parquet")
