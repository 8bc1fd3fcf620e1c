"""Words of a private language, for which the field has terms of its own (the table is in CONTRIBUTING.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

NOWHERE = frozenset(
    [
        "taught",
        "likeness",
        "likenesses",
        "alike",
        "stranger",
        "strangers",
        "lesson",
        "lessons",
        "dice",
        "exam",
        "exams",
        "nought",
        "entrant",
        "entrants",
        "rival",
        "rivals",
        "opponent",
        "opponents",
        "foretold",
        "foretell",
        "foretells",
        "invitro",
        "sieve",
        "sieved",
        "sift",
        "sifted",
        "sifting",
    ]
)
"""Neither in names nor in sentences."""
NOT_A_NAME = frozenset(["said", "told", "asked", "kept", "board", "panel", "own"])
"""Plain English in a sentence, but no name of a variable, a function, a class or a module."""
SENTENCES = frozenset({".py", ".md", ".html", ".ipynb", ".sql"})


def parts(text: str) -> Iterator[str]:
    """Words of a text in lower case; ``TaughtLines`` and ``taught_lines`` are two each."""
    for word in re.findall(r"[A-Za-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)):
        yield word.lower()


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a module names itself; the name of a test is a sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not node.name.startswith("test_"):
                yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def private_words(path: Path) -> list[str]:
    """``line: word`` of each private word in a file."""
    text = path.read_text(encoding="utf-8")
    found = [
        f"{number}: {word}"
        for number, line in enumerate(text.splitlines(), start=1)
        for word in parts(line)
        if word in NOWHERE
    ]
    if path.suffix == ".py":
        for number, name in names(ast.parse(text)):
            found += [f"{number}: {word} in {name}" for word in parts(name) if word in NOT_A_NAME]
        found += [f"0: {word} in the module's name" for word in parts(path.stem) if word in NOWHERE | NOT_A_NAME]
    return found
