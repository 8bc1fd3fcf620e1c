"""Commands for the organoid lab."""

from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Json, Out, StorePath, app, settings_for
from screen.errors import InputError

organoid_app = typer.Typer(no_args_is_help=True, help="Plan drug tests on a tumour's organoids.")
app.add_typer(organoid_app, name="organoid")


DosesOfAll = Annotated[
    str, typer.Option(help="The same doses (uM) for every drug; none: each its own, from its potency.")
]
WellVolume = Annotated[
    float | None, typer.Option("--well-uL", help="Volume of a well in uL; default: 50 of 384 wells, 100 of 96.")
]
DrugsFile = Annotated[
    Path | None, typer.Option(help="Plan these drugs alone: one a line, a stock of its own in mM after a comma.")
]
NextPlateFlag = Annotated[
    bool, typer.Option("--next", help="Choose by what the wells would add to predictions, and find.")
]


@organoid_app.command("plan")
def organoid_plan(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Indication by TCGA code.")],
    patient: Annotated[str | None, typer.Option(help="Plan by this patient's ranking.")] = None,
    drugs: Annotated[int, typer.Option(help="Treatments to test.")] = 16,
    plate: Annotated[int, typer.Option(help="Wells of a plate: 384 or 96.")] = 384,
    doses: DosesOfAll = "",
    points: Annotated[int, typer.Option("--dose-points", help="Doses of each drug's own ladder.")] = 4,
    replicates: Annotated[int, typer.Option(help="Wells a treatment and dose.")] = 3,
    stock: Annotated[float, typer.Option("--stock-mM", help="Stock concentration in mM.")] = 10,
    well: WellVolume = None,
    dmso: Annotated[float, typer.Option("--dmso-limit", help="DMSO, percent of the well: doses stay below.")] = 0.5,
    exclude: Annotated[list[str] | None, typer.Option(help="Leave this drug out; again for more.")] = None,
    include: Annotated[list[str] | None, typer.Option(help="Take this drug in; again for more.")] = None,
    drugs_file: DrugsFile = None,
    compounds: Annotated[str, typer.Option(help="clinical: once given to people; all: any that rank.")] = "clinical",
    organoids: Annotated[int, typer.Option(help="Organoids that get the same plates.")] = 1,
    next_plate: NextPlateFlag = False,
    aim: Annotated[str, typer.Option(help="Of --next: best, personal or profile.")] = "best",
    choose: Annotated[str, typer.Option(help="Of --next: informative, predicted or sets.")] = "informative",
    seed: Annotated[int | None, typer.Option(help="Seed of the layout; default: the settings.")] = None,
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Which drugs, which plate, which wells: test set, layout, pick lists and the plan as a document.

    Example: [cyan]crescreen organoid plan COAD --drugs 16 --plate 384[/cyan]
    """
    from screen import pipeline
    from screen.organoid import NextPlate, Request, read_doses, read_drugs_file

    settings = settings_for(context, store, seed=seed)
    names, stocks = read_drugs_file(drugs_file) if drugs_file else ((), ())
    request = Request(
        drugs=drugs,
        plate=plate,  # type: ignore[arg-type]  # checked there
        doses=read_doses(doses) if doses else (),
        dose_points=points,
        replicates=replicates,
        stock_mM=stock,
        well_uL=well if well is not None else {96: 100.0}.get(plate, 50.0),
        dmso_limit_pct=dmso,
        compounds=compounds,  # type: ignore[arg-type]  # checked there
        exclude=tuple(exclude or ()),
        include=tuple(include or ()),
        only=names,
        stocks=stocks,
        organoids=organoids,
        seed=settings.seed,
    )
    if not next_plate and (aim, choose) != ("best", "informative"):
        raise InputError(
            "an aim is of the next plate",
            where="--aim, --choose",
            remedy=f"add --next: crescreen organoid plan {code} --next --aim profile",
        )
    by_sets = not next_plate or choose == "sets"
    wanted = None if by_sets else NextPlate(aim=aim, choose=choose)  # type: ignore[arg-type]  # checked there
    planned = pipeline.plan_organoids(settings, code, request, patient, out, wanted=wanted)
    console.show([planned], as_json=as_json)
    console.where([] if as_json else [planned.folder])
