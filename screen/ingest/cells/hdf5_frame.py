"""The table of cells or genes of an AnnData file, of every version, as text."""

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    import h5py

INDEX = "cell_id"
_INDEX_NAMES = ("index", "_index")


def read_frame(file: "h5py.File", name: str) -> pl.DataFrame:
    """``obs`` or ``var``: text columns, the index first as ``cell_id``.

    Versions to 0.6 store a compound data set with the categories in ``uns``; 0.7 groups with ``__categories``; later
    ones groups of encoded arrays.
    """
    item = file[name]
    columns = _compound(file, item) if not hasattr(item, "keys") else _group(item)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _compound(file: "h5py.File", item: "h5py.Dataset") -> dict[str, list[str | None]]:
    rows = item[()]
    names = list(rows.dtype.names or ())
    index = next((one for one in _INDEX_NAMES if one in names), names[0])
    found = {INDEX: _texts(rows[index])}
    for name in names:
        if name == index or rows[name].ndim > 1:
            continue
        categories = file.get(f"uns/{name}_categories")
        found[name] = _texts(rows[name]) if categories is None else _decoded(rows[name], categories[()])
    return found


def _group(item: "h5py.Group") -> dict[str, list[str | None]]:
    index = item.attrs.get("_index", "_index")
    index = index.decode() if isinstance(index, bytes) else str(index)
    found = {INDEX: _texts(item[index][()])}
    for name in item:
        if name in (index, "__categories"):
            continue
        column = _column(item, item[name])
        if column is not None:
            found[name] = column
    return found


def _column(group: "h5py.Group", item: Any) -> list[str | None] | None:
    if hasattr(item, "keys"):
        if "codes" in item:
            return _decoded(item["codes"][()], _strings(item["categories"]))
        if "values" in item:
            values = _texts(item["values"][()])
            gone = item["mask"][()] if "mask" in item else np.zeros(len(values), np.bool_)
            return [None if missing else value for value, missing in zip(values, gone, strict=True)]
        return None
    if item.ndim != 1:
        return None
    categories = item.attrs.get("categories")
    if categories is not None:
        return _decoded(item[()], group.file[categories][()])
    return _texts(item[()])


def _strings(item: Any) -> Any:
    return item["values"][()] if hasattr(item, "keys") else item[()]


def _decoded(codes: Any, categories: Any) -> list[str | None]:
    names = _texts(categories)
    return [names[code] if 0 <= code < len(names) else None for code in codes.tolist()]


def _texts(values: Any) -> list[str | None]:
    if values.dtype.kind in "SO":
        return [_text(one) for one in values.tolist()]
    if values.dtype.kind == "f":
        return [None if one != one else f"{one:.9g}" for one in values.tolist()]
    return [str(one) for one in values.tolist()]


def _text(value: Any) -> str | None:
    if value is None or value != value:
        return None
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if text != "" else None
