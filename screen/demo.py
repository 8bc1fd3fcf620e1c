"""The whole road on the synthetic cohort: what ``crescreen demo`` runs, and the shortest example of the API."""

from pathlib import Path

from screen import pipeline
from screen.organoid import Request
from screen.ranking.clone_request import CloneRequest
from screen.results.returned import Returned
from screen.settings import Settings
from screen.store import open_store
from screen.store.plans import load_plan
from screen.synthetic import write_cohort
from screen.synthetic.cell_files import PATIENT, write_cells
from screen.synthetic.returned_plates import write_plates


def run_demo(out: Path, settings: Settings | None = None, progress: pipeline.Progress = pipeline.silent) -> list[Path]:
    """Make the synthetic cohort, ingest, train, rank, report; everything under ``out``, a fresh store each time.

    Parameters
    ----------
    settings : all but the store and the seeds a fold are heeded

    Returns
    -------
    The reports: of one patient an indication, of one patient from outside, of each indication; an organoid plan, and
    what came back from the lab for it; clones of one tumour's single cells.
    """
    # One seed a fold: an ensemble of five shows the same steps in half the time.
    settings = (settings or Settings()).changed(store=out / "demo.duckdb", seeds=1)
    settings.store.unlink(missing_ok=True)
    cohort = write_cohort(out / "input", settings.seed)
    pipeline.init(settings)
    for file in (*cohort.files, cohort.outside):
        pipeline.ingest(settings, [file.path], file.options, progress)
    pipeline.train(settings, cohort.indications, progress=progress)
    pipeline.rank(settings, cohort.indications, progress=progress)
    cells = write_cells(out / "input", settings.seed).file
    pipeline.ingest(settings, [cells.path], cells.options, progress)
    pipeline.score_clones(settings, CloneRequest(patient_id=PATIENT))
    patients = [f"SYN-{code}-001" for code in cohort.indications] + ["SYN-OUTSIDE-001"]
    formats = ("json", "html", "pdf")
    planned = pipeline.plan_organoids(settings, cohort.indications[0], Request(seed=settings.seed), None, out, formats)
    return_plates(settings, planned.plan_id, out)
    return [
        *pipeline.report_patients(settings, patients, formats, out, progress),
        *pipeline.report_indications(settings, cohort.indications, formats, out, progress),
        *(planned.folder / name for name in planned.files),
        *pipeline.report_lab(settings, [planned.plan_id], formats, out, progress),
        *pipeline.report_cells(settings, [PATIENT], formats, out, progress),
    ]


def return_plates(settings: Settings, plan_id: str, out: Path) -> None:
    """Three organoids' plates as a lab would return them, curves planted, one of them spoiled, into the store."""
    with open_store(settings.store) as store:
        wells = load_plan(store, plan_id).wells
    first = str(wells["plate"][0])
    for number in (1, 2, 3):
        organoid = f"SYN-ORGANOID-{number}"
        spoiled = first if number == 3 else ""
        files, _ = write_plates(wells, plan_id, out / "lab" / organoid, settings.seed + number, spoiled)
        about = Returned(plan=plan_id, lab="demo-lab", organoids={organoid: ""})
        pipeline.results_add(settings, files, about)
