"""Known biomarkers of drugs, in the formats their publishers have: CIViC's clinical evidence, OncoKB's associations."""

import re
from collections.abc import Iterator

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, find, read_table
from screen.records import Batch, ReadOptions, drug_key

COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "origin": pl.String,
    "record_id": pl.String,
    "profile": pl.String,
    "genes": pl.List(pl.String),
    "alteration": pl.String,
    "drug_key": pl.String,
    "drug_name": pl.String,
    "combination": pl.Boolean,
    "disease": pl.String,
    "level": pl.String,
    "effect": pl.String,
    "citation": pl.String,
}
_EFFECTS = {
    "sensitivity/response": "sensitivity",
    "sensitivity": "sensitivity",
    "resistance": "resistance",
    "reduced sensitivity": "reduced sensitivity",
    "adverse response": "adverse response",
}
_COMPLEX = re.compile(r"\b(?:AND|OR|NOT)\b")
_ONCOKB_DRUGS = "Drugs (for therapeutic implications only)"
_GENE_WORD = re.compile(r"^[A-Za-z][A-Za-z0-9@.-]*$")
Row = tuple[str, str, str, list[str], str, str, str, bool, str | None, str, str, str | None]


def _is_civic(head: Head) -> bool:
    return head.has("evidence_type", "evidence_direction", "evidence_level", "disease") and (
        head.has("molecular_profile") or head.has("gene", "variant")
    )


def _read_civic(head: Head, options: ReadOptions) -> Batch:
    """Predictive items that are accepted; of the older format, too, which has gene, variant and drugs."""
    table, notes = read_table(head, line_breaks=True)
    therapies, meant = (
        find(table.columns, "therapies", "drugs"),
        find(table.columns, "significance", "clinicalsignificance"),
    )
    if therapies is None or meant is None:
        raise InputError("no columns therapies and significance", where=str(head.path), remedy="fetch the file again")
    predictive = table.filter(pl.col("evidence_type").str.to_lowercase() == "predictive")
    if "evidence_status" in table.columns:
        predictive = predictive.filter(pl.col("evidence_status").str.to_lowercase() == "accepted")
    usable = predictive.drop_nulls([therapies, "evidence_level"])
    rows = [row for one in usable.iter_rows(named=True) for row in _of_civic(one, therapies, meant)]
    return _batch("civic-evidence", head, rows, table.height - usable.height, notes)


def _of_civic(row: dict[str, str | None], therapies: str, meant: str) -> Iterator[Row]:
    profile = row.get("molecular_profile") or f"{row.get('gene') or ''} {row.get('variant') or ''}".strip()
    genes, alteration = _profile(profile)
    kind = (row.get("therapy_interaction_type") or row.get("drug_interaction_type") or "").lower()
    drugs = [one.strip() for one in str(row[therapies]).split(",") if one.strip()]
    effect = _EFFECTS.get(str(row.get(meant) or "").lower(), str(row.get(meant) or "not stated").lower())
    if str(row.get("evidence_direction") or "").lower().startswith("does not"):
        effect = f"no {effect}"
    record = str(row.get("evidence_id") or row[LINE])
    together = len(drugs) > 1 and kind in ("combination", "sequential")
    for drug in drugs:
        yield (
            "CIViC", f"EID{record}", profile, genes, alteration, drug_key(drug), drug, together, row.get("disease"),
            str(row["evidence_level"]), effect, row.get("citation"),
        )  # fmt: skip


def _profile(profile: str) -> tuple[list[str], str]:
    """Genes and alteration of a profile; of several joined by AND, OR or NOT the genes alone."""
    parts = [part.strip(" ()") for part in _COMPLEX.split(profile) if part.strip(" ()")]
    genes = []
    for part in parts:
        first = part.split(" ")[0]
        genes += [gene for gene in first.split("::") if gene.lower() != "v" and _GENE_WORD.match(gene)]
    simple = len(parts) == 1
    alteration = parts[0].partition(" ")[2] if simple else ""
    if simple and "::" in parts[0] and not alteration:
        alteration = "Fusion"
    return list(dict.fromkeys(genes)), alteration


def _is_oncokb(head: Head) -> bool:
    return head.has("Level", "Gene", "Alterations", "Cancer Types")


def _read_oncokb(head: Head, options: ReadOptions) -> Batch:
    """A row a level, gene and alterations; drugs by commas, given together by ``+``."""
    table, notes = read_table(head)
    drugs = find(table.columns, "drugsfortherapeuticimplicationsonly", "drugs")
    if drugs is None:
        raise InputError(
            f"no column {_ONCOKB_DRUGS}",
            where=str(head.path),
            remedy="download the therapeutic levels, with their drugs",
        )
    usable = table.drop_nulls(["Gene", "Alterations", "Level", drugs])
    rows = [row for one in usable.iter_rows(named=True) for row in _of_oncokb(one, drugs)]
    return _batch("oncokb-associations", head, rows, table.height - usable.height, notes)


def _of_oncokb(row: dict[str, str | None], drugs: str) -> Iterator[Row]:
    gene, level = str(row["Gene"]), str(row["Level"])
    genes = [gene] if _GENE_WORD.match(gene) else []
    effect = "resistance" if level.upper().startswith("R") else "sensitivity"
    for alteration in filter(None, map(str.strip, str(row["Alterations"]).split(","))):
        for regimen in filter(None, map(str.strip, str(row[drugs]).split(","))):
            together = [one.strip() for one in regimen.split("+") if one.strip()]
            for drug in together:
                yield (
                    "OncoKB", f"line {row[LINE]}", f"{gene} {alteration}", genes, alteration, drug_key(drug), drug,
                    len(together) > 1, row["Cancer Types"], level, effect, None,
                )  # fmt: skip


def _batch(kind: str, head: Head, rows: list[Row], left: int, notes: tuple[str, ...]) -> Batch:
    if not rows:
        raise InputError(
            "no biomarker of a drug in it", where=str(head.path), remedy="is it the whole table? fetch it again"
        )
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row").unique(maintain_order=True)
    counted = f"{frame['record_id'].n_unique()} records on {frame['drug_key'].n_unique()} drugs"
    aside = (f"{left} rows left aside: not about a drug's effect, or not accepted",) if left else ()
    return Batch(kind, {"biomarker_records": frame}, (counted, *aside, *notes))


KINDS = (
    Kind("civic-evidence", "CIViC clinical evidence: biomarkers of drugs", _is_civic, _read_civic),
    Kind("oncokb-associations", "OncoKB biomarker-drug associations", _is_oncokb, _read_oncokb),
)
