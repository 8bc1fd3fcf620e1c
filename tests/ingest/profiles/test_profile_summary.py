"""A file whose genes nothing names is refused at ingest, and read once the table that names them is there."""

from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError
from screen.expression import GeneIndex, refuse_unknown
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store

IDS = [f"ENSG{number:011d}" for number in range(1, 41)]
SYMBOLS = [f"GENE{number}" for number in range(1, 41)]


def counts(folder: Path, genes: list[str], name: str = "P7.htseq.counts") -> Path:
    """One sample as htseq-count writes it: no header."""
    file = folder / name
    lines = [f"{gene}\t{17 * number % 2003}\n" for number, gene in enumerate(genes, 1)]
    file.write_text("".join([*lines, "__no_feature\t9\n", "__ambiguous\t4\n"]), encoding="utf-8")
    return file


def complete_set(folder: Path, known: int = len(IDS)) -> Path:
    """The columns of HGNC's complete set that are read."""
    file = folder / "hgnc_complete_set.txt"
    rows = pl.DataFrame({"hgnc_id": [f"HGNC:{n}" for n in range(1, 41)], "symbol": SYMBOLS, "name": SYMBOLS})
    rows = rows.with_columns(
        status=pl.lit("Approved"), alias_symbol=pl.lit(""), prev_symbol=pl.lit(""), entrez_id=pl.Series(range(1, 41)),
        ensembl_gene_id=pl.Series([gene if place < known else "" for place, gene in enumerate(IDS)]),
    )  # fmt: skip
    rows.write_csv(file, separator="\t")
    return file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(made)
    return made


def patients(settings: Settings) -> int:
    with open_store(settings.store) as store:
        return int(store.scalar("SELECT count(*) FROM expression"))


OF_OV = ReadOptions(unit="counts", indication="OV")
NO_UNIT = ReadOptions(indication="OV")


@pytest.mark.parametrize(
    ("genes", "remedy"),
    [
        ([f"{gene}.13" for gene in IDS], "hgnc_complete_set.txt"),
        ([str(number) for number in range(101, 141)], "hgnc_complete_set.txt"),
        ([f"ENST{number:011d}.2" for number in range(1, 41)], "transcripts up to genes"),
    ],
    ids=["versioned", "entrez", "transcripts"],
)
def test_numbers_without_their_table_are_refused(
    tmp_path: Path, settings: Settings, genes: list[str], remedy: str
) -> None:
    pipeline.ingest(settings, [complete_set(tmp_path, known=0)])
    with pytest.raises(InputError, match=r"P7.htseq.counts: 0 of 40 gene identifiers resolve") as refused:
        pipeline.ingest(settings, [counts(tmp_path, genes)], OF_OV)
    assert remedy in str(refused.value)
    assert patients(settings) == 0


def test_with_the_table_in_the_same_call_in_any_order(tmp_path: Path, settings: Settings) -> None:
    files = [counts(tmp_path, [f"{gene}.13" for gene in IDS]), complete_set(tmp_path)]
    done = pipeline.ingest(settings, files, NO_UNIT)
    assert "40 of 40 gene identifiers resolve to approved symbols" in done[0].notes
    assert patients(settings) == 1


def test_one_gene_in_ten_is_enough_and_fewer_are_not(tmp_path: Path, settings: Settings) -> None:
    pipeline.ingest(settings, [complete_set(tmp_path, known=4)])
    pipeline.ingest(settings, [counts(tmp_path, IDS)], OF_OV)
    with pytest.raises(InputError, match="3 of 39"):
        pipeline.ingest(settings, [counts(tmp_path, IDS[1:], "P8.htseq.counts")], OF_OV)


def test_probes_of_an_array_are_no_genes() -> None:
    index = GeneIndex(pl.DataFrame({"alias": ["TP53"], "kind": ["symbol"], "symbol": ["TP53"]}))
    with pytest.raises(InputError, match="annotation"):
        refuse_unknown([f"{number}_s_at" for number in range(200, 240)], index, "array.csv")


def test_before_any_gene_table_everything_is_read(tmp_path: Path, settings: Settings) -> None:
    done = pipeline.ingest(settings, [counts(tmp_path, [f"{gene}.13" for gene in IDS])], OF_OV)
    assert any("hgnc_complete_set.txt" in note for note in done[0].notes)
    assert patients(settings) == 1


def test_symbols_need_no_whole_table(tmp_path: Path, settings: Settings) -> None:
    pipeline.ingest(settings, [complete_set(tmp_path), counts(tmp_path, [f"ABC{n}" for n in range(40)])], NO_UNIT)
    assert patients(settings) == 1
