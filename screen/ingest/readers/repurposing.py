"""The Broad Drug Repurposing Hub: what its drugs are for and how far they came, and its samples with structures."""

import re
from datetime import date

import polars as pl

from screen.errors import InputError
from screen.evidence.coverage import parse_coverage
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, read_table
from screen.records import Batch, ReadOptions, drug_keys

_DRUGS = ("pert_iname", "clinical_phase", "moa", "target", "disease_area", "indication")
_SAMPLES = ("broad_id", "pert_iname", "vendor", "catalog_no", "vendor_name", "smiles", "deprecated_broad_id")

_FACTS = (("clinical_phase", "hub_phase"), ("moa", "mechanism"), ("target", "target"), ("disease_area", "disease_area"))
_BROAD_CORE = 13
"""``BRD-K########`` names the compound; what follows is the salt form and the batch."""


def _is(head: Head, needed: tuple[str, ...]) -> bool:
    return any(set(needed) <= set(_fields(line)) for line in head.lines[:40] if "pert_iname" in line)


def _fields(line: str) -> list[str]:
    return [field.strip().strip('"').lstrip("\ufeff") for field in line.split("\t")]


def _read_drugs(head: Head, options: ReadOptions) -> Batch:
    frame, remarks, snapshot = _table(head, _DRUGS)
    _refuse_duplicates(frame, head)
    facts = [drug_rows.listed(frame, column, field, lambda cell: cell.split("|")) for column, field in _FACTS]
    tables = {
        "drug_names": drug_rows.names(frame.select("name"), drug_rows.HUB),
        "drug_facts": drug_rows.facts(pl.concat(facts)),
        "indication_records": _indications(frame),
    }
    blank = frame["indication"].null_count()
    notes = (*remarks, f"{frame.height:,} drugs; {blank:,} without an indication, which does not mean they have none")
    return Batch("repurposing-drugs", tables, notes, snapshot, str(parse_coverage(options.coverage)))


def _read_samples(head: Head, _options: ReadOptions) -> Batch:
    frame, remarks, snapshot = _table(head, _SAMPLES)
    structures = drug_rows.standardised(frame, head.path)
    identified = frame.with_columns(drug_id=structures.drug_ids)
    # The vendor's own name of a sample tells its salt.
    vendors = frame.select(
        "name",
        field=pl.lit("vendor"),
        value=pl.format("{}|{}|{}", "vendor", "catalog_no", pl.col("vendor_name").fill_null("")),
    )
    tables = {
        # One row a sample: of several structures under a name the one of most samples shall win.
        "drug_names": drug_rows.names(
            pl.concat([identified.select("name", "drug_id"), _broad_ids(identified)], how="diagonal"), drug_rows.HUB
        ),
        "drug_structures": structures.table,
        "drug_problems": structures.problems,
        "drug_facts": drug_rows.facts(vendors),
    }
    several = identified.group_by("name").agg(pl.col("drug_id").n_unique()).filter(pl.col("drug_id") > 1).height
    notes = (
        *remarks,
        f"{frame.height:,} samples of {frame['name'].n_unique():,} drugs, {several:,} of them under several structures",
    )
    return Batch("repurposing-samples", tables, (*notes, *structures.notes), snapshot)


def _table(head: Head, needed: tuple[str, ...]) -> tuple[pl.DataFrame, tuple[str, ...], str | None]:
    """The table as text with blanks stripped and ``pert_iname`` as name, what to tell, and the date it states.

    Raises
    ------
    InputError
        A column is missing, or a row without a name.
    """
    frame, remarks = read_table(head, missing=(), controls_as_blanks=True)
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise InputError(f"column {missing[0]} is missing", where=str(head.path), remedy="download the file again")
    named = frame.rename({"pert_iname": "name"})
    unnamed = named.filter(pl.col("name").is_null())
    if named.is_empty() or unnamed.height:
        raise InputError(
            "no drug in it" if named.is_empty() else f"line {unnamed[LINE][0]}: no pert_iname",
            where=str(head.path),
            remedy="is the file whole?",
        )
    return named, remarks, _stated_date(head.text)


def _stated_date(text: str) -> str | None:
    stated = re.search(r"^!File_date\s+(\d{1,2})/(\d{1,2})/(\d{4})", text, re.MULTILINE)
    if stated is None:
        return None
    month, day, year = map(int, stated.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _refuse_duplicates(frame: pl.DataFrame, head: Head) -> None:
    twice = frame.filter(frame["name"].is_duplicated())
    if twice.height:
        raise InputError(f"drug {twice['name'][0]!r} has two rows", where=str(head.path), remedy="is it one release?")


def _indications(frame: pl.DataFrame) -> pl.DataFrame:
    """One row an indication; a drug without one keeps a row, for its phase."""
    parts = pl.col("indication").str.split("|")
    rows = frame.select("name", "clinical_phase", condition=parts).explode("condition")
    rows = rows.with_columns(pl.col("condition").str.strip_chars(), drug_key=drug_keys(rows["name"]))
    stated = rows.filter(pl.col("condition").is_null() | (pl.col("condition") != ""))
    return stated.select(
        origin=pl.lit("repurposing_hub"),
        drug_key="drug_key",
        drug_name="name",
        condition="condition",
        indication=pl.lit(None, pl.String),
        phase="clinical_phase",
        sentence=pl.lit(None, pl.String),
    )


def _broad_ids(samples: pl.DataFrame) -> pl.DataFrame:
    """Broad's numbers, today's and withdrawn ones, as synonyms of each sample's structure."""
    written = pl.concat_list(pl.col("broad_id"), pl.col("deprecated_broad_id").fill_null("").str.split("|"))
    ids = samples.select("drug_id", main="name", name=written).explode("name")
    core = ids.with_columns(pl.col("name").str.strip_chars().str.slice(0, _BROAD_CORE))
    return (
        core.filter(pl.col("name").str.starts_with("BRD-"))
        .select("name", "drug_id", "main")
        .unique(maintain_order=True)
    )


KINDS = (
    Kind("repurposing-drugs", "Drug Repurposing Hub, drugs", lambda head: _is(head, _DRUGS), _read_drugs),
    Kind("repurposing-samples", "Drug Repurposing Hub, samples", lambda head: _is(head, _SAMPLES), _read_samples),
)
