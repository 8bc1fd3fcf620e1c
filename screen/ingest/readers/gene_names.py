"""Gene names: HGNC symbols with aliases, Entrez ids, the HGNC complete set."""

from collections.abc import Sequence

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import find, read_table
from screen.records import Batch, ReadOptions

_SYMBOL = ("approvedsymbol", "symbol")
_IDS = {
    "previous": ("prevsymbol", "previoussymbols", "previoussymbol"),
    "alias": ("aliassymbol", "aliassymbols", "synonyms"),
    "entrez": ("entrezid", "ncbigeneid", "ncbigeneidsuppliedbyncbi", "entrezgeneid"),
    "ensembl": ("ensemblgeneid", "ensemblidsuppliedbyensembl", "ensemblgeneidsuppliedbyensembl"),
}
"""Kind of identifier -> how HGNC's files write its column (lower-case letters and digits)."""
_WITHDRAWN = "~withdrawn"


def _is_pairs(head: Head) -> bool:
    return head.has("symbol_or_alias", "approved_symbol")


def _read_pairs(head: Head, options: ReadOptions) -> Batch:
    head.require("symbol_or_alias", "approved_symbol")
    table = _cells(head, ("symbol_or_alias", "approved_symbol"))
    kind = pl.when(pl.col("symbol_or_alias") == pl.col("approved_symbol")).then(pl.lit("symbol"))
    rows = table.select(alias="symbol_or_alias", kind=kind.otherwise(pl.lit("alias")), symbol="approved_symbol")
    return _batch("hgnc-symbols", rows, ())


def _is_table(head: Head) -> bool:
    return (
        find(head.header, *_SYMBOL) is not None
        and len(head.header) > 1
        and (head.has("hgnc_id") or find(head.header, "approvedsymbol") is not None)
    )


def _read_table(head: Head, options: ReadOptions) -> Batch:
    """The complete set (lists joined by ``|``) and custom downloads (joined by ``, ``).

    Only a table with aliases or previous symbols is taken as authority on which symbols are approved now: an old
    list of Entrez ids holds symbols that have since been renamed.
    """
    symbol, status = find(head.header, *_SYMBOL), find(head.header, "status")
    columns = {kind: name for kind, spellings in _IDS.items() if (name := find(head.header, *spellings))}
    if symbol is None or not columns:
        raise InputError(
            "no column of approved symbols, or none of ids beside it",
            where=str(head.path),
            remedy="expected as in the HGNC complete set: symbol, alias_symbol, entrez_id, ...",
        )
    table = _cells(head, (symbol, *columns.values(), *([status] if status else [])))
    current, left_out = _approved(table, symbol, status)
    parts = [_pairs(current, symbol, column, kind) for kind, column in columns.items()]
    if {"alias", "previous"} & set(columns):
        parts.append(current.select(alias=symbol, kind=pl.lit("symbol"), symbol=symbol))
    return _batch("hgnc-genes", pl.concat(parts), left_out)


def _cells(head: Head, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns as they are written: ``NA`` is an alias of the gene XK, not a missing value."""
    table, _ = read_table(head, missing=(), controls_as_blanks=True)
    return table.select(pl.col(list(columns)).fill_null(""))


def _approved(table: pl.DataFrame, symbol: str, status: str | None) -> tuple[pl.DataFrame, list[str]]:
    withdrawn = pl.col(symbol).str.ends_with(_WITHDRAWN)
    if status is not None:
        withdrawn = withdrawn | pl.col(status).str.contains("(?i)withdrawn")
    approved = table.filter(~withdrawn & (pl.col(symbol) != ""))
    count = table.height - approved.height
    return approved, [f"{count} withdrawn or unnamed entries left out"] if count else []


def _pairs(table: pl.DataFrame, symbol: str, column: str, kind: str) -> pl.DataFrame:
    lists = table.select(
        alias=pl.col(column).str.replace_all(", ", "|", literal=True).str.split("|"), kind=pl.lit(kind), symbol=symbol
    )
    return lists.explode("alias").with_columns(pl.col("alias").str.strip_chars())


def _batch(kind: str, rows: pl.DataFrame, notes: Sequence[str]) -> Batch:
    rows = rows.filter(pl.col("alias") != "").unique(maintain_order=True)
    shared = (
        rows.filter(pl.col("kind").is_in(["alias", "previous"]))
        .group_by("alias")
        .agg(pl.col("symbol").n_unique())
        .filter(pl.col("symbol") > 1)
        .height
    )
    remarks = [f"{rows.height} identifiers of {rows['symbol'].n_unique()} genes"]
    remarks += [f"{shared} aliases belong to several genes and resolve to none"] if shared else []
    return Batch(kind, {"gene_aliases": rows}, (*remarks, *notes))


KINDS = (
    Kind("hgnc-symbols", "gene symbols and aliases (HGNC)", _is_pairs, _read_pairs),
    Kind("hgnc-genes", "gene identifiers (HGNC complete set or custom download)", _is_table, _read_table),
)
