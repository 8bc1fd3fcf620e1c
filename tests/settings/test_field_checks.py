from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field
from pydantic.dataclasses import dataclass

from screen.errors import InputError
from screen.settings.field_checks import STRICT, Allowed, allowed, explained


@explained("the bench", "bench.{}".format)
@dataclass(frozen=True, config=STRICT)
class Bench:
    wells: Annotated[int, Field(ge=1, le=384)] = 96
    name: str = "A"


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (int, "a whole number"),
        (float, "a number"),
        (Path, "a path"),
        (Annotated[float, Field(gt=0, lt=1)], "a number above 0, below 1"),
        (Annotated[int, Field(ge=2, le=50)], "a whole number, at least 2, at most 50"),
        (Literal[96, 384], "one of: 96, 384"),
        (tuple[float, ...], "a list of numbers"),
        (tuple[Annotated[int, Field(ge=1)], ...], "a list of whole numbers, each at least 1"),
        (tuple[Annotated[float, Field(gt=0)], ...], "a list of numbers above 0"),
        (tuple[int, int], "a list of 2 whole numbers"),
        (Annotated[str, Field(min_length=1), Allowed("a word")], "a word"),
        (Bench, "a Bench record"),
    ],
)
def test_what_is_allowed_is_told_from_the_type(hint: Any, words: str) -> None:
    assert allowed(hint) == words


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"wells": 0}, "the bench: bench.wells = 0 is not allowed\n  -> allowed: a whole number, at least 1, at most"),
        ({"wells": True}, "bench.wells = true"),
        ({"name": 5}, "bench.name = 5"),
        ({"colour": "red"}, "unknown setting 'bench.colour'\n  -> known here: name, wells"),
    ],
)
def test_a_refusal_names_place_field_value_and_what_is_allowed(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as refused:
        Bench(**values)
    assert message in str(refused.value)


def test_a_value_given_by_position_is_named_all_the_same() -> None:
    with pytest.raises(InputError, match=r"bench\.wells = 1000"):
        Bench(1000)


def test_a_long_value_is_cut() -> None:
    with pytest.raises(InputError) as refused:
        Bench(wells="9" * 1000)  # type: ignore[arg-type]
    assert len(str(refused.value)) < 250
