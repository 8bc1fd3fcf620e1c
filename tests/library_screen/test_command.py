"""``rank CODE --library FILE`` from the command line: a stored model, a file, tables; the store is left as it was."""

from hashlib import sha256
from pathlib import Path

import polars as pl

from screen.store import open_store
from tests.command import crescreen


def test_the_command_screens_a_library_and_leaves_the_store_alone(ranked_store: Path, tmp_path: Path) -> None:
    before = sha256(ranked_store.read_bytes()).hexdigest()
    (tmp_path / "some.smi").write_text("CCO ethanol\nCC(=O)Oc1ccccc1C(=O)O aspirin\nnonsense odd\nCCN\nCCCC butane\n")
    outcome = crescreen(
        "rank",
        "STAD",
        "--library",
        str(tmp_path / "some.smi"),
        "--shard",
        "2",
        "--out",
        str(tmp_path / "out"),
        "--device",
        "cpu",
        "--store",
        str(ranked_store),
    )
    assert (outcome.code, outcome.err) == (0, "")
    assert str(tmp_path / "out" / "STAD") in outcome.out
    patients = pl.read_parquet(tmp_path / "out" / "STAD" / "patients.parquet")
    top = pl.read_parquet(tmp_path / "out" / "STAD" / "top.parquet")
    assert patients["efficient"].to_list() == [1] * patients.height
    assert top.filter(rank=1)["score"].to_list() == patients["threshold"].to_list()
    assert top.height == 4 * patients.height
    assert sha256(ranked_store.read_bytes()).hexdigest() == before


def test_the_drugs_of_the_store_score_as_its_ranking_says(ranked_store: Path, tmp_path: Path) -> None:
    with open_store(ranked_store) as store:
        scores, drugs = store.query("scores"), store.sql("SELECT smiles, drug_id FROM drugs WHERE smiles IS NOT NULL")
    drugs.write_csv(tmp_path / "all.smi", separator=" ", include_header=False)
    outcome = crescreen(
        "rank",
        "STAD",
        "--library",
        str(tmp_path / "all.smi"),
        "--out",
        str(tmp_path / "out"),
        "--device",
        "cpu",
        "--store",
        str(ranked_store),
    )
    assert (outcome.code, outcome.err) == (0, "")
    both = pl.read_parquet(tmp_path / "out" / "STAD" / "top.parquet").join(scores, on=["patient_id", "drug_id"])
    assert both.height > scores["patient_id"].n_unique()
    assert both["score"].to_list() == both["score_right"].to_list()
