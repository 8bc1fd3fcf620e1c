"""Options that commands share, and the settings they lead to."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from screen.errors import InputError

if TYPE_CHECKING:
    from screen.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

StorePath = Annotated[
    Path | None, typer.Option("--store", help="The store file; default: CRESCREEN_STORE, else the settings.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Device = Annotated[Literal["auto", "cpu", "cuda"] | None, typer.Option(help="Where to compute; default: the settings.")]
Where = Annotated[
    Literal["local", "slurm"] | None,
    typer.Option("--cluster", help="Run the tasks on this machine or as SLURM job arrays; default: the settings."),
]
Formats = Annotated[str, typer.Option("--format", help="Any of pdf,html,json.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the files.")]
Codes = Annotated[list[str], typer.Argument(help="Indications by TCGA code, e.g. BRCA STAD.")]

_LAST_SECOND = 253_402_300_799
"""Of the year 9999, where calendars of the standard library end."""


@dataclass(frozen=True)
class Given:
    """What was named before the command, or by ``CRESCREEN_STORE`` and ``CRESCREEN_SETTINGS``."""

    store: Path | None
    settings: Path | None


def settings_for(context: typer.Context, store: Path | None = None, **changes: Any) -> "Settings":
    """The settings of one command.

    Parameters
    ----------
    store : the value of ``--store`` after the command; it goes before the one named ahead of the command, that before
        the settings file
    changes : options of the command that change a setting (see ``Settings.changed``); None leaves the file's value
    """
    from screen.settings import read_settings

    given = context.find_object(Given) or Given(None, None)
    chosen = {"store": store or given.store, **changes}
    return read_settings(given.settings).changed(**{k: v for k, v in chosen.items() if v is not None})


def check_source_date() -> None:
    """Refuse a ``SOURCE_DATE_EPOCH`` that is no moment, before any work is done.

    Raises
    ------
    InputError
        It is set, and not a number of seconds since 1970.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not (epoch.isascii() and epoch.isdigit() and int(epoch[:20]) <= _LAST_SECOND):
        raise InputError(
            f"{epoch[:40]!r} is not a number of seconds since 1970",
            where="SOURCE_DATE_EPOCH",
            remedy="unset it, or give a whole number such as 0",
        )
