"""Commands that write what people read."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Codes, Formats, Json, Out, StorePath, app, settings_for
from screen.errors import InputError

report_app = typer.Typer(no_args_is_help=True, help="Write reports of patients or of indications.")
app.add_typer(report_app, name="report")


@report_app.command("patient")
def report_patient(
    context: typer.Context,
    patients: Annotated[list[str] | None, typer.Argument(help="Patient ids.")] = None,
    code: Annotated[str | None, typer.Option("--all", help="Every ranked patient of this indication.")] = None,
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """The ranking of one patient, or of each of a cohort (--all; interrupted, it goes on), with evidence and doubts.

    Example: [cyan]crescreen report patient TCGA-A7-A0DB --format pdf[/cyan]
    """
    from screen import pipeline

    if bool(code) == bool(patients):
        raise InputError("give patient ids, or --all with an indication", where="report patient")
    settings = settings_for(context, store)
    with console.progress() as progress:
        if code:
            cohort = pipeline.report_cohort(settings, code, formats.split(","), out, progress)
        else:
            written = pipeline.report_patients(settings, patients or [], formats.split(","), out, progress)
    if code:
        console.show([cohort], as_json=as_json)
    else:
        console.files(written, as_json=as_json)


@report_app.command("clinician")
def report_clinician(
    context: typer.Context,
    patients: Annotated[list[str], typer.Argument(help="Patient ids.")],
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """One page of a patient in plain words, for the treating physician.

    Example: [cyan]crescreen report clinician TCGA-A7-A0DB --format pdf[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_clinicians(settings, patients, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@report_app.command("drug")
def report_drug(
    context: typer.Context,
    drugs: Annotated[list[str], typer.Argument(help="Names of scored drugs.")],
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """A drug over all indications ranked: where it stands out, for whom, with chance; its trials and why they stopped.

    Example: [cyan]crescreen report drug alpelisib --out reports[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_drugs(settings, drugs, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@report_app.command("indication")
def report_indication(
    context: typer.Context,
    codes: Codes,
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """What the ranking says of an indication: EDP, EDI, DEI, Qualified.

    Example: [cyan]crescreen report indication BRCA --out reports[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_indications(settings, codes, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@report_app.command("cells")
def report_cells(
    context: typer.Context,
    patients: Annotated[list[str], typer.Argument(help="Ids of patients with single cells.")],
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """A patient's clones and the drugs that cover them, as crescreen cells clones last computed them.

    Example: [cyan]crescreen report cells SYN-BRCA-CELLS --format pdf[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_cells(settings, patients, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@report_app.command("lab")
def report_lab(
    context: typer.Context,
    scopes: Annotated[list[str], typer.Argument(help="Plan, layout, organoid or patient by its id, or a lab's name.")],
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """What a lab's plates say: which drugs worked, how sure, sets compared, quality of every plate.

    Example: [cyan]crescreen report lab north --format pdf[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_lab(settings, scopes, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@report_app.command("biomarkers")
def report_biomarkers(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Indication by TCGA code.")],
    drug: Annotated[list[str], typer.Option(help="A drug's name, as analysed; may be repeated.")],
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """What stands up as a marker of a drug, what does not, what could not be tested.

    Example: [cyan]crescreen report biomarkers LUAD --drug gefitinib[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_biomarkers(settings, code, drug, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@report_app.command("resistance")
def report_resistance(
    context: typer.Context,
    codes: Codes,
    formats: Formats = "pdf,html,json",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Predicted resistance to first-line drugs: a page an indication and one of all, by several models.

    Example: [cyan]crescreen report resistance BRCA LUAD --format pdf[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        written = pipeline.report_resistance(settings, codes, formats.split(","), out, progress)
    console.files(written, as_json=as_json)


@app.command()
def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A report, as PDF, HTML or JSON.")],
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Make a report again from the store and say whether its data and its pages still hold; exit code 1 where not.

    Example: [cyan]crescreen verify reports/patient-TCGA-A7-A0DB.pdf[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    verdict = pipeline.verify(settings, file)
    console.show([verdict], settings.store, as_json=as_json)
    raise typer.Exit(0 if verdict.holds == "yes" else 1)


@app.command()
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Folder for the demo's store, inputs and reports.")] = Path(
        "reports/demo"
    ),
    seed: Annotated[int | None, typer.Option(help="Seed of the synthetic cohort; default: the settings.")] = None,
    as_json: Json = False,
) -> None:
    """The whole road on a synthetic cohort, ending with PDFs and the command that shows them in the browser.

    Example: [cyan]crescreen demo --out /tmp/demo[/cyan]
    """
    from screen.demo import run_demo

    settings = settings_for(context, seed=seed)
    with console.progress() as progress:
        written = run_demo(out, settings, progress)
    console.files(written, as_json=as_json)
    if not as_json:
        console.say(f"look at it in the browser: crescreen view --store {shlex.quote(str(out / 'demo.duckdb'))}")
