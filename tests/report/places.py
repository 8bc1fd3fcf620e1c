"""Where in the data of a report a record stands, and what its fields must hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Values = dict[str, Any]


class Starts(str):
    """Expected of a sentence: how it begins."""

    __slots__ = ()


@dataclass(frozen=True)
class Place:
    """Where in the JSON a record stands, and what its fields must hold."""

    record: str
    kind: str
    find: Callable[[Any], Any]
    values: Values
