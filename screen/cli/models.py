"""Commands that learn, score and measure."""

from pathlib import Path
from typing import Annotated

import typer

from screen import console
from screen.cli.options import STORE, Codes, Device, Json, StorePath, app, settings_for


@app.command()
def train(
    codes: Codes,
    model: Annotated[str, typer.Option(help="Model to fit.")] = "dsn-adv",
    seeds: Annotated[int | None, typer.Option(min=1, help="Members of the ensemble a fold.")] = None,
    device: Device = "auto", as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Fit a model an indication; an interrupted call resumes where it was.

    Example: [cyan]crescreen train BRCA STAD[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        done = pipeline.train(settings_for(store, device=device, seeds=seeds), codes, model, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def rank(
    codes: Codes,
    patient: Annotated[str | None, typer.Option(help="Rank this patient alone.")] = None,
    device: Device = "auto", as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Score every drug for every patient and store the ranking.

    Example: [cyan]crescreen rank BRCA --patient TCGA-A7-A0DB[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        done = pipeline.rank(settings_for(store, device=device), codes, patient, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def evaluate(
    protocol: Annotated[str, typer.Argument(help="lines: unseen cell lines; patients: known responses.")],
    codes: Codes,
    folds: Annotated[Path | None, typer.Option(help="CSV of cell_line_id and test_fold.")] = None,
    as_json: Json = False, store: StorePath = STORE,
) -> None:
    """Measure the model beside naive predictors and ridge, with intervals; nothing is chosen by it.

    Example: [cyan]crescreen evaluate patients BRCA STAD[/cyan]
    """
    from screen.evaluate.run import evaluate as run

    with console.progress() as progress:
        done = run(settings_for(store), protocol, codes, folds, progress)
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

    rows = pipeline.export(settings_for(store), name, out)
    console.say(f"{rows} rows")
    console.where([out])
