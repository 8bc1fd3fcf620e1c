"""Alterations one a row: a subject, a gene, and what happened to it, as published tables and laboratories list them."""

import re

import polars as pl

from screen.alterations import KINDS as WORDS
from screen.errors import InputError
from screen.ingest.alterations.call_rows import call_table, calls_batch, covered_table, finished
from screen.ingest.alterations.subjects import Subjects, subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.identifiers import refuse_direct
from screen.ingest.profiles.patient_ids import listed
from screen.ingest.profiles.profile_rows import dataset_name
from screen.ingest.readers.gene_lists import INVENTED, published_list
from screen.ingest.text.delimited import LINE, find, numbers, read_table
from screen.ingest.text.grid import SAMPLE_COLUMNS
from screen.records import Batch, ReadOptions

SUBJECT = ("patientid", "patient", "modelid", "depmapid", "celllineid", "sampleid", "sample", "tumorsamplebarcode")
GENE = ("gene", "hugosymbol", "genesymbol", "symbol", "genename")
_COPIES = ("gistic", "gisticvalue", "cna", "cnv", "copynumber", "copynumbercall")
_WHAT = ("alteration", "variant", "proteinchange", "hgvsp", "hgvspshort", "aachange", "aminoacidchange")
_CONSEQUENCE = ("consequence", "variantclassification", "variantinfo", "effect")
_COHORT = ("cohort", "study", "projectid")
SILENT = re.compile(
    r"^(?:silent|synonymous(?:[ _]variant)?|intron(?:ic)?(?:[ _]variant)?|[35]'?[ _]?(?:prime[ _])?utr(?:[ _]variant)?"
    r"|[35]'?flank|igr|rna|intergenic[ _](?:variant|region)|(?:up|down)stream[ _]gene[ _]variant|non[ _]coding.*)$",
    re.IGNORECASE,
)
"""Consequences that leave the protein as it is."""
_AMPLIFIED = re.compile(r"\bamp(?:lifi\w+)?\b|\bgain\b|copy number gain", re.IGNORECASE)
_DELETED = re.compile(r"\b(?:homozygous|deep)[ _]del\w*|\bhomdel\b|^\s*(?:del(?:etion)?|loss)\s*$", re.IGNORECASE)
_FUSED = re.compile(r"fusion|rearrange|::|translocation", re.IGNORECASE)
_NONE = re.compile(r"^(?:wild[ -]?type|wt|none|negative|not detected|no alteration|0)$", re.IGNORECASE)


def _names(head: Head) -> tuple[str, ...]:
    if head.magic != "parquet":
        return head.header
    try:
        return tuple(pl.read_parquet_schema(head.path))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        return ()


def _recognises(head: Head) -> bool:
    names = _names(head)
    if not 2 < len(names) <= 60 or find(names, *SUBJECT) is None or find(names, *GENE) is None:
        return False
    what = find(names, *_COPIES, *_WHAT, *_CONSEQUENCE) or (find(names, *_COHORT) and "mut" in head.path.name.lower())
    return bool(what) and find(names, "drug", "drugname", "therapies") is None


def _read(head: Head, options: ReadOptions) -> Batch:
    table, notes = _table(head)
    subject, gene = find(table.columns, *SUBJECT), find(table.columns, *GENE)
    if subject is None or gene is None:
        raise InputError(
            "needs a column of patients and one of genes",
            where=str(head.path),
            remedy="as in patient_id, gene, alteration",
        )
    refuse_direct([name for name in table.columns if name not in (subject, gene)], str(head.path))
    table, more = _whole(table, subject, gene)
    calls, left = _calls(table, subject, gene, head)
    subjects = _subjects(table, subject, head)
    notes = (*notes, *more, *left)
    cohort = find(table.columns, *_COHORT)
    if cohort and not options.coverage:
        return _of_cohorts(head, options, subjects, calls, table.select(sample_id=subject, cohort=cohort), notes)
    batch = calls_batch("alteration-table", head.path, options, subjects, _by_kind(calls))
    return Batch(batch.kind, batch.tables, (*batch.notes, *notes))


def _table(head: Head) -> tuple[pl.DataFrame, tuple[str, ...]]:
    if head.magic != "parquet":
        return read_table(head)
    try:
        frame = pl.read_parquet(head.path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as fault:
        raise InputError(
            f"not a whole parquet file: {str(fault).splitlines()[0]}", where=str(head.path), remedy="fetch it again"
        ) from None
    if frame.is_empty():
        raise InputError("no rows", where=str(head.path), remedy="fetch it again")
    return frame.cast(pl.String).with_row_index(LINE, offset=1), ()


def _whole(table: pl.DataFrame, subject: str, gene: str) -> tuple[pl.DataFrame, list[str]]:
    whole = table.drop_nulls([subject, gene])
    invented = whole.filter(pl.col(gene).is_in(list(INVENTED)))
    rest = whole.filter(~pl.col(gene).is_in(list(INVENTED)))
    notes = (
        [f"{table.height - whole.height} rows without subject or gene left out"] if table.height > whole.height else []
    )
    if invented.height:
        names = sorted(set(invented[gene]))
        notes.append(f"{invented.height} rows of {listed(names)} left out: no gene, but several taken together")
    return rest, notes


def _subjects(table: pl.DataFrame, subject: str, head: Head) -> Subjects:
    named = subject if subject.lower() in SAMPLE_COLUMNS else ""
    return subjects_of(table[subject].to_list(), head.path, named, lines=table[LINE])


def _calls(table: pl.DataFrame, subject: str, gene: str, head: Head) -> tuple[pl.DataFrame, list[str]]:
    """sample_id, gene, kind, level, detail of each row that is an alteration; and what was left out."""
    names = [name for name in table.columns if name not in (subject, gene)]
    copies, what, consequence = find(names, *_COPIES), find(names, *_WHAT), find(names, *_CONSEQUENCE)
    if copies is not None:
        return _copies(table, subject, gene, copies, head)
    if what is not None and consequence is None and table[what].null_count() == table.height:
        raise InputError(
            f"column {what} is empty in every row",
            where=str(head.path),
            remedy="have the cells slid by one? a table of altered genes without details has no such column",
        )
    text = pl.col(what).fill_null("") if what else pl.lit("")
    effect = pl.col(consequence).fill_null("") if consequence else pl.lit("")
    rows = table.select(sample_id=subject, gene=gene, what=text, effect=effect)
    silent = rows["effect"].str.contains(f"(?i){SILENT.pattern}")
    absent = rows["what"].str.contains(f"(?i){_NONE.pattern}")
    rest = rows.filter(~silent & ~absent)
    fused, amplified, deleted = (
        pl.concat_str("what", "effect", separator=" ").str.strip_chars().str.contains(f"(?i){one.pattern}")
        for one in (_FUSED, _AMPLIFIED, _DELETED)
    )
    kind = pl.when(fused).then(pl.lit("fusion")).when(amplified | deleted).then(pl.lit("copy_number"))
    calls = rest.select(
        "sample_id",
        "gene",
        kind=kind.otherwise(pl.lit("mutation")),
        level=pl.when(~fused & amplified).then(2.0).when(~fused & deleted).then(-2.0).otherwise(1.0),
        detail=pl.when(pl.col("what") != "").then("what").otherwise("effect").replace("", None),
    )
    notes = [f"{int(silent.sum())} rows left out: the protein stays as it is"] if silent.any() else []
    notes += [f"{int(absent.sum())} rows say that nothing was found: looked at, not altered"] if absent.any() else []
    zero = rows.filter(absent).select(
        "sample_id", "gene", kind=pl.lit("mutation"), level=0.0, detail=pl.lit(None, pl.String)
    )
    return pl.concat([calls, zero]), notes


def _copies(table: pl.DataFrame, subject: str, gene: str, copies: str, head: Head) -> tuple[pl.DataFrame, list[str]]:
    levels = numbers(table, copies, head.path)
    wrong = table.filter(~levels.is_in([-2.0, -1.5, -1.0, 0.0, 1.0, 2.0]).fill_null(True))
    if wrong.height:
        raise InputError(
            f"line {wrong[LINE][0]}, column {copies}: {wrong[copies][0]!r}, where a copy-number call is from -2 to 2",
            where=str(head.path),
            remedy="give GISTIC's levels: -2, -1, 0, 1, 2",
        )
    calls = table.select(
        sample_id=subject, gene=gene, kind=pl.lit("copy_number"), level=levels, detail=pl.lit(None, pl.String)
    ).drop_nulls("level")
    return calls, []


def _by_kind(calls: pl.DataFrame) -> dict[str, tuple[pl.DataFrame, str]]:
    parts = calls.partition_by("kind", as_dict=True, maintain_order=True)
    return {
        str(kind): (part.drop("kind"), "gistic" if kind == "copy_number" else "called")
        for (kind,), part in parts.items()
    }


def _of_cohorts(
    head: Head,
    options: ReadOptions,
    subjects: Subjects,
    calls: pl.DataFrame,
    cohorts: pl.DataFrame,
    notes: tuple[str, ...],
) -> Batch:
    """Each cohort has a gene list of its own, which another table brings."""
    dataset = dataset_name(head.path, options)
    found, covered, counted = [], [], []
    of_sample = cohorts.unique("sample_id", keep="first", maintain_order=True)
    for kind, (part, scale) in _by_kind(calls).items():
        found.append(call_table(part, subjects, kind, scale, dataset))
        for (cohort,), some in of_sample.partition_by("cohort", as_dict=True, maintain_order=True).items():
            mine = subjects.table.filter(pl.col("sample_id").is_in(some["sample_id"].implode()))
            covered.append(covered_table(Subjects(subjects.domain, mine), kind, published_list(str(cohort))))
        counted.append(f"{part.height} calls of {WORDS[kind]} in {part['gene'].n_unique()} genes, {subjects.counted}")
    tables = {"alterations": pl.concat(found), "covered_samples": pl.concat(covered)}
    note = (
        "each cohort has its own gene list: read the table of covered genes and that of patients too, else what is not "
        "listed here is unknown"
    )
    return finished("alteration-table", subjects, options, tables, (*counted, note, *notes))


KINDS = (Kind("alteration-table", "table of alterations, one a row", _recognises, _read),)
