"""The Python example of the README runs as it stands, on small synthetic files under the names it uses."""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from screen.synthetic import write_cohort

ROOT = Path(__file__).parents[1]


def example() -> str:
    (block,) = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    return str(block)


def as_named(folder: Path) -> None:
    """The synthetic files that the example reads, under its names; the patients in TPM, the first of them P0042."""
    cohort = write_cohort(folder / "synthetic")
    given = {file.path.name.removeprefix("synthetic_"): file.path for file in cohort.files}
    shutil.copy(given["Model.csv"], folder / "Model.csv")
    shutil.copy(
        given["OmicsExpressionProteinCodingGenesTPMLogp1.csv"],
        folder / "OmicsExpressionTPMLogp1HumanProteinCodingGenes.csv",
    )
    responses = gzip.decompress(given["fitted_dose_response.csv.gz"].read_bytes())
    (folder / "GDSC2_fitted_dose_response.csv").write_bytes(responses)
    shutil.copy(given["drugs.csv"], folder / "drugs_with_smiles.csv")
    logs = pl.read_csv(given["expression_BRCA.csv"])
    first, *genes = logs.columns
    ids = pl.Series(first, ["P0042", *logs[first][1:]])
    tpm = logs.with_columns(ids, *((pl.lit(2.0) ** pl.col(gene) - 1).clip(0).alias(gene) for gene in genes))
    tpm.write_csv(folder / "brca_tpm.tsv", separator="\t")


@pytest.mark.slow
def test_the_example_runs_as_it_stands(tmp_path: Path) -> None:
    as_named(tmp_path)
    (tmp_path / "example.py").write_text(example(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert "r_drug" in done.stdout
    assert (tmp_path / "reports" / "patient-P0042.pdf").read_bytes().startswith(b"%PDF-")
    assert pl.read_csv(tmp_path / "edi.csv").height >= 10
