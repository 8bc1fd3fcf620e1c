"""Every command that crescreen prints or its documents name is one that its own command line takes.

Complete commands stand after a colon in messages, between backticks, or on a line of their own in documents; they are
parsed whole. Documents may name a command without what it needs.
"""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from screen.cli import app
from screen.cli.model_commands import TABLES
from screen.evaluation.run import PROTOCOLS
from screen.ranking.shortlists import EXPORTED, NAMED, PLAIN, export
from screen.store import Store

ROOT = Path(__file__).parents[1]
GROUP = get_command(app)
MEASURED = {*PROTOCOLS, "alignment", "resistance", "cells", "all", "card"}
PLACEHOLDER = "X"
_COMPLETE = re.compile(r"(?::|: `|^|`|\()\s*`*crescreen ([a-z][^`;\n)]*)")
_ENDS = re.compile(r"(?:,| or| and|\.)\s+(?=[a-zA-Z-])|\.$|,$")
_NAMED = re.compile(r"crescreen ([a-z]+)")


def strings(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Line, text and whether it is documentation, of each string of a module; what is filled in later is ``X``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else PLACEHOLDER for p in node.values]
            yield node.lineno, "".join(map(str, parts)), False
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value.replace("{}", PLACEHOLDER), id(node) in bare


def fault_of(command: str, *, mention: bool = False) -> str:
    """Why a command line is not one of crescreen's; empty where it is."""
    from typer import _click as click

    words = shlex.split(command, comments=True)
    found, group = [], GROUP
    while isinstance(group, TyperGroup) and words and words[0] in group.commands:
        group = group.commands[words[0]]
        found.append(words.pop(0))
    if not found or (isinstance(group, TyperGroup) and words):
        return f"no command: {command}"
    if isinstance(group, TyperGroup) or (mention and not words):
        return ""
    try:
        context = group.make_context(" ".join(found), list(words))
    except click.exceptions.MissingParameter as missing:
        return "" if mention else f"{command}: {missing.format_message()}"
    except click.exceptions.BadParameter as wrong:
        placeholder = mention and any(word.isupper() for word in words)
        return "" if placeholder else f"{command}: {wrong.format_message()}"
    except click.exceptions.ClickException as wrong:
        return f"{command}: {wrong.format_message()}"
    return _unknown_value(found[0], context.params, command)


def _unknown_value(name: str, given: dict[str, object], command: str) -> str:
    known = {"export": ("name", EXPORTED), "evaluate": ("protocol", MEASURED)}
    if name not in known:
        return ""
    field, values = known[name]
    value = str(given[field])
    return "" if value in values or value.isupper() else f"{command}: no such {field}"


def commands_in(text: str) -> list[str]:
    """Complete command lines in a message."""
    return [_ENDS.split(found)[0].strip() for found in _COMPLETE.findall(text)]


def faults_of_messages(texts: Iterator[tuple[str, str]]) -> list[str]:
    """What is wrong in messages: a command that does not parse, or one in the middle of a sentence."""
    wrong = []
    for place, text in texts:
        lines = commands_in(text)
        prose = text.replace("the crescreen demo", "")  # in the demo's own input
        named = [name for name in _NAMED.findall(prose) if name in GROUP.commands]  # type: ignore[attr-defined]
        composed = re.fullmatch(r"crescreen \w+", text) is not None  # the rest is joined to it
        wrong += [f"{place}: {fault}" for line in lines if (fault := fault_of(line, mention=composed))]
        if len(named) > len(lines):
            wrong.append(f"{place}: a command within a sentence, write ': crescreen ...': {text!r}")
    return wrong


def test_messages_of_the_package_name_commands_that_run_as_printed() -> None:
    texts = (
        (f"{path.relative_to(ROOT)}:{line}", text)
        for path in sorted((ROOT / "screen").rglob("*.py"))
        for line, text, documentation in strings(path)
        if not documentation
    )
    assert faults_of_messages(texts) == []


def test_remedies_of_the_queries_run_as_printed() -> None:
    texts = (
        (path.name, text)
        for path in sorted((ROOT / "db" / "queries").glob("*.sql"))
        for text in re.findall(r"'((?:[^']|'')*)'", path.read_text(encoding="utf-8"))
    )
    assert faults_of_messages(texts) == []


def test_pages_name_commands_that_exist() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*") if path.is_file())
    assert {name for name in _NAMED.findall(pages) if name not in GROUP.commands} == set()  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]), ids=lambda p: p.name)
def test_documents_name_commands_that_parse(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```.*?\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    whole = [line.split("crescreen ", 1)[1] for b in blocks for line in b.splitlines() if line.startswith("crescreen ")]
    spans = re.findall(r"`crescreen ([a-z][^`]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    wrong = [fault_of(line) for line in whole] + [fault_of(" ".join(span.split()), mention=True) for span in spans]
    assert [fault for fault in wrong if fault] == []


def test_docstrings_name_commands_that_parse() -> None:
    spans = [
        span
        for path in sorted((ROOT / "screen").rglob("*.py"))
        for _, text, documentation in strings(path)
        if documentation
        for span in re.findall(r"(?:``crescreen |\[cyan\]crescreen )([^`\[]*)", text)
    ]
    assert len(spans) > 15
    assert [fault for fault in (fault_of(span, mention=True) for span in spans) if fault] == []


@pytest.mark.parametrize(
    "message",
    [
        "run: crescreen fetch",
        "run: crescreen export secrets --out x.csv",
        "run: crescreen export edp",
        "run: crescreen rank BRCA --pateint X",
        "crescreen export patients lists them",
        "run: crescreen evaluate everything",
        "run: crescreen report country X",
    ],
)
def test_a_remedy_that_leads_nowhere_is_seen(message: str) -> None:
    assert faults_of_messages(iter([("here", message)]))


def test_export_writes_every_table_its_help_names(store: Store) -> None:
    named = set(re.findall(r"\b[a-z_]+\b", re.sub(r"\([^)]*\)|: [^;]*", ",", TABLES)))
    assert named == EXPORTED
    for table in (*NAMED, *PLAIN):
        assert export(store, table).columns
