"""Which cell lines are near a tumour type."""

import polars as pl

from screen.indications.lineage import near_lines
from screen.indications.tree import OncoTree

TREE = OncoTree(
    pl.DataFrame(
        {
            "code": ["STOMACH", "STAD", "SSRCC", "BREAST", "IDC"],
            "name": ["Stomach", "Stomach Adenocarcinoma", "Signet Ring", "Breast", "Ductal"],
            "main_type": [None] * 5,
            "tissue": ["Esophagus/Stomach"] * 3 + ["Breast"] * 2,
            "parent": [None, "STOMACH", "STAD", None, "BREAST"],
            "depth": [1, 2, 3, 1, 2],
        }
    )
)
CODES = ["STAD", "SSRCC", "ESCC", None, "IDC"]
LINEAGES = ["Esophagus/Stomach", "Esophagus/Stomach", "Esophagus/Stomach", "Esophagus/Stomach", "Breast"]


def test_lines_of_the_type_its_lineage_and_others() -> None:
    near = near_lines("STAD", CODES, LINEAGES, TREE)
    assert near.lineage == "Esophagus/Stomach"
    assert near.nearness == (2, 2, 1, 1, 0)
    assert near.counts == {"type": 2, "lineage": 4}


def test_without_a_tree_only_named_nodes_are_of_the_type() -> None:
    assert near_lines("STAD", CODES, LINEAGES, None).nearness == (2, 1, 1, 1, 0)


def test_a_group_takes_the_lines_of_its_members() -> None:
    assert near_lines("STES", CODES, LINEAGES, TREE).nearness == (2, 2, 2, 1, 0)


def test_no_line_of_the_type_leaves_everything_far() -> None:
    near = near_lines("KIRC", CODES, LINEAGES, TREE)
    assert near.lineage == ""
    assert set(near.nearness) == {0}


def test_without_a_line_of_the_type_the_tissue_of_its_node_tells_the_lineage() -> None:
    near = near_lines("STAD", [None] * 5, [*LINEAGES[:4], "Stomach"], TREE)
    assert near.lineage == "Stomach"
    assert near.nearness == (0, 0, 0, 0, 1)


def test_all_indications_together_have_no_type() -> None:
    assert near_lines("all indications", CODES, LINEAGES, TREE).lineage == ""
