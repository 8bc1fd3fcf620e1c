"""The command that shows a store in the browser."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Json, StorePath, app, settings_for
from screen.cli.report_commands import report_app


@app.command()
def view(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen at; 0: a free one.")] = 8787,
    host: Annotated[
        str, typer.Option(help="IP address to listen at. Any but the default lets other machines reach the view.")
    ] = "127.0.0.1",
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Start the browser.")] = True,
    store: StorePath = None,
) -> None:
    """Look at the store in the browser: patients, drugs, indications, plans. On this machine, for reading only.

    Example: [cyan]crescreen view --no-open[/cyan]
    """
    from screen.view import serve

    def say(line: str) -> None:
        console.say(line)
        sys.stdout.flush()  # the command goes on; what waits in a pipe would not be seen

    serve(settings_for(context, store), host, port, browse=browse, say=say)


@report_app.command("site")
def report_site(
    context: typer.Context,
    codes: Annotated[
        list[str] | None, typer.Argument(help="Indications by TCGA code; none: all that are ranked.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the pages.")] = Path("site"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """The view's pages as files, for a share without a server: an index, every patient, drugs, maps, tables.

    Example: [cyan]crescreen report site BRCA --out site[/cyan]
    """
    from screen.view.site import report_site as written

    settings = settings_for(context, store)
    with console.progress() as progress:
        done = written(settings, codes or (), out, progress)
    console.show([done], settings.store, as_json=as_json)
