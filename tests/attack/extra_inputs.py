"""What the cohort's files lack and commands need: outcomes, treatments, mutations, a corrected table, cells."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from screen.synthetic.cell_files import write_cells

DRUG = "afatinib"
"""A drug of the cohort."""
_GENES = ("TP53", "KRAS", "PIK3CA", "ERBB2", "BRAF")


@dataclass(frozen=True)
class ExtraInputs:
    """Files beside the cohort's."""

    tables: tuple[Path, ...]
    corrected: Path
    """Takes the place of ``synthetic_clinical.csv``."""
    cells: Path
    """Of the patient."""


def write_extra_inputs(folder: Path, patient: str, code: str = "STAD") -> ExtraInputs:
    """Write them beside the cohort's files."""
    rng = np.random.default_rng(1)
    clinical = pl.read_csv(folder / "synthetic_clinical.csv")
    ids = clinical.filter(indication=code)["patient_id"].to_list()
    lines = pl.read_csv(folder / "synthetic_Model.csv")["ModelID"].to_list()
    corrected = folder / "corrected" / "synthetic_clinical.csv"
    corrected.parent.mkdir(exist_ok=True)
    clinical.with_columns(age=pl.col("age") + (pl.col("patient_id") == patient)).write_csv(corrected)
    days, ends = rng.exponential(900, len(ids)).round() + 1, rng.uniform(300, 3000, len(ids)).round()
    outcome = {"PFI": (days <= ends).astype(int), "PFI.time": np.minimum(days, ends)}
    pl.DataFrame({"patient_id": ids, "indication": code, **outcome}).write_csv(folder / "outcomes.csv")
    given = {"cancers": code, "patient.arr": ids, "drug.name": DRUG, "response": "Stable Disease"}
    pl.DataFrame(given).write_csv(folder / "given.tsv", separator="\t")
    files = [folder / "outcomes.csv", folder / "given.tsv"]
    for name, column, subjects in (("lines", "ModelID", lines), ("tumours", "patient_id", ids)):
        calls = {gene: (rng.random(len(subjects)) < 0.3).astype(int) for gene in _GENES}
        files.append(folder / f"{name}_mutations.csv")
        pl.DataFrame({column: subjects, **calls}).write_csv(files[-1])
    return ExtraInputs(tuple(files), corrected, _cells_of(folder, patient))


def _cells_of(folder: Path, patient: str) -> Path:
    if (folder / "cells.h5ad").exists():  # the store knows these very bytes
        return folder / "cells.h5ad"
    import anndata

    path = write_cells(folder, cells=400).file.path
    cells = anndata.read_h5ad(path)
    cells.obs["patient"] = patient
    cells.write_h5ad(folder / "cells.h5ad")
    path.unlink()
    return folder / "cells.h5ad"
