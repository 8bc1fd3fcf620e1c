"""The tables of tumour types against the real files: OncoTree's own names, DepMap's cell lines."""

import csv
from pathlib import Path

import pytest

from screen.indications import OncoTree, from_oncotree, map_condition
from screen.indications.codes import indications
from screen.ingest import registry
from screen.records import ReadOptions

pytestmark = pytest.mark.real

RETIRED = {"GBM", "AASTR", "AODG", "OAST", "AOAST"}


@pytest.fixture(scope="module")
def tree(real_data: Path) -> OncoTree:
    _, batch = registry.read(real_data / "evidence" / "oncotree.json", ReadOptions())
    return OncoTree(batch.tables["oncotree_nodes"])


def test_every_node_named_in_the_table_exists(tree: OncoTree) -> None:
    named = {node.lstrip("=-") for one in indications().values() for node in one.nodes}
    assert named - set(tree.names) == RETIRED


def test_words_and_tree_never_name_different_cohorts(tree: OncoTree) -> None:
    """A node with a code, read by its name without the tree: the same codes, or the words do not know it."""
    apart = {
        code: name
        for code, name in tree.names.items()
        if (by_tree := set(from_oncotree(code, tree)))
        and (by_words := set(map_condition(name, None).codes))
        and by_tree.isdisjoint(by_words)
    }
    # In the tree this node hangs under the cervix; its name alone says the stomach.
    assert set(apart) <= {"GCEMU"}


def test_cell_lines_of_the_common_carcinomas_have_a_code(tree: OncoTree, real_data: Path) -> None:
    with (real_data / "cell_lines" / "Model.csv").open(encoding="utf-8-sig", newline="") as stream:
        nodes = [row["OncotreeCode"] for row in csv.DictReader(stream) if row["OncotreeCode"]]
    coded = [node for node in nodes if from_oncotree(node, tree)]
    assert len(coded) / len(nodes) > 0.55
    assert from_oncotree("SCLC", tree) == ()
    assert from_oncotree("GB", tree) == ("GBM",)
