"""Options that commands share, and the settings they lead to."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from screen.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")

STORE = Path("crescreen.duckdb")
StorePath = Annotated[Path, typer.Option("--store", envvar="CRESCREEN_STORE", help="The store file.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Device = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where to compute.")]
Where = Annotated[
    Literal["local", "slurm"] | None,
    typer.Option("--cluster", help="Run the tasks on this machine or as SLURM job arrays; default: the settings."),
]
Formats = Annotated[str, typer.Option("--format", help="Any of pdf,html,json.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the files.")]
Codes = Annotated[list[str], typer.Argument(help="Indications by TCGA code, e.g. BRCA STAD.")]


def settings_for(store: Path, *, seeds: int | None = None, **changes: Any) -> Settings:
    """The settings file named by ``CRESCREEN_SETTINGS``, with what the command line says on top."""
    given = os.environ.get("CRESCREEN_SETTINGS")
    settings = read_settings(Path(given) if given else None)
    return settings.changed(store=store, seeds=seeds, **changes)
