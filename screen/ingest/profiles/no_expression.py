"""What is said of a table that is no expression: where it is of patients, the command that reads it."""

import re
import shlex

from screen import indications
from screen.errors import InputError
from screen.ingest.text.grid import Grid

PATIENT_COLUMNS = ("patient_id", "patient", "patientid", "subject_id", "bcr_patient_barcode", "submitter_id")
_CLINICAL = re.compile(r"(?i)(?:^|[._ ])(?:age|sex|gender|vital_status|days_to_\w+|stage|grade|os)(?:$|[._ ])")
"""What is said of patients; both in one table make it a clinical one, where it has no genes."""


def no_expression(grid: Grid, what: str, remedy: str) -> InputError:
    """The complaint about a table that is no expression; where it is of patients, how it is read as such."""
    names = [*grid.labels.columns, *grid.columns]
    if any(name.lower() in PATIENT_COLUMNS for name in names) and any(map(_CLINICAL.search, names)):
        folder = grid.path.absolute().parent.name.upper()
        code = folder if indications.known(folder) else "CODE"
        command = f"crescreen ingest {shlex.quote(str(grid.path))} --as clinical-table --indication {code}"
        remedy = f"is it of patients of one tumour type? {command}"
    return InputError(what, where=str(grid.path), remedy=remedy)
