"""One spelling a patient, whichever file names it."""

import pytest

from screen.patient_identity import canonical_patient_id, erasure_keys, is_tcga, tcga_sample_type

PATIENT = "TCGA-A1-A0SB"


@pytest.mark.parametrize(
    "text",
    [
        "TCGA-A1-A0SB",
        "TCGA-A1-A0SB-01",
        "TCGA-A1-A0SB-01A",
        "TCGA-A1-A0SB-01A-11R",
        "TCGA-A1-A0SB-01A-11R-A115-07",
        "TCGA.A1.A0SB.01A.11R.A115.07",
        "tcga-a1-a0sb-01a",
        "TCGA_A1_A0SB_01",
        " TCGA-A1-A0SB ",
        "TCGA-A1-A0SB_rep2",
    ],
)
def test_a_barcode_of_any_length_is_its_patient(text: str) -> None:
    assert canonical_patient_id(text) == PATIENT
    assert is_tcga(text)


@pytest.mark.parametrize("text", ["P.1", "P-1", "p-1", "SYN-BRCA-007-01A", "TCGA", "TCGA-BRCA", "TCGA-A1-A0SBX", "7"])
def test_what_a_source_keeps_apart_is_not_joined(text: str) -> None:
    assert canonical_patient_id(text) == text
    assert not is_tcga(text)


@pytest.mark.parametrize(("text", "kind"), [("TCGA.A1.A0SB.11A.1", "11"), ("tcga-a1-a0sb-06", "06"), ("P-01A", "")])
def test_the_sample_type(text: str, kind: str) -> None:
    assert tcga_sample_type(text) == kind


@pytest.mark.parametrize(
    "text", ["syn-brca-007", "SYN.BRCA.007", "SYN_BRCA_007-01A", "Syn Brca 007", "SYN-BRCA-007-01"]
)
def test_another_spelling_of_an_erased_id_is_known(text: str) -> None:
    assert erasure_keys("SYN-BRCA-007")[0] in erasure_keys(text)


@pytest.mark.parametrize("text", ["SYN-BRCA-0071", "SYN-BRCA-008", "BRCA-007", "XSYN-BRCA-007"])
def test_another_patient_stays(text: str) -> None:
    assert erasure_keys("SYN-BRCA-007")[0] not in erasure_keys(text)


@pytest.mark.parametrize("text", ["###", "日本", "007", "01"])
def test_no_id_is_left_without_a_key_of_its_own(text: str) -> None:
    assert all(erasure_keys(text))
    assert erasure_keys(text) == erasure_keys(text.upper())
