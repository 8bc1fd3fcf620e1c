"""The files of docs/cluster.md for other batch systems: their commands, run here by xargs, give one run's tables."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import crescreen
from tests.library_screen.applied import ALCOHOLS
from tests.library_screen.test_library import contents

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```(groovy|yaml|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
INDEX = {"groovy": r"${i}", "yaml": "$JOB_COMPLETION_INDEX", "sh": "$AWS_BATCH_JOB_ARRAY_INDEX"}


def command_of(kind: str) -> str:
    """The command of a part, as the file has it."""
    (found,) = re.findall(r'(crescreen rank BRCA .*?--wait 30)(?:"|\n)', BLOCKS[kind].replace('INDEX/8"', "INDEX/8"))
    return found.replace('--part "', "--part ")


def test_the_files_parse() -> None:
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load(BLOCKS["yaml"])
    assert job["spec"]["completions"] == 8
    assert job["spec"]["completionMode"] == "Indexed"
    assert BLOCKS["groovy"].count("{") == BLOCKS["groovy"].count("}")


@pytest.mark.slow
@pytest.mark.parametrize("kind", INDEX)
def test_its_command_run_by_xargs_gives_the_tables_of_one_run(kind: str, ranked_store: Path, tmp_path: Path) -> None:
    library, out = tmp_path / "some.smi", tmp_path / "parts"
    library.write_text("".join(f"{smiles} d{n}\n" for n, smiles in enumerate(ALCOHOLS[:12])))
    words = ("rank", "STAD", "--library", str(library), "--shard", "3", "--store", str(ranked_store))
    assert crescreen(*words, "--out", str(tmp_path / "one")).code == 0
    command = command_of(kind).replace(INDEX[kind], "$INDEX").replace("BRCA", "STAD", 1)
    command = re.sub(r"--library \S+", f"--library {library} --shard 3 --store {ranked_store}", command)
    command = re.sub(r"--out \S+", f"--out {out}", command)
    command = re.sub(r"\$INDEX/\S+", "$INDEX/2", command)
    first = 1 if kind == "groovy" else 0
    (tmp_path / "crescreen").write_text(f'#!/bin/sh\nexec {sys.executable} -m screen.cli "$@"\n')
    (tmp_path / "crescreen").chmod(0o755)
    done = subprocess.run(
        [shutil.which("xargs") or "xargs", "-P", "2", "-I", "{}", "sh", "-c", f"INDEX={{}}; {command}"],
        input=f"{first}\n{first + 1}\n",
        text=True,
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stderr
    assert crescreen("gather", str(out)).code == 0
    assert contents(out / "STAD") == contents(tmp_path / "one" / "STAD")
    assert len(list((out / "work").glob("scored-*"))) == 4  # the parts waited for each other and scored all
