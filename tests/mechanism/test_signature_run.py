"""A planted pathway is found; shuffled labels show none; no effect is told from an absent drug."""

import json
from pathlib import Path

import numpy as np
import pytest

from screen.errors import InputError
from screen.mechanism.profile_files import read_profiles
from screen.mechanism.signature_run import SignatureRequest, signature
from screen.mechanism.signature_text import signature_lines
from screen.mechanism.signatures import replicate_weights, signatures_of
from tests.command import crescreen
from tests.mechanism.perturbed import GENES, PATHWAY, wells, write_gctx, write_sets


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("perturbed")
    values, facts = wells()
    write_gctx(made / "p.gctx", values, facts, GENES)
    write_sets(made / "sets.gmt")
    (made / "query.txt").write_text("\n".join(PATHWAY))
    return made


def test_the_planted_pathway_and_the_mate_are_found(folder: Path) -> None:
    found = signature(
        SignatureRequest(
            drug="First",
            profiles=folder / "p.gctx",
            against="other",
            sets=folder / "sets.gmt",
            query=folder / "query.txt",
        )
    )
    assert found.similar[0].drug == "mate"
    assert found.similar[0].controls_as_similar == 0
    assert [match.drug for match in found.query[:2]] in (["first", "mate"], ["mate", "first"])
    assert found.pathways is not None
    assert found.pathways.found.rows[0].name == "PLANTED"
    assert found.pathways.found.rows[0].fdr < 0.05
    assert found.versus is not None
    assert found.versus.pathways is not None
    assert {row.name for row in found.versus.pathways.found.rows if row.fdr < 0.05} >= {"PLANTED", "OTHER"}
    differ = {row.gene for row in found.versus.genes if row.fdr < 0.05}
    assert len(differ & {*PATHWAY, *GENES[200:225]}) > 12
    assert len(differ - {*PATHWAY, *GENES[200:225]}) <= 3
    assert len(found.control) == 20


def test_labels_shuffled_show_no_pathway_more_often_than_the_rate(tmp_path: Path, folder: Path) -> None:
    values, facts = wells()
    rng = np.random.default_rng(4)
    found = 0
    for number in range(20):
        # Wells keep their noise and lose their drug: the planted pathway belongs to nobody.
        write_gctx(tmp_path / "p.gctx", rng.permutation(values), facts, GENES)
        shuffled = signatures_of(read_profiles(tmp_path / "p.gctx"))
        (tmp_path / "ranks.tsv").write_text(
            "".join(f"{g}\t{v}\n" for g, v in zip(rng.permutation(GENES), shuffled.values[number], strict=True))
        )
        words = ("enrichment", str(tmp_path / "ranks.tsv"), "--sets", str(folder / "sets.gmt"), "--permutations", "500")
        done = crescreen(*words)
        assert done.code == 0, done.err
        found += "0 sets at an FDR under 5%" not in done.out
    # At a rate of 5% of runs, 4 of 20 or fewer in 99.7%.
    assert found <= 4


def test_a_drug_without_effect_is_told_from_one_that_is_not_in_the_file(folder: Path) -> None:
    silent = signature(SignatureRequest(drug="silent", profiles=folder / "p.gctx"))
    first = signature(SignatureRequest(drug="first", profiles=folder / "p.gctx"))
    absent = signature(SignatureRequest(drug="aspirin", profiles=folder / "p.gctx"))
    assert silent.signature is not None
    assert silent.signature.no_effect
    assert first.signature is not None
    assert first.signature.no_effect is False
    assert not absent.in_file
    assert absent.signature is None
    assert "not in" in signature_lines(absent)[0]
    assert "no effect seen" in signature_lines(silent)[0]


def test_replicates_are_weighted_by_their_correlation() -> None:
    rng = np.random.default_rng(0)
    signal = rng.normal(size=300)
    good = [signal + rng.normal(scale=0.3, size=300) for _ in range(3)]
    weights, correlation = replicate_weights(np.array([*good, rng.normal(size=300)]))
    assert weights.sum() == pytest.approx(1)
    assert weights[3] < 0.05
    assert weights[:3] == pytest.approx(weights[0], rel=0.1)
    assert correlation is not None
    assert replicate_weights(np.array([signal]))[1] is None


def test_what_the_file_does_not_let_one_say_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("gene,a,b\n" + "".join(f"G{i},{i},{-i}\n" for i in range(30)))
    found = signature(SignatureRequest(drug="a", profiles=tmp_path / "t.csv", against="b"))
    assert found.versus is not None
    assert found.versus.differ is None
    assert found.versus.correlation == pytest.approx(-1)
    text = "\n".join(signature_lines(found))
    assert "whether the drug had any effect: no plate has five vehicle wells" in text
    assert "Genes cannot be tested: 1 and 1 wells, three each are needed." in text
    with pytest.raises(InputError, match="'c' is not in"):
        signature(SignatureRequest(drug="a", profiles=tmp_path / "t.csv", against="c"))


def test_the_command_writes_the_same_bytes_twice(folder: Path, tmp_path: Path) -> None:
    words = ("signature", "first", "--profiles", str(folder / "p.gctx"), "--against", "other")
    words = (*words, "--sets", str(folder / "sets.gmt"))
    first = crescreen(*words, "--out", str(tmp_path / "a"))
    second = crescreen(*words, "--out", str(tmp_path / "b"), "--json")
    assert (first.code, second.code) == (0, 0), first.err + second.err
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {path.rsplit(".", 1)[1] for path in files} == {"html", "json", "pdf", "svg"}
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert json.loads(second.out) == json.loads((tmp_path / "a" / "signature-first.json").read_text())
