"""Commands that illustrate a mechanism from files the user brings; a store holds them only where asked (--keep)."""

import json
from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Given, Json, StorePath, app, settings_for
from screen.errors import InputError


@app.command()
def enrichment(
    context: typer.Context,
    genes: Annotated[Path, typer.Argument(help="One gene a line, or gene and number for a ranking.")],
    sets: Annotated[Path, typer.Option("--sets", help="Gene sets, a GMT file.")],
    background: Annotated[
        Path | None, typer.Option(help="Genes that could have been in the list; default: every gene of the sets.")
    ] = None,
    min_size: Annotated[int, typer.Option(help="Sets with fewer genes at hand are not tested.")] = 10,
    max_size: Annotated[int, typer.Option(help="Sets with more genes at hand are not tested.")] = 500,
    permutations: Annotated[int, typer.Option(help="Random sets of each size, for a ranking.")] = 10_000,
    as_json: Json = False,
) -> None:
    """Which gene sets does a list overlap (hypergeometric), or a ranking lean to (pre-ranked GSEA)? With FDR.

    Example: [cyan]crescreen enrichment ranks.tsv --sets hallmark.gmt[/cyan]
    """
    from dataclasses import asdict

    from screen.mechanism import enrichment_run
    from screen.mechanism.enrichment_text import enrichment_lines

    seed = settings_for(context).seed
    found = enrichment_run.enrichment(
        genes, sets, background, enrichment_run.SizeLimits(min_size, max_size), permutations, seed
    )
    if as_json:
        console.as_document(asdict(found))
        return
    console.say(*enrichment_lines(found))


@app.command()
def signature(
    context: typer.Context,
    drug: Annotated[str, typer.Argument(help="Any name of the drug.")],
    profiles: Annotated[Path, typer.Option(help="Perturbation profiles: .gctx, .gct, or genes by signatures.")],
    against: Annotated[str | None, typer.Option(help="A second drug of the file, compared with the first.")] = None,
    query: Annotated[Path | None, typer.Option(help="Genes, or genes and numbers, looked for in every drug.")] = None,
    sets: Annotated[Path | None, typer.Option(help="Gene sets, a GMT file, for pathways.")] = None,
    cell: Annotated[str | None, typer.Option(help="One cell line of the file.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the page, its pictures and its data.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep it in --store, for the drug's report.")] = False,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """A drug's expression signature beside all others of a file, each figure with its control. Changes no score.

    With --store, names are joined to the store's drugs and those of the same mechanism are marked.

    Example: [cyan]crescreen signature neratinib --profiles lincs.gctx --against CP-724714 --sets hallmark.gmt[/cyan]
    """
    from screen.mechanism.keeping import keep_signature, required_store
    from screen.mechanism.signature_page import data_of, write_signature
    from screen.mechanism.signature_run import SignatureRequest
    from screen.mechanism.signature_run import signature as run
    from screen.mechanism.signature_text import signature_lines

    given = context.find_object(Given) or Given(None, None)
    request = SignatureRequest(
        drug=drug,
        profiles=profiles,
        against=against,
        query=query,
        sets=sets,
        cell=cell,
        store=store or given.store,
        seed=settings_for(context, store).seed,
    )
    if keep:
        required_store(request.store)
    found = run(request)
    if keep:
        keep_signature(found, drug, request.store)
    files = write_signature(found, out) if out else []
    if as_json:
        console.as_document(json.loads(data_of(found)))
        return
    console.say(*signature_lines(found))
    console.where(files)


@app.command()
def dock(
    context: typer.Context,
    drugs: Annotated[list[str] | None, typer.Argument(help="Drugs of the store; none: the redocking alone.")] = None,
    receptor: Annotated[Path, typer.Option(help="Receptor, PDBQT.")] = ...,  # type: ignore[assignment]
    ligand: Annotated[Path, typer.Option(help="Its co-crystal ligand, SDF, in the same frame.")] = ...,  # type: ignore[assignment]
    out: Annotated[Path, typer.Option("--out", help="Folder for poses; those in it are not made again.")] = ...,  # type: ignore[assignment]
    box: Annotated[str, typer.Option(help="x,y,z,width,height,depth in angstrom; default: around the ligand.")] = "",
    decoys: Annotated[int, typer.Option(min=1, max=200, help="Decoys of like size, of the store.")] = 10,
    exhaustiveness: Annotated[int, typer.Option(min=1, max=128, help="How long vina searches.")] = 8,
    cores: Annotated[int, typer.Option(min=1, max=256, help="Processors for one molecule.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Keep it in --store, for the drugs' reports.")] = False,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Dock drugs beside decoys by AutoDock Vina, once its co-crystal ligand is found again. Needs crescreen[docking].

    The redocking comes first, and takes minutes; beyond 2 angstrom from the crystal nothing else is docked.

    Example: [cyan]crescreen dock imatinib --receptor 1iep.pdbqt --ligand sti.sdf --out poses --store s.duckdb[/cyan]
    """
    from dataclasses import asdict

    from screen.mechanism import docking_run
    from screen.mechanism.docking_text import docking_lines
    from screen.mechanism.keeping import keep_docking, required_store

    given = context.find_object(Given) or Given(None, None)
    try:
        sides = tuple(float(side) for side in box.split(",")) if box else None
    except ValueError:
        raise InputError(f"{box!r} is no box", where="--box", remedy="x,y,z,width,height,depth in angstrom") from None
    request = docking_run.DockingRequest(
        receptor=receptor,
        ligand=ligand,
        out=out,
        drugs=tuple(drugs or ()),
        store=store or given.store,
        box=sides,
        decoys=decoys,
        exhaustiveness=exhaustiveness,
        cores=cores,
        # vina takes 0 for no seed at all.
        seed=settings_for(context, store).seed + 1,
    )
    if keep:
        required_store(request.store)
    with console.progress() as progress:
        found = docking_run.docking(request, progress)
    if keep:
        keep_docking(found, request.drugs, request.store)
    if as_json:
        console.as_document(asdict(found))
        return
    console.say(*docking_lines(found))
    console.where([out])
