"""The platform of a profile, told or declared."""

import pytest

from screen.errors import InputError
from screen.expression.platforms import named_platform, platform_of


@pytest.mark.parametrize(
    ("unit", "names", "platform"),
    [
        ("counts", ("my_array.csv",), "RNA-seq"),
        ("log2fpkm1", (), "RNA-seq"),
        ("array", ("rnaseq.csv",), "array"),
        ("zscore", ("CCLE_RNAseq_z.csv", ""), "RNA-seq"),
        ("zscore", ("x.csv", "Affymetrix U219"), "array"),
        ("zscore-within-sample", ("gdsc_RMA.csv",), "array"),
        ("zscore", ("rnaseq_and_array.csv",), ""),
        ("zscore", ("pharmacy.csv", "alarmarm"), ""),
    ],
)
def test_the_unit_tells_first_and_then_the_names(unit: str, names: tuple[str, ...], platform: str) -> None:
    assert platform_of(unit, *names) == platform


def test_a_declared_platform_is_held_to_the_unit() -> None:
    assert named_platform("rna seq", "zscore") == "RNA-seq"
    assert named_platform("Microarray", "array") == "array"
    with pytest.raises(InputError, match="values in this unit come from RNA-seq"):
        named_platform("array", "tpm")
    with pytest.raises(InputError, match="no platform is called 'proteomics'"):
        named_platform("proteomics", "zscore")
