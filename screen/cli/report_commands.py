"""Commands that write what people read."""

from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import STORE, Codes, Formats, Json, Out, StorePath, app, settings_for
from screen.errors import InputError

report_app = typer.Typer(no_args_is_help=True, help="Write reports of patients or of indications.")
app.add_typer(report_app, name="report")


@report_app.command("patient")
def report_patient(
    patients: Annotated[list[str] | None, typer.Argument(help="Patient ids.")] = None,
    code: Annotated[str | None, typer.Option("--all", help="Every ranked patient of this indication.")] = None,
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    store: StorePath = STORE,
) -> None:
    """The ranking of one patient, or of each of a cohort (--all; interrupted, it goes on), with evidence and doubts.

    Example: [cyan]crescreen report patient TCGA-A7-A0DB --format pdf[/cyan]
    """
    from screen import pipeline

    if bool(code) == bool(patients):
        raise InputError("give patient ids, or --all with an indication", where="report patient")
    with console.progress() as progress:
        if patients:
            console.where(pipeline.report_patients(settings_for(store), patients, formats.split(","), out, progress))
        else:
            console.show([pipeline.report_cohort(settings_for(store), code or "", formats.split(","), out, progress)])


@report_app.command("indication")
def report_indication(
    codes: Codes, formats: Formats = "pdf,html,json", out: Out = Path("reports"), store: StorePath = STORE
) -> None:
    """What the ranking says of an indication: EDP, EDI, DEI, Qualified.

    Example: [cyan]crescreen report indication BRCA --out reports[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        console.where(pipeline.report_indications(settings_for(store), codes, formats.split(","), out, progress))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A report, as PDF or JSON.")],
    as_json: Json = False,
    store: StorePath = STORE,
) -> None:
    """Compute a report's tables again from the store and say whether they still hold; exit code 1 where not.

    Example: [cyan]crescreen verify reports/patient-TCGA-A7-A0DB.pdf[/cyan]
    """
    from screen import pipeline

    verdict = pipeline.verify(settings_for(store), file)
    console.show([verdict], store, as_json=as_json)
    raise typer.Exit(0 if verdict.holds == "yes" else 1)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the demo's store, inputs and reports.")] = Path(
        "reports/demo"
    ),
    seed: Annotated[int, typer.Option(help="Seed of the synthetic cohort.")] = 0,
    as_json: Json = False,
) -> None:
    """The whole road on a synthetic cohort, ending with PDFs.

    Example: [cyan]crescreen demo --out /tmp/demo[/cyan]
    """
    from screen.demo import run_demo

    with console.progress() as progress:
        written = run_demo(out, seed, progress)
    console.as_document([str(path) for path in written]) if as_json else console.where(written)
