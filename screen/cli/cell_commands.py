"""Commands on single cells: what was read, clones, which drugs cover them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from screen.cli import console
from screen.cli.options import Formats, Json, Out, StorePath, app, settings_for
from screen.errors import InputError
from screen.ranking.clone_request import CloneRequest

if TYPE_CHECKING:
    from screen.records import CellOptions

cells_app = typer.Typer(no_args_is_help=True, help="Single cells: clones of a patient, and the drugs that cover them.")
app.add_typer(cells_app, name="cells")


@cells_app.command("list")
def cells_list(context: typer.Context, as_json: Json = False, store: StorePath = None) -> None:
    """Cells in the store, a row a patient and file.

    Example: [cyan]crescreen cells list[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    console.show(pipeline.list_cells(settings), settings.store, as_json=as_json)


@cells_app.command("clusters")
def cells_clusters(
    context: typer.Context,
    patient: Annotated[str, typer.Argument(help="Patient id.")],
    cells: Annotated[str, typer.Option(help="malignant, all, or names of cell types, comma between.")] = "malignant",
    seed: Annotated[int | None, typer.Option(help="Seed of the clustering; default: the settings.")] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Cluster a patient's cells by their expression, and say how stable that is; nothing is stored.

    Example: [cyan]crescreen cells clusters SYN-BRCA-CELLS[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store, seed=seed)
    console.show(pipeline.list_clusters(settings, patient, cells), settings.store, as_json=as_json)


@cells_app.command("clones")
def cells_clones(
    context: typer.Context,
    patient: Annotated[str, typer.Argument(help="Patient id.")],
    cells: Annotated[str, typer.Option(help="malignant, all, or names of cell types, comma between.")] = "malignant",
    by: Annotated[
        str,
        typer.Option(help="Column of the file that says the clone, or cluster; none: the clone column, else cluster."),
    ] = "",
    min_cells: Annotated[int, typer.Option(min=2, help="A clone with fewer cells is not scored.")] = 50,
    model: Annotated[str, typer.Option(help="Indication whose model scores; none: the patient's own.")] = "",
    seed: Annotated[int | None, typer.Option(help="Seed; default: the settings.")] = None,
    formats: Formats = "",
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Score every drug for every clone of a patient: which drugs cover all malignant cells, and which clone is missed.

    With --format pdf,html,json the page is written too.

    Example: [cyan]crescreen cells clones SYN-BRCA-CELLS --format pdf[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store, seed=seed)
    request = CloneRequest(patient_id=patient, cells=cells, by=by, min_cells=min_cells, model=model)
    done = pipeline.score_clones(settings, request)
    written = pipeline.report_cells(settings, [patient], formats.split(","), out) if formats else []
    console.show([done], settings.store, as_json=as_json)
    console.where([] if as_json else written)


@cells_app.command("annotate")
def cells_annotate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The AnnData file as it was ingested.")],
    out: Annotated[Path, typer.Option(help="The copy to write, .h5ad.")],
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Write clones and their scores into a copy of the file the cells came from, for scanpy.

    Example: [cyan]crescreen cells annotate tumour.h5ad --out tumour_clones.h5ad[/cyan]
    """
    from screen import pipeline

    done = pipeline.annotate_cells(settings_for(context, store), file, out)
    console.show([done], as_json=as_json)
    console.where([] if as_json else [out])


@cells_app.command("pictures")
def cells_pictures(
    context: typer.Context,
    patient: Annotated[str, typer.Argument(help="Patient id.")],
    labels: Annotated[str, typer.Option(help="Column of the cells to stand beside the predictions.")] = "",
    root: Annotated[
        str, typer.Option(metavar="COLUMN=VALUE", help="Cells that pseudotime begins at; none: no pseudotime.")
    ] = "",
    drugs: Annotated[str, typer.Option("--drug", help="Drugs, comma between; none: those scored last.")] = "",
    seed: Annotated[int | None, typer.Option(help="Seed; default: the settings.")] = None,
    out: Out = Path("reports"),
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Draw a patient's cells: maps by clone, label and prediction, violins, key genes, pseudotime; each with its table.

    Example: [cyan]crescreen cells pictures SYN-BRCA-CELLS --out pictures[/cyan]
    """
    from screen.report.cell_pictures import PictureRequest, draw_cells

    request = PictureRequest(patient_id=patient, labels=labels, root=root, drugs=_names(drugs))
    console.files(draw_cells(settings_for(context, store, seed=seed), request, out), as_json=as_json)


@cells_app.command("simulate")
def cells_simulate(
    context: typer.Context,
    like: Annotated[Path, typer.Option(help="File of real cells, counts, whose noise is taken over.")],
    out: Annotated[Path, typer.Option(help="The file to write, .h5ad.")],
    drugs: Annotated[str, typer.Option(help="Drugs whose measured responses become labels, comma between.")] = "",
    lines: Annotated[str, typer.Option(help="Cell lines by name or id, comma between; none: --count at random.")] = "",
    count: Annotated[int, typer.Option(min=2, help="How many cell lines.")] = 24,
    cells: Annotated[int, typer.Option(min=1, help="Cells of each line, or of each mixture.")] = 50,
    mixtures: Annotated[int, typer.Option(min=0, help="Patients of two lines each, in place of labelled cells.")] = 0,
    share: Annotated[list[float] | None, typer.Option(help="Share of the second line; repeated: in turn.")] = None,
    shifted: Annotated[float, typer.Option(min=0, max=1, help="Share of genes shifted as between platforms.")] = 0.333,
    shift: Annotated[float, typer.Option(min=0, max=5, help="Standard deviation of the shifts, log2.")] = 1.0,
    levels_from: Annotated[str, typer.Option(help="Bulk data set that gives z-scores of lines their level.")] = "",
    depth: Annotated[float | None, typer.Option(min=1, help="Median molecules a cell; none: the file's.")] = None,
    ambient: Annotated[
        float | None, typer.Option(min=0, max=0.9, help="Share of ambient molecules; none: the file's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; default: the settings.")] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Simulate cells of cell lines whose responses are measured, with the noise of a real file, to measure models on.

    Example: [cyan]crescreen cells simulate --like filtered.h5 --drugs cisplatin --out simulated.h5ad[/cyan]
    """
    from screen.evaluation.cells.cell_simulation import simulate_cells
    from screen.evaluation.cells.simulated_obs import CellSimulation

    wanted = CellSimulation(
        like=like,
        lines=_names(lines),
        count=count,
        cells=cells,
        drugs=_names(drugs),
        mixtures=mixtures,
        shares=tuple(share or CellSimulation.shares),
        shifted=shifted,
        shift=shift,
        levels_from=levels_from,
        depth=depth,
        ambient=ambient,
    )
    done = simulate_cells(settings_for(context, store, seed=seed), wanted, out)
    console.show([done], as_json=as_json)
    console.where([] if as_json else [out])


@cells_app.command("recovery")
def cells_recovery(
    context: typer.Context,
    patients: Annotated[list[str] | None, typer.Argument(help="Patient ids; none: all that have the column.")] = None,
    truth: Annotated[str, typer.Option(help="Column of the file that says which cells belong together.")] = "cell_line",
    model: Annotated[str, typer.Option(help="Indication whose model scores both; none: clusters alone.")] = "",
    min_cells: Annotated[int, typer.Option(min=2, help="Smaller groups are not looked at.")] = 20,
    seed: Annotated[int | None, typer.Option(help="Seed; default: the settings.")] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Whether clustering finds groups of cells that are known: lines mixed, genotypes, barcodes.

    Example: [cyan]crescreen cells recovery --truth clone[/cyan]
    """
    from screen.evaluation.cells.clone_recovery import clone_recovery

    settings = settings_for(context, store, seed=seed)
    done = clone_recovery(settings, truth, tuple(patients or ()), model, min_cells)
    console.show(done, settings.store, as_json=as_json)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def cell_options(
    columns: list[str],
    table: Path | None,
    genome: str,
    species: Literal["human", "mouse"],
    min_genes: int,
    max_mito: float,
) -> "CellOptions":
    """What ``ingest`` was given about single cells."""
    from screen.records import CellOptions

    pairs = []
    for text in columns:
        role, equals, column = text.partition("=")
        if not equals:
            raise InputError(f"no column in {text!r}", where="--cells", remedy="give ROLE=COLUMN, e.g. patient=donor")
        pairs.append((role.strip(), column.strip()))
    return CellOptions(tuple(pairs), table, genome, species, min_genes, max_mito=max_mito)
