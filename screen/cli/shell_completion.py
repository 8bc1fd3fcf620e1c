"""Completion of commands and options by the shell."""

import os
from typing import Annotated, Literal

import typer

from screen.cli import console
from screen.cli.options import app

_PROGRAM, _VARIABLE = "crescreen", "_CRESCREEN_COMPLETE"


@app.command()
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish", "powershell"], typer.Argument(help="The shell.")] = "bash",
) -> None:
    """Print the script that lets a shell complete commands and options.

    Example: [cyan]crescreen completion zsh[/cyan]
    """
    from typer._completion_shared import get_completion_script

    console.say(get_completion_script(prog_name=_PROGRAM, complete_var=_VARIABLE, shell=shell))


def prepare() -> None:
    """Make completion known to typer, where it is a shell that calls."""
    if _VARIABLE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
