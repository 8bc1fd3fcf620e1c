"""Plates and curves in the store: once each, out again, erased with their patient, read as a model needs them."""

import polars as pl
import pytest

from screen.errors import StoreError
from screen.settings import Settings
from screen.store import Store, forget, lab_results, open_store

TEXTS = pl.List(pl.String)


def plates(*ids: str, patient: str = "PAT-0001", lab: str = "north", verdict: str = "pass") -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "plate_id": one,
                "file_name": f"{one}.txt",
                "file_sha256": one * 4,
                "file_format": "bare-grid",
                "layout": "layout1",
                "plate": one,
                "lab": lab,
                "assay": "luminescence",
                "organoid_id": f"{patient}-org",
                "patient_id": patient,
                "purpose": "treated",
                "n_rows": 8,
                "n_cols": 12,
                "dose_unit": "uM",
                "verdict": verdict,
                "reason": "as expected",
            }
            for one in ids
        ]
    )


def wells(plate: str, viabilities: list[float]) -> pl.DataFrame:
    rows = [
        {
            "plate_id": plate,
            "well": f"B{number}",
            "row_number": 2,
            "col_number": number,
            "role": "test",
            "treatment": "A1",
            "drug_ids": ["name:x"],
            "drug_names": ["X"],
            "doses": [1.0],
            "raw": 100.0,
            "viability": value,
            "flags": [],
        }
        for number, value in enumerate(viabilities, start=2)
    ]
    return pl.DataFrame(rows, schema_overrides={"flags": TEXTS})


def curve(patient: str = "PAT-0001", **over: object) -> pl.DataFrame:
    row = {
        "curve_id": "c1",
        "lab": "north",
        "assay": "luminescence",
        "batch": "layout1",
        "organoid_id": f"{patient}-org",
        "patient_id": patient,
        "plates": "p1",
        "treatment": "A1",
        "drug_ids": ["name:x"],
        "drug_names": ["X"],
        "dose_unit": "uM",
        "doses": 4,
        "wells": 12,
        "dose_low": 0.2,
        "dose_high": 200.0,
        "aac_low_dose": 0.2,
        "aac_high_dose": 10.0,
        "model_code": "hill3",
        "reason": "a curve",
        "top": 1.0,
        "rmse": 0.01,
        "emax": 0.2,
        "hook": False,
        "aac": 0.5,
        "ic50_censored": "",
        "auc_gdsc": 0.6,
        "auc_gdsc_sd": 0.02,
        "range_share": 0.8,
        "verdict": "pass",
    }
    return pl.DataFrame([row | over])


BATCH = ("north", "luminescence", "layout1", "PAT-0001-org")


def test_the_same_plate_is_stored_once(store: Store) -> None:
    assert lab_results.save_plates(store, plates("p1"), wells("p1", [0.5])) == 1
    assert lab_results.save_plates(store, plates("p1", "p2"), pl.concat([wells("p1", [0.5]), wells("p2", [0.4])])) == 1
    assert lab_results.stored_plates(store).select("plate_id", "added").rows() == [("p1", 1), ("p2", 2)]
    assert lab_results.wells_of(store, ["p1"]).height == 1
    lab_results.delete_plates(store, ["p1"])
    assert lab_results.wells_of(store, ["p1"]).is_empty()


def test_a_model_reads_single_drugs_and_why_it_must_not_learn_from_one(store: Store) -> None:
    rows = [
        curve(),
        curve(curve_id="c2", treatment="A2", verdict="fail"),
        curve(curve_id="c3", treatment="A3", dose_unit="relative"),
        curve(curve_id="c4", treatment="A4", range_share=0.2),
        curve(curve_id="c5", treatment="C1", drug_ids=["name:x", "name:y"], drug_names=["X", "Y"]),
    ]
    lab_results.replace_curves(store, BATCH, pl.concat(rows), pl.DataFrame())
    found = lab_results.fitted_responses(store, "PAT-0001")
    assert found["usable"].to_list() == [True, False, False, False]
    assert "failed" in found["why_not"][1]
    assert "relative" in found["why_not"][2]
    assert found["auc"][0] == 0.6
    assert lab_results.fitted_responses(store, lab="south").is_empty()


def test_a_drug_is_what_its_name_means_now(store: Store) -> None:
    lab_results.replace_curves(store, BATCH, curve(), pl.DataFrame())
    assert lab_results.fitted_responses(store)["drug_id"].to_list() == ["name:x"]
    store.run("INSERT INTO drug_keys VALUES ('x', 'AAAAAAAAAAAAAA-AAAAAAAAAA-N')")
    assert lab_results.fitted_responses(store)["drug_id"].to_list() == ["AAAAAAAAAAAAAA-AAAAAAAAAA-N"]


def test_replicates_give_the_noise_of_a_well(store: Store) -> None:
    lab_results.save_plates(store, plates("p1"), wells("p1", [0.4, 0.5, 0.6]))
    noise = lab_results.plate_noise(store)
    assert noise["replicate_sd"].to_list() == pytest.approx([0.1])
    assert noise["wells"].to_list() == [3]


def test_the_widest_range_of_gdsc2_is_a_drug_s(store: Store) -> None:
    store.run("INSERT INTO response_ranges VALUES ('s', 'GDSC1', 'x', 0.001, 1), ('s', 'GDSC2', 'x', 0.01, 10), "
              "('s', 'GDSC2', 'x', 0.005, 5)")  # fmt: skip
    assert lab_results.training_ranges(store).rows() == [("name:x", 0.005, 10.0)]


def test_plates_go_with_their_patient_and_do_not_come_back(store: Store) -> None:
    lab_results.save_plates(store, plates("p1"), wells("p1", [0.5]))
    lab_results.save_plates(store, plates("p9", patient="PAT-0002"), wells("p9", [0.5]))
    lab_results.replace_curves(store, BATCH, curve(), pl.DataFrame())
    store.close()
    forget(Settings(store=store.path), "PAT-0001")
    with open_store(store.path, write=True) as after:
        for table, left in (("lab_plates", 1), ("lab_wells", 1), ("lab_curves", 0)):
            assert after.scalar(f"SELECT count(*) FROM {table}") == left
        assert after.scalar("SELECT count(*) FROM lab_plates WHERE file_name LIKE '%PAT-0001%'") == 0
        with pytest.raises(StoreError, match="erased"):
            lab_results.save_plates(after, plates("p1"), wells("p1", [0.5]))
