"""Which samples of a matrix are kept, whose they are, and what is said of the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from screen.errors import InputError
from screen.indications import require
from screen.ingest.profiles.identifiers import check_patient_id
from screen.ingest.profiles.orientation import CELL_LINE_COLUMNS, Matrix
from screen.ingest.profiles.patient_ids import PATIENT_RECORDS, codes, listed
from screen.ingest.text.grid import INDICATION_COLUMNS
from screen.patient_identity import canonical_patient_id, is_tcga, tcga_sample_type
from screen.records import Domain, ReadOptions

_CELL_LINE = re.compile(r"^(?:ACH-\d{6}|SIDM\d{5})$")
_PATIENT_COLUMNS = ("patient_id", "patient", "patientid", "subject_id", "bcr_patient_barcode")
_OTHER_STUDY = re.compile(r"^(?:GTEX-|TARGET-)")
_PRIMARY = ("01", "03", "09", "05", "02")
"""TCGA sample types in the order they are taken: solid primary, blood and marrow primary, ..., recurrence."""


@dataclass
class Choice:
    """The samples kept of one matrix."""

    domain: Domain
    rows: list[int]
    subjects: list[str]
    """Cell-line or patient id of each kept row."""
    indications: list[str | None]
    """Of each kept row, from a column of the file."""
    notes: list[str] = field(default_factory=list)


def choose(matrix: Matrix, options: ReadOptions) -> Choice:
    """One sample a subject.

    TCGA barcodes are cut to the patient (12 characters); normal tissue is left out, of several tumour samples the
    primary is taken. GTEx and TARGET samples beside TCGA are left out. Everything left out is in the notes.

    Raises
    ------
    InputError
        A sample id twice, a patient id that cannot be one, an unknown indication, or no sample left.
    """
    _refuse_twins(matrix)
    domain = _domain(matrix)
    notes: list[str] = []
    rows = _of_this_study(matrix, notes) if domain == "patient" else list(range(len(matrix.samples)))
    subjects = _subjects(matrix, domain)
    rows = _one_each(matrix, rows, subjects, notes)
    if not rows:
        raise InputError("no tumour sample in the file", where=str(matrix.path), remedy=" ".join(notes) or None)
    given = _indications(matrix, domain, options, notes)
    return Choice(domain, rows, [subjects[i] for i in rows], [given[i] for i in rows], notes)


def _refuse_twins(matrix: Matrix) -> None:
    seen: dict[str, str] = {}
    for sample, place in zip(matrix.samples, matrix.sample_places, strict=True):
        # A bare TCGA patient barcode may stand for several aliquots, their endings cut off by whoever published.
        if sample in seen and not (is_tcga(sample) and not tcga_sample_type(sample)):
            raise InputError(
                f"{place}: sample {sample!r} is there twice, first at {seen[sample]}",
                where=str(matrix.path),
                remedy="keep one of them",
            )
        seen[sample] = place


def _domain(matrix: Matrix) -> Domain:
    lines = sum(bool(_CELL_LINE.match(sample)) for sample in matrix.samples)
    named = matrix.sample_column.lower() in CELL_LINE_COLUMNS
    return "cell_line" if named or 2 * lines > len(matrix.samples) else "patient"


def _of_this_study(matrix: Matrix, notes: list[str]) -> list[int]:
    """Rows that are not of GTEx or TARGET, and no normal tissue of TCGA."""
    rows = range(len(matrix.samples))
    foreign = [row for row in rows if _OTHER_STUDY.match(matrix.samples[row])]
    normal = [row for row in rows if "10" <= tcga_sample_type(matrix.samples[row]) <= "19"]
    if foreign:
        notes.append(f"{len(foreign)} GTEx and TARGET samples left out: {_numbered(foreign)}")
    if normal:
        notes.append(f"{len(normal)} samples of normal tissue left out: {_numbered(normal)}")
    return sorted({*rows} - {*foreign, *normal})


def _numbered(rows: Sequence[int]) -> str:
    """Samples by their place in the file: notes are kept when a patient is forgotten, so they hold no ids."""
    return f"number {listed([str(row + 1) for row in rows])} of the file"


def _subjects(matrix: Matrix, domain: Domain) -> list[str]:
    if domain == "cell_line":
        for sample, place in zip(matrix.samples, matrix.sample_places, strict=True):
            if not sample.strip():
                raise InputError(f"{place}: the cell-line id is empty", where=str(matrix.path))
        return [sample.strip() for sample in matrix.samples]
    given = _patient_column(matrix)
    return [
        check_patient_id(canonical_patient_id(named), f"{matrix.path}: {place}")
        for named, place in zip(given, matrix.sample_places, strict=True)
    ]


def _patient_column(matrix: Matrix) -> Sequence[str]:
    columns = {name.lower(): name for name in matrix.labels.columns}
    named = next((columns[name] for name in _PATIENT_COLUMNS if name in columns), None)
    return matrix.samples if named is None else [text or "" for text in matrix.labels[named].to_list()]


def _one_each(matrix: Matrix, rows: Sequence[int], subjects: Sequence[str], notes: list[str]) -> list[int]:
    best: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: _preference(matrix.samples[row])):
        best.setdefault(subjects[row], row)
    chosen = set(best.values())
    others = [row for row in rows if row not in chosen]
    if others:
        notes.append(f"{len(others)} further samples of patients already kept left out: {_numbered(others)}")
    return sorted(chosen)


def _preference(sample: str) -> tuple[int, str]:
    kind = tcga_sample_type(sample)
    if not kind:
        return 0, ""
    return (_PRIMARY.index(kind) if kind in _PRIMARY else len(_PRIMARY)), sample


def _indications(matrix: Matrix, domain: Domain, options: ReadOptions, notes: list[str]) -> list[str | None]:
    nobody: list[str | None] = [None] * len(matrix.samples)
    if options.indication is not None:
        code = require(options.indication, "--indication")
        if domain == "patient":
            return [code] * len(matrix.samples)
        notes.append("--indication is of patients: not used for cell lines")
        return nobody
    columns = {name.lower(): name for name in matrix.labels.columns}
    column = next((columns[name] for name in INDICATION_COLUMNS if name in columns), None)
    if column is None or domain == "cell_line":
        return nobody
    texts = matrix.labels[column].to_list()
    found, unknown = codes(texts, matrix.sample_places, column, matrix.path, strict=column.lower() == "indication")
    notes.extend(unknown)
    return found


def patient_rows(choice: Choice, options: ReadOptions) -> pl.DataFrame:
    """Rows of ``patient_records``: declared on ingest (authority 1) or from the file (2)."""
    return pl.DataFrame(
        {
            "patient_id": choice.subjects,
            "indication": choice.indications,
            "authority": [2 if options.indication is None else 1] * len(choice.subjects),
            "age": None,
            "sex": None,
            "stage": None,
        },
        schema=PATIENT_RECORDS,
    )
