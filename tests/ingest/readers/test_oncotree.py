"""OncoTree's nested nodes."""

import json
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest import registry
from screen.records import Batch, ReadOptions

TREE = {
    "TISSUE": {
        "code": "TISSUE",
        "name": "Tissue",
        "mainType": None,
        "tissue": None,
        "children": {
            "KIDNEY": {
                "code": "KIDNEY",
                "name": "Kidney",
                "mainType": "Kidney Cancer",
                "tissue": "Kidney",
                "children": {
                    "WT": {
                        "code": "WT",
                        "name": "Wilms' Tumor",
                        "mainType": "Wilms Tumor",
                        "tissue": "Kidney",
                        "children": {},
                    }
                },
            }
        },
    }
}


def read(path: Path, text: str) -> Batch:
    (path / "tree.json").write_text(text, encoding="utf-8")
    return registry.read(path / "tree.json", ReadOptions())[1]


def test_each_node_keeps_its_parent_and_depth(tmp_path: Path) -> None:
    nodes = read(tmp_path, json.dumps(TREE)).tables["oncotree_nodes"]
    assert nodes.select("code", "parent", "depth").rows() == [
        ("TISSUE", None, 0),
        ("KIDNEY", "TISSUE", 1),
        ("WT", "KIDNEY", 2),
    ]


@pytest.mark.parametrize("text", [json.dumps(TREE)[:-3], json.dumps(TREE).replace('"name": "Kidney"', '"n": 1')])
def test_a_damaged_tree_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path, text)


@pytest.mark.real
def test_the_published_tree(real_data: Path) -> None:
    nodes = registry.read(real_data / "evidence" / "oncotree.json", ReadOptions())[1].tables["oncotree_nodes"]
    assert nodes.height == nodes["code"].n_unique() == 898
