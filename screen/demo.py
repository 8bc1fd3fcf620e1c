"""The whole road on the synthetic cohort: what ``crescreen demo`` runs, and the shortest example of the API."""

from pathlib import Path

from screen import pipeline
from screen.settings import Settings


def run_demo(out: Path, settings: Settings | None = None, progress: pipeline.Progress = pipeline.silent) -> list[Path]:
    """Make the synthetic cohort, ingest, train, rank, report; everything under ``out``, a fresh store each time.

    Parameters
    ----------
    settings : all but the store and the seeds a fold are heeded

    Returns
    -------
    The reports: of one patient an indication, of one patient from outside, of each indication; an organoid plan.
    """
    from screen.organoid import Request
    from screen.synthetic import write_cohort

    # One seed a fold: an ensemble of five shows the same steps in half the time.
    settings = (settings or Settings()).changed(store=out / "demo.duckdb", seeds=1)
    settings.store.unlink(missing_ok=True)
    cohort = write_cohort(out / "input", settings.seed)
    pipeline.init(settings)
    for file in (*cohort.files, cohort.outside):
        pipeline.ingest(settings, [file.path], file.options, progress)
    pipeline.train(settings, cohort.indications, progress=progress)
    pipeline.rank(settings, cohort.indications, progress=progress)
    patients = [f"SYN-{code}-001" for code in cohort.indications] + ["SYN-OUTSIDE-001"]
    formats = ("json", "html", "pdf")
    planned = pipeline.plan_organoids(settings, cohort.indications[0], Request(seed=settings.seed), None, out, formats)
    return [
        *pipeline.report_patients(settings, patients, formats, out, progress),
        *pipeline.report_indications(settings, cohort.indications, formats, out, progress),
        *(planned.folder / name for name in planned.files),
    ]
