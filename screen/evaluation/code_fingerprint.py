"""What the code of a fit is: a hash over its module, all of ``screen`` that it imports, and what it was made with.

So a changed model is fitted anew, and a change elsewhere leaves finished files in use.
"""

import ast
import hashlib
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

_ASIDE = (
    "screen.settings",
    "screen.field_checks",
    "screen.errors",
    "screen.resources",
    "screen.tasks",
    "screen.store",
    "screen.models.model_registry",
)
"""Not followed: they do not change what is fitted, or hold rows of other models. Settings enter by their values."""
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def source_of(fit: Any) -> str:
    """16 hex digits over the source behind a fit and the values it holds."""
    modules, values = set[str](), list[str]()
    for module, value in _held(fit, 0):
        modules.add(module)
        values.append(value)
    followed = sorted(set().union(*(_followed(module) for module in modules)))
    digest = hashlib.sha256(repr(values).encode())
    for name in followed:
        digest.update(name.encode() + _file(name).read_bytes())
    if any("screen.settings" in _imported(name) for name in followed):
        digest.update(_training().encode())
    return digest.hexdigest()[:16]


def _held(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Modules and values of a function, partial or object, with what it closes over."""
    if isinstance(value, partial):
        inner: tuple[Any, ...] = (value.func, *value.args, *(value.keywords[name] for name in sorted(value.keywords)))
    else:
        inner = tuple(cell.cell_contents for cell in getattr(value, "__closure__", None) or ())
    module = getattr(value, "__module__", None) or type(value).__module__
    said = getattr(value, "__qualname__", None) or repr(value)
    yield str(module), _ADDRESS.sub("", str(said))
    if is_dataclass(value) and not isinstance(value, type):
        inner += tuple(getattr(value, name) for name in value.__dataclass_fields__)
    for one in inner if depth < 5 else ():
        yield from _held(one, depth + 1)


@cache
def _followed(module: str) -> frozenset[str]:
    """Modules of ``screen`` that a module leads to, itself among them."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name.startswith("screen.") and name not in found and (name == module or not name.startswith(_ASIDE)):
            found.add(name)
            waiting += _imported(name)
    return frozenset(found)


@cache
def _imported(module: str) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(_file(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return frozenset(name for name in names if name.startswith("screen.") and _exists(name))


@cache
def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _file(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    return Path(str(spec.origin))


def _training() -> str:
    from screen.settings import Training

    return repr(sorted((asdict(Training()) | {"dataset": "", "folds": 0, "seeds": 0}).items()))
