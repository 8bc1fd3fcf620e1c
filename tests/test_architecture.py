"""The import contract of the house: downward only (import-linter), heavy libraries behind one door each (by hand)."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "screen"
OWNER = {"duckdb": "store", "rdkit": "chem", "typer": "cli"}
HEAVY = {
    "anndata",
    "duckdb",
    "lifelines",
    "matplotlib",
    "numba",
    "pandas",
    "polars",
    "pyarrow",
    "rdkit",
    "scipy",
    "sklearn",
    "torch",
    "torch_geometric",
    "weasyprint",
    "xgboost",
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """``screen/store/load.py`` -> ``store``; ``screen/cli.py`` -> ``cli``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names imported anywhere in a tree, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def at_start(tree: ast.Module) -> Iterator[str]:
    """Names imported when the module is, type checking apart."""
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(node)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of pyproject.toml held against the package in a folder."""
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    words = ["--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run([sys.executable, "-c", code, *words], cwd=folder, text=True, capture_output=True)


def test_imports_go_downward_and_every_room_has_a_floor() -> None:
    done = linted(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_upward_import_inside_a_function_is_seen(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "screen", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "screen" / "errors.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef upward() -> None:\n    from screen import cli\n")
    done = linted(tmp_path)
    assert done.returncode == 1
    assert "screen.errors -> screen.cli" in done.stdout


def test_no_files_import_each_other() -> None:
    graph = grimp.build_graph("screen", cache_dir=None)
    below = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    list(TopologicalSorter(below).static_order())  # raises CycleError, and names the circle


def test_a_room_without_a_floor_is_seen(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "screen", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "screen" / "attic.py").write_text("", encoding="utf-8")
    assert linted(tmp_path).returncode == 1


@pytest.mark.parametrize("library", OWNER)
def test_one_door_for_each_library(library: str) -> None:
    users = {room(path) for path in MODULES for name in imports(parsed(path)) if name.split(".")[0] == library}
    assert users <= {OWNER[library]}


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in {"ingest", "store"}], ids=named)
def test_ingest_and_store_start_without_torch(path: Path) -> None:
    assert not [name for name in at_start(parsed(path)) if name.startswith("torch")]


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) == "nn"], ids=named)
def test_nn_knows_tensors_only(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    foreign = {"pandas", "polars", "duckdb", "sqlite3", "pathlib", "io", "os", "csv", "json"}
    assert {name.split(".")[0] for name in imports(parsed(path))}.isdisjoint(foreign)
    assert "open(" not in source
    assert "patient_id" not in source


def test_relative_imports_are_not_used() -> None:
    levels = [node.level for path in MODULES for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
    assert set(levels) == {0}


@pytest.mark.parametrize("command", [["--help"], ["report", "--help"], ["ingest", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys; sys.argv[0] = 'crescreen'\n"
        "from screen.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print(sorted(set(sys.modules) & {HEAVY!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=ROOT, text=True, capture_output=True, check=True)
    assert "Usage" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_steps_and_readers_start_without_what_few_of_them_need() -> None:
    """An ingest of a small table is over in a second or two; loading SciPy's statistics alone takes as long."""
    late = {"scipy", "torch", "rdkit", "sklearn", "weasyprint", "anndata", "matplotlib", "pandas"}
    code = (
        "import sys\nfrom screen import pipeline\nfrom screen.ingest import registry\n"
        "list(registry.kinds()), [getattr(pipeline, name) for name in pipeline.__all__]\n"
        f"print(sorted(set(sys.modules) & {late!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_pipeline_loads_the_rooms_of_a_step_when_it_is_called() -> None:
    """All rooms together are hundreds of modules: half a second of every command."""
    code = (
        "import sys\nfrom screen import pipeline\n"
        "print(sorted({name.split('.')[1] for name in sys.modules if name.startswith('screen.')}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    assert not {"report", "evaluation", "models", "ranking", "organoid", "biomarkers", "ingest"} & set(
        ast.literal_eval(done.stdout.splitlines()[-1])
    )
