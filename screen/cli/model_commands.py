"""Commands that train, score, measure and take tables out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screen.cli import console
from screen.cli.cell_model_commands import (
    CellEpochs,
    CellFolds,
    Drug,
    File,
    LabelKind,
    Labels,
    Patients,
    Seeds,
    Taken,
    cell_evaluation,
    cell_set,
)
from screen.cli.library_commands import library_query
from screen.cli.options import Codes, Device, Json, StorePath, Where, app, settings_for
from screen.errors import InputError

if TYPE_CHECKING:
    from screen.metrics.figure import Figure

TABLES = (
    "scores; stands_out: drugs potent and selective for a patient; between_indications: each drug here and elsewhere; "
    "edp, edi, dei, qualified, evidence, coverage, "
    "drugs, patients, runs, run_drugs, run_patients; conditioned_runs, score_updates: before and after a plate; "
    "evaluation (beside baselines), evaluations (as stored), predictions (out of fold); "
    "alterations, alteration_coverage, gene_lists: what was called, which genes were looked at; "
    "heard_alterations: those that a score has heard, and the score without; "
    "biomarkers: genes and alterations of a drug, with verdicts; "
    "resistance: patients predicted resistant, by drug and model; attributions: genes that those models rest on; "
    "plates, wells, curves, combinations: what a lab returned; "
    "clones: every drug in every clone of a patient's single cells; "
    "cells: what models of single cells predict, cell by cell; key_genes: why; "
    "conflicts: names that several structures claim; problems: structures that could not be read; "
    "unlinked: names and conditions of evidence that are none of the store's."
)
"""What ``export`` writes; :func:`screen.ranking.shortlists.export` knows the same."""


@app.command()
def train(
    context: typer.Context,
    codes: Codes,
    model: Annotated[str, typer.Option(help="pair-gp, dsn-adv, ...; default: the settings.")] = "",
    seeds: Annotated[int | None, typer.Option(min=1, help="Members a fold, of a network.")] = None,
    with_lab: Annotated[
        bool, typer.Option(help="Learn from the plates of the indication's patients too, a source of their own.")
    ] = False,
    device: Device = None,
    cluster: Where = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Fit a model an indication; an interrupted call resumes where it was.

    Example: [cyan]crescreen train BRCA STAD[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store, device=device, seeds=seeds, cluster=cluster)
    with console.progress() as progress:
        done = pipeline.train(settings, codes, model, progress, with_lab=with_lab)
    console.show(done, settings.store, as_json=as_json)


@app.command()
def rank(
    context: typer.Context,
    codes: Codes,
    patient: Annotated[str | None, typer.Option(help="Rank this patient alone.")] = None,
    library: Annotated[
        Path | None,
        typer.Option(
            help="Screen this library instead of the store's drugs: .smi, .sdf or .parquet, of any size; "
            "Parquet from s3:// or gs://, too."
        ),
    ] = None,
    with_results: Annotated[
        bool, typer.Option(help="Learn from the patient's plates too: a ranking of its own beside the one without.")
    ] = False,
    shard: Annotated[int, typer.Option(min=1, help="Molecules of a library in one go.")] = 10_000,
    out: Annotated[Path, typer.Option("--out", help="Folder for what a library's screen finds.")] = Path("library"),
    part: Annotated[
        str,
        typer.Option(
            metavar="I/N", help="Part of a library's screen, for a batch system; afterwards: crescreen gather DIR"
        ),
    ] = "",
    wait: Annotated[float, typer.Option(min=0, help="Minutes that a part waits for the others.")] = 0,
    device: Device = None,
    cluster: Where = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Score every drug for every patient and store the ranking; or screen a library, into files.

    Example: [cyan]crescreen rank BRCA --patient TCGA-A7-A0DB[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store, device=device, cluster=cluster)
    if library is not None and with_results:
        raise InputError(
            "a library is screened without results",
            where="rank --library --with-results",
            remedy="give one of the two: crescreen rank CODE --with-results",
        )
    if part:
        query = library_query(library, out, shard, patient)
        with console.progress() as progress:
            parts = pipeline.rank_library_part(settings, codes, query, part, wait, progress)
        console.show(parts, as_json=as_json)
        return
    if library is not None:
        with console.progress() as progress:
            screened = pipeline.rank_library(settings, codes, library, out, shard, patient, progress)
        console.show(screened, as_json=as_json)
        console.where([] if as_json else [Path(one.folder) for one in screened])
        return
    if with_results:
        with console.progress() as progress:
            learned = pipeline.rank_with_results(settings, codes, patient, progress)
        console.show(learned, settings.store, as_json=as_json)
        return
    with console.progress() as progress:
        done = pipeline.rank(settings, codes, patient, progress)
    console.show(done, settings.store, as_json=as_json)


@app.command()
def evaluate(
    context: typer.Context,
    protocol: Annotated[
        str,
        typer.Argument(
            help="lines, drugs, drugs-hard, lineages, both-new, cross-study, cohorts, patients, loop, "
            "organoids, alignment, resistance, cells, all, card."
        ),
    ],
    codes: Annotated[list[str] | None, typer.Argument(help="Indications to align with; none: all together.")] = None,
    models: Annotated[str, typer.Option(help="Names of models, comma between; none: every one.")] = "",
    folds: Annotated[Path | None, typer.Option(help="CSV of cell_line_id or drug_key, and test_fold.")] = None,
    features_large: Annotated[
        Path | None,
        typer.Option(help="resistance: a large pretrained model's features, a row a sample; .parquet, .npz or .h5ad."),
    ] = None,
    features_small: Annotated[Path | None, typer.Option(help="resistance: a small one's.")] = None,
    out: Annotated[Path, typer.Option("--out", help="card: the page to write.")] = Path("MODELS.md"),
    figures: Annotated[
        Path | None, typer.Option(help="card: folder of all figures; none: models, beside the page.")
    ] = None,
    earlier: Annotated[
        Path | None, typer.Option(help="card: figures.parquet of a card of before, for what was not measured anew.")
    ] = None,
    drug: Drug = "",
    patient: Patients = None,
    file: File = "",
    cells: Taken = "malignant",
    labels: Labels = "",
    label_kind: LabelKind = "not stated",
    cell_seeds: Seeds = 10,
    cell_folds: CellFolds = 0,
    epochs: CellEpochs = None,
    device: Device = None,
    cluster: Where = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Measure models beside naive predictors and baselines, with intervals; what is there is not computed again.

    Example: [cyan]crescreen evaluate lines --models ridge,drug-mean[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store, device=device, cluster=cluster)
    if protocol == "card":
        console.files(pipeline.write_card(settings, out, figures, earlier), as_json=as_json)
        return
    names = [name.strip() for name in models.split(",") if name.strip()]
    given = {"large": features_large, "small": features_small}
    features = {name: file for name, file in given.items() if file is not None}
    with console.progress() as progress:
        if protocol == "cells":
            request = cell_evaluation(
                drug, labels, label_kind, cell_set(patient, file, cells), names, cell_seeds, cell_folds, epochs
            )
            done = pipeline.evaluate_cells(settings, request, progress)
        else:
            done = pipeline.evaluate(settings, protocol, codes or [], names, folds, progress, features)
    _show_figures(done, settings.store, as_json)


def _show_figures(done: "list[Figure]", store: Path, as_json: bool) -> None:
    from screen.evaluation.printing import meanings_of, table_of

    if as_json:
        console.show(done, as_json=True)
        return
    rows = table_of(done)
    console.table(rows, store, *meanings_of(rows), "All figures: crescreen export evaluation --out figures.csv")


@app.command()
def export(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TABLE", help=TABLES)],
    out: Annotated[Path, typer.Option("--out", help="FILE.csv, FILE.parquet or FILE.xlsx; s3://BUCKET/FILE.parquet.")],
    patient: Annotated[str | None, typer.Option(help="Rows of this patient alone.")] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Write a table of the store to a file; stands_out, edp, edi, dei and qualified are those of the newest rankings.

    Example: [cyan]crescreen export stands_out --patient TCGA-A7-A0DB --out stands_out.csv[/cyan]
    """
    from screen import pipeline

    rows = pipeline.export(settings_for(context, store), name, out, patient)
    if as_json:
        console.as_document({"rows": rows, "file": out})
        return
    console.say(f"{rows} rows")
    console.where([out])
