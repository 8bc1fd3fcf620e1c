"""The command line: parse, call one function, print where the result is."""

import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from screen import __version__
from screen.cli import console, data_commands, model_commands, organoid_commands, report_commands
from screen.cli.options import app
from screen.errors import ScreenError

_YOUNG = 50_000
"""New objects between two looks for garbage. Loading libraries makes half a million that stay: to look among them every
700, as Python does, is a tenth of a short command."""

__all__ = ["app", "data_commands", "main", "model_commands", "organoid_commands", "report_commands"]


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


def main(words: Sequence[str] | None = None) -> None:
    """Entry point of ``crescreen``: a user's fault ends with one message and exit code 2."""
    gc.set_threshold(_YOUNG)
    try:
        app(args=words)
    except ScreenError as fault:
        console.error(fault)
        raise SystemExit(2) from None
    except SystemExit as end:
        # An interrupt reaches this place as the exit code that typer made of it.
        if end.code == 130:
            console.error("interrupted; run the same command again to go on")
        raise
