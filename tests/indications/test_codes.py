"""TCGA codes and the groups of them."""

import pytest

from screen import indications
from screen.errors import InputError
from screen.indications.codes import table


def test_the_33_cohorts_of_tcga_are_known() -> None:
    cohorts = [
        "ACC",
        "BLCA",
        "BRCA",
        "CESC",
        "CHOL",
        "COAD",
        "DLBC",
        "ESCA",
        "GBM",
        "HNSC",
        "KICH",
        "KIRC",
        "KIRP",
        "LAML",
        "LGG",
        "LIHC",
        "LUAD",
        "LUSC",
        "MESO",
        "OV",
        "PAAD",
        "PCPG",
        "PRAD",
        "READ",
        "SARC",
        "SKCM",
        "STAD",
        "TGCT",
        "THCA",
        "THYM",
        "UCEC",
        "UCS",
        "UVM",
    ]
    assert len(cohorts) == 33
    assert all(map(indications.known, cohorts))


def test_a_group_is_its_members_and_a_code_is_itself() -> None:
    assert indications.members("COADREAD") == ("COAD", "READ")
    assert indications.members("GBMLGG") == ("GBM", "LGG")
    assert indications.members("BRCA") == ("BRCA",)


def test_a_code_in_small_letters_is_taken() -> None:
    assert indications.require(" coadread ", "train") == "COADREAD"


@pytest.mark.parametrize(("wrong", "near"), [("BRACA", "BRCA"), ("colon", "COAD"), ("LUADD", "LUAD")])
def test_an_unknown_code_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(InputError) as fault:
        indications.require(wrong, "--indication")
    assert near in str(fault.value.remedy)
    assert wrong in str(fault.value)


def test_every_code_has_a_name_and_every_member_is_a_single_code() -> None:
    for code in indications.all_codes():
        assert indications.name(code)
        assert all(indications.members(one) == (one,) for one in indications.members(code))


@pytest.mark.parametrize("column", ["words", "without", "also"])
def test_every_word_of_the_rules_is_in_the_vocabulary(column: str) -> None:
    vocabulary = {word for row in table("terms") for word in row["words"].split()}
    assert {word for row in table("rules") for word in row[column].split()} <= vocabulary


def test_every_code_of_the_rules_is_a_single_code() -> None:
    codes = {code for row in table("rules") for code in row["codes"].split(";") if code}
    assert all(indications.members(code) == (code,) for code in codes)


def test_patients_may_carry_the_code_of_a_group_or_of_its_members() -> None:
    assert indications.of_patients("COADREAD") == ("COADREAD", "COAD", "READ")
    assert indications.of_patients("BRCA") == ("BRCA",)
