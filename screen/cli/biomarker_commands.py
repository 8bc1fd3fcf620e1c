"""Commands on markers of patients."""

from pathlib import Path
from typing import Annotated

import typer

from screen.cli import console
from screen.cli.options import Codes, Json, StorePath, app, settings_for


@app.command()
def survival(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Indication by TCGA code.")],
    gene: Annotated[str, typer.Option(help="Expression of this gene, per standard deviation.")] = "",
    alteration: Annotated[
        str, typer.Option(help="This gene altered or not; GENE:copy_number or GENE:fusion for those.")
    ] = "",
    score: Annotated[str, typer.Option(help="Score of this drug in the newest ranking.")] = "",
    endpoint: Annotated[
        str | None, typer.Option(help="PFI, OS, DSS or DFI; default: the first that TCGA-CDR does not advise against.")
    ] = None,
    within: Annotated[str | None, typer.Option(help="A part of the indication, as LGG of GBMLGG.")] = None,
    adjust: Annotated[str, typer.Option(help="age, sex, stage, type: any of them, comma between.")] = "",
    split: Annotated[str, typer.Option(help="Curves by median or tertiles, set beforehand.")] = "median",
    out: Annotated[Path | None, typer.Option("--out", help="FILE.html, FILE.pdf, FILE.svg or FILE.json.")] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Survival by a gene, an alteration or a score, each with endpoint and split set beforehand: Kaplan-Meier and Cox.

    Example: [cyan]crescreen survival GBMLGG --within LGG --alteration IDH1 --endpoint OS[/cyan]
    """
    from dataclasses import asdict

    from screen import pipeline
    from screen.biomarkers.survival_cohort import MarkerRequest
    from screen.biomarkers.survival_text import survival_lines

    settings = settings_for(context, store)
    names = tuple(name.strip() for name in adjust.split(",") if name.strip())
    marker = MarkerRequest(gene.strip(), alteration.strip(), score.strip())
    found = pipeline.survival(settings, code, marker, endpoint, within, names, split, out)
    if as_json:
        console.as_document(asdict(found))
        return
    console.say(*survival_lines(found))
    console.where([out] if out else [])


@app.command()
def biomarkers(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Indication by TCGA code.")],
    drug: Annotated[list[str] | None, typer.Option(help="A drug's name; may be repeated.")] = None,
    drugs_file: Annotated[Path | None, typer.Option(help="A text file, one drug's name a line.")] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="PFI, OS, DSS or DFI; default: the first that TCGA-CDR does not advise against.")
    ] = None,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Genes and alterations as markers of drugs: association in cell lines, prognostic, predictive; all tests counted.

    Example: [cyan]crescreen biomarkers LUAD --drug gefitinib[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    with console.progress() as progress:
        found = pipeline.biomarkers(settings, code, drug or [], drugs_file, endpoint, progress)
    console.show(found, settings.store, as_json=as_json)
    if not as_json:
        console.say(
            f"the page: crescreen report biomarkers {code} --drug '{found[0].drug}'",
            "every figure: crescreen export biomarkers --out biomarkers.csv",
        )


@app.command()
def resistance(
    context: typer.Context,
    codes: Codes,
    drugs: Annotated[
        str, typer.Option(help="first-line: the reviewed table's; or names of drugs, comma between.")
    ] = "first-line",
    models: Annotated[
        str,
        typer.Option(
            help="vae-ll, vae-ls, vae-ld, forest, xgboost, pca, ...; default: vae-ll, vae-ld, xgboost, forest."
        ),
    ] = "",
    features_large: Annotated[
        Path | None,
        typer.Option(help="A large pretrained model's features, a row a line or patient; .parquet, .npz, .h5ad."),
    ] = None,
    features_small: Annotated[Path | None, typer.Option(help="A small one's.")] = None,
    attributions: Annotated[
        bool, typer.Option("--attributions", help="The genes that the models rest on too, over refits.")
    ] = False,
    as_json: Json = False,
    store: StorePath = None,
) -> None:
    """Which patients are predicted resistant to their first-line drugs, by several models; an interrupted call resumes.

    Example: [cyan]crescreen resistance BRCA LUAD --drugs first-line[/cyan]
    """
    from screen import pipeline

    settings = settings_for(context, store)
    names = [name.strip() for name in models.split(",") if name.strip()]
    given = {"large": features_large, "small": features_small}
    features = {name: file for name, file in given.items() if file is not None}
    with console.progress() as progress:
        found = pipeline.predict_resistance(settings, codes, drugs, names, features, progress, attributions)
    console.show(found, settings.store, as_json=as_json)
    if not as_json:
        console.say(
            f"the pages: crescreen report resistance {' '.join(one.indication for one in found)}",
            "every figure: crescreen export resistance --out resistance.csv",
        )


@app.command("tumour-normal")
def tumour_normal(
    gene: Annotated[str, typer.Argument(help="A gene, as the files name it.")],
    tumour: Annotated[Path, typer.Option(help="Expression of tumours; TPM, log2(TPM + 1) or normalised counts.")],
    normal: Annotated[Path, typer.Option(help="Expression of normal tissue, in the same unit.")],
    as_json: Json = False,
) -> None:
    """A gene in tumours against normal tissue, both given as files; paired where five patients have both.

    Example: [cyan]crescreen tumour-normal ABCG2 --tumour tumours.csv --normal normals.csv[/cyan]
    """
    from dataclasses import asdict

    from screen import pipeline

    found = pipeline.tumour_normal(gene, tumour, normal)
    if as_json:
        console.as_document(asdict(found))
        return
    apart = found.low > 0 or found.high < 0
    says = f"{'higher' if found.difference > 0 else 'lower'} in tumours" if apart else "no difference shown"
    console.say(
        f"{found.gene}: {says}, {found.difference:.3g} ({found.low:.3g} to {found.high:.3g}), in the files' unit; "
        f"p {found.p:.2g}, {found.test}. One gene; with many tried, correct for all of them.",
        f"tumours {found.tumours}, median {found.tumour_median:.3g}; normal tissue {found.normals}, median "
        f"{found.normal_median:.3g}; {found.pairs} patients with both; a tumour is higher in {found.higher:.0%}",
    )
