"""How fast a cohort's reports are written: one command on all cores, beside WeasyPrint alone on the same pages.

    python -m tests.benchmarks.reports [--patients 300] [--alone 20] [--store FILE --code CODE] [--json bench.json]

Without a store, one is filled by hand with that many patients, 60 drugs and their records. Seconds are of the clock;
CPU seconds stand beside them, for a machine that has other things to do. Memory is what all processes of the command
held at once, sampled five times a second, pages they share counted in each.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from screen import pipeline
from screen.settings import Settings
from screen.store import open_store
from screen.store.migrate import migrate
from screen.tasks import cores
from tests.report.filled import fill

LIMIT_MIB = 1536
Row = dict[str, Any]


def main() -> None:
    """Measure, print one table, write JSON where asked."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        store, code = (asked.store, asked.code) if asked.store else (_filled(work, asked.patients), "BRCA")
        rows = [_one_report(store, code, work / "one"), _command(store, code, work / "all"),
                *_alone(store, code, work / "pages", asked.alone)]
    _show(rows)
    if asked.json:
        told = {"cores": cores(0), "load": os.getloadavg()[0], "rows": rows}
        asked.json.write_text(json.dumps(told, indent=1) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=300)
    parser.add_argument("--alone", type=int, default=20, help="reports that WeasyPrint prints alone")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--code", default="BRCA")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _filled(folder: Path, patients: int) -> Path:
    path = folder / "bench.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(patients, 3, 3))
    return path


def _one_report(store: Path, code: str, out: Path) -> Row:
    with open_store(store) as held:
        patient = held.scalar("""SELECT min(patient_id) FROM run_patients JOIN runs USING (run_id)
                                 WHERE indication = $code""", code=code)
    return _measured("one report, whole process", ["report", "patient", patient], store, out)


def _command(store: Path, code: str, out: Path) -> Row:
    return _measured(f"crescreen report patient --all, {cores(0)} cores", ["report", "patient", "--all", code], store,
                     out)


def _measured(what: str, words: list[str], store: Path, out: Path) -> Row:
    before, begun, most = _cpu(), time.perf_counter(), 0.0
    running = subprocess.Popen([sys.executable, "-m", "screen.cli", *words, "--format", "pdf", "--out", str(out),
                                "--store", str(store)], stdout=subprocess.DEVNULL)
    while running.poll() is None:
        most = max(most, sum(_resident(pid) for pid in _tree(running.pid)))
        time.sleep(0.2)
    if running.returncode:
        raise SystemExit(f"{what}: exit code {running.returncode}")
    seconds, files = time.perf_counter() - begun, sorted(out.glob("*.pdf"))
    return _row(what, len(files), sum(len(PdfReader(file).pages) for file in files), seconds, _cpu() - before, most)


def _alone(store: Path, code: str, out: Path, number: int) -> Iterator[Row]:
    from weasyprint import HTML

    with open_store(store) as held:
        patients = held.sql("""SELECT DISTINCT patient_id FROM run_patients JOIN runs USING (run_id)
                               WHERE indication = $code ORDER BY 1 LIMIT $number""", code=code, number=number)
    files = pipeline.report_patients(Settings(store=store), patients["patient_id"].to_list(), ["html"], out)
    pages = [file.read_text() for file in files]
    for what, options in (("plain PDF", {}), ("PDF/A-3a", {"pdf_variant": "pdf/a-3a"})):
        cpu, begun, printed = time.process_time(), time.perf_counter(), 0
        for page in pages:
            document = HTML(string=page).render(**options)
            document.write_pdf(**options)
            printed += len(document.pages)
        spent = time.perf_counter() - begun, time.process_time() - cpu
        yield _row(f"WeasyPrint alone, {what}", len(pages), printed, *spent, None)


def _row(what: str, reports: int, pages: int, seconds: float, cpu: float, memory: float | None) -> Row:
    return {"what": what, "reports": reports, "pages": pages, "seconds": round(seconds, 1),
            "pages_a_second": round(pages / seconds, 2), "cpu_seconds_a_page": round(cpu / pages, 3),
            "peak_MiB": None if memory is None else round(memory)}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(listed).split():
            yield from _tree(int(child))


def _resident(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * resource.getpagesize() / 2**20 if fields else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:     # it ended between two looks
        return ""


def _show(rows: list[Row]) -> None:
    heads = list(rows[0])
    table = [heads, *([str("-" if row[head] is None else row[head]) for head in heads] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(heads))]
    for line in table:
        sys.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {cores(0)} cores\n")
    worst = max(row["peak_MiB"] or 0 for row in rows)
    sys.stdout.write(f"peak memory {worst} MiB, {'under' if worst <= LIMIT_MIB else 'OVER'} {LIMIT_MIB} MiB\n")


if __name__ == "__main__":
    main()
