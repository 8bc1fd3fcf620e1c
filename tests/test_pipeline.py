"""The pipeline is the whole API: a command calls one function of it, and every function is called by a command."""

import ast
from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from tests.command import crescreen, fingerprint

ROOT = Path(__file__).parents[1]
ALTERNATIVES = {
    "rank": {"rank", "rank_library", "rank_library_part", "rank_with_results"},
    "evaluate": {"evaluate", "evaluate_cells", "write_card"},
    "report_patient": {"report_patients", "report_cohort"},
    "cells_clones": {"score_clones", "report_cells"},
}
"""Commands with two forms: one function each."""
OUTSIDE = {
    "cells_pictures",
    "cells_recovery",
    "cells_simulate",
    "completion",
    "demo",
    "dock",
    "enrichment",
    "report_site",
    "signature",
    "view",
}
"""No step of the pipeline: ``demo`` is a use of it, ``view`` shows what is there, two measure what is said of cells,
one draws them, the others illustrate a mechanism."""
NOT_STEPS = {"Progress", "silent"}


def calls() -> dict[str, list[str]]:
    """Function behind a command -> functions of the pipeline that it calls, as often as written."""
    found: dict[str, list[str]] = {}
    for path in (ROOT / "screen" / "cli").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(".command(" in ast.unparse(d) for d in node.decorator_list):
                found[node.name] = [
                    call.func.attr
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and ast.unparse(call.func.value) == "pipeline"
                ]
    return found


def test_every_command_calls_one_function_of_the_pipeline() -> None:
    found = calls()
    assert len(found) >= 17
    for command, called in found.items():
        expected = ALTERNATIVES.get(command, set[str]())
        assert len(called) == (len(expected) or (command not in OUTSIDE)), command
        assert set(called) >= expected, command


def test_every_function_of_the_pipeline_is_a_command() -> None:
    called = {name for names in calls().values() for name in names}
    assert called == set(pipeline.__all__) - NOT_STEPS


@pytest.fixture
def copied(demo_store: Path, tmp_path: Path) -> Settings:
    """A copy of the demo's store, to write to."""
    settings = Settings(store=tmp_path / "own.duckdb")
    pipeline.backup(Settings(store=demo_store), settings.store)
    return settings


def steps(settings: Settings, file: Path, options: ReadOptions | None = None) -> set[str]:
    """What was rebuilt for one file, by the progress told."""
    seen: set[str] = set()
    pipeline.ingest(settings, [file], options, lambda label, done, total: seen.add(label))
    return seen & {"resolving drugs", "linking evidence"}


def new_patient(settings: Settings, folder: Path) -> Path:
    with open_store(settings.store) as store:
        orders = store.sql("SELECT genes FROM gene_orders LIMIT 1")["genes"][0].to_list()
    levels = {gene: [0.25 + number % 13] for number, gene in enumerate(orders)}
    file = folder / "patient.csv"
    pl.DataFrame({"patient_id": ["NEW-1"]} | levels).write_csv(file)
    return file


def rebuilt_by_force(settings: Settings) -> dict[str, tuple[int, object]]:
    from screen import evidence
    from screen.store import drug_identity

    with open_store(settings.store, write=True) as store, store.transaction():
        drug_identity.resolve_drugs(store)
        evidence.refresh(store)
    return fingerprint(settings.store)


def test_a_patients_profile_rebuilds_neither_drugs_nor_evidence(copied: Settings, tmp_path: Path) -> None:
    options = ReadOptions(unit="log2tpm1", indication="BRCA")
    assert steps(copied, new_patient(copied, tmp_path), options) == set()
    assert fingerprint(copied.store) == rebuilt_by_force(copied)


@pytest.mark.parametrize(
    ("text", "kind", "rebuilt"),
    [
        ("drug_name,smiles\nCaffeinol,CN1C=NC2=C1C(=O)N(C(=O)N2C)CCO\n", None, {"resolving drugs", "linking evidence"}),
        (
            "ModelID,StrippedCellLineName,SangerModelID,COSMICID,OncotreeCode,OncotreeLineage\n"
            "ACH-900001,NEWLINE,SIDM90001,,BRCA,Breast\n",
            None,
            {"linking evidence"},
        ),
        ("patient_id,indication,age\nNEW-2,BRCA,61\n", None, set()),
    ],
    ids=["drugs", "cell lines", "clinical"],
)
def test_a_file_rebuilds_what_it_can_have_changed(
    text: str, kind: str | None, rebuilt: set[str], copied: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "given.csv"
    file.write_text(text, encoding="utf-8")
    assert steps(copied, file, ReadOptions(kind=kind)) == rebuilt
    assert fingerprint(copied.store) == rebuilt_by_force(copied)


def test_the_same_bytes_read_another_way_rebuild_everything(copied: Settings, tmp_path: Path) -> None:
    file = new_patient(copied, tmp_path)
    steps(copied, file, ReadOptions(unit="log2tpm1", indication="BRCA"))
    again = steps(copied, file, ReadOptions(unit="log2tpm1", indication="STAD"))
    assert again == {"resolving drugs", "linking evidence"}


def test_problems_and_conflicts_can_be_taken_out(copied: Settings, tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("drug_name,smiles\nSound,CCO\nBroken,QQQ(\n", encoding="utf-8")
    pipeline.ingest(copied, [file])
    for table in ("problems", "conflicts"):
        assert (
            crescreen("export", table, "--out", str(tmp_path / f"{table}.csv"), "--store", str(copied.store)).code == 0
        )
    problems = pl.read_csv(tmp_path / "problems.csv").filter(pl.col("name") == "Broken")
    assert problems["file"].to_list() == ["broken.csv"]
    columns = ["what", "name", "field", "taken", "others"]
    assert pl.read_csv(tmp_path / "conflicts.csv").columns == columns
