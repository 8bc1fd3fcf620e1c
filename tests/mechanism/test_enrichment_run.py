"""``crescreen enrichment`` as a user runs it."""

import json
from pathlib import Path

import pytest

from tests.command import crescreen

SETS = (
    "A\thttp://a\t" + "\t".join(f"G{i}" for i in range(12)) + "\nB\t\t" + "\t".join(f"G{i},1.0" for i in range(8, 40))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sets.gmt").write_text(SETS + "\nC\tx\tG1\n")
    (tmp_path / "list.txt").write_text("# mine\n" + "\n".join(f"G{i}" for i in (0, 1, 2, 3, 30)) + "\nOTHER\n")
    (tmp_path / "ranks.tsv").write_text("gene\tt\n" + "\n".join(f"G{i}\t{20.5 - i}" for i in range(40)))
    return tmp_path


def run(folder: Path, genes: str, *more: str) -> dict[str, object]:
    done = crescreen("enrichment", str(folder / genes), "--sets", str(folder / "sets.gmt"), "--json", *more)
    assert done.code == 0, done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def test_a_list_says_what_was_tested(folder: Path) -> None:
    found = run(folder, "list.txt")
    assert (found["sets"], found["tested"], found["too_small"], found["background"]) == (3, 2, 1, 40)
    assert len(str(found["sets_sha256"])) == 64
    assert [row["name"] for row in found["rows"]] == ["A", "B"]  # type: ignore[attr-defined]
    assert "of the list, left out as not in the background: 1" in found["notes"]  # type: ignore[operator]


def test_a_ranking_goes_through_gsea_twice_with_the_same_bytes(folder: Path) -> None:
    words = ("enrichment", str(folder / "ranks.tsv"), "--sets", str(folder / "sets.gmt"), "--permutations", "500")
    first, second = crescreen(*words), crescreen(*words)
    assert first.out == second.out
    assert "pre-ranked GSEA: 40 genes" in first.out
    # B has 32 of 40 genes: no random set could be told from it.
    assert "1 sets tested of 3" in first.out
    assert "sets of over 19 genes, half of the ranking, are not tested" in first.out


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("list.txt", "", "no genes in it"),
        ("list.txt", "X\nY\n", "none of its 2 genes, such as 'X', is in a set"),
        ("list.txt", "G1\t2\nG1\t3\n", "line 2: gene 'G1' stands twice"),
        ("list.txt", "G1\t2\nG2\tno\n", "line 2: ['G2', 'no'] is no gene with a number"),
        ("list.txt", "G1\t2\nG2\tinf\n", "is no gene with a number"),
        ("list.txt", "G1\t2\t3\n", "line 1 has more than two columns"),
        ("sets.gmt", "A\n", "line 1: 'A' is no gene set"),
        ("sets.gmt", "A\tx\tG1\nA\tx\tG2\n", "line 2: set 'A' stands twice"),
        ("sets.gmt", "\n", "no gene set in it"),
        ("sets.gmt", "A\tx\tG1\tG2\n", "no set of"),
    ],
)
def test_a_wrong_file_is_one_error(folder: Path, name: str, text: str, says: str) -> None:
    (folder / name).write_text(text)
    done = crescreen("enrichment", str(folder / "list.txt"), "--sets", str(folder / "sets.gmt"))
    assert done.code == 2
    assert says in done.err
    assert done.err.count("error:") == 1


def test_options_that_cannot_be_meant_are_refused(folder: Path) -> None:
    for more in (
        ("--min-size", "0"),
        ("--permutations", "5"),
        ("--background", str(folder / "list.txt")),
        ("--min-size", "9", "--max-size", "8"),
    ):
        done = crescreen("enrichment", str(folder / "ranks.tsv"), "--sets", str(folder / "sets.gmt"), *more)
        assert (done.code, done.err.count("error:")) == (2, 1)
