"""Structure files: SMILES, one a line with its name behind a blank; and SDF."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from screen.errors import InputError
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.decoding import read_decoded
from screen.records import Batch, ReadOptions

_HEADER = re.compile(r"^#?\s*(canonical_|isomeric_)?smiles\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9@+\-\[\]()=#$/\\%.:*~]+")
_EXTENSION = re.compile(r"^\|[^|]*\|\s*")
_SAMPLE = 10

_SDF_END = "$$$$"
_SDF_NAMES = ("name", "drug_name", "generic_name", "common_name", "compound_name", "preferred_name", "synonym")
_SDF_PROPERTY = re.compile(r"^>.*?<([^>]+)>")


@dataclass(frozen=True)
class _Entry:
    name: str
    smiles: str | None


def _is_smiles(head: Head) -> bool:
    lines = [line for line in head.lines if line.strip()]
    if not lines or head.magic != "text":
        return False
    if _HEADER.match(lines[0]):
        return True
    tokens = [re.split(r"\s", line.lstrip(), maxsplit=1)[0] for line in lines[:_SAMPLE]]
    if not all(_TOKEN.fullmatch(token) for token in tokens):
        return False
    readable = sum(map(_readable, tokens))
    # Gene symbols and words can be read as SMILES now and then, but not most of them.
    return readable > len(tokens) / 2


def _readable(token: str) -> bool:
    from screen import chem

    if len(token) < 3 or token.isdecimal():
        return False
    try:
        chem.standardise(token)
    except InputError:
        return False
    return True


def _read_smiles(head: Head, _options: ReadOptions) -> Batch:
    decoded = read_decoded(head.path)
    lines = [(number, line.strip()) for number, line in enumerate(decoded.text.split("\n"), 1)]
    filled = [(number, line) for number, line in lines if line]
    if filled and _HEADER.match(filled[0][1]):
        filled = filled[1:]
    stem = head.path.name.split(".")[0]
    entries = [_entry(line, f"{stem}-{number}") for number, line in filled if not line.startswith("#")]
    return _batch(head, "smiles-file", entries, decoded.notes)


def _entry(line: str, unnamed: str) -> _Entry:
    smiles, _, rest = line.replace("\t", " ").partition(" ")
    return _Entry(_EXTENSION.sub("", rest.strip()) or unnamed, smiles)


def _is_sdf(head: Head) -> bool:
    return bool(re.search(r"^(M {2}END|.{33} V[23]000)", head.text, re.MULTILINE))


def _read_sdf(head: Head, _options: ReadOptions) -> Batch:
    text = read_decoded(head.path).text
    stem = head.path.name.split(".")[0]
    entries = [_molecule(record, f"{stem}-{number}") for number, record in enumerate(_records(text), 1)]
    return _batch(head, "sdf", entries, ())


def _records(text: str) -> Iterator[list[str]]:
    record: list[str] = []
    for line in text.split("\n"):
        if line.startswith(_SDF_END):
            yield record
            record = []
        else:
            record.append(line)
    if any(line.strip() for line in record):
        yield record


def _molecule(record: list[str], unnamed: str) -> _Entry:
    from screen import chem

    values = {
        match.group(1).strip().lower(): record[i + 1].strip()
        for i, line in enumerate(record[:-1])
        if (match := _SDF_PROPERTY.match(line))
    }
    named = [record[0].strip(), *(values.get(key, "") for key in _SDF_NAMES)]
    name = next((text for text in named if text), unnamed)
    return _Entry(name, chem.smiles_of("\n".join(record)) or None)


def _batch(head: Head, kind: str, entries: list[_Entry], notes: tuple[str, ...]) -> Batch:
    given = drug_rows.text_frame(("name", "smiles"), ((entry.name, entry.smiles) for entry in entries))
    undrawn = given.filter(pl.col("smiles").is_null())
    if undrawn.height == given.height:
        raise InputError("no structure can be read", where=str(head.path), remedy="is the file whole?")
    structures = drug_rows.standardised(given, head.path)
    reason = pl.lit("the drawing is no molecule rdkit can read")
    problems = pl.concat([structures.problems, undrawn.with_columns(reason=reason)])
    names = drug_rows.names(given.select("name", drug_id=structures.drug_ids), drug_rows.DRUG_TABLE)
    told = f"{given.height:,} structures, {problems.height:,} of them not readable (drug_problems)"
    tables = {
        "drug_names": names.unique(maintain_order=True),
        "drug_structures": structures.table,
        "drug_problems": problems,
    }
    return Batch(kind, tables, (*notes, told))


KINDS = (
    Kind("sdf", "structures (SDF)", _is_sdf, _read_sdf),
    Kind("smiles-file", "structures (SMILES and name)", _is_smiles, _read_smiles),
)
