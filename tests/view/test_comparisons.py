"""Two patients, and two drugs, beside each other: the figures of each as on its page."""

import json
from html import unescape

from tests.view.conftest import HOSTILE
from tests.view.visitor import View

PAIR = {"one": "SYN-BRCA-003", "other": HOSTILE}


def rows(view: View, page: str, **fields: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(view.get(f"/{page}.json", **fields).text)["rows"]
    return found


def test_two_patients_have_each_drug_with_the_scores_of_their_reports(view: View) -> None:
    found = rows(view, "compare_patients", **PAIR)
    for patient, end in ((PAIR["one"], ""), (HOSTILE, "_other")):
        report = json.loads(view.get("/patient.json", id=patient).text)
        scored = {one["drug_id"]: round(one["score"], 4) for one in report["drugs"]}
        assert {r["drug_id"]: round(float(str(r[f"score{end}"])), 4) for r in found} == scored
    differences = [abs(float(str(row["difference"]))) for row in found]
    assert differences == sorted(differences, reverse=True)


def test_a_patients_page_has_the_form_that_leads_there_and_the_comparison_leads_back(view: View) -> None:
    page = view.get("/patient", id=PAIR["one"]).text
    assert 'action="/compare_patients"' in page
    compared = view.get("/compare_patients", **PAIR)
    assert compared.status == 200
    assert f'href="/patient?id={PAIR["one"]}"' in compared.text
    assert "<script>alert" not in compared.text


def test_two_drugs_are_found_by_any_name_and_have_every_patient(view: View) -> None:
    found = rows(view, "compare_drugs", one="olaparib", other="NIRAPARIB")
    assert len(found) == 120
    alone = {r["patient_id"]: r["score"] for r in rows(view, "compare_drugs", one="Olaparib", other="Olaparib")}
    assert {r["patient_id"]: r["score"] for r in found} == alone
    assert {r["difference"] for r in rows(view, "compare_drugs", one="Olaparib", other="Olaparib")} <= {0.0, None}


def test_what_is_not_known_is_said(view: View) -> None:
    for page, fields, status in (
        ("compare_patients", {"one": "nobody", "other": PAIR["one"]}, 404),
        ("compare_patients", {"one": PAIR["one"]}, 400),
        ("compare_drugs", {"one": "Olaparib", "other": "nothing"}, 400),
    ):
        got = view.get(f"/{page}", **fields)
        assert got.status == status
        assert "Traceback" not in unescape(got.text)
