"""The key of a drug's name: what tells two compounds apart stays, what does not falls."""

import pytest

from screen.records import drug_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(+)-JQ1", "JQ1-(+)"),
        ("(-)-JQ1", "(−)-JQ1"),
        ("(+/-)-JQ1", "(±)-JQ1"),
        ("JQ1 (+/-)", "JQ1-(-/+)"),
        ("2'-deoxy-X", "2′-Deoxy X"),
        ("4''-x", '4"-X'),
        ("4″-x", "4''-x"),
        ("α-tocopherol", "Alpha-Tocopherol"),
        ("ω-3", "omega-3"),
        ("Herceptin®", "herceptin"),
        ("Devil's claw", "Devils claw"),
        ("Céfalexin", "cefalexin"),
        ("5-Fluorouracil", "5 fluorouracil"),
        ("BAY 43-9006", "BAY43-9006"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert drug_key(one) == drug_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(+)-JQ1", "(-)-JQ1"),
        ("(+)-JQ1", "JQ1"),
        ("(±)-JQ1", "(+)-JQ1"),
        ("dizocilpine-(+)", "dizocilpine-(-)"),
        ("(R)-rolipram", "(S)-rolipram"),
        ("D-mannitol", "L-mannitol"),
        ("cis-x", "trans-x"),
        ("(E)-x", "(Z)-x"),
        ("2'-C-methylguanosine", "2-C-methylguanosine"),
        ("2'-x", "2''-x"),
        ("ε-caprolactam", "caprolactam"),
        ("β-lapachone", "α-lapachone"),
        ("阿司匹林 100", "布洛芬 100"),
        ("JQ1", "JQ2"),
    ],
)
def test_names_of_two_compounds(one: str, other: str) -> None:
    assert drug_key(one) != drug_key(other)


@pytest.mark.parametrize("name", ["-", "(+)", "...", " ± "])
def test_a_name_without_a_letter_keeps_its_text(name: str) -> None:
    assert drug_key(name) == name.strip()
