"""Structures as files write them, for both ingest and libraries: which text is the structure, which the name."""

import re
from dataclasses import dataclass

_HEADER = re.compile(r"^#?\s*[\"']?(?:canonical_|isomeric_|can_)?smiles\b", re.IGNORECASE)
_EXTENSION = re.compile(r"^\s*(\|[^|]*\|)\s*")
_NAMES = (
    "drugname",
    "genericname",
    "preferredname",
    "chemblprefname",
    "prefname",
    "chebiname",
    "inn",
    "commonname",
    "compoundname",
    "moleculename",
    "molname",
    "itemname",
    "productname",
    "substancename",
    "chemicalname",
    "pertiname",
    "displayname",
    "name",
    "drug",
    "compound",
    "title",
)
"""Properties of an SDF record and columns of a SMILES table that name the compound (lower-case letters and digits)."""
_SYNONYMS = ("synonyms", "synonym", "aliases", "alias", "othernames", "tradename", "tradenames", "brandnames")
_NOBODY = re.compile(
    r"(?:untitled|unnamed|unknown|no ?name|none|null|n/?a|title|name|structure|molecule|mol|compound|cpd|record|\W*)"
    r"[\s_#-]*\d*",
    re.IGNORECASE,
)
_PROPERTY = re.compile(r"^>.*?<([^>]+)>")


@dataclass(frozen=True)
class SdfEntry:
    """What an SDF record says of its compound."""

    name: str
    """Empty where neither a property nor the title names it."""
    synonyms: tuple[str, ...]


def is_smiles_header(line: str) -> bool:
    """Whether the first line of a SMILES file names its columns."""
    return _HEADER.match(line) is not None


def name_column(header: str) -> int:
    """Which column of a SMILES table holds the name: one called so, else the second."""
    columns = [re.sub(r"[^a-z0-9]", "", column.lower()) for column in _columns(header.strip())]
    return next((columns.index(name) for name in _NAMES if name in columns), 1)


def smiles_entry(line: str, column: int = 1) -> tuple[str, str]:
    """SMILES, with its CXSMILES extension, and name of a line; the name is empty where there is none.

    Parameters
    ----------
    line : SMILES first, then the name behind a blank; or columns behind tabs or commas
    column : that of the name, from 0

    >>> smiles_entry("CCO\\tethanol\\tvendor 7")
    ('CCO', 'ethanol')
    >>> smiles_entry("C[C@H](N)C |&1:1| some amine")
    ('C[C@H](N)C |&1:1|', 'some amine')
    """
    first, *rest = _columns(line.strip())
    smiles, _, behind = first.strip().partition(" ")
    extension = _EXTENSION.match(behind)
    if extension:
        smiles, behind = f"{smiles} {extension[1]}", behind[extension.end() :]
    if not rest:
        return smiles, behind.strip()
    if inner := _EXTENSION.match(rest[0]):
        smiles, rest[0] = f"{smiles} {inner[1]}", rest[0][inner.end() :]
        rest = rest if rest[0] else rest[1:]
    named = rest[column - 1] if 0 < column <= len(rest) else ""
    return smiles, named.strip()


def smiles_fields(line: str) -> int:
    """How many cells a line of a SMILES table has; 1 where names stand behind a blank.

    >>> smiles_fields("CCO\\tethanol\\t"), smiles_fields("CCO ethanol")
    (3, 1)
    """
    return len(_columns(line.strip("\r\n ")))


def _columns(line: str) -> list[str]:
    """Behind tabs, else (a SMILES holds none) commas or semicolons; else the line is one."""
    if "\t" in line:
        return line.split("\t")
    mark = next((mark for mark in ",;" if mark in line.split(" ", 1)[0]), None)
    return [cell.strip("\"' ") for cell in line.split(mark)] if mark else [line]


def sdf_entry(record: str) -> SdfEntry:
    """The name of an SDF record: a property that names the compound, else the title line.

    The title is often a catalogue number, which is a synonym then, or nobody's name (``untitled``).
    """
    lines = record.split("\n")
    values = _properties(lines)
    title = lines[0].strip()
    title = "" if _NOBODY.fullmatch(title) else title
    named = [values[key][0] for key in _NAMES if key in values and not _NOBODY.fullmatch(values[key][0])]
    listed = [text for key in _SYNONYMS for value in values.get(key, ()) for text in re.split(r"\s*[|;]\s*", value)]
    names = list(dict.fromkeys(text for text in (*named, title, *listed) if text.strip()))
    return SdfEntry(names[0], tuple(names[1:])) if names else SdfEntry("", ())


def _properties(lines: list[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if hit := _PROPERTY.match(line):
            current = values.setdefault(re.sub(r"[^a-z0-9]", "", hit[1].lower()), [])
        elif not line.strip():
            current = None
        elif current is not None:
            current.append(line.strip())
    return {key: found for key, found in values.items() if found}
