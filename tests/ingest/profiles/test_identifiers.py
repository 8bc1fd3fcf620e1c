"""Direct identifiers stay out."""

import pytest

from screen.errors import InputError
from screen.ingest.profiles.identifiers import check_patient_id, refuse_direct


@pytest.mark.parametrize(
    "column",
    [
        "name",
        "Patient Name",
        "patient.name",
        "PatientName",
        "LAST_NAME",
        "surname",
        "MRN",
        "patient_mrn",
        "Medical Record Number",
        "record_no",
        "SSN",
        "social_security_number",
        "NHS number",
        "DOB",
        "date_of_birth",
        "BirthDate",
        "birth date",
        "Street Address",
        "address",
        "zip code",
        "postcode",
        "Phone",
        "phone_number",
        "Mobile",
        "e-mail",
        "Email Address",
        "contact_phone",
        "insurance_id",
    ],
)
def test_columns_of_persons_are_refused(column: str) -> None:
    with pytest.raises(InputError, match="direct identifiers") as fault:
        refuse_direct(["age", column, "stage"], "table.csv")
    assert column in str(fault.value)


@pytest.mark.parametrize(
    "column",
    [
        "patient_id",
        "bcr_patient_barcode",
        "age",
        "days_to_birth",
        "gene_name",
        "drug.name",
        "cell_line_name",
        "cohort name",
        "HLA-DOB",
        "MRNIP",
        "NAMPT",
        "FAXC",
        "EMAIL1",
        "NFKBIZ",
        "OTHER_PATIENT_ID",
        "year_of_birth",
    ],
)
def test_columns_of_the_field_are_not(column: str) -> None:
    refuse_direct([column], "table.csv")


@pytest.mark.parametrize(
    ("patient_id", "why"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("../../etc/passwd", "is a path"),
        ("a\\b", "is a path"),
        ("..", "is a path"),
        ("P\x071", "control characters"),
        ("P" * 129, "more than 128"),
        ("jo@clinic.org", "e-mail"),
    ],
)
def test_ids_that_cannot_name_a_patient(patient_id: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        check_patient_id(patient_id, "table.csv")


def test_a_pseudonym_passes() -> None:
    assert check_patient_id("TCGA-A1-A0SB", "table.csv") == "TCGA-A1-A0SB"
