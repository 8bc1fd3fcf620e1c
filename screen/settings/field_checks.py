"""Records that check their own fields: type, range and choice, when built and when copied with ``replace``.

A record is a frozen dataclass of pydantic in strict mode: ``"5"`` is no number, a text is no list, an unknown field
is refused, and infinite or missing numbers are. The first fault found is one ``InputError``.
"""

from collections.abc import Callable
from dataclasses import dataclass as plain_dataclass
from functools import wraps
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from screen.errors import InputError

T = TypeVar("T")

STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
_NOUNS = {int: "whole number", float: "number", str: "text", Path: "path", bool: "yes or no"}
_LONGEST_SHOWN = 60
"""Characters of a refused value that a message repeats."""


@plain_dataclass(frozen=True)
class Allowed:
    """Words for what a field takes, where its type and its bounds do not say it."""

    text: str


def explained(where: str, name: Callable[[str], str]) -> Callable[[type[T]], type[T]]:
    """Decorator of a pydantic dataclass: what its validation refuses becomes an ``InputError``.

    Parameters
    ----------
    where : where such a record comes from, when it was not read from a file
    name : from a field's name to what a user calls it
    """

    def decorate(record: type[T]) -> type[T]:
        build = record.__init__

        @wraps(build)
        def init(self: T, *values: Any, **named: Any) -> None:
            try:
                build(self, *values, **named)
            except ValidationError as fault:
                raise _complaint(record, fault, where, name) from None

        record.__init__ = init  # type: ignore[assignment,method-assign]
        return record

    return decorate


def allowed(hint: Any) -> str:
    """What a field of this type takes, in words.

    >>> from pydantic import Field
    >>> allowed(Annotated[float, Field(gt=0, le=1)])
    'a number above 0, at most 1'
    >>> allowed(Literal["score", "selective"])
    'one of: score, selective'
    >>> allowed(tuple[str, ...])
    'a list of texts'
    """
    base, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    for extra in extras:
        if isinstance(extra, Allowed):
            return extra.text
    bounds = "".join(_bound(one) for extra in extras if isinstance(extra, FieldInfo) for one in extra.metadata)
    if get_origin(base) is Literal:
        return f"one of: {', '.join(map(str, get_args(base)))}"
    if get_origin(base) is tuple:
        item, *more = get_args(base)
        number = "" if more == [Ellipsis] else f"{len(more) + 1} "
        return f"a list of {number}{_plural(allowed(item))}"
    return f"a {_NOUNS.get(base, f'{base.__name__} record')}{bounds}"


def hints_of(record: type) -> dict[str, Any]:
    """Types of a record's fields, with their bounds."""
    return {name: hint for name, hint in get_type_hints(record, include_extras=True).items() if hint is not NoneType}


def _plural(words: str) -> str:
    noun = words.removeprefix("a ")
    first, *rest = noun.split(" above " if " above " in noun else ", ", 1)
    joint = " above " if " above " in noun else ", each "
    return f"{first}s{joint}{rest[0]}" if rest else f"{first}s"


def _bound(one: Any) -> str:
    for attribute, words in (
        ("gt", " above {}"),
        ("ge", ", at least {}"),
        ("le", ", at most {}"),
        ("lt", ", below {}"),
    ):
        if (limit := getattr(one, attribute, None)) is not None:
            return words.format(limit)
    return ""


def _complaint(record: type, fault: ValidationError, where: str, name: Callable[[str], str]) -> InputError:
    first, hints = fault.errors(include_url=False, include_context=False)[0], hints_of(record)
    field, *inside = first["loc"]
    if isinstance(field, int) and field < len(hints):  # given by position
        field = list(hints)[field]
    if field not in hints:
        return InputError(
            f"unknown setting {name(str(field))!r}", where=where, remedy=f"known here: {', '.join(sorted(hints))}"
        )
    key = name(str(field)) + "".join(f"[{place}]" for place in inside)
    return InputError(
        f"{key} = {_shown(first['input'])} is not allowed", where=where, remedy=f"allowed: {allowed(hints[str(field)])}"
    )


def _shown(value: Any) -> str:
    """A value as a settings file writes it, cut where it is long."""
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
