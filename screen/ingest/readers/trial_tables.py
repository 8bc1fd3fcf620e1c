"""AACT: the trial registry as one pipe-delimited file a table, quoted with ``"``, line breaks inside the quotes."""

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from screen.errors import InputError
from screen.evidence.coverage import parse_coverage
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.readers.trials import CONDITIONS, INTERVENTIONS, TRIALS, phase, word
from screen.ingest.text.delimited import LINE, read_table
from screen.records import Batch, ReadOptions

_DISEASE = re.compile(r"neoplasm|carcinoma|disease|syndrome|disorder|infection|(?<=\w)(?:oma|itis|emia)s?\b", re.I)


def _table(head: Head) -> pl.DataFrame:
    """All columns as text, trimmed; blank is missing."""
    head.require("nct_id")
    frame, _ = read_table(head, missing=(), line_breaks=True)
    bad = frame.filter(~pl.col("nct_id").str.contains(r"^NCT\d{8}$").fill_null(False))
    if bad.height:
        raise InputError(
            f"line {bad[LINE][0]}, column nct_id: {bad['nct_id'][0]!r} is no NCT number",
            where=str(head.path),
            remedy="unpack the dump again; is the separator | ?",
        )
    if frame.is_empty():
        raise InputError("a header and no rows", where=str(head.path), remedy="unpack the dump again")
    return frame


def _optional(frame: pl.DataFrame, *names: str) -> pl.Expr:
    """The first of these columns that the dump has."""
    present = [pl.col(name) for name in names if name in frame.columns]
    return pl.coalesce(present) if present else pl.lit(None, pl.String)


def _spelled(column: pl.Expr, spell: Callable[[str | None], str | None]) -> pl.Expr:
    def respell(values: pl.Series) -> pl.Series:
        distinct = values.unique().to_list()
        return values.replace_strict(distinct, [spell(value) for value in distinct], return_dtype=pl.String)

    return column.map_batches(respell, return_dtype=pl.String)


def _studies(head: Head, options: ReadOptions) -> Batch:
    frame = _table(head)
    trials = frame.select(
        "nct_id",
        title=_optional(frame, "brief_title", "official_title"),
        status=_spelled(pl.col("overall_status"), word),
        phase=_spelled(_optional(frame, "phase"), phase),
        study_type=_spelled(_optional(frame, "study_type"), word),
        why_stopped=_optional(frame, "why_stopped"),
        start_date=_optional(frame, "start_date"),
        updated=_optional(frame, "last_update_posted_date"),
    )
    newest = trials["updated"].drop_nulls().max()
    return _batch("aact-studies", "trials", trials.cast(TRIALS), options, newest if isinstance(newest, str) else None)


def _conditions(head: Head, options: ReadOptions) -> Batch:
    rows = _table(head).select("nct_id", condition="name", origin=pl.lit("condition")).drop_nulls()
    return _batch("aact-conditions", "trial_conditions", rows.cast(CONDITIONS), options)


def _interventions(head: Head, options: ReadOptions) -> Batch:
    rows = _table(head).select("nct_id", kind=_spelled(pl.col("intervention_type"), word), name="name")
    return _named("aact-interventions", rows, options)


def _other_names(head: Head, options: ReadOptions) -> Batch:
    rows = _table(head).select("nct_id", kind=pl.lit("OTHER_NAME"), name="name")
    return _named("aact-intervention-other-names", rows, options)


def _browse_conditions(head: Head, options: ReadOptions) -> Batch:
    rows = _mesh_list(_table(head)).select("nct_id", condition="mesh_term", origin=pl.lit("mesh")).drop_nulls()
    return _batch("aact-browse-conditions", "trial_conditions", rows.cast(CONDITIONS), options)


def _browse_interventions(head: Head, options: ReadOptions) -> Batch:
    rows = _mesh_list(_table(head)).select("nct_id", kind=pl.lit("MESH"), name="mesh_term")
    return _named("aact-browse-interventions", rows, options)


def _mesh_list(frame: pl.DataFrame) -> pl.DataFrame:
    """Without mesh-ancestor: those ("Neoplasms") would match every tumour. Old dumps list no ancestors."""
    if "mesh_type" not in frame.columns:
        return frame
    return frame.filter(pl.col("mesh_type").str.to_lowercase() == "mesh-list")


def _named(kind: str, rows: pl.DataFrame, options: ReadOptions) -> Batch:
    named = rows.drop_nulls("name").with_columns(other_names=pl.lit(None, pl.List(pl.String)))
    return _batch(kind, "trial_interventions", named.cast(INTERVENTIONS), options)


def _batch(kind: str, table: str, rows: pl.DataFrame, options: ReadOptions, newest: str | None = None) -> Batch:
    return Batch(kind, {table: rows.unique(maintain_order=True)}, (), newest, str(parse_coverage(options.coverage)))


_BY_NAME = {
    "conditions": "aact-conditions",
    "keywords": "aact-keywords",
    "browse_conditions": "aact-browse-conditions",
    "browse_interventions": "aact-browse-interventions",
}
"""Tables of a dump that have the columns of another one: their names tell them apart where the files keep them."""


def _called(head: Head) -> str | None:
    return _BY_NAME.get(head.path.name.lower().split(".")[0])


def _keywords(head: Head, options: ReadOptions) -> Batch:
    rows = _table(head).select("nct_id", condition="name", origin=pl.lit("keyword")).drop_nulls()
    remarks = "keywords, which name no condition under study: stored as such, no evidence"
    batch = _batch("aact-keywords", "trial_conditions", rows.cast(CONDITIONS), options)
    return replace(batch, notes=(remarks, *batch.notes))


def _left_aside(head: Head, _options: ReadOptions) -> Batch:
    return Batch("aact-other", {}, ("a table of the dump of which nothing is read: left aside",))


def _has(*names: str) -> Callable[[Head], bool]:
    return lambda head: head.delimiter == "|" and head.has(*names)


def _named_like(kind: str, *names: str) -> Callable[[Head], bool]:
    """These columns, and no name that says another table."""
    return lambda head: _has(*names)(head) and (_called(head) or kind) == kind


def _is_keywords(head: Head) -> bool:
    return _has("nct_id", "name", "downcase_name")(head) and _called(head) == "aact-keywords"


def _browse(of_conditions: bool) -> Callable[[Head], bool]:
    """Both browse tables have the same columns: the name or the terms tell diseases from drugs."""
    kind = f"aact-browse-{'conditions' if of_conditions else 'interventions'}"

    def recognises(head: Head) -> bool:
        if not _has("nct_id", "mesh_term")(head):
            return False
        if (called := _called(head)) in ("aact-browse-conditions", "aact-browse-interventions"):
            return called == kind
        lines = head.lines[1:]
        return (sum(bool(_DISEASE.search(line)) for line in lines) > len(lines) / 4) == of_conditions

    return recognises


KINDS = (
    Kind("aact-studies", "AACT table studies", _has("nct_id", "overall_status"), _studies),
    Kind("aact-interventions", "AACT table interventions", _has("nct_id", "intervention_type", "name"), _interventions),
    Kind(
        "aact-intervention-other-names",
        "AACT table intervention_other_names",
        _has("nct_id", "intervention_id", "name"),
        _other_names,
    ),
    Kind("aact-browse-conditions", "AACT table browse_conditions (MeSH)", _browse(True), _browse_conditions),
    Kind("aact-browse-interventions", "AACT table browse_interventions (MeSH)", _browse(False), _browse_interventions),
    Kind("aact-keywords", "AACT table keywords", _is_keywords, _keywords),
    Kind(
        "aact-conditions",
        "AACT table conditions",
        _named_like("aact-conditions", "nct_id", "name", "downcase_name"),
        _conditions,
    ),
    Kind("aact-other", "another AACT table", _has("id", "nct_id"), _left_aside),
)
