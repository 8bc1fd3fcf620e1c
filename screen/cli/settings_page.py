"""``python -m screen.cli.settings_page``: write docs/settings.md from the fields of the settings."""

import ast
import inspect
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from screen.settings import SECTIONS, Settings
from screen.settings.field_checks import allowed, hints_of

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

_HEAD = """# Settings

<!-- Written by python -m screen.cli.settings_page from screen/settings: change the fields there, then run it. -->

Settings are a TOML file, named by `--settings FILE` before the command or by `CRESCREEN_SETTINGS`. Every setting has a
default; a file names what it changes. Options of a command go before the file, and reports print what was heeded.

```toml
store = "study.duckdb"
device = "cpu"

[ranking]
efficient_fraction = 0.1
excluded_drugs = ["Gemcitabine"]
```

A setting that is unknown, of another type or out of its range is refused before any work, with the file, the setting,
the value and what is allowed, and exit code 2. From Python the same holds: `Settings`, `Training`, `Ranking` and
`Cluster` of `screen.settings` raise `InputError` when they are built or changed.
"""


def page_of_settings() -> str:
    """The whole page, as markdown."""
    parts = [_HEAD, "## Top level", _table(Settings)]
    for name, record in SECTIONS.items():
        parts += [f"## `[{name}]`", _described(inspect.getdoc(record) or ""), _table(record)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _table(record: type[Any]) -> str:
    texts, hints = _field_docs(record), hints_of(record)
    rows = [
        f"| `{one.name}` | `{_toml(one.default)}` | {allowed(hints[one.name])} | {_described(texts[one.name])} |"
        for one in fields(record)
        if one.default is not MISSING
    ]
    return "\n".join(["| setting | default | allowed | what it is |", "|---|---|---|---|", *rows])


def _field_docs(record: type[Any]) -> dict[str, str]:
    """The text beneath each field of a record, in one line."""
    body = ast.parse(inspect.getsource(record)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _described(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")


def _toml(value: Any) -> str:
    """A default as it is written in TOML."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if isinstance(value, int | float) else f'"{value}"'


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page_of_settings(), encoding="utf-8")
