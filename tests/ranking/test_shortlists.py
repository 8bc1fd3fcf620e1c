"""Ranks, ties and intervals; EDP, EDI, DEI and Qualified against the same rules written out in plain Python."""

from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest

from screen.errors import InputError, StoreError
from screen.ranking.shortlists import DERIVED, export, rank_scores, tables
from screen.settings import Ranking
from screen.store import Store
from tests.report.filled import CODES, fill


def members(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)[:, None, :]


def test_equal_scores_rank_by_drug_id_and_are_marked() -> None:
    frame = rank_scores(members([0.2, 0.9, 0.2]), ["p"], ["c", "b", "a"], None)
    assert frame.select("drug_id", "rank", "tied").rows() == [("a", 2, True), ("b", 1, False), ("c", 3, True)]


def test_the_interval_of_a_rank_spans_the_members() -> None:
    frame = rank_scores(members([0.9, 0.5, 0.1], [0.2, 0.5, 0.9]), ["p"], ["a", "b", "c"], None)
    assert frame.select("rank_low", "rank_high").rows() == [(1, 3), (2, 2), (1, 3)]


def test_score_is_the_mean_and_spread_the_sample_deviation() -> None:
    row = rank_scores(members([0.2], [0.4]), ["p"], ["a"], None).row(0, named=True)
    assert row["score"] == pytest.approx(0.3)
    assert row["score_sd"] == pytest.approx(np.std([0.2, 0.4], ddof=1))


def test_one_member_has_no_spread() -> None:
    assert rank_scores(members([0.2, 0.4]), ["p"], ["a", "b"], None)["score_sd"].to_list() == [0, 0]


def test_selective_is_the_percentile_among_reference_patients() -> None:
    reference = np.linspace(0, 1, 11, dtype=np.float32)[:, None] * np.array([[1.0, 0.5]], dtype=np.float32)
    frame = rank_scores(members([0.25, 0.25]), ["p"], ["a", "b"], reference)
    assert frame["selective"].to_list() == pytest.approx([0.25, 0.5])


def test_a_drug_that_scores_the_same_for_everybody_is_in_the_middle() -> None:
    frame = rank_scores(members([0.7]), ["p"], ["a"], np.full((9, 1), 0.7, dtype=np.float32))
    assert frame["selective"].to_list() == [0.5]


def test_a_drug_without_reference_patients_has_no_selective_score() -> None:
    reference = np.array([[0.1, np.nan], [0.9, np.nan]], dtype=np.float32)
    assert rank_scores(members([0.5, 0.5]), ["p"], ["a", "b"], reference)["selective"].to_list() == [0.5, None]


def test_reference_columns_follow_the_drugs_given() -> None:
    reference = np.array([[0.0, 0.6], [0.5, 1.0]], dtype=np.float32)
    frame = rank_scores(members([0.5, 0.6]), ["p"], ["z", "a"], reference)
    assert dict(frame.select("drug_id", "selective").rows()) == {"a": 0.0, "z": 1.0}


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, patients=(12, 9, 7))
    return store


def plain_edp(store: Store, count: int) -> dict[tuple[str, str], list[str]]:
    rows = export(store, "scores").to_dicts()
    best = defaultdict(list)
    for row in sorted(rows, key=lambda r: (-r["score"], r["drug_id"])):
        best[row["indication"], row["patient_id"]].append(row["drug_id"])
    return {key: drugs[:count] for key, drugs in best.items()}


def plain_edi(store: Store, count: int) -> dict[str, dict[str, int]]:
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for (code, _), drugs in plain_edp(store, count).items():
        held[code].update(drugs)
    lists = {}
    for code, counts in held.items():
        last = sorted(counts.values(), reverse=True)[:10][-1]
        lists[code] = {d: n for d, n in counts.items() if n >= last}
    return lists


def test_edp_is_the_best_share_of_each_patient(full: Store) -> None:
    made = tables(full, Ranking()).edp.sort("rank")
    expected = plain_edp(full, 3)
    for key, group in made.group_by("indication", "patient_id", maintain_order=True):
        assert group["drug_id"].to_list() == expected[key]  # type: ignore[index]
    assert made.height == 3 * len(expected) == 3 * 28


@pytest.mark.parametrize(("fraction", "drugs"), [(0.05, 3), (0.051, 4), (0.1, 6), (0.7, 42), (1.0, 60)])
def test_the_share_of_drugs_is_rounded_up_exactly(full: Store, fraction: float, drugs: int) -> None:
    made = tables(full, Ranking(efficient_fraction=fraction)).edp
    assert set(made.group_by("patient_id").len()["len"]) == {drugs}


def test_edi_counts_patients_and_lets_ties_at_the_last_rank_in(full: Store) -> None:
    made = tables(full, Ranking(efficient_fraction=0.1)).edi
    expected = plain_edi(full, 6)
    assert {
        code: dict(made.filter(pl.col("indication") == code)["drug_id", "efficient_patients"].rows()) for code in CODES
    } == expected
    for code, group in made.group_by("indication"):
        counts = sorted(expected[str(code[0])].values(), reverse=True)
        assert all(row["rank"] == counts.index(row["efficient_patients"]) + 1 for row in group.to_dicts())
    assert all(abs(r["fraction"] - r["efficient_patients"] / r["patients"]) < 1e-12 for r in made.to_dicts())


def plain_label(store: Store, drug: str, code: str, efficient: bool, kinds: tuple[str, ...]) -> str:
    parts = ("COAD", "READ") if code == "COADREAD" else (code,)
    evidence = [r for r in store.sql("FROM evidence").to_dicts() if r["counts"] and r["kind"] in kinds]
    looked = [r for r in store.sql("FROM searched").to_dicts() if r["kind"] in kinds and r["drug_id"] in (None, drug)]
    recorded = any(r["drug_id"] == drug and r["indication"] in parts for r in evidence)
    searched = all(any(r["indication"] in (None, part) for r in looked) for part in parts)
    if recorded:
        return "Proved" if efficient else "Contradicted"
    if not searched:
        return "Not searched"
    return "Promising" if efficient else "Inefficient"


def test_dei_holds_every_edi_drug_over_every_indication_with_its_labels(full: Store) -> None:
    made = tables(full, Ranking(efficient_fraction=0.1)).dei
    edi = plain_edi(full, 6)
    union = {drug for drugs in edi.values() for drug in drugs}
    assert set(made["drug_id", "indication"].rows()) == {(d, c) for d in union for c in CODES}
    for row in made.sample(25, seed=1).to_dicts():
        key = (row["drug_id"], row["indication"])
        assert row["efficient"] == (key[0] in edi[key[1]])
        assert row["label"] == plain_label(full, *key, row["efficient"], ("label", "trial", "hub"))
        assert row["label_trial"] == plain_label(full, *key, row["efficient"], ("trial",))


def test_qualified_needs_a_proved_and_no_contradicted_indication(full: Store) -> None:
    made = tables(full, Ranking(efficient_fraction=0.1))
    labels: dict[str, set[str]] = defaultdict(set)
    for drug, label in made.dei["drug_id", "label_trial"].rows():
        labels[drug].add(label)
    expected = {d: "yes" if "Proved" in found and "Contradicted" not in found else "no" for d, found in labels.items()}
    assert dict(made.qualified["drug_id", "qualified"].rows()) == expected
    assert "yes" in expected.values()


def test_a_setting_excludes_from_qualified_with_the_reason(full: Store) -> None:
    name = tables(full, Ranking()).qualified["drug_name"][0]
    made = tables(full, Ranking(excluded_drugs=(name.upper(),))).qualified.filter(pl.col("drug_name") == name)
    assert made["qualified", "reason"].rows()[0][0] == "no"
    assert made["reason"][0].startswith("excluded by setting")


def test_an_unknown_excluded_drug_is_refused(full: Store) -> None:
    with pytest.raises(InputError, match="Gemzitabine"):
        tables(full, Ranking(excluded_drugs=("Gemzitabine",)))


def test_one_indication_alone_is_not_assessable(full: Store) -> None:
    made = tables(full, Ranking(), run_ids=["run1".ljust(16, "0")]).qualified
    assert set(made["qualified"]) == {"not assessable"}
    assert made["indications_ranked"].to_list() == [["BRCA"]] * made.height


def test_only_the_newest_run_of_an_indication_counts(full: Store) -> None:
    full.run("INSERT INTO runs SELECT 'newer', indication, model_id, settings, 99 FROM runs WHERE indication = 'BRCA'")
    full.run("INSERT INTO scores SELECT * REPLACE ('newer' AS run_id) FROM scores WHERE patient_id = 'SYN-BRCA-001'")
    brca = tables(full, Ranking()).edp.filter(pl.col("indication") == "BRCA")
    assert set(brca["patient_id"]) == {"SYN-BRCA-001"}


@pytest.mark.parametrize(
    "table",
    [
        *DERIVED,
        "stands_out",
        "scores",
        "evidence",
        "coverage",
        "drugs",
        "patients",
        "evaluations",
        "unlinked",
        "runs",
        "run_drugs",
        "run_patients",
    ],
)
def test_every_table_can_be_taken_out(full: Store, table: str) -> None:
    assert export(full, table).height > 0


def test_an_empty_store_says_that_nothing_is_ranked(store: Store) -> None:
    with pytest.raises(StoreError, match="nothing is ranked"):
        export(store, "edi")


def test_an_unknown_table_is_refused_with_the_list(full: Store) -> None:
    with pytest.raises(InputError, match="qualified"):
        export(full, "edpp")
