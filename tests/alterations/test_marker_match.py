"""A known biomarker held against a tumour."""

import pytest

from screen.alterations import marker_match as match
from screen.alterations.one_subject import Call, OneSubject

TUMOUR = OneSubject(
    "P1",
    calls=[
        Call("BRAF", "mutation", "p.V600E", True, "d"),
        Call("EGFR", "mutation", "p.E746_A750del", True, "d"),
        Call("PIK3CA", "mutation", "mutated", True, "d"),
        Call("ERBB2", "copy_number", "amplified", True, "d"),
        Call("MYC", "copy_number", "low gain", False, "d"),
        Call("CDKN2A", "copy_number", "deep deletion", True, "d"),
        Call("ABL1", "fusion", "BCR::ABL1", True, "d"),
        Call("MSI", "msi", "", False, "d"),
    ],
    covered={"mutation": {"KRAS", "EGFR", "BRAF", "PIK3CA"}, "copy_number": {"ERBB2", "EGFR"}},
)


@pytest.mark.parametrize(
    ("genes", "alteration", "state"),
    [
        (["BRAF"], "V600E", match.MATCHES),
        (["BRAF"], "V600", match.MATCHES),
        (["BRAF"], "V600K", match.OTHERWISE),
        (["BRAF"], "Oncogenic Mutations", match.MATCHES),
        (["PIK3CA"], "H1047R", match.UNSTATED),
        (["PIK3CA"], "Mutation", match.MATCHES),
        (["KRAS"], "G12C", match.ABSENT),
        (["NRAS"], "Q61K", match.UNKNOWN),
        (["ERBB2"], "Amplification", match.MATCHES),
        (["MYC"], "Amplification", match.ABSENT),
        (["EGFR"], "Amplification", match.ABSENT),
        (["MET"], "Amplification", match.UNKNOWN),
        (["CDKN2A"], "Deletion", match.MATCHES),
        (["BCR", "ABL1"], "Fusion", match.MATCHES),
        (["ALK"], "Fusion", match.UNKNOWN),
        (["EGFR", "ERBB2"], "", match.PARTLY),
        (["NRAS", "MET"], "", match.UNKNOWN),
        ([], "MSI-H", match.ABSENT),
        ([], "TMB-H", match.UNKNOWN),
    ],
)
def test_states(genes: list[str], alteration: str, state: str) -> None:
    assert match.marker_state(TUMOUR, genes, alteration) == state


def test_microsatellites_that_nobody_looked_at_are_unknown() -> None:
    assert match.marker_state(OneSubject("P2"), [], "MSI-H") == match.UNKNOWN
    unstable = OneSubject("P3", calls=[Call("MSI", "msi", "MSI-H", True, "d")])
    assert match.marker_state(unstable, [], "Microsatellite Instability") == match.MATCHES
