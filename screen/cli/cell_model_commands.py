"""Commands on models of single cells: trained on bulk and aligned with cells, then put on cells."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from screen.cli import console
from screen.cli.cell_commands import cells_app
from screen.cli.options import Device, Json, StorePath, settings_for
from screen.errors import InputError

if TYPE_CHECKING:
    from screen.evaluation.cells.cell_request import CellEvaluation
    from screen.ranking.cell_sets import CellSetRequest

Drugs = Annotated[list[str], typer.Argument(help="Names of drugs measured on cell lines.")]
Patients = Annotated[list[str] | None, typer.Option("--patient", help="Patient whose cells; several times.")]
File = Annotated[str, typer.Option("--file", help="File or data set of cells, listed by: crescreen cells list")]
Taken = Annotated[str, typer.Option(help="malignant, all, or names of cell types, comma between.")]
Labels = Annotated[
    str, typer.Option(metavar="COLUMN=VALUE", help="Column of the cells and the values, comma between, of sensitive.")
]
Drug = Annotated[str, typer.Option(help="cells: the drug.")]
LabelKind = Annotated[
    Literal["treated", "acquired", "pre-treatment", "simulated", "not stated"],
    typer.Option(help="cells: what the labels stand for."),
]
Seeds = Annotated[int, typer.Option("--cell-seeds", min=2, help="cells: seeds that figures are the mean of.")]
CellFolds = Annotated[int, typer.Option("--cell-folds", help="cells: folds of cells; 0: aligned without labels.")]
CellEpochs = Annotated[int | None, typer.Option("--epochs", min=1, help="cells: most passes of each stage.")]


@cells_app.command("train")
def cells_train(
    context: typer.Context,
    drugs: Drugs,
    patient: Patients = None,
    file: File = "",
    cells: Taken = "malignant",
    model: Annotated[str, typer.Option(help="atsdp-net, scdeal, ...; see docs/cells.md.")] = "atsdp-net",
    labels: Labels = "",
    line_labels: Annotated[
        Literal["waterfall", "quantiles"] | None, typer.Option(help="What makes a cell line sensitive.")
    ] = None,
    sampling: Annotated[
        Literal["none", "up", "down", "smote"] | None, typer.Option(help="Classes of training lines balanced how.")
    ] = None,
    heads: Annotated[int | None, typer.Option(min=0, max=32, help="Of the attention; 0: none.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Most passes of each of the four stages.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; default: the settings.")] = None,
    device: Device = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Train scDEAL or ATSDP-NET for each drug on cell lines, aligned with unlabelled cells; a killed call resumes.

    Labels of cells are looked at by the models called few-shot alone.

    Example: [cyan]crescreen cells train trametinib --patient SYN-BRCA-CELLS[/cyan]
    """
    from screen import pipeline
    from screen.ranking.cell_model_steps import CellTraining

    settings = settings_for(context, store, seed=seed, device=device)
    given: dict[str, Any] = {"labels": line_labels, "sampling": sampling, "heads": heads, "epochs": epochs}
    column, sensitive = label_values(labels)
    request = CellTraining(
        drugs=tuple(drugs),
        cell_set=cell_set(patient, file, cells),
        model=model,
        changes={name: value for name, value in given.items() if value is not None},
        label_column=column,
        sensitive=sensitive,
    )
    with console.progress() as progress:
        done = pipeline.train_cells(settings, request, progress)
    console.show(done, settings.store, as_json=as_json)


@cells_app.command("score")
def cells_score(
    context: typer.Context,
    drugs: Drugs,
    patient: Patients = None,
    file: File = "",
    cells: Taken = "malignant",
    model: Annotated[str, typer.Option(help="Model's name; none: the one trained last for the drug.")] = "",
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Probability of sensitivity of every cell, before and after transfer, into the store; a killed call resumes.

    Example: [cyan]crescreen cells score trametinib --patient SYN-BRCA-CELLS[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        done = pipeline.score_cells(settings, drugs, cell_set(patient, file, cells), model, progress)
    console.show(done, settings.store, as_json=as_json)
    if not as_json:
        console.say("Cell by cell: crescreen export cells --out cells.csv")


@cells_app.command("explain")
def cells_explain(
    context: typer.Context,
    drugs: Drugs,
    patient: Patients = None,
    file: File = "",
    cells: Taken = "malignant",
    model: Annotated[str, typer.Option(help="Model's name; none: the one trained last for the drug.")] = "",
    labels: Labels = "",
    seed: Annotated[int | None, typer.Option(help="Seed; default: the settings.")] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Key genes of a model's predictions by integrated gradients; with --labels how its groups agree with true ones.

    Example: [cyan]crescreen cells explain trametinib --patient SYN-BRCA-CELLS[/cyan]
    """
    from screen import pipeline
    from screen.ranking.cell_explaining import CellExplaining

    settings = settings_for(context, store, seed=seed)
    column, sensitive = label_values(labels)
    request = CellExplaining(
        drugs=tuple(drugs),
        cell_set=cell_set(patient, file, cells),
        model=model,
        label_column=column,
        sensitive=sensitive,
    )
    with console.progress() as progress:
        done = pipeline.explain_cells(settings, request, progress)
    console.show(done, settings.store, as_json=as_json)
    if not as_json:
        console.say("Gene by gene: crescreen export key_genes --out key_genes.csv")


def cell_set(patients: list[str] | None, file: str, cells: str) -> "CellSetRequest":
    """Which cells."""
    from screen.ranking.cell_sets import CellSetRequest

    return CellSetRequest(patients=tuple(patients or ()), file=file, cells=cells)


def label_values(text: str) -> tuple[str, tuple[str, ...]]:
    """Column and values of ``COLUMN=VALUE,VALUE``; empty for none."""
    if not text:
        return "", ()
    column, equals, values = text.partition("=")
    sensitive = tuple(one.strip() for one in values.split(",") if one.strip())
    if not equals or not sensitive:
        raise InputError(
            f"no value in {text!r}", where="--labels", remedy="give COLUMN=VALUE, the value that means sensitive"
        )
    return column.strip(), sensitive


def cell_evaluation(
    drug: str,
    labels: str,
    label_kind: Literal["treated", "acquired", "pre-treatment", "simulated", "not stated"],
    cells: "CellSetRequest",
    models: list[str],
    seeds: int,
    folds: int,
    epochs: int | None,
) -> "CellEvaluation":
    """What ``evaluate cells`` measures."""
    from screen.evaluation.cells.cell_request import MODELS, CellEvaluation

    column, sensitive = label_values(labels)
    if not drug or not column:
        raise InputError(
            "a drug and labels of cells are needed",
            where="evaluate cells",
            remedy="name both: crescreen evaluate cells --drug DRUG --patient PATIENT --labels COLUMN=VALUE",
        )
    return CellEvaluation(
        drug=drug,
        cell_set=cells,
        label_column=column,
        sensitive=sensitive,
        label_kind=label_kind,
        models=tuple(models) or MODELS,
        seeds=seeds,
        folds=folds,
        changes={} if epochs is None else {"epochs": epochs},
    )
