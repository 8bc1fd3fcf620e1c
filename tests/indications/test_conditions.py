"""Condition text to TCGA codes: what people write, and the traps in it."""

import pytest

from screen.indications import map_condition


def codes(text: str) -> set[str]:
    return set(map_condition(text, None).codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("non-small cell lung cancer (NSCLC)", "LUAD LUSC"),
        ("Carcinoma, Non-Small-Cell Lung", "LUAD LUSC"),
        ("Nonsquamous Non Small Cell Lung Cancer", "LUAD"),
        ("Squamous Non-Small Cell Lung Cancer", "LUSC"),
        ("Adenocarcinoma of the Lung", "LUAD"),
        ("Colorectal Neoplasms", "COAD READ"),
        ("Duke's C Colon Cancer", "COAD"),
        ("Carcinoma, Renal Cell", "KIRC KIRP KICH"),
        ("Clear Cell RCC", "KIRC"),
        ("Renal Pelvis Cancer", ""),
        ("Squamous Cell Carcinoma of the Head and Neck", "HNSC"),
        ("Nasopharyngeal Carcinoma", ""),
        ("Gastric or Gastroesophageal Junction Adenocarcinoma", "STAD ESCA"),
        ("Neoplasms, Breast", "BRCA"),
        ("Malignant Glioma", "GBM LGG"),
        ("WHO Grade IV Glioma", "GBM"),
        ("Anaplastic Astrocytoma", "LGG"),
        ("Leukemia, Myeloid, Acute", "LAML"),
        ("acute promyelocytic leukaemia", "LAML"),
        ("Uveal Melanoma", "UVM"),
        ("Stage IIIC Skin Melanoma AJCC v7", "SKCM"),
        ("Lymphoma, Large B-Cell, Diffuse", "DLBC"),
        ("Recurrent platinum-sensitive Fallopian Tube Cancer", "OV"),
        ("Uterine Carcinosarcoma", "UCS"),
        ("Ovarian, fallopian tube, or primary peritoneal cancer", "OV"),
        ("Testicular Germ Cell Tumours", "TGCT"),
        ("Metastatic castration-resistant prostate cancer", "PRAD"),
        ("oesophageal cancer", "ESCA"),
        ("Malignant melanoma, lung cancer, or colorectal cancer", "SKCM LUAD LUSC COAD READ"),
    ],
)
def test_what_registries_write(text: str, expected: str) -> None:
    assert codes(text) == set(expected.split())


@pytest.mark.parametrize(
    "text",
    [
        "Small Cell Lung Cancer",
        "Lung Cancer, Small Cell",
        "Mantle cell lymphoma",
        "Small intestine lymphoma",
        "Non-melanoma skin cancer",
        "Pancreatic Neuroendocrine Tumor",
        "Sarcoma, Ewing",
        "Chronic Myelomonocytic Leukemia",
        "Anaplastic Thyroid Cancer",
        "Peritoneal Mesothelioma",
        "Cutaneous Squamous Cell Carcinoma of the Head and Neck",
        "Ovarian Germ Cell Tumor",
        "Multiple Myeloma",
    ],
)
def test_a_neighbour_is_not_the_cohort(text: str) -> None:
    found = map_condition(text, None)
    assert (found.codes, found.how) == ((), "other tumour")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brain metastases from breast cancer", "BRCA"),
        ("Colon Cancer Liver Metastasis", "COAD"),
        ("Breast cancer metastatic to the brain", "BRCA"),
        ("Melanoma with lung metastases", "SKCM"),
        ("Brain Metastases", ""),
        ("Metastatic Carcinoma in the Liver", ""),
        ("Tumors Metastatic to Brain", ""),
    ],
)
def test_a_site_of_spread_is_not_the_tumour(text: str, expected: str) -> None:
    assert codes(text) == set(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Solid tumors excluding lung cancer", ""),
        ("For sarcoma. It is not indicated for breast cancer.", "SARC"),
        ("Contraindicated in patients with prostate cancer", ""),
        ("Lymphoma other than diffuse large B-cell lymphoma", ""),
    ],
)
def test_what_a_text_says_it_is_not_about(text: str, expected: str) -> None:
    assert codes(text) == set(expected.split())


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Advanced Solid Tumors", "too general"),
        ("Cancer", "too general"),
        ("Leukemia", "too general"),
        ("Brain tumor", "too general"),
        ("Pulmonary lymphoma", "too general"),
        ("Asthma", "not a tumour"),
        ("Gastroesophageal reflux disease (GERD)", "not a tumour"),
        ("Tumor Lysis Syndrome", "not a tumour"),
        ("Breast Cancer Related Lymphoedema", "not a tumour"),
        ("BRCA1 gene mutation", "not a tumour"),
        ("Glaucoma", "not a tumour"),
        ("adenocarcinoma, scirrhous", "unmapped"),
        ("", "not a tumour"),
    ],
)
def test_why_a_text_has_no_code(text: str, how: str) -> None:
    found = map_condition(text, None)
    assert (found.codes, found.how) == ((), how)


def test_a_code_counts_in_capitals_only() -> None:
    assert map_condition("COADREAD", None).codes == ("COAD", "READ")
    assert map_condition("TCGA-BRCA", None).how == "code"
    assert map_condition("brca", None).codes == ()
