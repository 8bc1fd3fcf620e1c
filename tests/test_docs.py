"""The README, the documentation and the help know every command; what they print parses, what they point to exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from screen.cli import app
from screen.cli.settings_page import PAGE, page_of_settings
from screen.evaluation.run import PROTOCOLS
from screen.expression import UNITS
from screen.ingest.registry import kinds

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}


def commands(group: TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Every command of the application: its words and itself."""
    for name, command in group.commands.items():
        words = (*before, name)
        if isinstance(command, TyperGroup):
            yield from commands(command, words)
        else:
            yield " ".join(words), command


BLOCKS = [block for page in PAGES.values() for block in re.findall(r"^```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]
LINES = sorted({line for block in BLOCKS for line in block.splitlines() if line.startswith("crescreen ")})
GROUP = get_command(app)
COMMANDS = dict(commands(GROUP)) if isinstance(GROUP, TyperGroup) else {}


@pytest.mark.parametrize("words", COMMANDS)
def test_help_has_an_example_and_the_documentation_has_the_command(words: str) -> None:
    assert f"crescreen {words}" in (COMMANDS[words].help or "").split("Example:")[-1]  # type: ignore[attr-defined]
    assert any(f"crescreen {words}" in page for page in PAGES.values())


@pytest.mark.parametrize("line", LINES)
def test_every_command_line_parses(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    deepest = max((w for w in COMMANDS if words[: len(w.split())] == w.split()), key=len)
    COMMANDS[deepest].make_context(deepest, words[len(deepest.split()) :], resilient_parsing=False)  # type: ignore[attr-defined]


def test_the_page_of_settings_is_what_its_fields_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of_settings(), "run: python -m screen.cli.settings_page"


def test_the_files_that_pages_point_to_exist() -> None:
    for page, text in PAGES.items():
        links = [page.parent / link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in link]
        named = [ROOT / name for name in re.findall(r"`((?:screen|db|tests|docker|docs)/[\w./]*)`", text)]
        assert [str(path) for path in links + named if not path.exists()] == []


def test_the_page_of_the_rooms_has_every_room() -> None:
    page = PAGES[ROOT / "docs" / "architecture.md"]
    rooms = {path.stem for path in (ROOT / "screen").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert {room for room in rooms if not room.startswith("_") and f"`{room}`" not in page} == set()


def test_the_page_of_formats_has_every_kind_and_every_unit() -> None:
    page = PAGES[ROOT / "docs" / "formats.md"]
    assert [name for name in [*(kind.name for kind in kinds()), *UNITS] if f"`{name}`" not in page] == []


def test_the_page_of_commands_has_every_protocol() -> None:
    page = PAGES[ROOT / "docs" / "commands.md"] + PAGES[ROOT / "docs" / "study.md"]
    assert [name for name in PROTOCOLS if not re.search(rf"\b{name}\b", page)] == []
