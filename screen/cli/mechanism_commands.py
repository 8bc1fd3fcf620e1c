"""Commands that illustrate a mechanism from files the user brings; none of them changes a store."""

from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Json, app, settings_for


@app.command()
def enrichment(
    context: typer.Context,
    genes: Annotated[Path, typer.Argument(help="One gene a line, or gene and number for a ranking.")],
    sets: Annotated[Path, typer.Option("--sets", help="Gene sets, a GMT file.")],
    background: Annotated[
        Path | None, typer.Option(help="Genes that could have been in the list; default: every gene of the sets.")
    ] = None,
    min_size: Annotated[int, typer.Option(help="Sets with fewer genes at hand are not tested.")] = 10,
    max_size: Annotated[int, typer.Option(help="Sets with more genes at hand are not tested.")] = 500,
    permutations: Annotated[int, typer.Option(help="Random sets of each size, for a ranking.")] = 10_000,
    as_json: Json = False,
) -> None:
    """Which gene sets does a list overlap (hypergeometric), or a ranking lean to (pre-ranked GSEA)? With FDR.

    Example: [cyan]crescreen enrichment ranks.tsv --sets hallmark.gmt[/cyan]
    """
    from dataclasses import asdict

    from screen.mechanism import enrichment_run
    from screen.mechanism.enrichment_text import enrichment_lines

    seed = settings_for(context).seed
    found = enrichment_run.enrichment(
        genes, sets, background, enrichment_run.SizeLimits(min_size, max_size), permutations, seed
    )
    if as_json:
        console.as_document(asdict(found))
        return
    console.say(*enrichment_lines(found))
