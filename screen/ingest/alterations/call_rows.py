"""Rows of the store from calls: one a sample, with the list of genes it was looked at with."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from screen.alterations import EXOME, KINDS
from screen.errors import InputError
from screen.ingest.alterations.subjects import Subjects, patient_rows
from screen.ingest.profiles.profile_rows import dataset_name
from screen.records import Batch, ReadOptions

NOT_STATED = (
    "the file does not say which genes were looked at: a gene without a call is unknown, not wild type; "
    "declare it with --coverage exome, or --coverage genes:FILE (one gene a line)"
)
_FORMS = "exome, genes:FILE (one gene a line), or list:NAME (a panel or gene list that is ingested too)"
ALTERATIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "domain": pl.String,
    "subject_id": pl.String,
    "sample_id": pl.String,
    "dataset": pl.String,
    "kind": pl.String,
    "scale": pl.String,
    "genes": pl.List(pl.String),
    "levels": pl.List(pl.Float32),
    "details": pl.List(pl.String),
}
GENE_LISTS = {"list_name": pl.String, "kind": pl.String, "basis": pl.String, "gene_order_id": pl.String}
COVERED: dict[str, pl.DataType | type[pl.DataType]] = {
    "domain": pl.String,
    "subject_id": pl.String,
    "sample_id": pl.String,
    "kind": pl.String,
    "list_name": pl.String,
    "missing": pl.List(pl.String),
}


@dataclass(frozen=True)
class GeneList:
    """Genes that were looked at."""

    name: str
    genes: tuple[str, ...]
    basis: str
    kind: str | None = None


def order_id(genes: Iterable[str]) -> str:
    """Identity of a list of genes, as ``gene_orders`` has it."""
    return hashlib.sha256("\n".join(genes).encode()).hexdigest()[:16]


def gene_list(genes: Iterable[str], basis: str, kind: str | None = None) -> GeneList:
    """A list without a name of its own: called after its content."""
    listed = tuple(dict.fromkeys(gene.strip() for gene in genes if gene.strip()))
    return GeneList(f"genes:{order_id(listed)}", listed, basis, kind)


def list_tables(lists: Sequence[GeneList]) -> dict[str, pl.DataFrame]:
    """Rows of ``gene_orders`` and ``gene_lists``."""
    orders = [(order_id(one.genes), list(one.genes)) for one in lists]
    names = [(one.name, one.kind, one.basis, order_id(one.genes)) for one in lists]
    return {
        "gene_orders": pl.DataFrame(
            orders, schema={"gene_order_id": pl.String, "genes": pl.List(pl.String)}, orient="row"
        ),
        "gene_lists": pl.DataFrame(names, schema=GENE_LISTS, orient="row"),
    }


def call_table(
    calls: pl.DataFrame, subjects: Subjects, kind: str, scale: str, dataset: str, *, every: bool = False
) -> pl.DataFrame:
    """Rows of ``alterations``.

    Parameters
    ----------
    calls : sample_id, gene, level, and detail where the file has one; a gene called twice in a sample is one entry with
        the strongest level and every detail
    every : samples without a call have a row, too: they were looked at
    """
    details = "detail" in calls.columns and calls["detail"].null_count() < calls.height
    beside = [pl.col("detail").drop_nulls().unique(maintain_order=True).str.join("; ")] if details else []
    strongest = pl.col("level").sort_by(pl.col("level").abs()).last()
    merged = calls.group_by("sample_id", "gene", maintain_order=True).agg(strongest, *beside)
    listed = [pl.col("gene").alias("genes"), pl.col("level").cast(pl.Float32).alias("levels")]
    listed += [pl.col("detail").alias("details")] if details else []
    by_sample = merged.group_by("sample_id", maintain_order=True).agg(listed)
    rows = subjects.table.join(by_sample, on="sample_id", how="left" if every else "inner", maintain_order="left")
    filled = rows.with_columns(
        pl.col("genes").fill_null([]),
        pl.col("levels").fill_null([]),
        domain=pl.lit(subjects.domain),
        dataset=pl.lit(dataset),
        kind=pl.lit(kind),
        scale=pl.lit(scale),
    )
    if not details:
        filled = filled.with_columns(details=pl.lit(None, pl.List(pl.String)))
    return filled.select(pl.col(name).cast(kind_of) for name, kind_of in ALTERATIONS.items())


def covered_table(
    subjects: Subjects, kind: str, list_name: str, missing: dict[str, list[str]] | None = None
) -> pl.DataFrame:
    """Rows of ``covered_samples``: every sample with one list.

    Parameters
    ----------
    missing : sample -> genes of the list that have no value there
    """
    lacking = [(missing or {}).get(sample) for sample in subjects.table["sample_id"]]
    return subjects.table.with_columns(
        pl.Series("missing", lacking, dtype=pl.List(pl.String)),
        domain=pl.lit(subjects.domain),
        kind=pl.lit(kind),
        list_name=pl.lit(list_name),
    ).select(pl.col(name).cast(kind_of) for name, kind_of in COVERED.items())


def declared_coverage(options: ReadOptions, subjects: Subjects, kind: str) -> tuple[dict[str, pl.DataFrame], str]:
    """What ``--coverage`` says of the genes looked at, and a note.

    Raises
    ------
    InputError
        It is no coverage of genes, or its file cannot be read.
    """
    form, _, rest = (options.coverage or "").strip().partition(":")
    if not form:
        return {}, NOT_STATED
    if form == EXOME and not rest:
        return {"covered_samples": covered_table(subjects, kind, EXOME)}, "every gene was looked at, as declared"
    if form == "list" and rest.strip():
        name = rest.strip()
        return {"covered_samples": covered_table(subjects, kind, name)}, f"looked at with the gene list {name!r}"
    if form == "genes" and rest.strip():
        listed = gene_list(_genes_in(Path(rest.strip())), "gene list declared on ingest", kind)
        tables = {**list_tables([listed]), "covered_samples": covered_table(subjects, kind, listed.name)}
        return tables, f"{len(listed.genes)} genes were looked at, as declared"
    raise InputError(f"{options.coverage!r} is no coverage of genes", where="--coverage", remedy=f"one of: {_FORMS}")


def calls_batch(
    name: str,
    path: Path,
    options: ReadOptions,
    subjects: Subjects,
    parts: dict[str, tuple[pl.DataFrame, str]],
    *,
    every: bool = False,
) -> Batch:
    """A batch of calls without a gene list of their own.

    Parameters
    ----------
    parts : kind -> calls (sample_id, gene, level, detail) and their scale
    every : samples without a call are known to have been looked at
    """
    wanted = set(subjects.table["sample_id"])
    dataset = dataset_name(path, options)
    rows, notes, tables = [], [], dict[str, list[pl.DataFrame]]()
    remarks: list[str] = []
    for kind, (calls, scale) in parts.items():
        mine = calls.filter(pl.col("sample_id").is_in(wanted))
        rows.append(call_table(mine, subjects, kind, scale, dataset, every=every))
        notes.append(f"{mine.height} calls of {KINDS[kind]} in {mine['gene'].n_unique()} genes, {subjects.counted}")
        covered, note = declared_coverage(options, subjects, kind)
        remarks.append(note)
        for table, frame in covered.items():
            tables.setdefault(table, []).append(frame)
    joined = {table: pl.concat(frames).unique(maintain_order=True) for table, frames in tables.items()}
    return finished(
        name, subjects, options, {"alterations": pl.concat(rows), **joined}, (*notes, *dict.fromkeys(remarks))
    )


def finished(
    name: str, subjects: Subjects, options: ReadOptions, tables: dict[str, pl.DataFrame], notes: Sequence[str]
) -> Batch:
    """The batch, with patients' records where the subjects are patients."""
    if subjects.domain == "patient":
        tables = {**tables, "patient_records": patient_rows(subjects, options)}
    return Batch(name, tables, (*notes, *subjects.notes))


def _genes_in(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            f"the gene list cannot be read: {fault}", where=str(path), remedy="a text file in UTF-8, one gene a line"
        ) from None
    genes = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not genes:
        raise InputError("the gene list is empty", where=str(path), remedy="one gene a line")
    return genes
