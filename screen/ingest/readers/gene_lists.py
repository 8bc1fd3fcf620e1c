"""Which genes were looked at: gene panels, the gene list of a published table, and which sample belongs to which."""

import polars as pl

from screen.alterations import EXOME
from screen.errors import InputError
from screen.indications import all_codes
from screen.ingest.alterations.call_rows import GeneList, covered_table, finished, list_tables
from screen.ingest.alterations.subjects import Subjects, subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.orientation import gene_score
from screen.ingest.profiles.patient_ids import listed
from screen.ingest.text.decoding import read_decoded
from screen.ingest.text.delimited import LINE, find, read_table
from screen.records import Batch, ReadOptions

INVENTED = frozenset(("RAS",))
"""Columns of published tables that are no gene."""
PUBLISHED = "gene list of the published table"
_TARGETED = "gene panel"
_KINDS = {
    "mutation": "mutation",
    "mutations": "mutation",
    "cnv": "copy_number",
    "cna": "copy_number",
    "gistic": "copy_number",
    "copynumber": "copy_number",
    "sv": "fusion",
    "fusion": "fusion",
    "structuralvariants": "fusion",
}
"""Kinds as tables write them (lower-case letters)."""
_PROFILED = ("mut", "cnv", "cna", "sequenced", "profiled", "covered")


def published_list(cohort: str) -> str:
    """Name of the gene list of one cohort in a published table."""
    return f"published table:{cohort}"


def _is_covered(head: Head) -> bool:
    return set(map(str.lower, head.header[:3])) == {"cohort", "kind", "gene"}


def _read_covered(head: Head, options: ReadOptions) -> Batch:
    """Table of cohort, kind and gene: the gene list of each cohort."""
    table, notes = read_table(head)
    names = {name.lower(): name for name in table.columns}
    rows = table.select(cohort=names["cohort"], kind=names["kind"], gene=names["gene"], line=LINE)
    empty = rows.filter(pl.any_horizontal(pl.col("cohort", "kind", "gene").is_null()))
    if empty.height:
        raise InputError(f"line {empty['line'][0]}: a cell is empty", where=str(head.path), remedy="fetch it again")
    unknown = rows.filter(~pl.col("kind").str.to_lowercase().is_in(list(_KINDS)))
    if unknown.height:
        raise InputError(
            f"line {unknown['line'][0]}, column kind: {unknown['kind'][0]!r}",
            where=str(head.path),
            remedy="one of: mutation, cnv, fusion",
        )
    invented = rows.filter(pl.col("gene").is_in(list(INVENTED))).height
    rows = rows.filter(~pl.col("gene").is_in(list(INVENTED)))
    lists = [
        GeneList(published_list(str(cohort)), tuple(dict.fromkeys(part["gene"])), PUBLISHED, _KINDS[str(kind).lower()])
        for (cohort, kind), part in rows.partition_by("cohort", "kind", as_dict=True, maintain_order=True).items()
    ]
    left = (f"{invented} rows left out: RAS is no gene, but several taken together",) if invented else ()
    counted = (
        f"{len(lists)} gene lists of {rows['cohort'].n_unique()} cohorts; {PUBLISHED}: what is not in it is unknown"
    )
    return Batch("covered-genes", list_tables(lists), (counted, *left, *notes))


def _is_patients(head: Head) -> bool:
    named = any(part in head.path.name.lower() for part in _PROFILED)
    return named and len(head.header) == 2 and find(head.header, "cohort") is not None and _subject_of(head) is not None


def _subject_of(head: Head) -> str | None:
    return find(head.header, "patientid", "patient", "sampleid", "sample")


def _read_patients(head: Head, options: ReadOptions) -> Batch:
    """Table of patient and cohort: who was looked at, and so with which gene list."""
    table, notes = read_table(head)
    subject, cohort = _subject_of(head), find(table.columns, "cohort")
    if subject is None or cohort is None:
        raise InputError("needs patient_id and cohort", where=str(head.path), remedy="is --as right?")
    whole = table.drop_nulls([subject, cohort])
    found = subjects_of(whole[subject].to_list(), head.path, subject, lines=whole[LINE])
    codes = {code for code in whole[cohort].unique() if code in all_codes()}
    cohort_of = dict(zip(whole[subject], whole[cohort], strict=True))
    owner = dict(found.table.iter_rows())
    codes_of = {owner[sample]: code for sample, code in cohort_of.items() if sample in owner and code in codes}
    subjects = Subjects(found.domain, found.table, found.notes, codes_of)
    frames = []
    for name in whole[cohort].unique(maintain_order=True):
        mine = found.table.filter(pl.col("sample_id").replace_strict(cohort_of, default=None) == name)
        part = Subjects(found.domain, mine)
        frames += [covered_table(part, kind, published_list(name)) for kind in ("mutation", "copy_number")]
    counted = f"{found.counted} of {whole[cohort].n_unique()} cohorts, each with the gene list of its cohort"
    return finished("covered-patients", subjects, options, {"covered_samples": pl.concat(frames)}, (counted, *notes))


def _is_gene_set(head: Head) -> bool:
    lines = [line.lower() for line in head.lines[:10]]
    return any(line.startswith("stable_id:") for line in lines) and any(line.startswith("gene_list:") for line in lines)


def _read_gene_set(head: Head, options: ReadOptions) -> Batch:
    """A panel as cBioPortal has it: ``stable_id:``, ``description:`` and ``gene_list:`` with tabs between."""
    fields: dict[str, str] = {}
    for line in read_decoded(head.path).text.splitlines():
        key, mark, value = line.partition(":")
        if mark:
            fields[key.strip().lower()] = value.strip()
    name, genes = fields.get("stable_id", ""), tuple(dict.fromkeys(fields.get("gene_list", "").split()))
    if not name or not genes:
        raise InputError(
            "a panel needs stable_id and gene_list", where=str(head.path), remedy="is the file whole? fetch it again"
        )
    listed_genes = GeneList(name, genes, f"{_TARGETED} {name}")
    return Batch("gene-panel", list_tables([listed_genes]), (f"gene panel {name}: {len(genes)} genes",))


def _is_sample_lists(head: Head) -> bool:
    return head.header[:1] == ("SAMPLE_ID",) and find(head.header[1:], *_KINDS) is not None and len(head.header) < 12


def _read_sample_lists(head: Head, options: ReadOptions) -> Batch:
    """cBioPortal's ``data_gene_panel_matrix.txt``: the panel of each sample, a column a kind of alteration."""
    table, notes = read_table(head)
    whole = table.drop_nulls("SAMPLE_ID")
    subjects = subjects_of(whole["SAMPLE_ID"].to_list(), head.path, "", lines=whole[LINE])
    frames, aside = [], []
    for column in table.columns:
        kind = _KINDS.get("".join(letter for letter in column.lower() if letter.isalpha()))
        if kind is None:
            aside += [column] if column not in (LINE, "SAMPLE_ID") else []
            continue
        list_of = dict(whole.select("SAMPLE_ID", column).drop_nulls(column).iter_rows())
        for name in dict.fromkeys(list_of.values()):
            mine = subjects.table.filter(pl.col("sample_id").replace_strict(list_of, default=None) == name)
            list_name = EXOME if name.upper() in ("WES", "WXS", "WGS") else name
            frames.append(covered_table(Subjects(subjects.domain, mine), kind, list_name))
    if not frames:
        raise InputError("no sample has a panel", where=str(head.path), remedy="columns are called mutations, cna, sv")
    left = (f"columns left aside: {listed(aside)}",) if aside else ()
    tables = {"covered_samples": pl.concat(frames)}
    return finished("gene-panel-matrix", subjects, options, tables, (f"{subjects.counted} with a panel", *left, *notes))


def _never(head: Head) -> bool:
    return False


def _read_list(head: Head, options: ReadOptions) -> Batch:
    """A laboratory's own list, one gene a line, called as ``--dataset`` or the file is."""
    lines = [line.strip() for line in read_decoded(head.path).text.splitlines()]
    genes = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    wrong = next((gene for gene in genes if not gene_score(gene)), None)
    if wrong is not None or not genes:
        raise InputError(
            f"{wrong!r} is no gene" if wrong else "no genes", where=str(head.path), remedy="one gene symbol a line"
        )
    name = options.dataset or head.path.name.split(".")[0]
    listed_genes = GeneList(name, genes, f"{_TARGETED} {name}")
    return Batch("gene-list", list_tables([listed_genes]), (f"gene list {name}: {len(genes)} genes",))


KINDS = (
    Kind("covered-genes", "genes that were looked at, by cohort and kind", _is_covered, _read_covered),
    Kind("covered-patients", "patients that were looked at, by cohort", _is_patients, _read_patients),
    Kind("gene-panel", "cBioPortal gene panel", _is_gene_set, _read_gene_set),
    Kind(
        "gene-panel-matrix",
        "cBioPortal gene panel of each sample",
        _is_sample_lists,
        _read_sample_lists,
        last_filled=True,
    ),
    Kind("gene-list", "list of genes, one a line", _never, _read_list),
)
