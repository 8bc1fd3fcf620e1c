import csv

from screen import indications, resources
from screen.evidence.idle_in_culture import reviewed
from screen.organoid.curated import aqueous, positive_control, regimens
from screen.records import drug_key


def test_every_regimen_is_of_a_known_indication_and_names_its_source() -> None:
    with (resources.folder("db") / "organoid" / "regimens.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(indications.known(row["indication"]) and row["source"] and row["setting"] for row in rows)
    assert all(None not in row for row in rows)


def test_colorectal_and_gastric_cancer_are_compared_with_oxaliplatin_and_fluorouracil() -> None:
    first = {regimens(code)[0].drugs for code in ("COAD", "READ", "STAD", "COADREAD")}
    assert first == {("oxaliplatin", "fluorouracil")}


def test_a_group_lists_each_regimen_once() -> None:
    drugs = [regimen.drugs for regimen in regimens("COADREAD")]
    assert len(drugs) == len(set(drugs))


def test_no_comparator_is_idle_in_culture() -> None:
    named = {drug_key(drug) for code in indications.all_codes() for regimen in regimens(code) for drug in regimen.drugs}
    assert named.isdisjoint(reviewed())


def test_platinum_drugs_have_an_aqueous_vehicle() -> None:
    assert {key: aqueous()[key].vehicle for key in ("cisplatin", "carboplatin", "oxaliplatin")} == {
        "cisplatin": "saline",
        "carboplatin": "water",
        "oxaliplatin": "water",
    }


def test_the_positive_control_has_an_identity() -> None:
    assert len(positive_control().drug_id) == 27
