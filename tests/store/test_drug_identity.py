"""Which drug a name means, decided by small sets of claims."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from screen.ingest import registry
from screen.records import Batch, ReadOptions, drug_key, drug_keys
from screen.store import Store, save
from screen.store.drug_identity import resolve_drugs

A, B = "AAAAAAAAAAAAAA-UHFFFAOYSA-N", "BBBBBBBBBBBBBB-UHFFFAOYSA-N"
A_OTHER_STEREO = "AAAAAAAAAAAAAA-KXUCPTDWSA-N"

Name = tuple[str, str | None, str | None]
"""Name, structure, main name of which it is a synonym."""


def _add(
    store: Store,
    source: str,
    authority: int,
    *names: Name,
    snapshot: str | None = None,
    facts: Iterable[tuple[str, str, str]] = (),
) -> None:
    given = pl.DataFrame(names, {"name": pl.String, "drug_id": pl.String, "main": pl.String}, orient="row")
    rows = given.select(
        "name",
        "drug_id",
        drug_key=drug_keys(given["name"]),
        preferred=pl.col("main").is_null(),
        authority=pl.lit(authority),
        alias_of=drug_keys(given["main"]),
    )
    claims = pl.DataFrame(
        [(drug_key(n), f, v) for n, f, v in facts],
        {"drug_key": pl.String, "field": pl.String, "value": pl.String},
        orient="row",
    )
    batch = Batch("drug-table", {"drug_names": rows, "drug_facts": claims}, snapshot_date=snapshot)
    save.save_batch(store, save.Source(source, source, source, 1, "{}"), batch)


def _structures(store: Store, *drug_ids: str) -> None:
    store.append(
        "drug_structures",
        pl.DataFrame({"drug_id": drug_ids, "smiles": "C", "molecular_weight": 16.0, "heavy_atoms": 1}),
    )


def _responses(store: Store, *names: str) -> None:
    store.append(
        "responses",
        pl.DataFrame(
            {
                "source_id": "r",
                "dataset": "GDSC2",
                "metric": "AUC",
                "cell_line_ref": "L",
                "drug_name": names,
                "drug_key": [drug_key(name) for name in names],
                "value": 0.5,
                "repeats": 1,
            }
        ),
    )


def _meant(store: Store) -> dict[str, str]:
    resolve_drugs(store)
    return dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").rows())


def _conflicts(store: Store) -> list[tuple[str, str, list[str]]]:
    return store.sql("SELECT * FROM drug_conflicts ORDER BY drug_key").rows()


def test_two_names_of_one_structure_are_one_drug(store: Store) -> None:
    _structures(store, A)
    _add(store, "table", 0, ("Olaparib", A, None))
    _add(store, "hub", 1, ("AZD-2281", A, None))
    assert _meant(store) == {"olaparib": A, "azd2281": A}
    assert store.sql("SELECT name, aliases FROM drugs").rows() == [("Olaparib", ["AZD-2281"])]


def test_the_best_authority_is_believed_and_the_rest_listed(store: Store) -> None:
    _structures(store, A, B)
    _add(store, "table", 0, ("X", B, None))
    _add(store, "hub", 1, ("X", A, None))
    _add(store, "bank", 2, ("X", A, None))
    assert _meant(store) == {"x": B}
    assert _conflicts(store) == [("x", B, [A])]


def test_within_an_authority_the_structure_of_most_sources_is_taken(store: Store) -> None:
    _structures(store, A, B)
    for source, drug_id in {"one": A, "two": B, "three": B}.items():
        _add(store, source, 0, ("X", drug_id, None))
    assert _meant(store) == {"x": B}


def test_a_main_name_beats_a_synonym_of_the_same_authority(store: Store) -> None:
    _structures(store, A, B)
    _add(store, "one", 0, ("X", A, None), ("Y", A, "X"))
    _add(store, "two", 0, ("Y", B, None))
    assert _meant(store) == {"x": A, "y": B}
    assert _conflicts(store) == [("y", B, [A])]


def test_a_synonym_of_several_drugs_means_none(store: Store) -> None:
    _structures(store, A, B)
    _add(
        store,
        "gdsc",
        0,
        ("Temsirolimus", A, None),
        ("Rapamycin", B, None),
        ("Torisel", A, "Temsirolimus"),
        ("Torisel", B, "Rapamycin"),
    )
    assert _meant(store) == {"temsirolimus": A, "rapamycin": B}
    assert _conflicts(store) == [("torisel", "", [A, B])]


def test_a_synonym_shared_with_a_drug_without_structure_means_none(store: Store) -> None:
    _structures(store, A)
    _add(
        store,
        "gdsc",
        0,
        ("THR-101", A, None),
        ("THR-102", None, None),
        ("WIMM", A, "THR-101"),
        ("WIMM", None, "THR-102"),
    )
    _responses(store, "THR-102")
    assert _meant(store) == {"thr101": A, "thr102": "name:thr102"}


def test_a_vocabulary_joins_names_that_have_no_structure(store: Store) -> None:
    _responses(store, "5-Fluorouracil", "Fluorouracil")
    _add(store, "gdsc", 0, ("5-Fluorouracil", None, None))
    _add(store, "bank", 2, ("Fluorouracil", None, None), ("5-Fluorouracil", None, "Fluorouracil"))
    assert _meant(store) == {"5fluorouracil": "name:fluorouracil", "fluorouracil": "name:fluorouracil"}


def test_a_name_takes_the_structure_its_synonym_has_elsewhere(store: Store) -> None:
    _structures(store, A)
    _responses(store, "Fluorouracil")
    _add(store, "gdsc", 0, ("5-Fluorouracil", A, None))
    _add(store, "bank", 2, ("Fluorouracil", None, None), ("5-Fluorouracil", None, "Fluorouracil"))
    assert _meant(store) == {"5fluorouracil": A, "fluorouracil": A}


def test_a_name_of_another_structure_takes_none_from_a_synonym(store: Store) -> None:
    _structures(store, A)
    _add(store, "hub", 1, ("Arketamine", A, None))
    _add(store, "bank", 2, ("Esketamine", B, None), ("Arketamine", B, "Esketamine"))
    assert _meant(store) == {"arketamine": A}


def test_main_names_that_are_each_others_synonym_are_one_drug(store: Store) -> None:
    _structures(store, A, B)
    _add(store, "gdsc", 0, ("Rapamycin", A, None), ("Sirolimus", A, "Rapamycin"))
    _add(store, "library", 0, ("Rapamycin", A, None), ("Sirolimus", B, None))
    _add(store, "bank", 2, ("Sirolimus", A, None), ("Rapamycin", A, "Sirolimus"))
    assert _meant(store) == {"rapamycin": A, "sirolimus": A}
    assert _conflicts(store) == [("rapamycin", A, [B]), ("sirolimus", A, [B])]


def test_an_unknown_inchikey_means_the_only_structure_with_its_skeleton(store: Store) -> None:
    _structures(store, A)
    _add(store, "bank", 2, ("X", A_OTHER_STEREO, None), ("Unknown", B, None))
    assert _meant(store) == {"x": A}
    store.run("DELETE FROM drug_structures")
    _structures(store, A, A_OTHER_STEREO[:-1] + "M")
    assert _meant(store) == {}


def test_a_vocabulary_alone_makes_no_drugs_but_responses_and_given_drugs_do(store: Store) -> None:
    _add(store, "bank", 2, ("Cetuximab", None, None), ("Lepirudin", None, None))
    _responses(store, "Cetuximab")
    store.append(
        "given_drugs",
        pl.DataFrame({"source_id": ["g"], "patient_id": ["p"], "drug_key": ["folfox"], "drug_name": ["FOLFOX"]}),
    )
    resolve_drugs(store)
    assert store.sql("SELECT drug_id, name, screened, smiles FROM drugs").rows() == [
        ("name:cetuximab", "Cetuximab", True, None),
        ("name:folfox", "FOLFOX", False, None),
    ]


def test_the_newest_release_tells_phase_and_mechanism(store: Store) -> None:
    _structures(store, A)
    releases = (("old", "2018", "Phase 2", "kinase inhibitor"), ("new", "2020", "Launched", "PARP"))
    for source, year, phase, how in releases:
        _add(
            store,
            source,
            1,
            ("X", A, None),
            snapshot=f"{year}-01-01",
            facts=[("X", "hub_phase", phase), ("X", "mechanism", how), ("X", "target", f"T{year}")],
        )
    resolve_drugs(store)
    assert store.sql("SELECT hub_phase, mechanism, targets FROM drugs").rows() == [
        ("Launched", "PARP", ["T2018", "T2020"])
    ]


def test_the_name_shown_is_of_the_best_authority_then_frequent_then_short(store: Store) -> None:
    _structures(store, A)
    _add(store, "bank", 2, ("A", A, None))
    _add(store, "one", 0, ("Name-1", A, None))
    _add(store, "two", 0, ("NAME 10", A, None))
    _add(store, "three", 0, ("NAME 10", A, None))
    resolve_drugs(store)
    assert store.scalar("SELECT name FROM drugs") == "NAME 10"


def test_the_order_of_files_does_not_matter_and_a_second_run_changes_nothing(store: Store) -> None:
    _structures(store, A, B)
    for source, authority, drug_id in (("one", 1, A), ("two", 0, B), ("three", 1, A)):
        _add(store, source, authority, ("X", drug_id, None))
    first = _meant(store)
    rows = store.sql("SELECT * FROM drug_names ORDER BY source_id DESC")
    store.run("DELETE FROM drug_names")
    store.append("drug_names", rows)
    assert _meant(store) == first == {"x": B}


@pytest.fixture(scope="module")
def ingested(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GDSC's table and responses, the library and DrugBank's names, resolved."""
    from screen.store import open_store
    from screen.store.migrations import migrate

    path = tmp_path_factory.mktemp("real") / "real.duckdb"
    files = (
        "drugs/GDSC_drugs.csv",
        "drugs/drug_library.csv",
        "responses/GDSC2_fitted_dose_response.csv.gz",
        "evidence/drugbank_vocabulary.csv",
    )
    with open_store(path, create=True) as store:
        migrate(store)
        with store.transaction():
            for name in files:
                source = save.source_of(real_data / name, ReadOptions())
                save.save_batch(store, source, registry.read(real_data / name, ReadOptions())[1])
            resolve_drugs(store)
    return path


@pytest.mark.real
def test_real_names(ingested: Path) -> None:
    from screen.store import open_store

    with open_store(ingested) as store:
        assert (
            store.scalar("""SELECT count(DISTINCT drug_key) FROM responses JOIN drug_keys USING (drug_key)
                               JOIN drug_structures USING (drug_id)""")
            == 232
        )
        assert store.scalar("SELECT count(*) FROM drugs WHERE screened") == 285
        keys = dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").rows())
        assert keys["5fluorouracil"] == keys["fluorouracil"]
        assert keys["rapamycin"] == keys["sirolimus"] == "QFJCIRLUMZQUOT-HPLJOQBZSA-N"
        conflicts = set(store.sql("SELECT drug_key FROM drug_conflicts")["drug_key"])
        assert {"cct018159", "sb590885", "rapamycin", "torisel"} <= conflicts
