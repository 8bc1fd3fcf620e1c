"""The command line: parse, call one function of the pipeline, print where the result is."""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from screen import __version__
from screen.cli import (
    biomarker_commands,
    cell_commands,
    cell_model_commands,
    console,
    data_commands,
    fault_messages,
    mechanism_commands,
    model_commands,
    organoid_commands,
    report_commands,
    results_commands,
    shell_completion,
    view_commands,
)
from screen.cli.interrupts import INTERRUPTED, interrupts_noted
from screen.cli.options import Given, app, check_source_date

_YOUNG = 50_000
"""New objects between two looks for garbage. Loading libraries makes half a million that stay: to look among them every
700, as Python does, is a tenth of a short command."""

__all__ = [
    "app",
    "biomarker_commands",
    "cell_commands",
    "cell_model_commands",
    "data_commands",
    "main",
    "mechanism_commands",
    "model_commands",
    "organoid_commands",
    "report_commands",
    "results_commands",
    "shell_completion",
    "view_commands",
]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    store: Annotated[Path | None, typer.Option(envvar="CRESCREEN_STORE", help="The store file.")] = None,
    settings: Annotated[
        Path | None, typer.Option(envvar="CRESCREEN_SETTINGS", help="TOML file of settings, see docs/settings.md.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Which drugs for this tumour, and how far can one trust that? [bold]Research use only.[/bold]

    First steps: [cyan]crescreen demo[/cyan]
    """
    if version:
        console.say(f"crescreen {__version__}")
        raise typer.Exit
    check_source_date()
    context.obj = Given(store, settings)


def main(words: Sequence[str] | None = None) -> None:
    """Entry point of ``crescreen``.

    What a user can mend ends with one message and exit code 2, an interrupt with exit code 130. ``CRESCREEN_DEBUG=1``
    shows the traceback as well.
    """
    gc.set_threshold(_YOUNG)
    shell_completion.prepare()
    with interrupts_noted() as interrupted:
        try:
            app(args=words)
            return
        except SystemExit as end:
            if not (end.code == INTERRUPTED or (interrupted and end.code)):
                raise
        except BaseException as fault:
            if os.environ.get("CRESCREEN_DEBUG") == "1":
                traceback.print_exc()
            # Libraries translate an interrupt into errors of their own.
            if not (interrupted or isinstance(fault, KeyboardInterrupt)):
                _end_with(fault)
    console.error("interrupted; run the same command again to go on")
    if words is None:  # a process of its own: nothing is left that has to be waited for
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)
    raise SystemExit(INTERRUPTED)


def _end_with(fault: BaseException) -> None:
    message = fault_messages.as_screen_error(fault)
    if message is None:
        raise fault
    console.error(message)
    raise SystemExit(message.exit_code) from None
