"""A corrected file takes the place of the wrong one: nothing of it stays, and a refused one changes nothing."""

from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from tests.command import crescreen

AS_STAD = ReadOptions(unit="log2tpm1", indication="STAD")


@pytest.fixture
def settings(ranked_store: Path, tmp_path: Path) -> Settings:
    path = tmp_path / "store.duckdb"
    pipeline.backup(Settings(store=ranked_store), path)
    return Settings(store=path)


def _profile(settings: Settings, file: Path, first: float) -> Path:
    with open_store(settings.store) as store:
        genes = store.sql("SELECT genes FROM gene_orders ORDER BY ALL LIMIT 1")["genes"][0].to_list()
    levels = {gene: [0.5 + number % 11] for number, gene in enumerate(genes)}
    pl.DataFrame({"patient_id": ["NEW-1"]} | levels | {genes[0]: [first]}).write_csv(file)
    return file


def _sources(settings: Settings) -> list[str]:
    with open_store(settings.store) as store:
        return store.sql("SELECT name FROM source_files ORDER BY ingested")["name"].to_list()


def _profiles(settings: Settings) -> int:
    with open_store(settings.store) as store:
        return int(store.scalar("SELECT count(*) FROM expression WHERE subject_id = 'NEW-1'"))


def test_a_corrected_profile_replaces_the_first(settings: Settings, tmp_path: Path) -> None:
    pipeline.ingest(settings, [_profile(settings, tmp_path / "first.csv", 1.5)], AS_STAD)
    corrected = _profile(settings, tmp_path / "corrected.csv", 7.5)
    pipeline.ingest(settings, [corrected], AS_STAD, replace="first.csv")
    assert _profiles(settings) == 1
    assert _sources(settings)[-1] == "corrected.csv"
    assert "first.csv" not in _sources(settings)
    pipeline.rank(settings, ["STAD"], "NEW-1")
    with open_store(settings.store) as store:
        assert store.scalar("SELECT len(profiles_unused) FROM run_patients WHERE patient_id = 'NEW-1'") == 0


def test_the_cohort_a_model_was_trained_on_can_be_replaced(settings: Settings, tmp_path: Path) -> None:
    name = next(one for one in _sources(settings) if one.endswith("expression_STAD.csv"))
    with open_store(settings.store) as store:
        before = store.sql("SELECT DISTINCT patient_id FROM run_patients WHERE patient_id LIKE '%STAD%' ORDER BY 1")
    from screen.synthetic import write_cohort

    cohort = write_cohort(tmp_path / "input")
    rows = pl.read_csv(next(f.path for f in cohort.files if f.path.name == name))
    rows.head(rows.height - 1).write_csv(tmp_path / "cohort_2.csv")
    pipeline.ingest(settings, [tmp_path / "cohort_2.csv"], AS_STAD, replace=name)
    pipeline.rank(settings, ["STAD"])
    with open_store(settings.store) as store:
        ranked = store.sql(
            "SELECT DISTINCT patient_id FROM scores JOIN current_runs USING (run_id) WHERE indication = 'STAD'"
        )
    assert ranked.height == before.height - 1  # nobody stays whose profile is gone


def test_responses_of_one_name_are_refused_with_the_way_to_replace_them(settings: Settings, tmp_path: Path) -> None:
    text = "cell_line,drug,AUC\nACH-000001,Gefitinib,{}\n"
    for name, value in (("screen.csv", 0.5), ("screen_2.csv", 0.75)):
        (tmp_path / name).write_text(text.format(value), encoding="utf-8")
    options = ReadOptions(dataset="LAB")
    pipeline.ingest(settings, [tmp_path / "screen.csv"], options)
    with pytest.raises(InputError) as fault:
        pipeline.ingest(settings, [tmp_path / "screen_2.csv"], options)
    assert "--replace screen.csv" in str(fault.value.remedy)
    pipeline.ingest(settings, [tmp_path / "screen_2.csv"], options, replace="screen.csv")
    with open_store(settings.store) as store:
        assert store.sql("SELECT value FROM responses WHERE dataset = 'LAB'")["value"].to_list() == [0.75]


def test_a_refused_file_leaves_what_it_was_to_replace(settings: Settings, tmp_path: Path) -> None:
    pipeline.ingest(settings, [_profile(settings, tmp_path / "first.csv", 1.5)], AS_STAD)
    (tmp_path / "broken.csv").write_text("patient_id,TP53\nNEW-1\n", encoding="utf-8")
    with pytest.raises(InputError):
        pipeline.ingest(settings, [tmp_path / "broken.csv"], AS_STAD, replace="first.csv")
    assert _profiles(settings) == 1


def test_a_name_that_is_not_in_the_store_is_one_error(settings: Settings, tmp_path: Path) -> None:
    file = _profile(settings, tmp_path / "first.csv", 1.5)
    called = crescreen("ingest", str(file), "--replace", "other.csv", "--store", str(settings.store))
    assert called.code == 2
    assert "other.csv" in called.err
    assert _profiles(settings) == 0
