"""How fast a cohort's reports are written: one command on all cores, beside WeasyPrint alone on the same pages.

    python -m tests.benchmarks.reports 300          # once, a cohort of 300

The store is filled by hand with a dozen patients, 60 drugs and their records. No report can be printed faster than
WeasyPrint lays out the same pages as a plain PDF, so that, on every core, is the limit.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from pypdf import PdfReader

from screen import pipeline
from screen.settings import Settings
from screen.store import open_store
from screen.store.migrations import migrate
from screen.tasks import cores
from tests.benchmarks.processes import Spent, crescreen
from tests.benchmarks.table import REPEATS, Row, in_turn, row
from tests.report.filled import fill

PATIENTS, ALONE = 12, 3
LIMIT_MIB = 1536


def rows() -> Iterator[Row]:
    """Reports of a cohort, of one patient, and the memory they took."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        store = _filled(work, PATIENTS)
        yield from _cohort(store, work, REPEATS)
        yield _one(store, work)


def large(patients: int) -> Iterator[Row]:
    """The same of a cohort of any size, once."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _cohort(_filled(Path(folder), patients), Path(folder), 1)


def _filled(folder: Path, patients: int) -> Path:
    path = folder / "bench.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(patients, 3, 3))
    return path


def _html(store: Path, out: Path) -> list[str]:
    patients = _patients(store)[:ALONE]
    return [file.read_text() for file in pipeline.report_patients(Settings(store=store), patients, ["html"], out)]


def _patients(store: Path) -> list[str]:
    with open_store(store) as held:
        return held.sql("""SELECT DISTINCT patient_id FROM run_patients JOIN runs USING (run_id)
                           WHERE indication = 'BRCA' ORDER BY 1""")["patient_id"].to_list()


def _cohort(store: Path, work: Path, repeats: int) -> Iterator[Row]:
    pages, spent = _html(store, work / "pages"), list[Spent]()

    def ours() -> None:
        out = work / f"all-{len(spent)}"
        spent.append(crescreen("report", "patient", "--all", "BRCA", "--format", "pdf", "--out", out, "--store", store))

    taken = in_turn(
        {"ours": ours, "peer": lambda: _print(pages, pdf_variant="pdf/a-3a"), "limit": lambda: _print(pages)},
        repeats,
        warm=0,
    )
    done = {"ours": _pages(work / "all-0"), "peer": _print(pages), "limit": _print(pages) * cores(0)}
    yield row(
        f"report patient --all, {len(_patients(store))} patients",
        taken,
        unit="pages/s",
        amount=done,
        note=f"{median(s.cpu for s in spent) / done['ours']:.3f} CPU seconds a page; peer: WeasyPrint alone, one "
        f"process, PDF/A-3a; limit: plain PDF, {cores(0)} of them",
    )
    yield row(
        "its memory, all processes",
        {"ours": [one.peak for one in spent]},
        unit="MiB",
        limit=LIMIT_MIB,
        note="limit: asked for",
    )


def _one(store: Path, work: Path) -> Row:
    patient = _patients(store)[0]
    page = _html(store, work / "first")[:1]
    taken = in_turn(
        {
            "ours": lambda: crescreen("report", "patient", patient, "--format", "pdf", "--out", work, "--store", store),
            "peer": lambda: _print(page, pdf_variant="pdf/a-3a"),
            "limit": lambda: _print(page),
        },
        REPEATS,
    )
    return row(
        "report of one patient, whole command",
        taken,
        note="peer: WeasyPrint alone, started already, PDF/A-3a; limit: plain PDF",
    )


def _pages(folder: Path) -> int:
    return sum(len(PdfReader(file).pages) for file in folder.glob("*.pdf"))


def _print(pages: Sequence[str], **options: str) -> int:
    from weasyprint import HTML

    printed = 0
    for page in pages:
        document = HTML(string=page).render(**options)
        document.write_pdf(**options)
        printed += len(document.pages)
    return printed


if __name__ == "__main__":
    from tests.benchmarks.__main__ import show

    show(list(large(int(sys.argv[1]))))
