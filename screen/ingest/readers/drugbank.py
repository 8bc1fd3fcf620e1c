"""DrugBank: the open vocabulary (names only) and the licensed full XML (names, groups, structures, indications).

The vocabulary holds no indication and no approval status: it connects names, it proves nothing.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

import polars as pl

from screen.errors import InputError
from screen.evidence.coverage import parse_coverage
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, read_table
from screen.records import Batch, ReadOptions, drug_keys

_ID, _NAME, _SYNONYMS, _KEY = "DrugBank ID", "Common name", "Synonyms", "Standard InChI Key"
_NAMESPACE = "{http://www.drugbank.ca}"
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z])|\s*[\r\n]+\s*")
_INCHIKEY = r"^([A-Z]{14}-[A-Z]{10}-[A-Z])$"


class _RootReached(Exception):
    """The root element begins: what follows holds no declarations."""


@dataclass(frozen=True)
class _Drug:
    """One entry of the full XML."""

    name: str
    synonyms: tuple[str, ...]
    groups: tuple[str, ...]
    sentences: tuple[str, ...]
    smiles: str | None
    inchikey: str | None


def _header_line(lines: list[str]) -> int | None:
    """Which of the first three lines is the vocabulary's header: a spreadsheet may have put one of its own above."""
    return next((i for i, line in enumerate(lines[:3]) if _ID in line and _NAME in line), None)


def _is_vocabulary(head: Head) -> bool:
    return _header_line(head.data_lines) is not None


def _read_vocabulary(head: Head, _options: ReadOptions) -> Batch:
    skip = _header_line(head.data_lines)
    if skip is None:
        raise InputError(f"no column {_NAME!r}", where=str(head.path), remedy="is it DrugBank's vocabulary?")
    frame, remarks = read_table(head, missing=(), above=skip, controls_as_blanks=True)
    above = head.data_lines[:skip]
    again = [number for number, line in enumerate(head.data_lines[skip + 1 :], 1) if line in above]
    if again:
        raise InputError(
            f"row {again[0]}: the line above the header again: two tables in one file",
            where=str(head.path),
            remedy="give each table a file of its own",
        )
    missing = [name for name in (_NAME, _SYNONYMS, _KEY) if name not in frame.columns]
    if missing:
        raise InputError(f"column {missing[0]!r} is missing", where=str(head.path), remedy="download the file again")
    unnamed = frame.filter(pl.col(_NAME).is_null())
    if frame.is_empty() or unnamed.height:
        raise InputError(
            f"line {unnamed[LINE][0]}: no name" if frame.height else "holds no drug",
            where=str(head.path),
            remedy="download the file again",
        )
    drugs = frame.select(name=_NAME, drug_id=pl.col(_KEY).str.extract(_INCHIKEY), synonyms=_SYNONYMS)
    return Batch(
        "drugbank-vocabulary",
        {"drug_names": _vocabulary_names(drugs)},
        (
            f"{drugs.height:,} drugs, {drugs['drug_id'].null_count():,} without an InChIKey",
            "connects names only: it holds no indications and no approvals",
            *remarks,
        ),
    )


def _vocabulary_names(drugs: pl.DataFrame) -> pl.DataFrame:
    parts = pl.col("synonyms").str.split("|")
    synonyms = drugs.select("drug_id", main="name", name=parts).explode("name").drop_nulls("name")
    trimmed = synonyms.with_columns(pl.col("name").str.strip_chars())
    named = pl.concat([drugs.select("name", "drug_id"), trimmed], how="diagonal")
    return drug_rows.names(named, drug_rows.DRUGBANK).unique(maintain_order=True)


def _is_schema(head: Head) -> bool:
    return "<xs:schema" in head.text and "drugbank" in head.text


def _refuse_schema(head: Head, _options: ReadOptions) -> Batch:
    raise InputError(
        "DrugBank's schema, which describes the data and holds none",
        where=str(head.path),
        remedy="bring the full database XML, with a licence from go.drugbank.com/releases",
    )


def _is_full(head: Head) -> bool:
    return bool(re.search(r"<drugbank\s[^>]*http://www\.drugbank\.ca", head.text))


def _read_full(head: Head, options: ReadOptions) -> Batch:
    _refuse_doctype(head)
    released, drugs = _parse(head)
    structures = drug_rows.standardised(
        pl.DataFrame([(d.name, d.smiles) for d in drugs], {"name": pl.String, "smiles": pl.String}, orient="row"),
        head.path,
    )
    ids = [found or drug.inchikey for drug, found in zip(drugs, structures.drug_ids, strict=True)]
    named = drug_rows.text_frame(
        ("name", "drug_id", "main"),
        (
            (name, drug_id, None if name == drug.name else drug.name)
            for drug, drug_id in zip(drugs, ids, strict=True)
            for name in dict.fromkeys((drug.name, *drug.synonyms))
        ),
    )
    groups = drug_rows.text_frame(("name", "field", "value"), ((d.name, "group", g) for d in drugs for g in d.groups))
    tables = {
        "drug_names": drug_rows.names(named, drug_rows.DRUGBANK).unique(maintain_order=True),
        "drug_structures": structures.table,
        "drug_problems": structures.problems,
        "drug_facts": drug_rows.facts(groups),
        "indication_records": _indications(drugs),
    }
    notes = (f"{len(drugs):,} drugs, {sum(bool(d.sentences) for d in drugs):,} with an indication", *structures.notes)
    return Batch("drugbank-xml", tables, notes, released, str(parse_coverage(options.coverage)))


def _refuse_doctype(head: Head) -> None:
    """A document type can declare entities that grow without end or read other files; DrugBank has none."""

    def doctype(*_: object) -> None:
        raise InputError(
            "declares a document type, which DrugBank's XML never does",
            where=str(head.path),
            remedy="fetch it again from DrugBank",
        )

    def root(*_: object) -> None:
        raise _RootReached

    prolog = expat.ParserCreate()
    prolog.StartDoctypeDeclHandler = doctype
    prolog.StartElementHandler = root
    try:
        prolog.Parse(head.raw, False)
    except _RootReached:
        return
    except expat.ExpatError as fault:
        raise InputError(f"not well-formed XML: {fault}", where=str(head.path), remedy="fetch it again") from None
    raise InputError("no root element in the first 256 KiB", where=str(head.path), remedy="fetch it again")


def _parse(head: Head) -> tuple[str | None, list[_Drug]]:
    """Release date and drugs, one element in memory at a time (the file has over a gigabyte)."""
    drugs: list[_Drug] = []
    released: str | None = None
    depth = 0
    root: ElementTree.Element | None = None
    with _stream(head) as stream:
        try:
            for event, element in ElementTree.iterparse(stream, ("start", "end")):
                depth += 1 if event == "start" else -1
                if root is None:
                    root, released = element, element.get("exported-on")
                elif event == "end" and depth == 1:
                    # Pathways list drugs too, deeper down: those are references, not entries.
                    drugs += _drug(element)
                    root.clear()
        except (ElementTree.ParseError, EOFError, OSError) as fault:
            raise InputError(
                f"cannot be read to its end: {fault}", where=str(head.path), remedy="fetch it again"
            ) from None
    if not drugs:
        raise InputError("holds no drug", where=str(head.path), remedy="is it the full database?")
    return released, drugs


def _stream(head: Head) -> IO[bytes]:
    return gzip.open(head.path) if head.gz else head.path.open("rb")  # type: ignore[return-value]


def _drug(element: ElementTree.Element) -> Iterator[_Drug]:
    if element.tag != f"{_NAMESPACE}drug" or not (name := _text(element, "name")):
        return
    computed = {_text(p, "kind"): _text(p, "value") for p in element.iterfind(_path("calculated-properties/property"))}
    yield _Drug(
        name,
        (*_texts(element, "synonyms/synonym"), *_texts(element, "salts/salt/name")),
        _texts(element, "groups/group"),
        tuple(s.strip() for s in _SENTENCE.split(_text(element, "indication")) if s.strip()),
        computed.get("SMILES") or None,
        computed.get("InChIKey") or None,
    )


def _path(path: str) -> str:
    return "/".join(_NAMESPACE + step for step in path.split("/"))


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(_path(path)) or "").strip()


def _texts(element: ElementTree.Element, path: str) -> tuple[str, ...]:
    return tuple(text for found in element.iterfind(_path(path)) if (text := (found.text or "").strip()))


def _indications(drugs: list[_Drug]) -> pl.DataFrame:
    """One row a sentence: the sentence is the condition until a reviewed phrase table reads it."""
    stated = drug_rows.text_frame(("drug_name", "sentence"), ((d.name, s) for d in drugs for s in d.sentences))
    return stated.select(
        origin=pl.lit("drugbank"),
        drug_key=drug_keys(stated["drug_name"]),
        drug_name="drug_name",
        condition="sentence",
        indication=pl.lit(None, pl.String),
        phase=pl.lit(None, pl.String),
        sentence="sentence",
    )


KINDS = (
    Kind("drugbank-vocabulary", "DrugBank vocabulary", _is_vocabulary, _read_vocabulary),
    Kind("drugbank-schema", "DrugBank schema (no data)", _is_schema, _refuse_schema),
    Kind("drugbank-xml", "DrugBank full database", _is_full, _read_full),
)
