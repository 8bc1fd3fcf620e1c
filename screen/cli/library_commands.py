"""Parts of a library's screen for a batch system, and the command that merges them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screen.cli import console
from screen.cli.options import Json, Where, app, settings_for
from screen.errors import InputError

if TYPE_CHECKING:
    from screen.library_screen.from_store import LibraryQuery


def library_query(library: Path | None, out: Path, shard: int, patient: str | None) -> "LibraryQuery":
    """What ``rank --library FILE --part I/N`` is given.

    Raises
    ------
    InputError
        Without a library.
    """
    from screen.library_screen.from_store import LibraryQuery

    if library is None:
        raise InputError("a part is of a library's screen", where="--part", remedy="name the library: --library FILE")
    return LibraryQuery(library=library, out=out, shard=shard, patient_id=patient)


@app.command()
def gather(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder that the parts were given as --out.")],
    to: Annotated[
        Path | None, typer.Option(help="Copy the tables there: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX.")
    ] = None,
    cluster: Where = None,
    as_json: Json = False,
) -> None:
    """Merge the parts of a library's screen into its tables; may be run again. Exit code 3: parts are missing.

    Example: [cyan]crescreen gather library[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, cluster=cluster)
    with console.progress() as progress:
        done = pipeline.gather(settings, folder, to, progress)
    console.show(done, as_json=as_json)
    console.where([] if as_json else [Path(one.folder) for one in done])
