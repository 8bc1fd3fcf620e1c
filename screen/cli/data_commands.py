"""Commands on the store and what goes into it."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from screen.cli import console
from screen.cli.cell_commands import cell_options
from screen.cli.options import Json, StorePath, app, settings_for


@app.command()
def init(context: typer.Context, as_json: Json = False, store: StorePath = None) -> None:
    """Make the store, or bring an older one up to date.

    Example: [cyan]crescreen init --store study.duckdb[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    applied = pipeline.init(settings)
    if as_json:
        console.as_document({"migrations": applied, "store": settings.store})
        return
    console.say(f"{len(applied)} migrations applied" if applied else "the store is up to date")
    console.where([settings.store])


@app.command()
def ingest(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Published files, in any order.")],
    kind: Annotated[str | None, typer.Option("--as", help="Kind of file, where recognition fails.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of an expression file, e.g. tpm, log2tpm1, zscore.")] = None,
    indication: Annotated[str | None, typer.Option(help="TCGA code of the patients in the file.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Name of the data set; default: the file's name.")] = None,
    coverage: Annotated[
        str | None, typer.Option(help="What an evidence file covers: partial, full, conditions:CODES or drugs:FILE.")
    ] = None,
    replace: Annotated[
        str, typer.Option(help="Name of a file in the store that these take the place of, e.g. a corrected table.")
    ] = "",
    platform: Annotated[
        str | None, typer.Option(help="What an expression file was measured on: RNA-seq or array.")
    ] = None,
    cells: Annotated[
        list[str] | None,
        typer.Option(help="ROLE=COLUMN of single cells: patient, sample, type, clone or malignant; may be repeated."),
    ] = None,
    cell_table: Annotated[Path | None, typer.Option(help="What a table says of single cells, by barcode.")] = None,
    genome: Annotated[str, typer.Option(help="Of a 10x file with several.")] = "",
    species: Annotated[
        Literal["human", "mouse"], typer.Option(help="Of single cells; symbols of the mouse are written as human ones.")
    ] = "human",
    min_genes: Annotated[int, typer.Option(min=0, help="Single cells with fewer genes are left out.")] = 200,
    max_mito: Annotated[
        float, typer.Option(min=0, help="Single cells with this share of mitochondrial genes are left out.")
    ] = 0.1,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Read published files into the store: all of them, or none.

    Example: [cyan]crescreen ingest Model.csv GDSC2_fitted_dose_response.csv patients.csv --indication BRCA[/cyan]
    """
    from screen import pipeline
    from screen.records import ReadOptions

    settings = settings_for(context, store)
    of_cells = cell_options(cells or [], cell_table, genome, species, min_genes, max_mito)
    options = ReadOptions(kind, unit, indication, dataset, coverage, platform, of_cells)
    with console.progress() as progress:
        done = pipeline.ingest(settings, files, options, progress, replace)
    console.show(done, settings.store, as_json=as_json, headings={"repeated": "already there", "says": "what it is"})


@app.command()
def status(context: typer.Context, as_json: Json = False, store: StorePath = None) -> None:
    """What is in the store: files, tables, models, rankings.

    Example: [cyan]crescreen status --json[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    console.show(pipeline.status(settings), settings.store, as_json=as_json)


@app.command()
def doctor(context: typer.Context, as_json: Json = False, store: StorePath = None) -> None:
    """Check the installation and the store, each finding with its remedy; exit code 1 where a check fails.

    Example: [cyan]crescreen doctor[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    findings = pipeline.doctor(settings)
    console.show(findings, settings.store, as_json=as_json)
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
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file.")],
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Copy the whole store into one new file.

    Example: [cyan]crescreen backup study-2026-11.duckdb[/cyan]
    """
    from screen import pipeline

    pipeline.backup(settings_for(context, store), file)
    console.files([file], as_json=as_json)


@app.command()
def forget(
    context: typer.Context,
    patient: Annotated[str, typer.Argument(help="Patient id.")],
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Erase a patient from the store; the audit trail keeps a tombstone.

    Example: [cyan]crescreen forget TCGA-A7-A0DB[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    console.show(pipeline.forget(settings, patient), settings.store, as_json=as_json)
