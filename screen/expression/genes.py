"""Gene identifiers: symbols, previous symbols, aliases, Entrez and Ensembl ids brought to approved symbols."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from screen.errors import InputError, UnitError
from screen.expression.units import convert
from screen.records import Floats, Profiles

_WITH_ID = re.compile(r"^(.+?) \(([^()]+)\)$")
_VERSIONED = re.compile(r"^(ENS[A-Z]*[GT]\d{11})\.\d+$")
_JOINED = re.compile(r"^(ENSG\d{11}(?:\.\d+)?)_(.+)$|^(.+)_(ENSG\d{11}(?:\.\d+)?)$")
"""Two identifiers in one, as many pipelines write them."""
_ENSEMBL = re.compile(r"^ENS[A-Z]*[GT]\d{11}")
_READING_FRAME = re.compile(r"^(C(?:\d+|X|Y))ORF(\d+)$")
_DATE = re.compile(r"^(?:\d{1,2}-[A-Z]{3}|[A-Z]{3}-\d{1,2})$")
_SHOWN = 8
_NUMBERED = re.compile(
    r"^(?:ENS[A-Z]*[GTEP]\d{11}.*|\d+|[NX][MR]_\d+(?:\.\d+)?|.+_at|ILMN_\d+|A_\d+_P\d+|TC\d+\.hg\.\d+)$"
)
"""Numbers of databases and probes of arrays: names that no other source shares unless a table translates them."""
_LEAST_KNOWN = 0.1
_WHOLE_TABLE = 10_000
"""Approved symbols from which on a name that is none of them is no symbol of man."""
LEAST_SHARE = 0.5
"""Of the cell lines, that a gene must be measured in to be learnt from; where it is not it counts as the mean."""


class GeneIndex:
    """From any identifier to the approved symbol.

    Parameters
    ----------
    aliases : columns ``alias``, ``kind`` (symbol, previous, alias, entrez, ensembl) and ``symbol``

    Notes
    -----
    An approved symbol is itself, whatever else it is an alias of. Any other identifier that several genes claim
    belongs to none. A table's target that is no longer approved is followed on through the aliases, so an old
    Entrez table and a new symbol table agree.
    """

    def __init__(self, aliases: pl.DataFrame) -> None:
        self._approved = set(aliases.filter(pl.col("kind") == "symbol")["symbol"])
        # The names of a gene and its numbers are two name spaces.
        self._names, self._contested = self._table(aliases.filter(pl.col("kind").is_in(["previous", "alias"])))
        self._ids, contested = self._table(aliases.filter(pl.col("kind").is_in(["entrez", "ensembl"])))
        self._contested |= contested

    @property
    def approved(self) -> int:
        """How many approved symbols the tables have."""
        return len(self._approved)

    def _table(self, rows: pl.DataFrame) -> tuple[dict[str, str], set[str]]:
        claims = rows.select("alias", "symbol").unique().group_by("alias").agg(pl.col("symbol").sort())
        single = claims.filter(pl.col("symbol").list.len() == 1)
        several = claims.filter(pl.col("symbol").list.len() > 1)
        return dict(zip(single["alias"], single["symbol"].list.first(), strict=True)), set(several["alias"])

    def symbols(self, genes: Sequence[str]) -> tuple[list[str | None], list[str]]:
        """Approved symbol of each identifier, ``None`` where there is none, and notes on what did not resolve."""
        found = [self._symbol(gene) for gene in genes]
        renamed = [
            f"{gene} -> {symbol}"
            for gene, symbol in zip(genes, found, strict=True)
            if symbol is not None and symbol != gene
        ]
        without = [gene for gene, symbol in zip(genes, found, strict=True) if symbol is None]
        contested = [gene for gene in without if _plain(gene) in self._contested]
        unknown = [gene for gene in without if _plain(gene) not in self._contested]
        notes = (
            _note(renamed, "resolved to the approved symbol"),
            _note(contested, "claimed by several genes, resolved to none"),
            _note(unknown, "not in the gene tables, kept under the name given"),
        )
        return found, [note for note in notes if note]

    def _symbol(self, gene: str) -> str | None:
        found = (self._one(part) for part in _parts(gene))
        symbol = next((symbol for symbol in found if symbol is not None), None)
        if symbol is None and "." in gene and gene.replace(".", "-") in self._approved:
            return gene.replace(".", "-")  # R's make.names: HLA.A, NKX2.1
        return symbol

    def _one(self, gene: str) -> str | None:
        gene = _plain(gene)
        if gene in self._approved:
            return gene
        symbol = self._ids.get(gene) or self._names.get(gene)
        if symbol is None or symbol in self._approved or not self._approved:
            return symbol
        return self._names.get(symbol, symbol)


def _plain(gene: str) -> str:
    """An identifier without its version, in the case the tables use."""
    gene = gene.strip()
    versioned = _VERSIONED.match(gene)
    if versioned:
        return versioned[1]
    if _DATE.match(gene.upper()):
        return gene.upper()
    return _READING_FRAME.sub(r"\1orf\2", gene)


def _note(items: list[str], what: str) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return f"{len(items)} genes {what}: {', '.join(items[:_SHOWN])}{more}" if items else ""


def resolve(profiles: Profiles, index: GeneIndex) -> Profiles:
    """The same profiles under approved symbols, each once; what does not resolve keeps its own text, ``X (id)`` its X.

    Where several columns are one gene, Ensembl transcripts are summed (in a linear unit); else the column written
    with the approved symbol is kept, or the first.
    """
    symbols, _ = index.symbols(profiles.genes)
    places: dict[str, list[int]] = {}
    for column, (gene, symbol) in enumerate(zip(profiles.genes, symbols, strict=True)):
        places.setdefault(symbol or _written(gene), []).append(column)
    chosen = [_written_as(name, columns, profiles.genes) for name, columns in places.items()]
    levels = profiles.levels[:, chosen]
    for place, columns in enumerate(places.values()):
        if len(columns) > 1 and all(profiles.genes[c].startswith("ENST") for c in columns):
            levels[:, place] = _summed(profiles.levels[:, columns], profiles.unit)
    return replace(profiles, genes=tuple(places), levels=levels)


def _written_as(name: str, columns: Sequence[int], genes: Sequence[str]) -> int:
    return next((column for column in columns if _written(genes[column]) == name), columns[0])


def _written(gene: str) -> str:
    """The identifier as written; of two the symbol."""
    parts = _parts(gene)
    return next((part for part in parts if not (part.isdigit() or _ENSEMBL.match(part))), parts[0])


def _parts(gene: str) -> list[str]:
    """The identifiers of one gene: ``TP53 (7157)``, ``TP53|7157``, ``ENSG00000141510.16_TP53``; most have one."""
    combined = _WITH_ID.match(gene) or _JOINED.match(gene)
    parts = list(combined.groups()) if combined else gene.split("|") if "|" in gene else [gene]
    return [part for part in parts if part and part != "?"] or [gene]


def _summed(levels: Floats, unit: str) -> Floats:
    linear = {"log2tpm1": "tpm", "log2tpm0.001": "tpm", "log2rsem1": "rsem"}.get(unit, unit)
    if linear == "zscore":
        raise UnitError("z-scores of transcripts do not add up to their gene", remedy="give values per gene")
    total = convert(levels, unit, linear).sum(axis=1, keepdims=True)
    return convert(total, linear, unit)[:, 0]


def unresolved_ensembl(genes: Sequence[str]) -> str:
    """What is missing where most of the identifiers are still Ensembl's; empty where they are not.

    Parameters
    ----------
    genes : identifiers after :func:`resolve`
    """
    ensembl = sum(bool(_ENSEMBL.match(gene)) for gene in genes)
    if 2 * ensembl <= len(genes):
        return ""
    return (
        f"{ensembl} Ensembl ids are not resolved to symbols: that takes HGNC's complete set, hgnc_complete_set.txt. "
        "Where it is published: crescreen sources"
    )


def refuse_unknown(genes: Sequence[str], index: GeneIndex, where: str) -> None:
    """Refuse identifiers of which fewer than one in ten is the name of a gene: nothing could be learnt from them.

    A symbol counts as it is where the store has no whole table of symbols to hold it against. A store without any gene
    table refuses nothing: files may come in any order.

    Raises
    ------
    InputError
        With an example of what does not resolve, and the table that would tell.
    """
    found, _ = index.symbols(genes)
    symbols_count = index.approved < _WHOLE_TABLE
    unknown = [
        gene
        for gene, symbol in zip(genes, found, strict=True)
        if symbol is None and not (symbols_count and not all(map(_NUMBERED.match, _parts(gene))))
    ]
    if not index.approved or len(genes) - len(unknown) >= _LEAST_KNOWN * len(genes):
        return
    raise InputError(
        f"{len(genes) - len(unknown)} of {len(genes)} gene identifiers resolve to a gene, fewer than one in ten; "
        f"{unknown[0]} is none the store knows",
        where=where,
        remedy=_table_for(unknown),
    )


def _table_for(unknown: Sequence[str]) -> str:
    transcripts = sum(gene.startswith("ENST") or gene[1:3] in ("M_", "R_") for gene in unknown)
    if 2 * transcripts > len(unknown):
        return "add transcripts up to genes first (tximport does; salmon writes quant.genes.sf)"
    if 2 * sum(bool(_ENSEMBL.match(gene) or gene.isdigit()) for gene in unknown) > len(unknown):
        return (
            "ingest HGNC's complete set, hgnc_complete_set.txt, before this file or with it: it has their Ensembl and "
            "Entrez ids. Where it is published: crescreen sources"
        )
    return (
        "give one value a gene, under HGNC symbols of man, Entrez or Ensembl ids; of an array, its annotation has them"
    )


def shared_genes(lines: Profiles, patients: Profiles) -> tuple[str, ...]:
    """Genes measured in at least half of the cell lines and in every patient, sorted.

    Platforms do not measure the same genes, so no gene need be known of every line; a patient is held to all of them.
    """
    return tuple(sorted(_measured_in(lines, LEAST_SHARE) & _measured_in(patients, 1.0)))


def _measured_in(profiles: Profiles, share: float) -> set[str]:
    there = np.isfinite(profiles.levels).mean(axis=0)
    return {gene for gene, measured in zip(profiles.genes, there, strict=True) if measured >= share}
