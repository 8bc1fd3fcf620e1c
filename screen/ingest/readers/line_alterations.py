"""Alterations of cell lines as GDSC published them: driver events by COSMIC id, the long table, microsatellites."""

import re

import numpy as np
import polars as pl

from screen.alterations.kinds import MSI
from screen.errors import InputError
from screen.ingest.alterations.call_rows import call_table, covered_table, finished, gene_list, list_tables
from screen.ingest.alterations.subjects import Subjects, subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.profile_rows import dataset_name
from screen.ingest.text.delimited import LINE, find, numbers, plain_id, read_table
from screen.records import Batch, ReadOptions

_MUTATED = re.compile(r"^(.+)_mut$")
_SEGMENT = re.compile(r"^(gain|loss)_(cna[A-Z]+\d+)(?:_\((.+)\))?$")
_FUSIONS = {
    "BCR-ABL": ("BCR", "ABL1"),
    "ETV6-RUNX1": ("ETV6", "RUNX1"),
    "EWRS1-ERG": ("EWSR1", "ERG"),
    "EWSR1-ERG": ("EWSR1", "ERG"),
    "EWSR1-FLI1": ("EWSR1", "FLI1"),
    "EWSR1-X": ("EWSR1",),
    "MLL-AFF1": ("KMT2A", "AFF1"),
    "PML-RARA": ("PML", "RARA"),
    "RUNX1-RUNX1T1": ("RUNX1", "RUNX1T1"),
    "TCF3-PBX1": ("TCF3", "PBX1"),
    "TMPRSS2-ERG": ("TMPRSS2", "ERG"),
}
"""Fusions of the long table, which calls them point mutations; other names with a dash are genes (HLA-A)."""
_TYPES = {
    "Point.mutation": ("mutation", 1.0),
    "Amplification": ("copy_number", 1.0),
    "Deletion": ("copy_number", -1.0),
    "Methylation": ("methylation", 1.0),
}
_MSI = {"MSI-H": 1.0, "MSI-L": 0.5, "MSI-S": 0.0, "MSS": 0.0, "MSS/MSI-L": 0.0}
_FEATURES = "driver events of the published table"


def _is_features(head: Head) -> bool:
    return head.header[:1] == ("COSMIC_ID",) and sum(bool(_MUTATED.match(name)) for name in head.header) > 2


def _read_features(head: Head, options: ReadOptions) -> Batch:
    """Driver mutations, gained and lost segments: 0 or 1 in each line."""
    table, notes = read_table(head)
    lines = _lines(table, "COSMIC_ID", head)
    dataset = dataset_name(head.path, options)
    samples = lines.table["sample_id"]
    mutated = {match[1]: name for name in table.columns if (match := _MUTATED.match(name))}
    segments = {name: match for name in table.columns if (match := _SEGMENT.match(name))}
    genes, copies = _flags(table, list(mutated.values()), head), _flags(table, list(segments), head)
    calls = _calls(samples, list(mutated), genes.astype(np.float32))
    rows = [call_table(calls, lines, "mutation", "called", dataset, every=True)]
    named = [(column, label) for column, name in enumerate(segments) for label in _labels(segments[name])]
    signs = np.array([1.0 if match[1] == "gain" else -1.0 for match in segments.values()], dtype=np.float32)
    signed = copies * signs if segments else copies.astype(np.float32)
    at = [column for column, _ in named]
    rows.append(
        call_table(
            _calls(samples, [label for _, label in named], signed[:, at]),
            lines,
            "copy_number",
            "driver",
            dataset,
            every=True,
        )
    )
    rows += _msi_rows(table, "MSI_FACTOR", lines, dataset, {"1": 1.0, "0": 0.0})
    lists = [
        gene_list(mutated, _FEATURES, "mutation"),
        gene_list(dict.fromkeys(label for _, label in named), _FEATURES, "copy_number"),
    ]
    covered = [covered_table(lines, str(one.kind), one.name) for one in lists if one.genes]
    tables = {**list_tables(lists), "alterations": pl.concat(rows), "covered_samples": pl.concat(covered)}
    counted = f"{lines.counted}: {len(mutated)} mutated genes, {len(segments)} segments gained or lost"
    return finished("genomic-features", lines, options, tables, (counted, *notes))


def _labels(match: "re.Match[str]") -> list[str]:
    """A segment under its own name and under the genes named with it."""
    return [match[2], *(gene.strip() for gene in (match[3] or "").split(",") if gene.strip())]


def _flags(table: pl.DataFrame, columns: list[str], head: Head) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    wrong = (
        table.filter(pl.any_horizontal(~pl.col(columns).is_in(["0", "1"]).fill_null(False))) if columns else table[:0]
    )
    if wrong.height:
        name = next(name for name in columns if wrong[name][0] not in ("0", "1"))
        raise InputError(
            f"line {wrong[LINE][0]}, column {name}: {wrong[name][0]!r}, where an event is 0 or 1",
            where=str(head.path),
            remedy="fetch it again",
        )
    return np.asarray(table.select(pl.col(columns) == "1").to_numpy(), dtype=np.bool_).reshape(table.height, -1)


def _calls(
    samples: pl.Series, genes: list[str], levels: "np.ndarray[tuple[int, int], np.dtype[np.float32]]"
) -> pl.DataFrame:
    rows, columns = np.nonzero(levels)
    return pl.DataFrame(
        {
            "sample_id": samples.gather(rows),
            "gene": pl.Series(genes, dtype=pl.String).gather(columns),
            "level": levels[rows, columns],
        }
    )


def _is_long(head: Head) -> bool:
    return head.has("COSMIC.ID", "IDENTIFIER", "GENE", "TYPE")


def _read_long(head: Head, options: ReadOptions) -> Batch:
    """One alteration a row; a line that is absent from a gene is not thereby wild type."""
    table, notes = read_table(head)
    whole = table.drop_nulls(["COSMIC.ID", "GENE", "TYPE"])
    unknown = whole.filter(~pl.col("TYPE").is_in(list(_TYPES)))
    if unknown.height:
        raise InputError(
            f"line {unknown[LINE][0]}, column TYPE: {unknown['TYPE'][0]!r}",
            where=str(head.path),
            remedy=f"one of: {', '.join(_TYPES)}",
        )
    lines = subjects_of(whole["COSMIC.ID"].to_list(), head.path, "", "cell_line", whole[LINE])
    kind = pl.col("TYPE").replace_strict({name: one for name, (one, _) in _TYPES.items()})
    level = pl.col("TYPE").replace_strict({name: one for name, (_, one) in _TYPES.items()})
    calls = whole.select(sample_id="COSMIC.ID", gene="GENE", kind=kind, level=level, detail="IDENTIFIER")
    pairs = _fusion_calls(calls)
    calls = pl.concat([calls.filter(~pl.col("gene").is_in(list(_FUSIONS))), pairs])
    dataset = dataset_name(head.path, options)
    rows = []
    for (name,), part in calls.partition_by("kind", as_dict=True, maintain_order=True).items():
        part = part.drop("kind", *(["detail"] if name == "mutation" else []))
        rows.append(call_table(part, lines, str(name), "driver" if name == "copy_number" else "called", dataset))
    note = "the table lists alterations alone: a gene that is not listed in a line is unknown there, not wild type"
    counted = f"{calls.height} alterations, {lines.counted}; {pairs['sample_id'].n_unique()} lines with a fusion"
    return finished("driver-alterations", lines, options, {"alterations": pl.concat(rows)}, (counted, note, *notes))


def _fusion_calls(calls: pl.DataFrame) -> pl.DataFrame:
    """Fusions under each of their genes; the detail names both."""
    pairs = {name: list(genes) for name, genes in _FUSIONS.items()}
    names = {name: "::".join(genes) if len(genes) > 1 else f"{genes[0]} fusion" for name, genes in pairs.items()}
    return (
        calls.filter(pl.col("gene").is_in(list(pairs)))
        .select(
            "sample_id",
            pl.col("gene").replace_strict(pairs, return_dtype=pl.List(pl.String)),
            pl.lit("fusion").alias("kind"),
            "level",
            pl.col("gene").replace_strict(names, return_dtype=pl.String).alias("detail"),
        )
        .explode("gene")
    )


def _is_msi(head: Head) -> bool:
    return find(head.header, "cosmicid", "cosmicidentifier") is not None and _msi_column(head) is not None


def _msi_column(head: Head) -> str | None:
    return find(head.header, "mmr", "microsatelliteinstabilitystatusmsi", "msistatus")


def _read_msi(head: Head, options: ReadOptions) -> Batch:
    """GDSC's table of cell lines: microsatellites stable or not."""
    table, notes = read_table(head)
    cosmic, status = find(table.columns, "cosmicid", "cosmicidentifier"), _msi_column(head)
    if cosmic is None or status is None:
        raise InputError("needs COSMIC_ID and MMR", where=str(head.path), remedy="is --as right?")
    whole = table.drop_nulls([cosmic, status])
    odd = whole.filter(~pl.col(status).is_in(list(_MSI)))
    if odd.height:
        raise InputError(
            f"line {odd[LINE][0]}, column {status}: {odd[status][0]!r}",
            where=str(head.path),
            remedy=f"one of: {', '.join(_MSI)}",
        )
    lines = _lines(whole, cosmic, head)
    rows = _msi_rows(whole, status, lines, dataset_name(head.path, options), _MSI)
    without = table.height - whole.height
    left = (f"{without} lines without a state left out: unknown",) if without else ()
    high = sum(value == "MSI-H" for value in whole[status])
    return finished(
        "cell-line-msi",
        lines,
        options,
        {"alterations": pl.concat(rows)},
        (f"{lines.counted}, {high} MSI-H", *left, *notes),
    )


def _msi_rows(
    table: pl.DataFrame, column: str, lines: Subjects, dataset: str, levels: dict[str, float]
) -> list[pl.DataFrame]:
    if column not in table.columns:
        return []
    calls = pl.DataFrame(
        {
            "sample_id": lines.table["sample_id"],
            "gene": [MSI] * table.height,
            "level": table[column].replace_strict(levels, default=None, return_dtype=pl.Float64),
            "detail": table[column].replace({"1": "MSI-H", "0": "MSS"}),
        }
    )
    return [call_table(calls.drop_nulls("level"), lines, "msi", "msi", dataset)]


def _lines(table: pl.DataFrame, column: str, head: Head) -> Subjects:
    numbers(table, column, head.path)
    ids = table.select(plain_id(column))[column]
    empty = table.filter(ids.is_null())
    if empty.height:
        raise InputError(
            f"line {empty[LINE][0]}, column {column}: empty", where=str(head.path), remedy="remove the row"
        )
    twice = table.filter(~ids.is_first_distinct())
    if twice.height:
        raise InputError(
            f"line {twice[LINE][0]}, column {column}: {twice[column][0]!r} is there twice",
            where=str(head.path),
            remedy="each line once",
        )
    return subjects_of(ids.to_list(), head.path, column, "cell_line", table[LINE])


KINDS = (
    Kind("genomic-features", "GDSC driver events of cell lines", _is_features, _read_features),
    Kind("driver-alterations", "GDSC alterations of cell lines, one a row", _is_long, _read_long),
    Kind("cell-line-msi", "GDSC microsatellite state of cell lines", _is_msi, _read_msi),
)
