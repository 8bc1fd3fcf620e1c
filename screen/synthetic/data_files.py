"""Synthetic measurements as tables in the shapes their publishers use."""

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from screen.synthetic.biology import Array, Facts, Tumours
from screen.synthetic.dose_response import RANGE, Pharmacology, area_under_curve, assay

DATASET = "SYNTHETIC"
_MISSING = 0.1
_SECOND_SCREEN = 5
"""So many drugs were screened again, under another ``DRUG_ID``, at half the highest dose and on 2 lines in 5."""


def model_table(lines: Tumours, known: Facts) -> pl.DataFrame:
    """DepMap ``Model.csv``: ``COSMICID`` is float text there, and some OncoTree codes are blank."""
    number = [int(i.removeprefix("ACH-")) for i in lines.ids]
    about = known.lineages[lines.lineage]
    codes = [None if n % 45 == 0 else code for n, code in zip(number, about["oncotree_code"], strict=True)]
    return pl.DataFrame(
        {
            "ModelID": lines.ids,
            "PatientID": [f"PT-SYN{n}" for n in number],
            "CellLineName": line_names(lines),
            "StrippedCellLineName": [name.replace("-", "") for name in line_names(lines)],
            "SangerModelID": [f"SIDM{n}" for n in number],
            "COSMICID": [f"{n + 9_000_000}.0" for n in number],
            "OncotreeCode": codes,
            "OncotreeSubtype": about["subtype"],
            "OncotreePrimaryDisease": about["disease"],
            "OncotreeLineage": about["lineage"],
        }
    )


def line_names(lines: Tumours) -> list[str]:
    """``SYN-900001`` for ``ACH-900001``."""
    return [i.replace("ACH", "SYN") for i in lines.ids]


def depmap_matrix(ids: tuple[str, ...], levels: Array, known: Facts) -> pl.DataFrame:
    """DepMap's older expression matrix: an unnamed first column, then ``GENE (ENTREZ)``, log2(TPM + 1)."""
    labels = [f"{symbol} ({entrez})" for symbol, entrez in known.genes.select("symbol", "entrez").iter_rows()]
    return matrix("", ids, labels, levels)


def matrix(corner: str, ids: tuple[str, ...], genes: list[str], levels: Array) -> pl.DataFrame:
    """Samples x genes, the ids in a column headed ``corner``."""
    return pl.DataFrame({corner: ids, **dict(zip(genes, levels.round(3).T, strict=True))})


def drug_table(known: Facts) -> pl.DataFrame:
    """GDSC's drug list with the SMILES beside it; ids from 9001 on."""
    return known.drugs.select(
        pl.Series("DRUG_ID", range(9001, 9001 + known.drugs.height)),
        DRUG_NAME="name",
        PUTATIVE_TARGET=pl.col("target").str.replace_all("|", ", ", literal=True),
        PATHWAY_NAME="pathway",
        DRUG_SYNONYMS=pl.lit(None, pl.String),
        SMILES="smiles",
    )


def dose_response(lines: Tumours, truth: Array, drugs: Pharmacology, known: Facts, rng: Generator) -> pl.DataFrame:
    """GDSC's fitted dose response, 19 columns, a row a measured pair.

    ``truth`` is the n x d ln(IC50 / highest dose) before the assay.
    """
    again = rng.permutation(truth.shape[1])[:_SECOND_SCREEN]
    first = _screen(lines, truth, np.arange(truth.shape[1]), drugs.top_dose, 9001, 1 - _MISSING, rng)
    second = _screen(lines, truth + np.log(2.0), again, drugs.top_dose / 2, 9501, 0.4, rng)
    pairs = pl.concat([first, second])
    listed = drug_table(known).drop("DRUG_ID", "DRUG_SYNONYMS", "SMILES").with_row_index("drug")
    models = pl.DataFrame(
        {
            "COSMIC_ID": [int(i.removeprefix("ACH-")) + 9_000_000 for i in lines.ids],
            "CELL_LINE_NAME": line_names(lines),
            "SANGER_MODEL_ID": [i.replace("ACH-", "SIDM") for i in lines.ids],
            "TCGA_DESC": known.lineages["tcga"][lines.lineage],
        }
    ).with_row_index("line")
    joined = pairs.join(models, on="line", maintain_order="left").join(listed, on="drug", maintain_order="left")
    value = pl.col("LN_IC50")
    return joined.with_row_index("NLME_CURVE_ID", 1).select(
        pl.lit(DATASET).alias("DATASET"),
        pl.lit(900).alias("NLME_RESULT_ID"),
        "NLME_CURVE_ID",
        "COSMIC_ID",
        "CELL_LINE_NAME",
        "SANGER_MODEL_ID",
        "TCGA_DESC",
        "DRUG_ID",
        "DRUG_NAME",
        "PUTATIVE_TARGET",
        "PATHWAY_NAME",
        pl.lit(9999).alias("COMPANY_ID"),
        pl.lit("Y").alias("WEBRELEASE"),
        "MIN_CONC",
        "MAX_CONC",
        "LN_IC50",
        "AUC",
        "RMSE",
        ((value - value.mean().over("DRUG_ID")) / value.std().over("DRUG_ID")).alias("Z_SCORE").round(6),
    )


def _screen(
    lines: Tumours, truth: Array, chosen: NDArray[np.intp], top_dose: Array, first_id: int, share: float, rng: Generator
) -> pl.DataFrame:
    measured = assay(truth[:, chosen], rng)
    row, line = np.nonzero((rng.random(measured.shape) < share).T)
    potency, top = measured[line, row], top_dose[chosen[row]]
    return pl.DataFrame(
        {
            "line": line.astype(np.uint32),
            "drug": chosen[row].astype(np.uint32),
            "DRUG_ID": first_id + row,
            "MIN_CONC": (top * np.exp(-RANGE)).round(6),
            "MAX_CONC": top,
            "LN_IC50": (potency + np.log(top)).round(6),
            "AUC": area_under_curve(potency).round(6),
            "RMSE": rng.uniform(0.03, 0.12, len(line)).round(6),
        }
    )


def clinical_table(patients: Tumours, indication: str, rng: Generator) -> pl.DataFrame:
    """Pseudonym, indication, age in years and sex of patients."""
    female = 0.99 if indication == "BRCA" else 0.45
    return pl.DataFrame(
        {
            "patient_id": patients.ids,
            "indication": [indication] * len(patients),
            "age": np.clip(rng.normal(62, 11, len(patients)), 25, 89).astype(int),
            "sex": np.where(rng.random(len(patients)) < female, "female", "male"),
        }
    )
