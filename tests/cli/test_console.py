"""What a command prints: tables in words, and progress where nobody watches a terminal."""

from dataclasses import dataclass

import pytest

from screen.cli import console


@dataclass(frozen=True)
class _Row:
    file: str
    repeated: bool


def test_a_table_says_yes_and_no_under_words(capsys: pytest.CaptureFixture[str]) -> None:
    console.show([_Row("a.csv", True), _Row("b.csv", False)], headings={"repeated": "already there"})
    heading, first, second = capsys.readouterr().out.splitlines()
    assert heading.split(maxsplit=1)[1].strip() == "already there"
    assert first.split() == ["a.csv", "yes"]
    assert second.split() == ["b.csv", "no"]


def test_json_keeps_the_fields_and_their_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    console.show([_Row("a.csv", True)], as_json=True, headings={"repeated": "already there"})
    assert '"repeated": true' in capsys.readouterr().out


def test_a_log_hears_of_a_long_command_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(console, "monotonic", lambda: clock[0])
    with console.progress() as report:
        for step in range(6):
            report("training members", step, 6)
            clock[0] += 15
    assert capsys.readouterr().err.splitlines() == ["training members: 2 of 6", "training members: 4 of 6"]


def test_a_short_command_adds_nothing_to_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress() as report:
        report("reading", 1, 2)
    assert capsys.readouterr().err == ""
