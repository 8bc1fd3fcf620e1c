import pytest

from screen.errors import InputError
from screen.organoid.request import Request, read_doses, set_sizes


def test_doses_are_read_in_ascending_order() -> None:
    assert read_doses("200, 0.2,2 ,20") == (0.2, 2.0, 20.0, 200.0)


def test_a_word_among_the_doses_is_refused() -> None:
    with pytest.raises(InputError, match="--doses"):
        read_doses("0.2,high")


@pytest.mark.parametrize(
    "options",
    [
        {"drugs": 3},
        {"plate": 48},
        {"doses": (1.0, 1.0)},
        {"doses": (0.0,)},
        {"replicates": 0},
        {"stock_mM": 0.0},
        {"well_uL": 1.0},
    ],
)
def test_what_is_out_of_range_is_refused(options: dict[str, object]) -> None:
    (field,) = options
    with pytest.raises(InputError, match=f"--{field.replace('_', '-')}.* = .* is not allowed\n  -> allowed: "):
        Request(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drugs", "sizes"), [(16, [6, 4, 2, 4]), (40, [15, 10, 5, 10]), (4, [1, 1, 1, 1]), (17, [7, 4, 2, 4])]
)
def test_sets_keep_their_proportion(drugs: int, sizes: list[int]) -> None:
    assert list(set_sizes(drugs).values()) == sizes


@pytest.mark.parametrize("drugs", range(4, 60))
def test_sets_add_up(drugs: int) -> None:
    assert sum(set_sizes(drugs).values()) == drugs
