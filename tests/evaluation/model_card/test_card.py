"""The model card says what the store holds, and nothing else."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from screen.errors import StoreError
from screen.evaluation.model_card.card import write_card
from screen.evaluation.model_card.evaluations import from_table, stored_evaluations
from screen.metrics.figure import Estimate, Figure
from screen.settings import Settings
from screen.store import Store, open_store, runs
from screen.store.migrations import migrate

ABOUT = {
    "protocol": "lines",
    "how": "2 folds",
    "data": {"dataset": "SCREEN", "lines": 60, "drugs": 16, "pairs": 900, "genes": 16},
    "models": {"ridge": {"seconds": 1.5}, "default": {"seconds": 1.5, "is": "ridge"}, "broken": {}},
}


def row(model: str, metric: str, value: float | None, note: str = "60 lines, 16 drugs") -> Figure:
    figure = Figure(protocol="lines", model=model, metric=metric, n=900, note=note)
    return figure if value is None else figure.measured(Estimate(value, value - 0.1, value + 0.1))


def filled(path: Path) -> Settings:
    with open_store(path, create=True) as store:
        migrate(store)
        _fill(store)
    return Settings(store=path)


def _fill(store: Store) -> None:
    rows = [row(model, metric, 0.25) for model in ("ridge", "default") for metric in ("r_drug", "r_res")]
    with store.transaction():
        runs.save_evaluation(
            store, "e" * 16, "lines", dict(ABOUT), [*rows, row("broken", "r_drug", None, "failed: ZeroDivisionError")]
        )


def test_figures_intervals_and_what_failed_are_there(tmp_path: Path) -> None:
    page, parquet, html, tables, *pictures = write_card(filled(tmp_path / "s.duckdb"), tmp_path / "MODELS.md")
    text = tables.read_text()
    assert "\n| ridge |" not in text, "the default has the same figures and is named"
    assert "| **default** (`ridge`) | 0.250 (0.150 to 0.350) |" in text
    assert "| broken | failed |" in text
    assert "## The default: `ridge`" in page.read_text()
    assert "60 lines, 16 drugs, 900 pairs" in text
    assert "`crescreen evaluate lines`" in text
    assert "(models/figures.html)" in page.read_text()
    assert "(models/protocols.md)" in page.read_text()
    assert [path.name for path in pictures] == ["lines-eeeeee-r_drug.svg", "lines-eeeeee-r_res.svg"]
    assert "default (ridge)" in pictures[0].read_text()
    assert "<td>0.250 (0.150 to 0.350)</td>" in html.read_text()
    with open_store(tmp_path / "s.duckdb") as store:
        assert from_table(pl.read_parquet(parquet)) == stored_evaluations(store)


def test_nothing_is_written_but_the_page_and_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "cwd"
    elsewhere.mkdir()
    settings = filled(tmp_path / "s.duckdb")
    monkeypatch.chdir(elsewhere)
    (tmp_path / "out").mkdir()
    written = write_card(settings, tmp_path / "out" / "card.md", tmp_path / "out" / "all")
    assert not list(elsewhere.iterdir())
    assert {path for path in (tmp_path / "out").rglob("*") if path.is_file()} == set(written)
    assert "(all/figures.html)" in written[0].read_text()


def test_the_same_store_gives_the_same_bytes(tmp_path: Path) -> None:
    settings = filled(tmp_path / "s.duckdb")
    first = {path: path.read_bytes() for path in write_card(settings, tmp_path / "MODELS.md")}
    assert {path: path.read_bytes() for path in write_card(settings, tmp_path / "MODELS.md")} == first


def test_without_figures_there_is_no_card(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
    with pytest.raises(StoreError, match="nothing was evaluated"):
        write_card(Settings(store=path), tmp_path / "MODELS.md")


def test_what_the_rule_compares_stands_beside_it_from_our_own_folds_where_there_are_any(tmp_path: Path) -> None:
    settings = filled(tmp_path / "s.duckdb")
    with open_store(settings.store, write=True) as store, store.transaction():
        for protocol, how in (("lines", "10 folds"), ("drugs", "10 folds"), ("drugs", "folds of mine.csv")):
            value = 0.9 if "mine" in how else 0.4
            about = ABOUT | {"protocol": protocol, "how": how}
            runs.save_evaluation(
                store,
                f"{protocol}{how}".ljust(16)[:16],
                protocol,
                about,
                [replace(row("pair-gp", "r_drug", value), protocol=protocol)],
            )
    assert "| `pair-gp` | 0.400 |" in write_card(settings, tmp_path / "MODELS.md")[0].read_text()
