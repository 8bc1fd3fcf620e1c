"""An import of our own in a function keeps a slow library out of a command's start, or it stands on top."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SLOW = {
    "duckdb", "h5py", "jinja2", "lifelines", "llvmlite", "matplotlib", "numba", "numpy", "openpyxl", "pandas", "polars",
    "pydantic", "pypdf", "rdkit", "scipy", "sklearn", "starlette", "torch", "torch_geometric", "triton", "uvicorn",
    "weasyprint", "xgboost", "xlsxwriter",
}  # fmt: skip
"""Libraries whose import is measured in tens of milliseconds or more."""
IN_A_CIRCLE = {"screen/tasks/__init__.py"}
"""A package and the module of it that needs it."""
STEP_BY_STEP = {"screen/pipeline.py"}
"""Names every step, and imports the rooms of the one that is called: all rooms are half a second of our own modules."""


def _path(module: str) -> Path | None:
    base = ROOT.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)


def _named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        below = [f"{node.module}.{name.name}" for name in node.names]
        return [node.module, *(name for name in below if _path(name))]
    return []


def _on_top(tree: ast.Module) -> Iterator[str]:
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If):
            waiting += node.orelse if "TYPE_CHECKING" in ast.unparse(node.test) else [*node.body, *node.orelse]
        elif isinstance(node, ast.Try | ast.With):
            waiting += node.body
        yield from _named(node)


@cache
def slow_libraries(module: str) -> frozenset[str]:
    """What an import of the module brings, by whatever way."""
    found, seen, waiting = set(), set(), [module]
    while waiting:
        name = waiting.pop()
        first, *_ = parts = name.split(".")
        path = _path(name) if first == "screen" else None
        if name in seen or (first == "screen" and path is None):
            continue
        seen.add(name)
        if path is None:
            found |= {first} & SLOW
            continue
        waiting += [".".join(parts[:upto]) for upto in range(1, len(parts))]
        waiting += _on_top(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(found)


def _inside(tree: ast.Module) -> dict[int, list[str]]:
    found = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        for node in ast.walk(function):
            ours = [name for name in _named(node) if name.startswith("screen")]
            if ours:
                found[node.lineno] = ours  # type: ignore[attr-defined]
    return found


def test_only_where_it_keeps_a_slow_library_out() -> None:
    idle, useful = [], 0
    for path in sorted((ROOT / "screen").rglob("*.py")):
        place = path.relative_to(ROOT)
        module = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        for line, names in _inside(ast.parse(path.read_text(encoding="utf-8"))).items():
            brought = frozenset[str]().union(*map(slow_libraries, names)) - slow_libraries(module)
            useful += bool(brought)
            if not brought and str(place) not in IN_A_CIRCLE | STEP_BY_STEP:
                idle.append(f"{place}:{line}")
    assert not idle
    assert useful > 0
