"""OncoTree nodes and the codes that stand for them."""

import polars as pl
import pytest

from screen.indications import OncoTree, from_oncotree, map_condition

NODES = [
    ("TISSUE", "Tissue", None),
    ("KIDNEY", "Kidney", "TISSUE"),
    ("RCC", "Renal Cell Carcinoma", "KIDNEY"),
    ("CCRCC", "Renal Clear Cell Carcinoma", "RCC"),
    ("SCCRCC", "Renal Clear Cell Carcinoma with Sarcomatoid Features", "CCRCC"),
    ("UTERUS", "Uterus", "TISSUE"),
    ("UCEC", "Endometrial Carcinoma", "UTERUS"),
    ("UCS", "Uterine Carcinosarcoma/Uterine Malignant Mixed Mullerian Tumor", "UCEC"),
    ("TGCT", "Tenosynovial Giant Cell Tumor Diffuse Type", "TISSUE"),
    ("LUAS", "Lung Adenosquamous Carcinoma", "TISSUE"),
]


@pytest.fixture
def tree() -> OncoTree:
    return OncoTree(pl.DataFrame(NODES, schema=["code", "name", "parent"], orient="row"))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("CCRCC", ("KIRC",)),
        ("SCCRCC", ("KIRC",)),
        ("RCC", ("KICH", "KIRC", "KIRP")),
        ("KIDNEY", ()),
        ("UCS", ("UCS",)),
        ("UCEC", ("UCEC",)),
        ("LUAS", ()),
        ("NOSUCH", ()),
    ],
)
def test_a_code_covers_descendants_but_not_branches_with_a_code_of_their_own(
    tree: OncoTree, node: str, expected: tuple[str, ...]
) -> None:
    assert from_oncotree(node, tree) == expected


def test_oncotrees_tgct_is_not_tcgas(tree: OncoTree) -> None:
    assert from_oncotree("TGCT", tree) == ()
    assert map_condition("TGCT", tree).codes == ("TGCT",)


def test_retired_nodes_of_cell_line_tables_are_known_without_a_tree() -> None:
    assert from_oncotree("GBM", None) == ("GBM",)
    assert from_oncotree("AASTR", None) == ("LGG",)


def test_a_name_of_the_tree_is_found_with_qualifiers(tree: OncoTree) -> None:
    found = map_condition("Stage IV renal clear cell carcinoma with sarcomatoid features, recurrent", tree)
    assert (found.codes, found.how) == (("KIRC",), "oncotree")


def test_a_special_tumour_of_the_tree_is_not_taken_for_its_organ(tree: OncoTree) -> None:
    assert map_condition("Lung Adenosquamous Carcinoma", tree).how == "other tumour"
    assert map_condition("Lung Cancer", tree).codes == ("LUAD", "LUSC")
