"""A synthetic store with planted markers of one drug: in cell lines, prognostic, and predictive of the treatment."""

from pathlib import Path

import numpy as np
import polars as pl

from screen import pipeline
from screen.records import ReadOptions
from screen.settings import Settings

GENES = (
    *("TP53", "EGFR", "KRAS", "BRAF", "MYC", "PTEN", "RB1", "MDM2", "CDK4", "ERBB2", "SLFN11", "ABCB1", "KIT", "MET"),
    *("ALK", "RET", "ROS1", "JAK2", "FLT3", "ATM", "BRCA1", "BRCA2", "NRAS", "HRAS", "AKT1", "SMAD4", "NF1", "VHL"),
    *("AURKA", "BUB1", "CDK1", "PLK1"),
)
RESISTANCE, PROGNOSTIC, PREDICTIVE, MUTATED = "ABCB1", "MET", "SLFN11", "KRAS"
DRUG = "cisplatin"
_OTHERS = ("docetaxel", "gefitinib", "olaparib", "imatinib", "sorafenib", "trametinib", "erlotinib", "lapatinib")
_MORE = ("paclitaxel", "gemcitabine", "etoposide", "topotecan")


def marked(folder: Path, *, lines: int = 160, patients: int = 320, treated: bool = True, seed: int = 5) -> Settings:
    """Lines and patients of LUAD; ABCB1 and mutated KRAS go with resistance of lines, MET with survival, SLFN11 with
    survival of those treated alone."""
    rng = np.random.default_rng(seed)
    settings = Settings(store=folder / "s.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, _line_files(folder, lines, rng))
    pipeline.ingest(settings, [folder / "lines_tpm.csv"], ReadOptions(unit="tpm", kind="expression-matrix"))
    files = _patient_files(folder, patients, treated, rng)
    pipeline.ingest(settings, files)
    pipeline.ingest(settings, [folder / "tumours_tpm.csv"], ReadOptions(unit="tpm"))
    return settings


def _levels(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(n, len(GENES)))


def _line_files(folder: Path, n: int, rng: np.random.Generator) -> list[Path]:
    ids = [f"ACH-{900_000 + i:06}" for i in range(n)]
    lineage = np.array(["Lung", "Breast", "Bowel", "Skin"])[np.arange(n) % 4]
    models = {"ModelID": ids, "CellLineName": [f"L{i}" for i in range(n)], "OncotreeLineage": lineage}
    pl.DataFrame(models | {"OncotreeCode": "LUAD"}).write_csv(folder / "Model.csv")
    levels, mutated = _levels(n, rng), rng.random((n, 6)) < 0.3
    _write(folder / "lines_tpm.csv", "ModelID", ids, levels)
    calls = {gene: mutated[:, place].astype(int) for place, gene in enumerate(("KRAS", *GENES[:5]))}
    calls = {gene: values for gene, values in calls.items() if gene != "KRAS"} | {"KRAS": mutated[:, 0].astype(int)}
    pl.DataFrame({"ModelID": ids, **calls}).write_csv(folder / "line_mutations.csv")
    frail = rng.normal(size=n)
    rows = []
    for drug in (DRUG, *_OTHERS, *_MORE):
        auc = 10 + frail + (lineage == "Lung") + rng.normal(size=n)
        if drug == DRUG:
            auc = auc + 1.5 * levels[:, GENES.index(RESISTANCE)] + 2 * mutated[:, 0]
        rows.append(pl.DataFrame({"cell_line_id": ids, "drug_name": drug, "auc": auc.round(4)}))
    pl.concat(rows).write_csv(folder / "responses.csv")
    return [folder / name for name in ("Model.csv", "line_mutations.csv", "responses.csv")]


def _patient_files(folder: Path, n: int, treated: bool, rng: np.random.Generator) -> list[Path]:
    ids = [f"P{i:03}" for i in range(n)]
    levels, age = _levels(n, rng), rng.normal(60, 9, n).round(1)
    had = rng.random(n) < 0.5
    risk = 0.02 * (age - 60) + 0.8 * levels[:, GENES.index(PROGNOSTIC)]
    risk = risk - 1.1 * levels[:, GENES.index(PREDICTIVE)] * had
    day, censored = rng.exponential(900 * np.exp(-risk)), rng.uniform(300, 3000, n)
    outcome = {"PFI": (day <= censored).astype(int), "PFI.time": np.ceil(np.minimum(day, censored))}
    stage = np.array(["Stage I", "Stage II", "Stage III"])[np.arange(n) % 3]
    rows = {"patient_id": ids, "indication": "LUAD", "age": age, "stage": stage, **outcome}
    pl.DataFrame(rows).write_csv(folder / "clinical.csv")
    _write(folder / "tumours_tpm.csv", "patient_id", ids, levels)
    files = [folder / "clinical.csv"]
    if treated:
        given = np.where(had, DRUG, "docetaxel")
        table = {"cancers": "LUAD", "patient.arr": ids, "drug.name": given, "response": "Stable Disease"}
        pl.DataFrame(table).write_csv(folder / "given.tsv", separator="\t")
        files.append(folder / "given.tsv")
    return files


def _write(file: Path, name: str, ids: list[str], levels: np.ndarray) -> None:
    tpm = np.exp(levels + 3).round(3)
    pl.DataFrame({name: ids, **{gene: tpm[:, place] for place, gene in enumerate(GENES)}}).write_csv(file)
