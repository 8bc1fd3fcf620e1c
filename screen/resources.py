"""The one place that knows where ``db/`` and ``templates/`` lie: beside ``screen/`` or inside the wheel."""

from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@lru_cache
def folder(name: str) -> Path:
    """Folder ``db`` or ``templates``; in a wheel they are packed as ``screen/_resources/<name>``."""
    packed = _HERE / "_resources" / name
    return packed if packed.is_dir() else _HERE.parent / name


@lru_cache
def query(name: str) -> str:
    """Text of ``db/queries/<name>.sql``."""
    return (folder("db") / "queries" / f"{name}.sql").read_text(encoding="utf-8")
