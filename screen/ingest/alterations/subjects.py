"""Whose the samples of a table of alterations are: cell lines or patients, and which are left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.indications import require
from screen.ingest.profiles.identifiers import check_patient_id
from screen.ingest.profiles.orientation import CELL_LINE_COLUMNS
from screen.ingest.profiles.patient_ids import PATIENT_RECORDS
from screen.patient_identity import canonical_patient_id, tcga_sample_type
from screen.records import Domain, ReadOptions

_CELL_LINE = re.compile(r"^(?:ACH-\d{6}|SIDM\d{5})$")


@dataclass(frozen=True)
class Subjects:
    """The samples of one table that are kept."""

    domain: Domain
    table: pl.DataFrame
    """sample_id, subject_id; one row a sample, in the order of the file."""
    notes: tuple[str, ...] = ()
    indications: dict[str, str] = field(default_factory=dict)
    """subject -> TCGA code, where the file says it."""

    @property
    def counted(self) -> str:
        """``12 patients`` or ``3 cell lines``."""
        count = self.table["subject_id"].n_unique()
        return f"{count} {self.domain.replace('_', ' ')}{'' if count == 1 else 's'}"


def subjects_of(
    samples: Sequence[str], path: Path, column: str, domain: Domain | None = None, lines: pl.Series | None = None
) -> Subjects:
    """Samples with the subject of each; normal tissue of TCGA is left out.

    Parameters
    ----------
    samples : ids as in the file; repeats allowed
    column : header of the ids; one named as DepMap names its ids makes cell lines of them
    domain : where the kind of file decides it
    lines : line of the file of each, for messages

    Raises
    ------
    InputError
        An id that is empty or cannot be a patient's; no sample left.
    """
    distinct = list(dict.fromkeys(samples))
    decided = domain or _domain(distinct, column)
    tumours, normal = [], 0
    for sample in distinct:
        if decided == "patient" and "10" <= tcga_sample_type(sample) <= "19":
            normal += 1
            continue
        tumours.append((sample, _subject(sample, decided, _where(path, samples, sample, lines))))
    if not tumours:
        raise InputError("no tumour sample in the file", where=str(path), remedy="is it the table of normal tissue?")
    table = pl.DataFrame(tumours, schema={"sample_id": pl.String, "subject_id": pl.String}, orient="row")
    notes = (f"{normal} samples of normal tissue left out",) if normal else ()
    return Subjects(decided, table, notes)


def patient_rows(subjects: Subjects, options: ReadOptions) -> pl.DataFrame:
    """Rows of ``patient_records``: the tumour type as declared (authority 1) or as the file has it (2)."""
    code = require(options.indication, "--indication") if options.indication else None
    patients = subjects.table["subject_id"].unique(maintain_order=True).to_list()
    return pl.DataFrame(
        {
            "patient_id": patients,
            "indication": [code or subjects.indications.get(one) for one in patients],
            "authority": [1 if code else 2] * len(patients),
            "age": None,
            "sex": None,
            "stage": None,
        },
        schema=PATIENT_RECORDS,
    )


def _domain(samples: Sequence[str], column: str) -> Domain:
    lines = sum(bool(_CELL_LINE.match(sample)) for sample in samples)
    return "cell_line" if column.lower() in CELL_LINE_COLUMNS or 2 * lines > len(samples) else "patient"


def _subject(sample: str, domain: Domain, where: str) -> str:
    if domain == "patient":
        return check_patient_id(canonical_patient_id(sample), where)
    if not sample.strip():
        raise InputError("the cell-line id is empty", where=where)
    return sample.strip()


def _where(path: Path, samples: Sequence[str], sample: str, lines: pl.Series | None) -> str:
    if lines is None or sample.strip():
        return str(path)
    return f"{path}: line {lines[list(samples).index(sample)]}"
