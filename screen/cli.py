"""The command line: parse, call one function, print where the result is."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from screen import __version__, console
from screen.errors import ScreenError
from screen.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  rich_markup_mode="rich")
report_app = typer.Typer(no_args_is_help=True, help="Write reports of patients or of indications.")
app.add_typer(report_app, name="report")

StorePath = Annotated[Path, typer.Option("--store", envvar="CRESCREEN_STORE", help="The store file.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Device = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where to compute.")]
Formats = Annotated[str, typer.Option("--format", help="Any of pdf,html,json.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the files.")]
STORE = Path("crescreen.duckdb")


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    store: Annotated[Path | None, typer.Option(help="The store file; or set CRESCREEN_STORE.")] = None,
    settings: Annotated[Path | None, typer.Option(help="TOML file of settings; or set CRESCREEN_SETTINGS.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Which drugs for this tumour, and how far can one trust that? [bold]Research use only.[/bold]

    First steps: [cyan]crescreen demo[/cyan]
    """
    for name, value in (("CRESCREEN_STORE", store), ("CRESCREEN_SETTINGS", settings)):
        if value is not None:
            os.environ[name] = str(value)
    if version:
        console.say(f"crescreen {__version__}")
        raise typer.Exit


@app.command()
def init(store: StorePath = STORE) -> None:
    """Make the store, or bring an older one up to date.

    Example: [cyan]crescreen init --store study.duckdb[/cyan]
    """
    from screen import pipeline

    applied = pipeline.init(_settings(store))
    console.say(f"{len(applied)} migrations applied" if applied else "the store is up to date")
    console.where([store])


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Published files, in any order.")],
    kind: Annotated[str | None, typer.Option("--as", help="Kind of file, where recognition fails.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of an expression file, e.g. tpm, log2tpm1, zscore.")] = None,
    indication: Annotated[str | None, typer.Option(help="TCGA code of the patients in the file.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Name of the data set; default: the file's name.")] = None,
    coverage: Annotated[str | None, typer.Option(
        help="What an evidence file covers: partial, full, conditions:CODES or drugs:FILE.")] = None,
    as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Read published files into the store: all of them, or none.

    Example: [cyan]crescreen ingest Model.csv GDSC2_fitted_dose_response.csv patients.csv --indication BRCA[/cyan]
    """
    from screen import pipeline
    from screen.records import ReadOptions

    with console.progress() as progress:
        options = ReadOptions(kind, unit, indication, dataset, coverage)
        done = pipeline.ingest(_settings(store), files, options, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def train(
    codes: Annotated[list[str], typer.Argument(help="Indications by TCGA code, e.g. BRCA STAD.")],
    model: Annotated[str, typer.Option(help="Model to fit.")] = "dsn-adv",
    seeds: Annotated[int | None, typer.Option(min=1, help="Members of the ensemble a fold.")] = None,
    device: Device = "auto", as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Fit a model an indication; an interrupted call resumes where it was.

    Example: [cyan]crescreen train BRCA STAD[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        done = pipeline.train(_settings(store, device=device, seeds=seeds), codes, model, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def rank(
    codes: Annotated[list[str], typer.Argument(help="Indications by TCGA code.")],
    patient: Annotated[str | None, typer.Option(help="Rank this patient alone.")] = None,
    device: Device = "auto", as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Score every drug for every patient and store the ranking.

    Example: [cyan]crescreen rank BRCA --patient TCGA-A7-A0DB[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        done = pipeline.rank(_settings(store, device=device), codes, patient, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def evaluate(
    protocol: Annotated[str, typer.Argument(help="lines: unseen cell lines; patients: known responses.")],
    codes: Annotated[list[str], typer.Argument(help="Indications by TCGA code.")],
    folds: Annotated[Path | None, typer.Option(help="CSV of cell_line_id and test_fold.")] = None,
    as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Measure the model beside naive predictors and ridge, with intervals; nothing is chosen by it.

    Example: [cyan]crescreen evaluate patients BRCA STAD[/cyan]
    """
    from screen.evaluate.run import evaluate as run

    with console.progress() as progress:
        done = run(_settings(store), protocol, codes, folds, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def export(
    name: Annotated[str, typer.Argument(metavar="TABLE", help="scores, edp, edi, dei, qualified, evidence, ...")],
    out: Annotated[Path, typer.Option("--out", help="FILE.csv or FILE.parquet.")],
    store: StorePath = STORE,
) -> None:
    """Write a table of the store to a file.

    Example: [cyan]crescreen export edi --out edi.csv[/cyan]
    """
    from screen import pipeline

    rows = pipeline.export(_settings(store), name, out)
    console.say(f"{rows} rows")
    console.where([out])


@report_app.command("patient")
def report_patient(
    patients: Annotated[list[str], typer.Argument(help="Patient ids.")],
    formats: Formats = "pdf,html,json", out: Out = Path("reports"), store: StorePath = STORE,
) -> None:
    """The ranking of one patient, with evidence and doubts.

    Example: [cyan]crescreen report patient TCGA-A7-A0DB --format pdf[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        console.where(pipeline.report_patients(_settings(store), patients, formats.split(","), out, progress))


@report_app.command("indication")
def report_indication(
    codes: Annotated[list[str], typer.Argument(help="Indications by TCGA code.")],
    formats: Formats = "pdf,html,json", out: Out = Path("reports"), store: StorePath = STORE,
) -> None:
    """What the ranking says of an indication: EDP, EDI, DEI, Qualified.

    Example: [cyan]crescreen report indication BRCA --out reports[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        console.where(pipeline.report_indications(_settings(store), codes, formats.split(","), out, progress))


@app.command()
def status(as_json: Json = False, store: StorePath = STORE) -> None:
    """What is in the store: files, tables, models, rankings.

    Example: [cyan]crescreen status --json[/cyan]
    """
    from screen import pipeline

    console.show(pipeline.status(_settings(store)), store, as_json=as_json)


@app.command()
def doctor(as_json: Json = False, store: StorePath = STORE) -> None:
    """Check the installation and the store, each finding with its remedy.

    Example: [cyan]crescreen doctor[/cyan]
    """
    from screen import pipeline

    findings = pipeline.doctor(_settings(store))
    console.show(findings, store, as_json=as_json)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(1)


@app.command()
def sources(as_json: Json = False) -> None:
    """Where each published file comes from, under which terms, and how ingest calls it.

    Example: [cyan]crescreen sources[/cyan]
    """
    from screen import pipeline

    console.show(pipeline.sources(), as_json=as_json)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file.")], store: StorePath = STORE) -> None:
    """Copy the whole store into one new file.

    Example: [cyan]crescreen backup study-2026-11.duckdb[/cyan]
    """
    from screen import pipeline

    pipeline.backup(_settings(store), file)
    console.where([file])


@app.command()
def forget(patient: Annotated[str, typer.Argument(help="Patient id.")], as_json: Json = False,
           store: StorePath = STORE) -> None:
    """Erase a patient from the store; the audit trail keeps a tombstone.

    Example: [cyan]crescreen forget TCGA-A7-A0DB[/cyan]
    """
    from screen import pipeline

    console.show(pipeline.forget(_settings(store), patient), store, as_json=as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the demo's store, inputs and reports.")]
    = Path("reports/demo"),
    seed: Annotated[int, typer.Option(help="Seed of the synthetic cohort.")] = 0, as_json: Json = False,
) -> None:
    """The whole road on a synthetic cohort, ending with PDFs.

    Example: [cyan]crescreen demo --out /tmp/demo[/cyan]
    """
    from screen.demo import run_demo

    with console.progress() as progress:
        written = run_demo(out, seed, progress)
    console.as_document([str(path) for path in written]) if as_json else console.where(written)


def _settings(store: Path, *, seeds: int | None = None, **changes: Any) -> Settings:
    given = os.environ.get("CRESCREEN_SETTINGS")
    settings = read_settings(Path(given) if given else None)
    return settings.changed(store=store, seeds=seeds, **changes)


def main(words: Sequence[str] | None = None) -> None:
    """Entry point of ``crescreen``: a user's fault ends with one message and exit code 2."""
    try:
        app(args=words)
    except ScreenError as fault:
        console.error(fault)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        console.error("interrupted; run the same command again to go on")
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
