"""Short files, short functions, nothing hidden in a drawer: the budgets a reader relies on."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "screen").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FILE_MEDIAN, FILE_MOST, FUNCTION_P95, FUNCTION_MOST = 120, 300, 35, 60
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    return [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, Function)]


def code_lines(path: Path, function: Function) -> int:
    """Lines of a function that hold code: no docstring, no blank, no comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    first = function.body[0].lineno if body is function.body else function.body[0].end_lineno + 1  # type: ignore[operator]
    counted = [*range(function.lineno, function.body[0].lineno), *range(first, (function.end_lineno or 0) + 1)]
    return sum(bool(text) and not text.startswith("#") for text in (lines[n - 1].strip() for n in counted))


def lengths() -> dict[str, int]:
    """``file:function`` -> code lines, over the package."""
    return {
        f"{path.relative_to(ROOT)}:{f.name}:{f.lineno}": code_lines(path, f)
        for path in SOURCES
        for f in functions(path)
    }


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_MOST


def test_the_usual_file_is_short() -> None:
    assert median(len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES) <= FILE_MEDIAN


def test_no_function_is_long() -> None:
    assert {name: length for name, length in lengths().items() if length > FUNCTION_MOST} == {}


def test_nearly_every_function_is_short() -> None:
    assert quantiles(lengths().values(), n=20)[-1] <= FUNCTION_P95


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
    assert [p.name for p in SOURCES + TESTS if p.name in drawers] == []


def test_nothing_prints_or_unpickles() -> None:
    loose = {"print", "eval", "exec", "breakpoint"}
    calls = [
        f"{p.relative_to(ROOT)}:{n.lineno}"
        for p in SOURCES
        for n in ast.walk(ast.parse(p.read_text("utf-8")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in loose
    ]
    pickles = [str(p.relative_to(ROOT)) for p in SOURCES if "import pickle" in p.read_text("utf-8")]
    assert calls + pickles == []


def test_code_lines_leave_docstrings_blanks_and_comments_out(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text('def f(a,\n      b):\n    """Two\n    lines."""\n\n    # why\n    return a\n')
    assert code_lines(path, functions(path)[0]) == 3
