"""Drugs that stand out for a patient, against the same rules written out in plain Python."""

from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pytest

from screen.errors import InputError
from screen.ranking.predicted_response import Responses
from screen.ranking.selective_drugs import chance, clinical, stands_out
from screen.ranking.shortlists import current_runs, export, make_shortlists, tables
from screen.settings import Ranking
from screen.store import Store
from tests.report.filled import CODES, fill


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, patients=(12, 9, 7))
    store.run("DELETE FROM evidence WHERE drug_id IN (SELECT drug_id FROM drugs WHERE hub_phase IS NULL)")
    return store


def taken(store: Store, **changed: Any) -> pl.DataFrame:
    return export(store, "stands_out", Ranking(**changed))


def has_record(store: Store) -> dict[str, bool]:
    """Whether each drug has a phase from 1 on, a trial that counts, or a label."""
    recorded = {r["drug_id"] for r in store.sql("FROM evidence").to_dicts() if r["counts"] and r["kind"] != "hub"}
    phases = dict(store.sql("SELECT drug_id, hub_phase FROM drugs").iter_rows())
    return {d: d in recorded or phase not in (None, "Preclinical") for d, phase in phases.items()}


def plain(store: Store, potency: float, place: float) -> dict[str, list[str]]:
    """patient -> drugs at or above both floors: clinical ones first, then by place, score and identity."""
    known, lists = has_record(store), dict[str, list[dict[str, Any]]]()
    for row in export(store, "scores").to_dicts():
        if row["score"] >= np.float32(potency) and row["selective"] >= np.float32(place):
            lists.setdefault(row["patient_id"], []).append(row)
    for rows in lists.values():
        rows.sort(key=lambda r: (not known[r["drug_id"]], -r["selective"], -r["score"], r["drug_id"]))
    return {patient: [r["drug_id"] for r in rows] for patient, rows in lists.items()}


@pytest.mark.parametrize(("potency", "place"), [(0.5, 0.9), (0.3, 0.6), (0.0, 0.0)])
def test_the_list_is_what_is_above_both_floors(full: Store, potency: float, place: float) -> None:
    made = taken(full, potency_floor=potency, selective_floor=place)
    found = {str(key[0]): rows.sort("rank") for key, rows in made.group_by("patient_id")}
    assert {patient: rows["drug_id"].to_list() for patient, rows in found.items()} == plain(full, potency, place)
    assert all(rows["rank"].to_list() == list(range(1, rows.height + 1)) for rows in found.values())


def test_a_value_on_a_floor_is_in(full: Store) -> None:
    # 0.9 as a 32-bit number, as scores are, is below 0.9.
    full.run("UPDATE scores SET score = 0.3, selective = 0.2")
    drug = full.scalar("SELECT min(drug_id) FROM scores")
    full.run("UPDATE scores SET score = 0.7, selective = 0.9 WHERE drug_id = $drug", drug=drug)
    assert set(taken(full, potency_floor=0.7)["drug_id"]) == {drug}
    assert taken(full, potency_floor=0.71).is_empty()
    assert taken(full, selective_floor=0.91).is_empty()


def test_compounds_never_in_people_are_folded_not_dropped(full: Store) -> None:
    folded, everything = taken(full), taken(full, compounds="all")
    order = ["patient_id", "drug_id"]
    assert folded.sort(order).drop("rank", "folded").equals(everything.sort(order).drop("rank", "folded"))
    assert not everything["folded"].any()
    known = has_record(full)
    assert [known[d] for d in folded["drug_id"]] == folded["clinical"].to_list()
    assert folded["folded"].to_list() == [not c for c in folded["clinical"]]
    assert 0 < folded["folded"].sum() < folded.height


@pytest.mark.parametrize(
    ("phase", "kinds", "counts", "clinical_", "reason"),
    [
        ("Phase 1", (), True, True, "Repurposing Hub: Phase 1"),
        ("Withdrawn", (), True, True, "Repurposing Hub: Withdrawn"),
        ("Preclinical", ("trial", "trial"), True, True, "2 trials"),
        (None, ("trial",), True, True, "1 trial"),
        (None, ("label", "trial"), True, True, "label"),
        ("Preclinical", (), True, False, "Repurposing Hub: Preclinical; no trial or label in the sources read"),
        (None, (), True, False, "no phase, trial or label in the sources read"),
        (None, ("trial",), False, False, "no phase, trial or label in the sources read"),
        (None, ("hub",), True, False, "no phase, trial or label in the sources read"),
    ],
)
def test_clinical_by_phase_trial_or_label(
    full: Store, phase: str | None, kinds: tuple[str, ...], counts: bool, clinical_: bool, reason: str
) -> None:
    drug = full.scalar("SELECT min(drug_id) FROM scores")
    full.run("UPDATE drugs SET hub_phase = $phase WHERE drug_id = $drug", phase=phase, drug=drug)
    template = full.sql("FROM evidence LIMIT 1")
    full.run("DELETE FROM evidence WHERE drug_id = $drug", drug=drug)
    for number, kind in enumerate(kinds):
        row = template.with_columns(
            pl.lit(drug).alias("drug_id"),
            pl.lit(kind).alias("kind"),
            pl.lit(f"R{number}").alias("record_id"),
            pl.lit(counts).alias("counts"),
        )
        full.append("evidence", row)
    made = clinical(full, current_runs(full)).row(by_predicate=pl.col("drug_id") == drug, named=True)
    assert (made["clinical"], made["clinical_reason"]) == (clinical_, reason)


def test_without_a_source_nothing_is_known_and_nothing_folded(full: Store) -> None:
    full.run("DELETE FROM evidence")
    full.run("UPDATE drugs SET hub_phase = NULL")
    made = taken(full)
    assert made.height > 0
    assert made["clinical"].is_null().all()
    assert not made["folded"].any()
    assert set(made["clinical_reason"]) == {"no source of phases, trials or labels was read"}


def test_a_drug_without_a_selective_place_does_not_stand_out(full: Store) -> None:
    drug = taken(full)["drug_id"][0]
    full.run("UPDATE scores SET selective = NULL WHERE drug_id = $drug", drug=drug)
    assert drug not in set(taken(full)["drug_id"])


def test_chance_is_the_mean_length_of_the_list_where_places_are_uniform(full: Store) -> None:
    """Places made uniform over each cohort, drug by drug, from the scores: then the average patient has it."""
    full.run(
        """UPDATE scores SET selective = p.place FROM (
               SELECT run_id, patient_id, drug_id,
                      (row_number() OVER (PARTITION BY run_id, drug_id ORDER BY score, patient_id) - 0.5)
                      / count(*) OVER (PARTITION BY run_id, drug_id) AS place FROM scores) p
           WHERE p.run_id = scores.run_id AND p.patient_id = scores.patient_id AND p.drug_id = scores.drug_id"""
    )
    ranking, runs = Ranking(potency_floor=0.6, selective_floor=2 / 3), current_runs(full)
    known, none = clinical(full, runs), Responses()
    expected = chance(full, ranking, runs, known, none).rows_by_key("indication", named=True, unique=True)
    lengths = Counter(stands_out(full, ranking, runs, known, none)["indication"])
    # 12 and 9 patients: a third of them is a whole number.
    for code, patients in zip(CODES[:2], (12, 9), strict=True):
        assert expected[code]["expected"] == pytest.approx(lengths[code] / patients)
    assert all(0 < row["expected_unfolded"] < row["expected"] for row in expected.values())


def test_a_patient_alone_is_compared_with_a_tenth_of_the_potent_drugs(full: Store) -> None:
    code = CODES[0]
    full.run(
        """DELETE FROM scores WHERE patient_id <> 'SYN-BRCA-001'
           AND run_id IN (SELECT run_id FROM runs WHERE indication = $code)""",
        code=code,
    )
    potent = export(full, "scores").filter((pl.col("indication") == code) & (pl.col("score") >= 0.5)).height
    made = tables(full, Ranking()).chance.filter(pl.col("indication") == code)
    assert made["expected"].to_list() == pytest.approx([potent * 0.1])


def test_one_patients_rows_are_taken_out_alone(full: Store) -> None:
    whole = export(full, "scores")
    mine = export(full, "scores", patient_id="SYN-BRCA-002")
    assert mine.equals(whole.filter(pl.col("patient_id") == "SYN-BRCA-002"))
    assert mine.height == 60
    assert export(full, "stands_out", Ranking(potency_floor=0.999), "SYN-BRCA-002").is_empty()


@pytest.mark.parametrize(
    ("table", "patient", "says"),
    [
        ("scores", "SYN-NOBODY", "SYN-NOBODY"),
        ("stands_out", "SYN-NOBODY", "SYN-NOBODY"),
        ("edi", "SYN-BRCA-002", "edi"),
    ],
)
def test_a_patient_that_a_table_cannot_have_is_refused(full: Store, table: str, patient: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        export(full, table, patient_id=patient)


def test_a_patients_report_gets_the_list_of_its_run_alone(full: Store) -> None:
    made, whole = make_shortlists(full, Ranking(), current_runs(full)[:1]), taken(full)
    assert made.stands_out.equals(whole.filter(pl.col("indication") == CODES[0]))
    assert made.chance["indication"].to_list() == [CODES[0]]
