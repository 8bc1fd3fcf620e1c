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
from screen.records import Batch, ReadOptions, drug_key

_TOKEN = re.compile(r"[A-Za-z0-9@+\-\[\]()=#$/\\%.:*~]+")
_SAMPLE = 10

_SDF_END = "$$$$"


@dataclass(frozen=True)
class _Entry:
    name: str
    """Empty where the file gives none."""
    smiles: str | None
    synonyms: tuple[str, ...] = ()


def _is_smiles(head: Head) -> bool:
    lines = [line for line in head.lines if line.strip()]
    if not lines or head.magic != "text":
        return False
    from screen.chem import is_smiles_header, smiles_entry

    if is_smiles_header(lines[0]):
        return True
    tokens = [smiles_entry(line)[0].split(" ")[0] for line in lines[:_SAMPLE] if not line.startswith("#")]
    if not tokens or not all(_TOKEN.fullmatch(token) for token in tokens):
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
    from screen.chem import is_smiles_header, name_column, smiles_entry

    decoded = read_decoded(head.path)
    if "\r" in decoded.text:
        raise InputError(
            f"line {decoded.text[: decoded.text.index(chr(13))].count(chr(10)) + 1}: a carriage return within the line",
            where=str(head.path),
            remedy="take it out, or save the file again with one kind of line end",
        )
    _refuse_open_marks(decoded.text, head)
    lines = enumerate(decoded.text.split("\n"), 1)
    filled = [(number, line) for number, line in lines if line.strip()]
    column = 1
    if filled and is_smiles_header(filled[0][1]):
        column = name_column(filled[0][1])
        _refuse_uneven(filled, head)
        filled = filled[1:]
    parts = [(number, *smiles_entry(line, column)) for number, line in filled if not line.startswith("#")]
    entries = [(number, _Entry(name, smiles)) for number, smiles, name in parts]
    return _batch(head, "smiles-file", entries, decoded.notes)


def _refuse_open_marks(text: str, head: Head) -> None:
    """Refuse a cell that begins with a quotation mark and does not end with one: it has swallowed the next, or half."""
    for number, line in enumerate(text.split("\n"), 1):
        if '"' in line and line.count('"') % 2 and re.search(r'(?:^|[\t,;])\s*"', line):
            raise InputError(
                f"line {number}: a quotation mark is not closed on its line",
                where=str(head.path),
                remedy="close it, or take it out",
            )


def _refuse_uneven(filled: list[tuple[int, str]], head: Head) -> None:
    """Refuse the header in the middle, and a row of another width: a name would come from another column."""
    from screen.chem import smiles_fields

    (_, header), *rows = filled
    width = smiles_fields(header)
    again = next((number for number, line in rows if line.strip() == header.strip()), None)
    if again is not None:
        raise InputError(
            f"line {again}: the header again: two tables in one file",
            where=str(head.path),
            remedy="give each table a file of its own",
        )
    first = next((number for number, line in rows if width > 1 and line[0] in "\t,;"), None)
    if first is not None:
        raise InputError(
            f"line {first}: no structure in the first column", where=str(head.path), remedy="has the row slid by one?"
        )
    uneven = next(((number, line) for number, line in rows if width > 1 and smiles_fields(line) != width), None)
    if uneven is not None:
        raise InputError(
            f"line {uneven[0]}: {smiles_fields(uneven[1])} fields where the header has {width}",
            where=str(head.path),
            remedy="is the file whole? is the separator right?",
        )


def _is_sdf(head: Head) -> bool:
    return bool(re.search(r"^(M {2}END|.{33} V[23]000)", head.text, re.MULTILINE))


def _read_sdf(head: Head, _options: ReadOptions) -> Batch:
    text = read_decoded(head.path).text
    entries = [(number, _molecule(record)) for number, record in enumerate(_records(text), 1)]
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


def _molecule(record: list[str]) -> _Entry:
    from screen import chem

    text = "\n".join(record)
    entry = chem.sdf_entry(text)
    return _Entry(entry.name, chem.smiles_of(text) or None, entry.synonyms)


def _batch(head: Head, kind: str, entries: list[tuple[int, _Entry]], notes: tuple[str, ...]) -> Batch:
    given = drug_rows.text_frame(("name", "smiles"), ((entry.name, entry.smiles) for _, entry in entries))
    undrawn = given.filter(pl.col("smiles").is_null())
    if undrawn.height == given.height:
        raise InputError("no structure can be read", where=str(head.path), remedy="is the file whole?")
    structures = drug_rows.standardised(given, head.path)
    main, shared = _numbered_names(head, entries, structures.drug_ids)
    given = given.with_columns(name=main)
    reason = pl.lit("the drawing is no molecule rdkit can read")
    problems = pl.concat([structures.problems, undrawn.with_columns(reason=reason)])
    synonyms = drug_rows.text_frame(
        ("name", "drug_id", "main"),
        (
            (synonym, drug_id, name)
            for (_, entry), name, drug_id in zip(entries, main, structures.drug_ids, strict=True)
            for synonym in entry.synonyms
        ),
    )
    mains = given.select("name", drug_id=structures.drug_ids)
    names = drug_rows.names(pl.concat([mains, synonyms], how="diagonal"), drug_rows.DRUG_TABLE)
    remarks = f"{given.height:,} structures, {problems.height:,} of them not readable (drug_problems)"
    tables = {
        "drug_names": names.unique(maintain_order=True),
        "drug_structures": structures.table,
        "drug_problems": problems,
    }
    return Batch(kind, tables, (*notes, remarks, *shared))


def _numbered_names(head: Head, entries: list[tuple[int, _Entry]], drug_ids: pl.Series) -> tuple[pl.Series, list[str]]:
    """A name for each entry: its own, else the file's and its number; two structures never share one."""
    stem = head.path.name.split(".")[0]
    first: dict[str, str | None] = {}
    names, again = [], []
    for (number, entry), drug_id in zip(entries, drug_ids, strict=True):
        name = entry.name or f"{stem}-{number}"
        if drug_id is not None and first.setdefault(drug_key(name), drug_id) != drug_id:
            again.append(name)
            name = f"{name} ({stem}-{number})"
        names.append(name)
    notes = [f"{len(again)} names stand for several structures, told apart by number: {again[0]}"] if again else []
    return pl.Series(names, dtype=pl.String), notes


KINDS = (
    Kind("sdf", "structures (SDF)", _is_sdf, _read_sdf),
    Kind("smiles-file", "structures (SMILES and name)", _is_smiles, _read_smiles),
)
