"""From files of alterations to a ranking that heard them: train, rank, erase."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.settings import Settings, Training
from screen.store import open_store, stored_models

CODE = "STAD"


@dataclass(frozen=True)
class Road:
    settings: Settings
    drug: str
    gene: str
    altered: str
    looked_at: str
    before: pl.DataFrame
    """Scores of the model without alterations."""


def matrix(file: Path, first: str, rows: Sequence[str], gene: str, altered: Sequence[int]) -> Path:
    """Mutations of a few genes; only the first is ever altered."""
    genes = [gene, *(name for name in ("TP53", "KRAS", "EGFR", "PTEN", "MYC", "RB1", "APC") if name != gene)]
    lines = [",".join((first, *genes))]
    lines += [",".join((row, str(value), *("0" * (len(genes) - 1)))) for row, value in zip(rows, altered, strict=True)]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture(scope="module")
def road(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Road:
    """Cell lines in which one drug works best have a mutation of its target; so has one patient, and one has not."""
    folder = tmp_path_factory.mktemp("road")
    settings = Settings(store=folder / "own.duckdb", training=Training(folds=2), device="cpu", workers=1)
    pipeline.backup(Settings(store=demo_store), settings.store)
    pipeline.train(settings, [CODE])
    pipeline.rank(settings, [CODE])
    with open_store(settings.store) as store:
        before = store.sql("FROM scores ORDER BY patient_id, drug_id")
        dataset = stored_models.current_model(store, CODE)[0]["dataset"]
        drug, gene = store.sql(
            """SELECT drug_id, upper(targets[1]) FROM drugs WHERE len(targets) > 0 AND drug_id IN (FROM (
               SELECT drug_id FROM pair_responses WHERE dataset = $d AND metric = 'AUC')) ORDER BY drug_id""",
            d=dataset,
        ).row(0)
        lines = store.sql("SELECT DISTINCT subject_id FROM expression WHERE domain = 'cell_line' ORDER BY ALL")
        measured = store.sql(
            "SELECT cell_line_id, value FROM pair_responses WHERE dataset = $d AND metric = 'AUC' AND drug_id = $drug",
            d=dataset,
            drug=drug,
        )
    response = dict(measured.iter_rows())
    ids = lines["subject_id"].to_list()
    low = float(np.quantile(list(response.values()), 0.3))
    patients = before["patient_id"].unique().sort().to_list()[:2]
    files = [
        matrix(folder / "line_mutations.csv", "ModelID", ids, gene, [int(response.get(i, 1) < low) for i in ids]),
        matrix(folder / "patient_mutations.csv", "patient_id", patients, gene, [1, 0]),
    ]
    pipeline.ingest(settings, files)
    pipeline.train(settings, [CODE])
    pipeline.rank(settings, [CODE])
    return Road(settings, drug, gene, *patients, before)


def test_a_ranking_hears_what_is_known_and_nothing_else(road: Road) -> None:
    with open_store(road.settings.store) as store:
        manifest, _ = stored_models.current_model(store, CODE)
        now = store.sql(f"SELECT s.* FROM scores s JOIN current_runs USING (run_id) WHERE indication = '{CODE}'")
        heard = store.sql("FROM heard_alterations ORDER BY patient_id, drug_id, alteration")
    assert {event["gene"] for event in manifest["alterations"]["events"]} == {road.gene}
    moved = {effect["drug"] for effect in manifest["alterations"]["effects"]}
    assert road.drug in moved
    assert heard.select("patient_id", "drug_id", "altered").rows() == [
        (patient, drug, patient == road.altered)
        for patient in sorted((road.altered, road.looked_at))
        for drug in sorted(moved)
    ]
    both = road.before.join(now, on=["patient_id", "drug_id"], suffix="_now")
    known = pl.col("patient_id").is_in([road.altered, road.looked_at])
    unknown = both.filter(~known | ~pl.col("drug_id").is_in(list(moved)))
    assert unknown["score"].to_list() == unknown["score_now"].to_list()
    of_drug = both.filter(known & (pl.col("drug_id") == road.drug))
    change = dict(zip(of_drug["patient_id"], of_drug["score_now"] - of_drug["score"], strict=True))
    assert change[road.altered] > 0.02 > 0 > change[road.looked_at]
    without = heard.filter(pl.col("drug_id") == road.drug)["score_without"].to_list()
    assert without == of_drug["score"].to_list()


def test_one_patient_alone_hears_the_same_and_leaves_with_it(road: Road, tmp_path: Path) -> None:
    settings = road.settings.changed(store=tmp_path / "own.duckdb")
    pipeline.backup(road.settings, settings.store)
    pipeline.rank(settings, [CODE], road.altered)
    out = tmp_path / "heard.csv"
    assert pipeline.export(settings, "heard_alterations", out, road.altered) > 0
    with open_store(settings.store) as store, open_store(road.settings.store) as before:
        wanted = "FROM heard_alterations ORDER BY ALL"
        assert store.sql(wanted).rows() == before.sql(wanted).rows()
    pipeline.forget(settings, road.altered)
    with open_store(settings.store) as store:
        assert store.sql("SELECT DISTINCT patient_id FROM heard_alterations").rows() == [(road.looked_at,)]
