"""A reader for a made-up format, added to a copy of the source as CONTRIBUTING says: one file and two rows."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READER = '''"""Responses as our robot writes them: ``#robot 1``, then ``cell;drug;percent`` of AUC."""

import polars as pl

from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import numbers, read_table
from screen.records import Batch, ReadOptions, drug_keys


def _recognises(head: Head) -> bool:
    return head.text.startswith("#robot 1") and head.has("cell", "drug", "percent")


def _read(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    responses = table.select(
        dataset=pl.lit(options.dataset or "robot"),
        metric=pl.lit("AUC"),
        cell_line_ref="cell",
        drug_key=drug_keys(table["drug"]),
        drug_name="drug",
        value=numbers(table, "percent", head.path) / 100,
        repeats=pl.lit(1, pl.Int32),
    )
    return Batch("robot", {"responses": responses}, notes)


KINDS = (Kind("robot", "responses of our robot", _recognises, _read),)
'''


def grown(folder: Path) -> Path:
    """A copy of the source with the reader in it."""
    for name in ("screen", "db"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "screen" / "ingest" / "readers" / "robot.py").write_text(READER, encoding="utf-8")
    registry = folder / "screen" / "ingest" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    text = text.replace('    "responses",\n', '    "robot",\n    "responses",\n', 1)
    registry.write_text(text, encoding="utf-8")
    with (folder / "db" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("robot,*.rob,our robot,ours\n")
    return folder


def crescreen(source: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the copy."""
    command = [sys.executable, "-m", "screen.cli", *words]
    return subprocess.run(
        command, cwd=source, env={**os.environ, "PYTHONPATH": str(source)}, text=True, capture_output=True
    )


def test_a_new_format_is_one_file_and_a_row_in_two_tables(tmp_path: Path) -> None:
    source = grown(tmp_path / "copy")
    before = {path.relative_to(ROOT): path.read_bytes() for name in ("screen", "db") for path in files(ROOT / name)}
    after = {path.relative_to(source): path.read_bytes() for name in ("screen", "db") for path in files(source / name)}
    touched = sorted(path.as_posix() for path in after if after[path] != before.get(path))
    assert touched == ["db/sources.csv", "screen/ingest/readers/robot.py", "screen/ingest/registry.py"]

    (tmp_path / "one.rob").write_text(
        "#robot 1\ncell;drug;percent\nACH-000001;Erlotinib;82\nACH-000002;Erlotinib;40\n", encoding="utf-8"
    )
    (tmp_path / "two.rob").write_text("#robot 1\ncell;drug;percent\nACH-000001;Erlotinib;much\n", encoding="utf-8")
    store = str(tmp_path / "s.duckdb")
    assert crescreen(source, "--store", store, "init").returncode == 0
    done = crescreen(source, "--store", store, "ingest", str(tmp_path / "one.rob"), "--json")
    assert done.returncode == 0, done.stderr
    (read,) = json.loads(done.stdout)
    assert (read["kind"], read["rows"]) == ("robot", 2)
    wrong = crescreen(source, "--store", store, "ingest", str(tmp_path / "two.rob"))
    assert wrong.returncode == 2
    assert "line 3: 'much' is not a number" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    kinds = {row["kind"] for row in json.loads(crescreen(source, "sources", "--json").stdout)}
    assert "robot" in kinds


def files(folder: Path) -> list[Path]:
    """Every file of the source under a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
