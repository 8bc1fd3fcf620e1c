"""A thousand seeded changes of a report, in data, printed pages and screen pages: each is seen. Untouched ones hold."""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import StreamObject

from screen import pipeline
from screen.errors import InputError
from screen.report.report_file import read_report
from screen.report.report_kinds import require_schema
from screen.report.verification import held_against, made_again
from screen.settings import Settings
from screen.store import Store, open_store
from screen.store.migrations import migrate
from tests.report.filled import fill

Change = Callable[[Path, random.Random], bytes]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("changed") / "changed.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(4, 3, 3), hostile=True)
    return Settings(store=path)


@pytest.fixture(scope="module")
def written(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    out = tmp_path_factory.mktemp("reports")
    forms = ["json", "html", "pdf"]
    return [
        *pipeline.report_patients(settings, ["SYN-BRCA-001"], forms, out),
        *pipeline.report_indications(settings, ["STAD"], forms, out),
    ]


@pytest.fixture(scope="module")
def store(settings: Settings, written: list[Path]) -> Iterator[Store]:
    with open_store(settings.store) as held:
        yield held


def test_untouched_reports_hold(settings: Settings, written: list[Path]) -> None:
    for file in written:
        verdict = pipeline.verify(settings, file)
        assert (verdict.holds, verdict.differences, verdict.notes) == ("yes", (), ()), file.name


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Path to every field, row and leaf."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        yield (*path, name)
        yield from places(part, (*path, name))


def other(value: Any, rng: random.Random) -> Any:
    """A value that differs."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + rng.choice([1, -1, 0.001])
    if isinstance(value, list):
        return [*value, value[-1]] if value else [0]
    if isinstance(value, dict):
        return {**value, "more": None}
    return f"{value}." if value else "something"


def data_changed(file: Path, rng: random.Random) -> bytes:
    """One leaf, row or list of the data."""
    data = json.loads(file.read_text())
    changed = copy.deepcopy(data)
    *path, last = rng.choice(list(places(data)))
    at = changed
    for name in path:
        at = at[name]
    how = rng.choice(["other", "drop", "swap", "none"])
    if how == "drop":
        del at[last]
    elif how == "swap" and isinstance(at, list) and len(at) > 1 and at[last] != at[last - 1]:
        at[last], at[last - 1] = at[last - 1], at[last]
    elif how == "none" and at[last] is not None:
        at[last] = None
    else:
        at[last] = other(at[last], rng)
    return json.dumps(changed).encode()


def page_changed(file: Path, rng: random.Random) -> bytes:
    """A word of a screen page, of its data or of its script."""
    page = file.read_text()
    word = rng.choice(list(re.finditer(r"[A-Za-z0-9.]{2,}", page)))
    put = rng.choice(["", "0", word[0][::-1], f"{word[0]} x"])
    return (page[: word.start()] + (f"{word[0]}9" if put == word[0] else put) + page[word.end() :]).encode()


def print_changed(file: Path, rng: random.Random) -> bytes:
    """A letter or a stroke on a printed page, or a bit anywhere in the file."""
    if rng.random() < 0.5:
        content = bytearray(file.read_bytes())
        content[rng.randrange(8, len(content))] ^= 1 << rng.randrange(8)
        return bytes(content)
    writer = PdfWriter(clone_from=file)
    stream = rng.choice(writer.pages)["/Contents"].get_object()
    assert isinstance(stream, StreamObject)
    drawn = stream.get_data()
    mark = rng.choice(list(re.finditer(rb"<[0-9a-f]{4,}>|\d+\.\d+ ", drawn)))
    stream.set_data(drawn[: mark.start()] + mark[0].replace(b"0", b"1") + b" " + drawn[mark.end() :])
    out = file.with_suffix(".changed")
    writer.write(out)
    return out.read_bytes()


@pytest.mark.parametrize(
    ("form", "change", "count"),
    [
        ("json", data_changed, 60),
        ("html", page_changed, 30),
        ("pdf", print_changed, 10),
        pytest.param("json", data_changed, 500, marks=pytest.mark.slow),
        pytest.param("html", page_changed, 350, marks=pytest.mark.slow),
        pytest.param("pdf", print_changed, 150, marks=pytest.mark.slow),
    ],
)
def test_each_change_is_seen(
    settings: Settings, store: Store, written: list[Path], tmp_path: Path, form: str, change: Change, count: int
) -> None:
    files = [file for file in written if file.suffix == f".{form}"]
    now = {file: made_again(store, read_report(file).data, settings) for file in files}
    changed, unseen = tmp_path / f"changed.{form}", []
    for seed in range(count):
        file = files[seed % len(files)]
        changed.write_bytes(change(file, random.Random(f"{form}/{seed}")))
        if not seen(store, changed, now[file]):
            unseen.append(seed)
    assert unseen == []


def seen(store: Store, file: Path, now: Any) -> bool:
    try:
        report = read_report(file)
        require_schema(report.data, file.name)
    except InputError:
        return True
    return held_against(store, report, now, file.name).holds == "no"
