"""One profile a patient: which, and why not the others."""

import numpy as np
import polars as pl
import pytest

from screen.ranking import profile_choice
from screen.store import Store

GENES = ("BRAF", "EGFR", "KRAS", "MYC", "TP53")
LEVELS = [1.0, 2.0, 3.0, 4.0, 5.0]


def put(
    store: Store,
    source: str,
    unit: str,
    patients: list[str],
    genes: tuple[str, ...] = GENES,
    levels: list[float] | None = None,
) -> None:
    """Profiles of one source file, the same values for each patient."""
    if store.scalar("SELECT 1 FROM gene_orders WHERE gene_order_id = $id", id=" ".join(genes)) is None:
        store.append("gene_orders", pl.DataFrame({"gene_order_id": [" ".join(genes)], "genes": [list(genes)]}))
    row = levels or LEVELS[: len(genes)]
    store.append(
        "expression",
        pl.DataFrame(
            [
                {
                    "source_id": source,
                    "domain": "patient",
                    "subject_id": p,
                    "sample_id": f"{p}-01",
                    "dataset": f"set-{source}",
                    "unit": unit,
                    "gene_order_id": " ".join(genes),
                    "levels": row,
                }
                for p in patients
            ]
        ),
    )


@pytest.fixture
def want() -> profile_choice.Wanted:
    return profile_choice.Wanted(GENES, "log2tpm1", "home", 0.8)


def test_the_training_source_comes_first(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "aaa", "log2tpm1", ["P1", "P2"])
    put(store, "home", "log2tpm1", ["P1"])
    chosen = profile_choice.choose(store, ["P1", "P2"], want)
    found = chosen.profiles()
    assert found.subject_ids == ("P1", "P2")
    assert found.source_ids == ("home", "aaa")
    assert "not used" in chosen.unused["P1"][0]
    assert chosen.refused(["P1", "P2"]) == {}


def ingested(store: Store, *sources: str) -> None:
    """These sources as files, one ingested after the other."""
    for number, source in enumerate(sources, 1):
        store.run(
            """INSERT INTO source_files (source_id, sha256, name, kind, size_bytes, row_count, options, ingested)
               VALUES ($id, $id, $id, 'expression-matrix', 1, 1, '{}', $number)""",
            id=source,
            number=number,
        )


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
@pytest.mark.parametrize("unit", ["log2tpm1", "tpm"])
def test_the_profile_ingested_last_is_used(
    store: Store, want: profile_choice.Wanted, order: tuple[str, str], unit: str
) -> None:
    for source in ("first", "second"):
        put(store, source, unit, ["P1"])
    ingested(store, *order)
    chosen = profile_choice.choose(store, ["P1"], want)
    assert chosen.profiles().source_ids == (order[1],)
    assert chosen.unused["P1"][0].startswith(f"set-{order[0]}")
    assert chosen.several() == [f"P1: {chosen.used['P1']} is used; {chosen.unused['P1'][0]}"]


def test_a_correction_replaces_the_profile_of_training(store: Store, want: profile_choice.Wanted) -> None:
    for source in ("home", "corrected"):
        put(store, source, "log2tpm1", ["P1", "P2"] if source == "home" else ["P1"])
    ingested(store, "home", "corrected")
    assert profile_choice.choose(store, ["P1", "P2"], want).profiles().source_ids == ("corrected", "home")


def test_a_later_file_in_another_unit_does_not_replace_it(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "home", "log2tpm1", ["P1"])
    put(store, "xena", "log2tpm0.001", ["P1"])
    ingested(store, "home", "xena")
    assert profile_choice.choose(store, ["P1"], want).profiles().source_ids == ("home",)


def test_a_later_profile_that_does_not_fit_leaves_the_earlier_one(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "whole", "log2tpm1", ["P1"])
    put(store, "panel", "log2tpm1", ["P1"], GENES[:2])
    ingested(store, "whole", "panel")
    chosen = profile_choice.choose(store, ["P1"], want)
    assert chosen.profiles().source_ids == ("whole",)
    assert "fewer than the floor" in chosen.several()[0]


def test_tpm_is_brought_to_the_models_unit(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "lab", "tpm", ["P1"])
    found = profile_choice.choose(store, ["P1"], want).profiles()
    np.testing.assert_allclose(found.levels[0], np.log2(np.array(LEVELS) + 1), rtol=1e-6)


def test_a_foreign_unit_is_refused_with_coverage_and_remedy(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "xena", "log2tpm0.001", ["P1"], GENES[:2])
    zscore = profile_choice.Wanted(GENES, "zscore", "home", 0.8)
    why = profile_choice.choose(store, ["P1"], zscore).refused(["P1"])["P1"]
    assert "2 of the model's 5 genes found" in why
    assert "cannot be brought to the model's z-score" in why
    assert "z-score" in profile_choice.remedy(zscore)


def test_too_few_genes_are_refused(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "panel", "log2tpm1", ["P1"], GENES[:3])
    assert "fewer than the floor of 80%" in profile_choice.choose(store, ["P1"], want).refused(["P1"])["P1"]


def test_a_second_sample_of_a_patient_is_not_scored(store: Store, want: profile_choice.Wanted) -> None:
    put(store, "home", "log2tpm1", ["P1"])
    store.run("INSERT INTO expression SELECT * REPLACE ('P1-02' AS sample_id) FROM expression")
    chosen = profile_choice.choose(store, ["P1"], want)
    assert chosen.profiles().sample_ids == ("P1-01",)
    assert len(chosen.unused["P1"]) == 1


def test_nothing_in_the_store(store: Store, want: profile_choice.Wanted) -> None:
    assert profile_choice.choose(store, ["P9"], want).refused(["P9"]) == {"P9": "no expression in the store"}


def test_genes_are_wanted_under_their_current_names(store: Store) -> None:
    store.append(
        "gene_aliases", pl.DataFrame({"source_id": ["h"], "alias": ["MLL2"], "kind": ["previous"], "symbol": ["KMT2D"]})
    )
    manifest = {"genes": ["MLL2", "TP53"], "unit": "tpm", "patient_source": {"source_id": "home"}}
    assert profile_choice.wanted(store, manifest, 0.8).genes == ("KMT2D", "TP53")


def test_a_patient_is_held_to_the_genes_of_the_lines_data_set_that_has_fewest(store: Store) -> None:
    manifest = {"genes": list(GENES), "unit": "log2tpm1", "patient_source": {"source_id": "home"}}
    assert profile_choice.wanted(store, manifest, 0.8).floor == pytest.approx(0.8)
    sets = [{"genes": 5}, {"genes": 3}]
    least = profile_choice.wanted(store, manifest | {"line_data": sets}, 0.8)
    assert least.floor == pytest.approx(0.48)
    put(store, "few", "log2tpm1", ["P1"], GENES[:3])
    put(store, "fewer", "log2tpm1", ["P2"], GENES[:2])
    chosen = profile_choice.choose(store, ["P1", "P2"], least)
    assert chosen.profiles().subject_ids == ("P1",)
    assert "fewer than the floor of 48%" in chosen.refused(["P1", "P2"])["P2"]
