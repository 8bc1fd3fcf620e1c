"""Pre-ranked GSEA: by hand, against fgsea's own results, and with labels shuffled."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.mechanism.gene_input import GeneRanking, ranking
from screen.mechanism.preranked import enriched, enrichment_scores, null_scores
from screen.mechanism.random_subsets import random_subsets

FGSEA = Path(__file__).parents[3] / "shared" / "data" / "signatures" / "fgsea_reference"
GENES = [f"G{i:04}" for i in range(1500)]


def planted(seed: int = 5) -> tuple[GeneRanking, dict[str, frozenset[str]]]:
    """A ranking whose set ``up`` is moved by one standard deviation, and forty sets that are not."""
    rng = np.random.default_rng(seed)
    rest = GENES[:100] + GENES[130:]
    sets = {f"S{i}": frozenset(rng.choice(rest, int(rng.integers(15, 60)), replace=False)) for i in range(40)}
    sets["up"] = frozenset(GENES[100:130])
    stats = rng.normal(size=len(GENES)) + np.isin(GENES, sorted(sets["up"]))
    return ranking(dict(zip(GENES, stats.tolist(), strict=True))), sets


def test_a_walk_by_hand() -> None:
    stats = np.array([4.0, 3.0, 2.0, 1.0, -1.0, -2.0])
    # Genes 1 and 3 (places 0 and 2): up 4/6, down 1/4, up 2/6: 0.75 at most.
    assert enrichment_scores(stats, np.array([[0, 2]])) == pytest.approx([4 / 6 - 1 / 4 + 2 / 6])
    assert enrichment_scores(stats, np.array([[4, 5]])) == pytest.approx([-1.0])


def test_the_planted_set_is_found_with_its_leading_edge() -> None:
    genes, sets = planted()
    first, *others = enriched(genes, sets, permutations=2000)
    assert first.name == "up"
    assert first.fdr < 0.05
    assert first.nes is not None
    assert first.nes > 1.5
    assert set(first.leading_edge) < sets["up"]
    assert all(row.name != "up" for row in others)
    assert sum(row.fdr < 0.05 for row in others) <= 1


def test_with_labels_shuffled_p_is_under_a_level_as_often_as_the_level_says() -> None:
    genes, sets = planted()
    rng = np.random.default_rng(11)
    p, any_found = [], 0
    for seed in range(40):
        shuffled = GeneRanking(tuple(rng.permutation(genes.genes)), genes.stats)
        rows = enriched(shuffled, sets, permutations=500, seed=seed)
        p += [row.p for row in rows]
        any_found += min(row.fdr for row in rows) < 0.05
    # 1640 p: three standard errors around 5% and 20%; at 5% of shuffles any FDR is below 5%, 7 of 40 at most (99.9%).
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.02)
    assert np.mean(np.array(p) < 0.2) == pytest.approx(0.2, abs=0.04)
    assert any_found <= 7


def test_the_order_of_the_ranking_and_of_the_sets_has_no_say() -> None:
    genes, sets = planted()
    again = ranking(dict(zip(reversed(genes.genes), genes.stats[::-1].tolist(), strict=True)))
    backwards = {name: sets[name] for name in reversed(sets)}
    assert enriched(genes, sets, permutations=200) == enriched(again, backwards, permutations=200)


def test_random_sets_are_without_repetition_and_the_smaller_begin_the_larger() -> None:
    large, small = (np.array(list(random_subsets(101, most, 300, 7))) for most in (50, 50))
    assert all(len(set(one)) == 50 for one in large)
    assert (large == small).all()
    assert large.min() == 0
    assert large.max() == 100


@pytest.mark.real
@pytest.mark.skipif(not FGSEA.is_dir(), reason="needs ../shared/data/signatures")
def test_scores_and_random_sets_are_fgseas() -> None:
    stats = np.loadtxt(FGSEA / "inputs/stats.tsv", skiprows=1)
    lines = (FGSEA / "inputs/pathways.tsv").read_text().splitlines()
    places = [np.array([[int(cell) - 1 for cell in line.split("\t")]]) for line in lines]
    expected = pl.read_csv(FGSEA / "refs/ref_calcGseaStatBatchCpp.tsv", separator="\t")["ES"]
    for found, score in zip(places, expected, strict=True):
        assert enrichment_scores(stats, found)[0] == pytest.approx(score, abs=1e-14)
    null = null_scores(stats, [found.shape[1] for found in places], 1000, 42)
    scores = np.loadtxt(FGSEA / "inputs/cumbatch_pathwayScores.tsv", skiprows=1)
    rows = pl.read_csv(FGSEA / "refs/ref_calcGseaStatCumulativeBatch.tsv", separator="\t").rows()
    for (_, at_most, at_least, below, above, low, high), score, found in zip(rows, scores, places, strict=True):
        sampled = null.of(found.shape[1])
        counts = [(sampled <= score).sum(), (sampled >= score).sum(), (sampled <= 0).sum(), (sampled >= 0).sum()]
        assert counts == [at_most, at_least, below, above]
        assert np.minimum(sampled, 0).sum() == pytest.approx(low, rel=1e-12)
        assert np.maximum(sampled, 0).sum() == pytest.approx(high, rel=1e-12)


@pytest.mark.real
@pytest.mark.skipif(not FGSEA.is_dir(), reason="needs ../shared/data/signatures")
def test_the_score_of_every_beginning_of_a_set_is_fgseas() -> None:
    stats = np.loadtxt(FGSEA / "inputs/stats.tsv", skiprows=1)
    selected = np.loadtxt(FGSEA / "inputs/cumulative_selectedStats.tsv", dtype=np.int64) - 1
    rows = pl.read_csv(FGSEA / "refs/ref_calcGseaStatCumulative.tsv", separator="\t")
    for prefix, value in rows.filter(pl.col("scoreType") == "std").select("prefix_index0", "value").rows():
        assert enrichment_scores(stats, selected[None, : prefix + 1])[0] == pytest.approx(value, abs=1e-14)
