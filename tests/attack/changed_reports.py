"""Reports of every kind, in data, screen pages and printed pages: none is accused untouched, each change is seen.

``python -m tests.attack.changed_reports --changes 1000``
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from screen.errors import InputError
from screen.report.report_file import read_report
from screen.report.report_kinds import KINDS, require_schema
from screen.report.verification import held_against, made_again
from screen.settings import Settings, read_settings
from screen.store import open_store
from tests.attack.command_road import LAB, last_folder_before
from tests.attack.commands import PATIENT, QUICK, Runner, fresh
from tests.attack.extra_inputs import DRUG
from tests.command import crescreen
from tests.report.test_changed_reports import data_changed, page_changed, print_changed

_CHANGES = {".json": data_changed, ".html": page_changed, ".pdf": print_changed}


def reports_of_all_kinds(home: Path) -> tuple[Settings, list[Path]]:
    """A store at the end of the road, and its reports."""
    folder = fresh(last_folder_before(home, Runner(home), "results remove"), home / "reported")
    out, store = folder / "all", folder / "store.duckdb"
    (home / "quick.toml").write_text(QUICK)
    for words in (
        ["report", "patient", PATIENT],
        ["report", "patient", "--all", "STAD", "--format", "json,html"],
        ["report", "clinician", PATIENT],
        ["report", "indication", "STAD"],
        ["report", "drug", DRUG],
        ["report", "cells", PATIENT],
        ["report", "biomarkers", "STAD", "--drug", DRUG],
        ["report", "resistance", "STAD"],
        ["report", "lab", LAB],
        ["organoid", "plan", "STAD", "--patient", PATIENT],
    ):
        done = crescreen("--settings", str(home / "quick.toml"), "--store", str(store), *words, "--out", str(out))
        assert done.code == 0, (words, done.err)
    files = [path for path in sorted(out.rglob("*")) if path.suffix in _CHANGES and _kind(path)]
    return read_settings(home / "quick.toml").changed(store=store), files


def _kind(path: Path) -> str:
    return next((name for name in KINDS if path.name.startswith(f"{name}-")), "")


def untouched(settings: Settings, files: list[Path]) -> list[str]:
    """Reports that are accused: judged as ``verify`` does, but made again once for all forms of a report."""
    found = []
    now: dict[str, Mapping[str, Any]] = {}
    with open_store(settings.store) as store:
        for file in files:
            report = read_report(file)
            require_schema(report.data, file.name)
            if file.stem not in now:
                now[file.stem] = made_again(store, report.data, settings)
            verdict = held_against(store, report, now[file.stem], file.name)
            if (verdict.holds, verdict.differences) != ("yes", ()):
                found.append(f"{file.name}: {verdict.holds} {verdict.pages} {verdict.differences[:2]}")
    return found


def unseen(settings: Settings, files: list[Path], count: int) -> tuple[Counter[str], list[str]]:
    """How many changes of which kind and form, and those that are not seen."""
    tried: Counter[str] = Counter()
    missed = []
    by_kind: dict[str, list[Path]] = {}
    for file in files:
        by_kind.setdefault(f"{_kind(file)}{file.suffix}", []).append(file)
    with open_store(settings.store) as store:
        now = {files[0]: made_again(store, read_report(files[0]).data, settings) for files in by_kind.values()}
        for seed in range(count):
            name = sorted(by_kind)[seed % len(by_kind)]
            file = by_kind[name][0]
            changed = file.with_name(f"changed{file.suffix}")
            changed.write_bytes(_CHANGES[file.suffix](file, random.Random(f"{name}/{seed}")))
            tried[name] += 1
            try:
                report = read_report(changed)
                require_schema(report.data, changed.name)
                seen = held_against(store, report, now[file], changed.name).holds == "no"
            except InputError:
                seen = True
            if not seen:
                missed.append(f"{seed}: {name}")
    return tried, missed


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--home", type=Path, help="folder of a road that was walked already")
    words = parser.parse_args()
    with nullcontext(words.home) if words.home else tempfile.TemporaryDirectory(prefix="reports-") as home:
        settings, files = reports_of_all_kinds(Path(home))
        accused = untouched(settings, files)
        print(f"{len(files)} untouched reports, {dict(Counter(map(_kind, files)))}: {len(accused)} accused", *accused)
        tried, missed = unseen(settings, files, words.changes)
    print(f"{sum(tried.values())} changes, {dict(tried)}: {len(missed)} unseen", *missed, sep="\n")
    sys.exit(bool(accused or missed))


if __name__ == "__main__":
    main()
