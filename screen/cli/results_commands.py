"""Commands for plates that a lab returns."""

from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Json, StorePath, app, settings_for
from screen.errors import InputError
from screen.results.returned import Returned

results_app = typer.Typer(no_args_is_help=True, help="Bring a lab's plates back: quality, curves, what they teach.")
app.add_typer(results_app, name="results")


@results_app.command("add")
def results_add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Exports of a plate reader; reports of an Echo.")],
    plan: Annotated[
        str | None, typer.Option(help="Plan the plates were made from, where their barcodes do not name it.")
    ] = None,
    layout: Annotated[Path | None, typer.Option(help="The lab's own layout: well, drug, dose_uM, role ...")] = None,
    lab: Annotated[str, typer.Option(help="Name of the lab: its history is learnt from apart.")] = "lab",
    organoid: Annotated[
        list[str] | None, typer.Option(help="ID=PATIENT of an organoid; several: the ID stands in the barcode or name.")
    ] = None,
    time_zero: Annotated[Path | None, typer.Option(help="Plate read when the drugs went on.")] = None,
    dose_unit: Annotated[str, typer.Option(help="Unit of doses whose column names none: uM, nM, mM, M, pM.")] = "",
    doses: Annotated[
        Path | None, typer.Option(help="Table of each drug's top dose (drug, top_uM), where the layout's are relative.")
    ] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Read plates, judge them and fit their curves: all of them, or none.

    Example: [cyan]crescreen results add P1.txt P2.txt --plan 22c3e513 --time-zero T0.txt --lab north[/cyan]
    """
    from screen import pipeline
    from screen.cli.plate_tables import show_added

    settings = settings_for(context, store)
    returned = Returned(
        plan=plan,
        layout=layout,
        lab=lab,
        organoids=_organoids(organoid or []),
        time_zero=time_zero,
        doses=doses,
        dose_unit=_unit(dose_unit),
    )
    show_added(pipeline.results_add(settings, files, returned), settings.store, as_json=as_json)


@results_app.command("list")
def results_list(context: typer.Context, as_json: Json = False, store: StorePath = None) -> None:
    """Every plate with its verdict.

    Example: [cyan]crescreen results list[/cyan]
    """
    from screen import pipeline
    from screen.cli.plate_tables import show_listed

    settings = settings_for(context, store)
    show_listed(pipeline.list_plates(settings), settings.store, as_json=as_json)


@results_app.command("remove")
def results_remove(
    context: typer.Context,
    plates: Annotated[list[str], typer.Argument(help="Plate ids, names or file names, as listed.")],
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Take plates out; what is left of their curves is fitted again.

    Example: [cyan]crescreen results remove P2.txt[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    removed = pipeline.results_remove(settings, plates)
    if as_json:
        console.as_document({"removed": removed, "store": settings.store})
        return
    console.say(f"{len(removed)} plates removed")
    console.where([settings.store])


def _organoids(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        organoid, _, patient = pair.partition("=")
        if not organoid.strip():
            raise InputError(f"no organoid in {pair!r}", where="--organoid", remedy="give ID=PATIENT")
        found[organoid.strip()] = patient.strip()
    return found


def _unit(text: str) -> str:
    known = ("uM", "nM", "mM", "M", "pM")
    if text and text not in known:
        raise InputError(
            f"no unit of doses is called {text!r}", where="--dose-unit", remedy=f"one of: {', '.join(known)}"
        )
    return text
