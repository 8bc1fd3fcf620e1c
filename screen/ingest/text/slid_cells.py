"""Rows whose cells stand under the wrong headings, told by what the headings and the other rows say of the cells.

A row that is as wide as the header can still have slid: a cell was lost at its front and an empty one came behind it,
or the other way round. Such a row begins or ends empty, as do rows in which nobody filled a cell. Here the two are
told apart where anything tells them: by headings whose cells have one form (a date, a number, an InChIKey), and by the
other rows of the table.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.ingest.text.decoding import printable
from screen.ingest.text.shape import Rows

_LOOKED_AT = 200
"""Rows of each sort."""
_ABSENT = re.compile(
    r"|[-.?]|'?--|#?n/?a|nan|null|none|unknown|not (?:available|reported|applicable)|\[.*\]", re.IGNORECASE
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?inf", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}.*")
_DRAWING = re.compile(r"(?=.*[=#(])(?:Cl|Br|[BCNOPSFIHcnops]|[0-9@+\-\[\]()=#/\\%.])+")
"""SMILES with a branch or a double bond."""
_STATUS = re.compile(r"(?:[01]:.*|living|deceased|alive|dead|recurred|progressed|disease ?free|[01])", re.IGNORECASE)

_NUMBERS = (
    "length",
    "effectivelength",
    "efflength",
    "tpm",
    "fpkm",
    "numreads",
    "expectedcount",
    "estcounts",
    "coverage",
    "start",
    "end",
    "entrezid",
    "entrezgeneid",
    "unstranded",
    "strandedfirst",
    "strandedsecond",
    "tpmunstranded",
    "fpkmunstranded",
    "age",
    "osmonths",
    "dfsmonths",
    "pfsmonths",
    "dssmonths",
    "ostime",
    "pfitime",
    "dsstime",
    "dfitime",
    "year",
    "expectedmass",
    "lnic50",
    "ic50",
    "auc",
    "rmse",
)
_FORMS = {
    "lastupdate": _DATE,
    "clinicalphase": re.compile(r".*(?:phase|launch|clinical|withdrawn|approved).*", re.IGNORECASE),
    "ema": re.compile(r"[yn]", re.IGNORECASE),
    "fda": re.compile(r"[yn]", re.IGNORECASE),
    "generic": re.compile(r"[yn]", re.IGNORECASE),
    "broadid": re.compile(r"BRD-.*"),
    "deprecatedbroadid": re.compile(r"BRD-.*"),
    "inchikey": re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]"),
    "standardinchikey": re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]"),
    "drugbankid": re.compile(r".*\b(?:DB|BE|BTD|BIOD|APRD|EXPT|NUTR|SALT)\w?\d+\b.*"),
    "hgncid": re.compile(r"(?:HGNC:)?\d+"),
    "ensemblgeneid": re.compile(r"ENS[A-Z]*G\d+.*"),
    "nctid": re.compile(r"NCT\d{8}"),
    "osstatus": _STATUS,
    "svstatus": re.compile(r"somatic|germline|loh", re.IGNORECASE),
    "dfsstatus": re.compile(r"[01]:.*|.*free.*|.*recurred.*|.*progress.*", re.IGNORECASE),
    "sex": re.compile(r"[mfuo]|(?:fe)?male|other|wom[ae]n|m[ae]n|männlich|weiblich", re.IGNORECASE),
    "gender": re.compile(r"[mfuo]|(?:fe)?male|other|wom[ae]n|m[ae]n|männlich|weiblich", re.IGNORECASE),
    "strand": re.compile(r"[-+.]"),
    "diseasearea": re.compile(r"[a-z][a-z /,|&-]*"),
    "approvedsymbol": re.compile(r"(?=.*[A-Za-z])[\w.@-]{2,}"),
    "genetype": re.compile(r"[A-Za-z]\w+"),
    "sangermodelid": re.compile(r"SIDM\d+"),
    "oncotreecode": re.compile(r"[A-Za-z_]+\d?"),
    **dict.fromkeys(_NUMBERS, _NUMBER),
}
"""What every filled cell under a heading looks like; the heading in lower-case letters and digits."""
_NO_DRUG = re.compile(
    rf"{_DRAWING.pattern}|{_DATE.pattern}|launched|preclinical|withdrawn|phase \d.*|[yn]|yes|no|true|false",
    re.IGNORECASE,
)
_NEVER = {
    **dict.fromkeys(("patientid", "sampleid", "casesubmitterid", "bcrpatientbarcode", "modelid", "patient"), _STATUS),
    **dict.fromkeys(("hugosymbol", "genename", "genesymbol", "symbol"), _NUMBER),
    **dict.fromkeys(("geneid", "transcriptids"), re.compile(r"[-+]?\d+\.\d+")),
    **dict.fromkeys(("drugname", "name", "pertiname", "product", "compound", "drug"), _NO_DRUG),
}
"""What no cell under a heading looks like."""


def refuse_slid_rows(names: Sequence[str], rows: Rows, delimiter: str, where: str, extra: int = 0) -> None:
    """Refuse rows that begin or end empty and whose cells fit the headings or the other rows only if moved by one.

    Parameters
    ----------
    names : the header, as wide as each row is without its ``extra`` empty fields

    Raises
    ------
    InputError
        With the line.
    """
    if len(names) < 2 or not len(rows):
        return
    begins, ends = _begin_empty(rows, delimiter), _end_empty(rows, delimiter, 1 + extra)
    either = begins ^ ends  # of a row that begins and ends empty nothing can be told
    for slid, step in ((begins & either, 1), (ends & either, -1)):
        if not slid.any():
            continue
        every = bool((slid | (begins & ends)).all())
        at = _all_slid(names, rows, delimiter, slid) if every else _some_slid(names, rows, delimiter, slid, step)
        if at is not None:
            row, name, cell = at
            raise InputError(
                f"line {rows.lines[row]}, column {name}: {printable(cell[:60])!r} does not belong there: the cells of "
                f"the row have slid by one",
                where=where,
                remedy="has the row a cell too few or too many before it? save the table again from where it came",
            )


def _begin_empty(rows: Rows, delimiter: str) -> NDArray[np.bool_]:
    whole = np.frombuffer(rows.body, np.uint8)
    begins: NDArray[np.bool_] = whole[np.minimum(rows.starts, len(whole) - 1)] == ord(delimiter)
    return begins


def _end_empty(rows: Rows, delimiter: str, fields: int) -> NDArray[np.bool_]:
    whole = np.frombuffer(rows.body, np.uint8)
    found = np.ones(len(rows), np.bool_)
    for back in range(1, fields + 1):
        found &= whole[np.maximum(rows.ends - back, 0)] == ord(delimiter)
    return found


Found = tuple[int, str, str]
"""Row, heading, cell."""


def _all_slid(names: Sequence[str], rows: Rows, delimiter: str, slid: NDArray[np.bool_]) -> Found | None:
    """A heading of known form of whose cells none has it."""
    first = [(row, rows.cells(row, delimiter)) for row in np.flatnonzero(slid)[:_LOOKED_AT].tolist()]
    for place, name in enumerate(names):
        filled = [(row, cells[place]) for row, cells in first if not _ABSENT.fullmatch(cells[place])]
        if filled and not any(_has_form(name, cell) for _, cell in filled):
            return filled[0][0], name, filled[0][1]
    return None


def _has_form(name: str, cell: str) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    form, never = _FORMS.get(plain), _NEVER.get(plain)
    return (form is None or form.fullmatch(cell) is not None) and (never is None or never.fullmatch(cell) is None)


def _some_slid(names: Sequence[str], rows: Rows, delimiter: str, slid: NDArray[np.bool_], step: int) -> Found | None:
    """A row that fits the other rows better by one cell further left (``step`` 1) or right (-1)."""
    right = [rows.cells(int(row), delimiter) for row in np.flatnonzero(~slid)[:_LOOKED_AT]]
    width = len(names)
    known = [{_sort(cells[place]) for cells in right} | {""} for place in range(width)]
    for row in np.flatnonzero(slid)[:_LOOKED_AT].tolist():
        cells = rows.cells(row, delimiter)[:width]
        moved = [*cells[1:], ""] if step == 1 else ["", *cells[:-1]]
        wrong = [place for place in range(width) if _sort(cells[place]) not in known[place]]
        left = sum(_sort(cell) not in sorts for cell, sorts in zip(moved, known, strict=True))
        if wrong and not left and (len(wrong) > 1 or {_sort(cells[wrong[0]]), *known[wrong[0]]} & {"number", "date"}):
            return row, names[wrong[0]], cells[wrong[0]]
    return None


def _sort(cell: str) -> str:
    """What a cell is: absent, a number, a date, one of few words, an id, prose."""
    if _ABSENT.fullmatch(cell):
        return ""
    if _NUMBER.fullmatch(cell):
        return "number"
    if _DATE.fullmatch(cell):
        return "date"
    if " " in cell:
        return "words"
    return "id" if any(letter.isdigit() for letter in cell) else "word"
