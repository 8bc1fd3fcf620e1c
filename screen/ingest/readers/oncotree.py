"""OncoTree as its API gives it: one nested object, node by node under ``children``."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.decoding import read_decoded
from screen.records import Batch, ReadOptions

_COLUMNS = {
    "code": pl.String,
    "name": pl.String,
    "main_type": pl.String,
    "tissue": pl.String,
    "parent": pl.String,
    "depth": pl.Int32,
}


def _recognises(head: Head) -> bool:
    return head.text.lstrip().startswith("{") and '"mainType"' in head.text and '"children"' in head.text


def _read(head: Head, options: ReadOptions) -> Batch:
    """Table ``oncotree_nodes``: one row a node, its depth counted from the root (0)."""
    where = str(head.path)
    try:
        tree = json.loads(read_decoded(head.path).text)
    except json.JSONDecodeError as fault:
        raise InputError(
            f"line {fault.lineno}, column {fault.colno}: not JSON ({fault.msg})", where=where, remedy="fetch it again"
        ) from None
    rows = list(_walk(tree, None, 0, where))
    if len({row[0] for row in rows}) < len(rows):
        raise InputError("a node stands twice in the tree", where=where, remedy="fetch it again")
    return Batch("oncotree", {"oncotree_nodes": pl.DataFrame(rows, schema=_COLUMNS, orient="row")})


def _walk(nodes: Any, parent: str | None, depth: int, where: str) -> Iterator[tuple[Any, ...]]:
    if not isinstance(nodes, dict):
        raise InputError(f"children of {parent or 'the root'} are no nodes", where=where, remedy="fetch it again")
    for code, node in nodes.items():
        if not isinstance(node, dict) or not isinstance(node.get("name"), str):
            raise InputError(f"node {code!r} has no name", where=where, remedy="fetch it again")
        yield code, node["name"], node.get("mainType"), node.get("tissue"), parent, depth
        yield from _walk(node.get("children") or {}, code, depth + 1, where)


KINDS = (Kind("oncotree", "OncoTree: the tree of tumour types", _recognises, _read),)
