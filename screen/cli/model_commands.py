"""Commands that learn, score and measure."""

from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import STORE, Codes, Device, Json, StorePath, Where, app, settings_for


@app.command()
def train(
    codes: Codes,
    model: Annotated[str, typer.Option(help="pair-gp, dsn-adv, ...; empty: the settings' own.")] = "",
    seeds: Annotated[int | None, typer.Option(min=1, help="Members a fold, of a network.")] = None,
    device: Device = "auto",
    cluster: Where = None,
    as_json: Json = False,
    store: StorePath = STORE,
) -> None:
    """Fit a model an indication; an interrupted call resumes where it was.

    Example: [cyan]crescreen train BRCA STAD[/cyan]
    """
    from screen import pipeline

    with console.progress() as progress:
        done = pipeline.train(settings_for(store, device=device, seeds=seeds, cluster=cluster), codes, model, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def rank(
    codes: Codes,
    patient: Annotated[str | None, typer.Option(help="Rank this patient alone.")] = None,
    library: Annotated[
        Path | None,
        typer.Option(help="Screen this library instead of the store's drugs: .smi, .sdf or .parquet, of any size."),
    ] = None,
    shard: Annotated[int, typer.Option(min=1, help="Molecules of a library in one go.")] = 10_000,
    out: Annotated[Path, typer.Option("--out", help="Folder for what a library's screen finds.")] = Path("library"),
    device: Device = "auto",
    cluster: Where = None,
    as_json: Json = False,
    store: StorePath = STORE,
) -> None:
    """Score every drug for every patient and store the ranking; or screen a library, into files.

    Example: [cyan]crescreen rank BRCA --patient TCGA-A7-A0DB[/cyan]
    """
    from screen import pipeline

    if library is not None:
        settings = settings_for(store, device=device, cluster=cluster)
        with console.progress() as progress:
            screened = [pipeline.rank_library(settings, code, library, out, shard, patient, progress) for code in codes]
        console.show(screened, as_json=as_json)
        console.where([Path(one.folder) for one in screened])
        return
    with console.progress() as progress:
        done = pipeline.rank(settings_for(store, device=device), codes, patient, progress)
    console.show(done, store, as_json=as_json)


@app.command()
def evaluate(
    protocol: Annotated[
        str,
        typer.Argument(
            help="lines, drugs, drugs-hard, lineages, both-new, cross-study, patients, alignment, all; card: the table."
        ),
    ],
    codes: Annotated[list[str] | None, typer.Argument(help="Indications to align with; none: all together.")] = None,
    models: Annotated[str, typer.Option(help="Names of models, comma between; none: every one.")] = "",
    folds: Annotated[Path | None, typer.Option(help="CSV of cell_line_id or drug_key, and test_fold.")] = None,
    out: Annotated[Path, typer.Option("--out", help="card: the file to write.")] = Path("MODELS.md"),
    cluster: Where = None,
    as_json: Json = False,
    store: StorePath = STORE,
) -> None:
    """Measure models beside naive predictors and rivals, with intervals; what is there is not computed again.

    Example: [cyan]crescreen evaluate lines --models ridge,drug-mean[/cyan]
    """
    from screen.evaluation.model_card.card import write_card
    from screen.evaluation.run import brief
    from screen.evaluation.run import evaluate as run

    if protocol == "card":
        console.where(write_card(settings_for(store), out))
        return
    with console.progress() as progress:
        names = [name.strip() for name in models.split(",") if name.strip()]
        done = run(settings_for(store, cluster=cluster), protocol, codes or [], folds, progress, names)
    console.show(done if as_json else brief(done), store, as_json=as_json)


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
